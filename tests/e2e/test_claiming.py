"""A group becomes the admin chat by the operator's code; guessing it leads nowhere."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.adapters.console.adapter import NAME
from bot.domain.ids import UserRef
from bot.services.claims import ACCOUNTS, Claims
from tests.support.dialogue import Dialogue

CLAIMED = "This is the admin chat now"
WRONG = "0123456789abcdef"


@pytest.fixture
async def code(d: Dialogue) -> str:
    await d.be_there()
    d.adapter.admin_chat = None
    return d.bot.campaign.claims.issue(NAME)


async def guesses(d: Dialogue, times: int) -> str:
    """What omar is told each time."""
    said = {(await d.answer(f"omar@tunis: /claim {WRONG}")).text for _ in range(times)}
    assert len(said) == 1
    return said.pop()


async def test_wrong_guesses_slow_the_guesser_and_leave_the_code(d: Dialogue, code: str) -> None:
    told = await guesses(d, 30)
    assert told.startswith("I don't know that command.")
    assert (await d.answer(f"omar@tunis: /claim {code}")).text == told
    assert (await d.answer(f"rami@sfax: /claim {code}")).text.startswith(CLAIMED)
    assert (await d.answer(f"omar@tunis: /claim {code}")).text == told


async def test_who_is_slowed_may_try_again_later(d: Dialogue, code: str) -> None:
    told = await guesses(d, 4)
    assert (await d.answer(f"omar@tunis: /claim {code}")).text == told
    await d.say("%advance 61s")
    assert (await d.answer(f"omar@tunis: /claim {code}")).text.startswith(CLAIMED)


async def test_three_mistakes_are_forgiven(d: Dialogue, code: str) -> None:
    await guesses(d, 2)
    assert (await d.answer(f"omar@tunis: /claim {code}")).text.startswith(CLAIMED)


def test_the_pause_grows_up_to_an_hour() -> None:
    claims, by, now = Claims(), UserRef(NAME, "1"), dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
    code = claims.issue(NAME)
    pauses = []
    for _ in range(12):
        claims.count(by, now, right=False)
        begun = now
        while not claims.matches(by, code, now):
            claims.count(by, now, right=False)
            now += dt.timedelta(minutes=1)
        pauses.append((now - begun) // dt.timedelta(minutes=1))
    assert pauses == [0, 0, 1, 2, 4, 8, 16, 32, 64, 64, 64, 64]


def test_so_many_guessers_are_remembered_and_no_more() -> None:
    claims, now = Claims(), dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
    code = claims.issue(NAME)
    slow = UserRef(NAME, "slow")
    for number in range(2 * ACCOUNTS):
        claims.count(UserRef(NAME, str(number)), now, right=False)
        if number >= 2 * ACCOUNTS - 3:
            claims.count(slow, now, right=False)
    assert len(claims._tries) == ACCOUNTS
    assert not claims.matches(slow, code, now)
    assert claims.matches(UserRef(NAME, "5"), code, now)
