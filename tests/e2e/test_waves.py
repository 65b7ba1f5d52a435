"""Far more sign than usual: the admins are told once, and nothing is lost but the order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.counts import Counts
from tests.support.dialogue import Dialogue, Did, open_dialogue

FLOOR = 10
TOLD = "Far more than usual"
OVER = "As usual again"
LONGER = "takes longer than usual"


@pytest.fixture
async def d(tmp_path: Path, port: Path) -> AsyncIterator[Dialogue]:
    floor = {"UNDERSIGNED_VERIFICATION__WAVE_FROM": str(FLOOR)}
    async with open_dialogue(tmp_path, port, **floor) as dialogue:
        yield dialogue


async def sign(d: Dialogue, first: int, last: int) -> list[Did]:
    """Their receipts."""
    receipts = []
    for number in range(first, last + 1):
        await d.sign(f"person{number}", f"Person Number {number}")
        receipts.append(d.newest(f"person{number}"))
    return receipts


def told(d: Dialogue, words: str) -> list[Did]:
    return [did for did in d.did if did.chat == "@admins" and words in did.text]


async def marked(d: Dialogue) -> list[int]:
    found = await d.rows("SELECT number FROM endorsements WHERE wave ORDER BY number")
    return [number for (number,) in found]


async def test_the_admins_are_told_once_and_new_ones_are_marked(d: Dialogue) -> None:
    receipts = await sign(d, 1, FLOOR)
    assert not any(LONGER in receipt.text for receipt in receipts)
    assert not told(d, TOLD)
    receipts = await sign(d, FLOOR + 1, FLOOR + 4)
    assert all(LONGER in receipt.text for receipt in receipts)
    assert all("Recorded. Your number is #" in receipt.text for receipt in receipts)
    (words,) = told(d, TOLD)
    assert "11 signatures" in words.text
    assert words.data == {"pending": "/pending wave"}
    assert await marked(d) == [11, 12, 13, 14]
    assert await d.counts() == Counts(pending=14)


async def test_a_corrected_name_keeps_the_mark_and_a_decision_is_a_decision(d: Dialogue) -> None:
    await sign(d, 1, FLOOR + 2)
    await d.say("person12: /mine 12 name Amal Haddad")
    assert await marked(d) == [11, 12]
    await d.say("zaid@admins: /verify 11")
    assert await d.counts() == Counts(pending=11, verified=1, persons=1)


async def test_a_restart_forgets_nothing(d: Dialogue) -> None:
    await sign(d, 1, FLOOR)
    await d.restart()
    await sign(d, FLOOR + 1, FLOOR + 1)
    await d.restart()
    await sign(d, FLOOR + 2, FLOOR + 2)
    assert await marked(d) == [11, 12]
    assert len(told(d, TOLD)) == 1


async def test_when_it_is_over_that_is_told_once(d: Dialogue) -> None:
    await sign(d, 1, FLOOR + 3)
    await d.say("%advance 50m")
    await sign(d, 14, 14)
    assert not told(d, OVER)
    await d.say("%advance 20m")
    (words,) = told(d, OVER)
    assert "4 signatures came in the wave" in words.text
    assert words.names == ("pending",)
    await sign(d, 15, 16)
    assert await marked(d) == [11, 12, 13, 14]
    await d.say("%advance 3h")
    assert len(told(d, OVER)) == 1


async def test_organisations_are_counted_apart(d: Dialogue) -> None:
    """Thousands of accounts hold up no organisation."""
    await sign(d, 1, FLOOR + 1)
    said = await d.say("omar@tunis: /endorse Club of Tunis", "omar@tunis: [confirm]")
    assert not any(LONGER in did.text for did in said)
    assert await marked(d) == [11]


async def test_groups_come_in_waves_too(d: Dialogue) -> None:
    for number in range(FLOOR + 2):
        group = f"omar@group{number}"
        said = await d.say(f"{group}: /endorse Club {number}", f"{group}: [confirm]")
    assert any(LONGER in did.text for did in said)
    (words,) = told(d, TOLD)
    assert "11 endorsements" in words.text


async def test_only_counts_are_kept(d: Dialogue) -> None:
    await sign(d, 1, 3)
    ((name, value),) = await d.rows("SELECT name, value FROM meta WHERE name LIKE 'rate %'")
    assert name == "rate port person"
    assert bytes(value).startswith(b'{"window":"2')
    assert b'"count":3' in bytes(value)
