"""When the admins are called: a sound once in a while, quiet hours, a reminder."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.admin_chat import brought, come, counts, plain
from tests.support.dialogue import Dialogue, open_dialogue
from tests.support.statements import write_port


@pytest.fixture
async def night(tmp_path: Path) -> AsyncIterator[Dialogue]:
    """Quiet from one hour ago until in five hours."""
    now = dt.datetime.now(dt.UTC)
    hours = [(now + dt.timedelta(hours=h)).strftime("%H:%M") for h in (-1, 5)]
    environ = {"UNDERSIGNED_VERIFICATION__QUIET_HOURS": "-".join(hours)}
    async with open_dialogue(tmp_path, write_port(tmp_path), **environ) as dialogue:
        yield dialogue


async def test_one_sound_in_an_hour(d: Dialogue) -> None:
    await come(d, 3)
    await d.say("%advance 10m")
    await come(d, 9)
    assert len(d.adapter.heard) == 1
    first = d.newest("@admins", "pending")
    await d.say("%advance 49m")
    assert len(d.adapter.heard) == 1
    await d.say("%advance 1m")
    assert plain(d.adapter.heard[1]).startswith("+ 5 since ")
    second = d.newest("@admins", "pending")
    assert second.number > first.number
    assert d.now_showing("@admins", first.number).text == "There's a newer count below."
    await come(d, 4)
    await d.say("%advance 61m")
    assert (len(d.adapter.heard), counts(d)[-1]) == (2, "+ 9"), "not twice as many"
    await come(d, 1)
    await d.say("%advance 15s")
    assert (len(d.adapter.heard), counts(d)[-1]) == (3, "+ 10")


async def test_quiet_hours(night: Dialogue) -> None:
    d = night
    await come(d, 9)
    await d.say("%advance 4h")
    await come(d, 1)
    await d.say("%advance 30m")
    assert d.adapter.heard == []
    await d.say("%advance 31m")
    assert len(d.adapter.heard) == 1
    assert plain(d.adapter.heard[0]).startswith("+ 3 since ")


async def test_what_came_in_the_night_is_heard_once_it_is_over(night: Dialogue) -> None:
    d = night
    await d.say("%advance 6h")
    await come(d, 27)
    await d.say("%advance 2h")
    heard = len(d.adapter.heard)
    await d.say("%advance 16h")
    await come(d, 1)
    assert len(d.adapter.heard) == heard
    await d.say("%advance 6h")
    assert len(d.adapter.heard) == heard + 1
    assert "+ 21" in plain(d.adapter.heard[-1])


async def test_what_waits_for_long_is_brought_to_mind_once_a_day(d: Dialogue) -> None:
    await come(d, 2)
    await d.say("%advance 46h")
    assert len(brought(d)) == 2
    await d.say("%advance 2h")
    reminder = brought(d)[-1]
    assert "2 signatures are waiting, the oldest since" in reminder.text
    assert (reminder.names, reminder.data) == (("pending",), {"pending": "/pending"})
    await d.restart()
    await d.say("%advance 23h")
    assert len(brought(d)) == 3
    await d.say("zaid@admins: /verify 1", "%advance 61m")
    assert "1 signature is waiting since" in brought(d)[-1].text
    await d.say("zaid@admins: /verify 2")
    before = len(brought(d))
    await d.say("%advance 72h")
    assert len(brought(d)) == before


async def test_nothing_is_brought_to_mind_in_the_quiet_hours(night: Dialogue) -> None:
    d = night
    await come(d, 1)
    await d.say("%advance 48h")
    assert len(brought(d)) == 1
    await d.say("%advance 4h")
    assert len(brought(d)) == 1
    await d.say("%advance 2h")
    assert "1 signature is waiting since" in brought(d)[-1].text
    assert len(d.adapter.heard) == 1


async def test_an_answer_is_one_of_the_things_that_are_heard_once(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    d.adapter.heard.clear()
    for heard in (0, 1):
        await d.say("zaid@admins: /ask 1 Which school?", "amal: [answer]", "amal: In Sfax")
        assert "In Sfax" in brought(d)[-1].text
        assert len(d.adapter.heard) == heard
        await d.say("%advance 1h")
