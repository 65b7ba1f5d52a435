"""The voice: messages filled in, numbers, names of countries and languages."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from bot.domain.endorsement import Status
from bot.domain.errors import (
    AlreadyDecided,
    AlreadyEndorsed,
    BadName,
    CannotAppeal,
    CannotLink,
    CannotReopen,
    NameFault,
    NeedsSecond,
    NoAppeal,
    NoLink,
    NoReopen,
    NothingToAgree,
    NothingToUndo,
    NothingToWithdraw,
    NotOpen,
    NotOpenReason,
    NoUndo,
    OwnRequest,
    Refusal,
    RejectedForGood,
    TooFewMembers,
    TooManyNames,
    UnknownNumber,
)
from bot.domain.ids import Country, Language, Number
from bot.text.rich import Style, bold, isolated
from bot.wording.buttons import LABELS, label
from bot.wording.refusals import refusal
from bot.wording.voice import Voice, available_languages, lines, own_name, paragraphs

EN, AR = Voice(Language("en")), Voice(Language("ar"))
NOON = dt.datetime(2025, 3, 1, 12, 5, tzinfo=dt.UTC)


def test_fields_are_filled_in_with_their_styles() -> None:
    text = EN.gettext("There is no endorsement {number}.", number=bold("#7"))
    assert text.plain == "There is no endorsement #7."
    (span,) = text.spans
    assert (text.plain[span.start : span.end], span.style) == ("#7", Style.BOLD)


def test_braces_in_a_value_are_left_alone() -> None:
    text = EN.gettext("There is no endorsement {number}.", number=isolated("{cmd} {0} %s"))
    assert "{cmd} {0} %s" in text.plain


@pytest.mark.parametrize("prefix", ["/", "!"])
def test_commands_begin_as_they_do_on_the_platform(prefix: str) -> None:
    text = Voice(Language("en"), prefix).gettext("There is nothing to withdraw. {cmd}help")
    assert text.plain == f"There is nothing to withdraw. {prefix}help"


@pytest.mark.parametrize("count", [0, 1, 2, 3, 11, 99, 100, 101, 1234])
def test_every_number_has_a_plural_in_both_languages(count: int) -> None:
    for voice in (EN, AR):
        singular, plural = "Reading time: {count} minute", "Reading time: {count} minutes"
        text = voice.ngettext(singular, plural, count).plain
        assert text
        assert "{" not in text
    english = EN.ngettext("Reading time: {count} minute", "Reading time: {count} minutes", count)
    assert english.plain.endswith("s") == (count != 1)


def test_times_are_utc() -> None:
    east = dt.timezone(dt.timedelta(hours=5))
    assert EN.moment(NOON.astimezone(east)) == EN.moment(NOON)
    assert "12:05" in EN.moment(NOON)
    assert EN.moment(NOON).endswith("UTC")


PARIS = Voice(Language("en"), zone=ZoneInfo("Europe/Paris"))
BEIRUT = Voice(Language("en"), zone=ZoneInfo("Asia/Beirut"))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def test_times_are_those_of_the_campaign() -> None:
    assert PARIS.moment(NOON) == "Mar 1, 2025, 13:05"
    # Summer time begins on 30 March 2025.
    assert PARIS.moment(at("2025-03-30T00:59")) == "Mar 30, 2025, 01:59"
    assert PARIS.moment(at("2025-03-30T01:00")) == "Mar 30, 2025, 03:00"
    arabic = Voice(Language("ar"), zone=ZoneInfo("Africa/Tunis"))
    assert "13:05" in arabic.moment(NOON)
    assert "تونس" in arabic.moment(NOON, placed=True)
    # A place in a country with several zones is named after the city.
    south = Voice(Language("en"), zone=ZoneInfo("America/Argentina/Buenos_Aires"))
    assert south.moment(NOON, NOON, placed=True) == "09:05 (\u2068Buenos Aires\u2069)"


def test_a_decision_of_today_is_told_by_its_time_alone() -> None:
    decided = AlreadyDecided(Number(7), Status.VERIFIED, "zaid", NOON)
    assert refusal(PARIS, decided, NOON).plain.endswith("\u206813:05\u2069.")
    tomorrow = NOON + dt.timedelta(days=1)
    assert "Mar 1, 2025, 13:05" in refusal(PARIS, decided, tomorrow).plain


def test_the_date_stands_where_it_is_another_one_there() -> None:
    assert PARIS.moment(NOON, at("2025-03-01T22:59")) == "13:05"
    assert PARIS.moment(NOON, at("2025-03-01T23:00")) == "Mar 1, 2025, 13:05"
    assert EN.moment(NOON, NOON) == "12:05 UTC"


@pytest.mark.parametrize(
    ("voice", "moment", "begins", "ends"),
    [
        (PARIS, "2026-05-03T22:00", "May 4, 2026", "May 3, 2026"),
        (PARIS, "2026-12-31T23:00", "January 1, 2027", "December 31, 2026"),
        # On 29 March 2026 the clocks of Beirut go from 23:59 to 01:00.
        (BEIRUT, "2026-03-28T22:00", "March 29, 2026", "March 28, 2026"),
        (EN, "2026-05-03T16:00", "May 3, 2026, 16:00 UTC", "May 3, 2026, 16:00 UTC"),
    ],
)
def test_a_whole_day_is_named_without_a_time(
    voice: Voice, moment: str, begins: str, ends: str
) -> None:
    assert voice.from_moment(at(moment)) == begins
    assert voice.until_moment(at(moment)) == ends


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (dt.timedelta(days=3), "in 3 days"),
        (dt.timedelta(days=2, hours=23), "in 2 days"),
        (dt.timedelta(hours=23, minutes=59), "in 23 hours"),
        (dt.timedelta(hours=1), "in 1 hour"),
        (dt.timedelta(minutes=59, seconds=59), "in 59 minutes"),
        (dt.timedelta(seconds=1), "in 1 minute"),
    ],
)
def test_no_more_is_promised_than_is_left(left: dt.timedelta, said: str) -> None:
    assert EN.coming(left) == said


def test_countries_and_languages_by_name() -> None:
    assert EN.country(Country("TN")) == "Tunisia"
    assert AR.country(Country("TN")) == "تونس"
    assert own_name(Language("ar")) == "العربية"
    assert own_name(Language("en")) == "English"


def test_lines_and_paragraphs_leave_out_what_is_empty() -> None:
    assert lines("a", None, "", bold("b")).plain == "a\nb"
    assert paragraphs(None, "a", "", "b").plain == "a\n\nb"
    assert lines().plain == ""


REFUSALS: list[Refusal] = [
    *(BadName(fault, 121) for fault in NameFault),
    *(NotOpen(reason) for reason in NotOpenReason),
    UnknownNumber(Number(7)),
    *(AlreadyEndorsed(Number(7), status) for status in Status),
    RejectedForGood(Number(7)),
    *(AlreadyDecided(Number(7), status, by, NOON) for status in Status for by in ("zaid", None)),
    *(NothingToUndo(Number(7), why) for why in NoUndo),
    NothingToWithdraw(),
    *(CannotReopen(Number(7), why) for why in NoReopen),
    *(CannotAppeal(Number(7), why) for why in NoAppeal),
    *(CannotLink(Number(7), Number(9), why) for why in NoLink),
    NeedsSecond((Number(7), Number(9)), 20, NOON),
    OwnRequest(),
    NothingToAgree(Number(7)),
    TooManyNames(50, NOON),
    TooFewMembers(3, 2),
    TooFewMembers(None, None),
]


@pytest.mark.parametrize("error", REFUSALS)
def test_every_refusal_is_said_in_every_language(error: Refusal) -> None:
    said = {language: refusal(Voice(language), error).plain for language in available_languages()}
    assert all(text and "{" not in text for text in said.values())
    assert said[Language("ar")] != said[Language("en")]


def test_every_refusal_there_is_has_its_sentence() -> None:
    covered = {type(error) for error in REFUSALS}
    for kind in Refusal.__subclasses__():
        if kind not in covered:
            # Made by name, so that a new one cannot be forgotten.
            fields = {"number": Number(7), "status": Status.PENDING, "until": NOON}
            names = kind.__dataclass_fields__  # type: ignore[attr-defined]
            assert refusal(EN, kind(**{name: fields[name] for name in names})).plain


@pytest.mark.parametrize("language", available_languages())
def test_no_two_buttons_are_labelled_alike(language: Language) -> None:
    """Typing a label is pressing the button, so it must say which."""
    labels = [label(Voice(language), name).casefold() for name in LABELS]
    assert all(labels)
    assert len(set(labels)) == len(labels)
