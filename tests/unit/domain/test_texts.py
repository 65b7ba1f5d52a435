"""Which digests stand for the text of today, and which for an earlier one."""

from __future__ import annotations

import datetime as dt

from bot.domain.ids import Digest, Language, StatementId
from bot.domain.log import TextChange
from bot.domain.texts import Adoption, History

EN, AR = Language("en"), Language("ar")


def history(*changes: tuple[Language, str, TextChange]) -> History:
    found = History()
    for language, digest, change in changes:
        before = found.newest(language)
        of = before.digest if before else None
        day = dt.date(2026, 3, 1)
        found = found.and_then(
            Adoption(StatementId("port"), language, Digest(digest), change, of, day)
        )
    return found


FIRST = (EN, "a", TextChange.FIRST)
ARABIC = (AR, "x", TextChange.TRANSLATION)
CORRECTED = (EN, "b", TextChange.CORRECTION)
NEW = (EN, "c", TextChange.NEW)


def test_who_signed_before_a_correction_has_signed_the_text_of_today() -> None:
    found = history(FIRST, ARABIC, CORRECTED)
    assert found.today == {"a", "b", "x"}
    assert found.earlier == set()
    assert [each.digest for each in found.told(EN)] == ["b"]
    assert found.told(AR) == []


def test_who_signed_before_a_new_text_has_not() -> None:
    found = history(FIRST, ARABIC, CORRECTED, NEW)
    assert found.today == {"c", "x"}
    assert found.earlier == {"a", "b"}
    corrected = history(FIRST, NEW, (EN, "d", TextChange.CORRECTION))
    assert corrected.today == {"c", "d"}
    assert corrected.earlier == {"a"}


def test_a_text_that_comes_back_is_that_of_today() -> None:
    found = history(FIRST, NEW, (EN, "a", TextChange.NEW))
    assert found.today == {"a"}
    assert found.earlier == {"c"}


def test_a_translation_is_behind_until_it_is_made_anew() -> None:
    found = history(FIRST, ARABIC)
    assert not found.is_behind(AR, EN)
    assert not history(FIRST, ARABIC, CORRECTED).is_behind(AR, EN)
    found = history(FIRST, ARABIC, NEW)
    assert found.is_behind(AR, EN)
    assert not found.is_behind(EN, EN)
    assert not found.and_then(
        Adoption(StatementId("port"), AR, Digest("y"), TextChange.NEW, Digest("x"), None)
    ).is_behind(AR, EN)
    # A correction of the new original changes nothing about that.
    assert history(FIRST, ARABIC, NEW, (EN, "d", TextChange.CORRECTION)).is_behind(AR, EN)
