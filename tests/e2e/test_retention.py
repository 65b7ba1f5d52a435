"""What is personal is kept for so long and no longer; whoever waits is told before."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.adapters.console.adapter import NAME
from bot.domain.counts import Counts
from bot.domain.ids import ChatRef
from bot.services import mass_due_guard, retention
from bot.storage.tags import chat_tag
from tests.e2e.test_crashes import Died, _fresh, _prepared, _steps, some_steps
from tests.e2e.test_privacy_on_disk import hits, left_behind
from tests.support.dialogue import BotStopped, Dialogue, Did
from tests.support.mortal import rows

CANARY = "Xanthippe Qvortrup"
AFFILIATION = "Zwiebelturm Observatory"
NAMED = "SELECT count(*) FROM endorsements WHERE sealed_name IS NOT NULL"
PERSONAL = (
    "SELECT count(*) FROM endorsements WHERE sealed_name IS NOT NULL OR sealed_details IS NOT NULL"
    " OR sealed_route IS NOT NULL OR sealed_decision IS NOT NULL OR sealed_window IS NOT NULL"
)


async def sign(d: Dialogue, visibility: str, *, again: bool = False) -> None:
    lines = (
        *("amal: /sign port", "amal: [confirm]", f"amal: {CANARY}", f"amal: {AFFILIATION}"),
        *("amal: Tunisia", f"amal: [{visibility}]", "amal: [confirm]"),
    )
    said = await (d.say(*lines) if again else d.already(*lines))
    assert "Recorded" in said[0].text


def told_in(chat: str, said: list[Did]) -> list[str]:
    """But that it takes long, which has nothing to do with how long it is kept."""
    there = [did.text for did in said if did.chat == chat]
    return [text for text in there if "takes longer than it should" not in text]


def to_amal(said: list[Did]) -> list[str]:
    return told_in("amal", said)


async def left(d: Dialogue) -> list[str]:
    """What of the signer lies in the files."""
    person = d.platform.person("amal").id
    await d.restart()
    return hits(left_behind(d.folder), [CANARY, AFFILIATION, person])


async def test_who_waits_is_told_and_then_erased(d: Dialogue) -> None:
    await sign(d, "public")
    assert to_amal(await d.say("%advance 164d")) == []
    said = await d.say("%advance 2d")
    (told,) = to_amal(said)
    assert "still waiting to be verified" in told
    (day,) = [
        line for line in to_amal(await d.say("amal: /mydata"))[0].splitlines() if "If it" in line
    ]
    assert day.removeprefix("If it isn't verified by ").removesuffix(", I erase it.") in told
    (warned,) = [did.text for did in said if "waited very long" in did.text]
    assert warned.startswith("1 signature")
    # Not twice, and not sooner.
    assert to_amal(await d.say("%advance 13d")) == []
    assert await d.rows(NAMED) == [(1,)]
    (ended,) = to_amal(await d.say("%advance 2d"))
    assert "wasn't verified in time" in ended
    assert await d.counts() == Counts(withdrawn=1)
    assert await d.rows(PERSONAL) == [(0,)]
    assert await d.rows("SELECT count(*) FROM endorsements WHERE signer_tag IS NOT NULL") == [(0,)]
    await d.say("%advance 15d")
    assert await left(d) == []
    await sign(d, "public", again=True)
    assert await d.counts() == Counts(pending=1, withdrawn=1)


async def test_who_was_never_told_is_told_first(d: Dialogue) -> None:
    """As where the bot stood still, or its clock jumped."""
    await sign(d, "public")
    (told,) = to_amal(await d.say("%advance 700d"))
    assert "still waiting" in told
    assert await d.rows(NAMED) == [(1,)]
    assert "wasn't verified in time" in to_amal(await d.say("%advance 15d"))[0]


async def test_a_decision_in_time_ends_the_waiting(d: Dialogue) -> None:
    await sign(d, "public")
    await d.say("%advance 170d", "zaid@admins: /verify 1", "%advance 1d", "%advance 900d")
    assert await d.rows("SELECT public_name FROM endorsements") == [(CANARY,)]
    assert await d.counts() == Counts(verified=1, persons=1)


async def test_not_accepted_for_good_holds_without_a_name(d: Dialogue) -> None:
    await sign(d, "public")
    await d.say("zaid@admins: /reject 1 no", "%advance 1d")
    await sign(d, "public", again=True)
    await d.say("zaid@admins: /reject 1 no", "%advance 29d")
    assert await d.rows(NAMED) == [(1,)]
    await d.say("%advance 2d")
    assert await d.rows(PERSONAL) == [(0,)]
    assert await d.counts() == Counts(rejected=1)
    said = (await d.say("amal: /sign port"))[-1].text
    assert "not accepted" in said
    await d.say("zaid@admins: /show 1", "zaid@admins: /undo 1", "amal: /mine", "amal: /mydata")
    await d.say("%advance 15d")
    assert await left(d) == []


@pytest.mark.parametrize("visibility", ["organisers", "counted"])
async def test_a_name_that_is_not_public_goes_and_counts(d: Dialogue, visibility: str) -> None:
    await sign(d, visibility)
    await d.say("zaid@admins: /verify 1", "%advance 364d")
    assert await d.rows(NAMED) == [(int(visibility == "organisers"),)]
    await d.say("%advance 2d")
    assert await d.rows(NAMED) == [(0,)]
    assert await d.counts() == Counts(verified=1, persons=1)
    await d.say("%advance 15d")
    assert await left(d) == []
    await d.say("amal: /withdraw", "amal: [confirm]")
    assert await d.counts() == Counts(withdrawn=1)


SIGNED = (
    *("amal: /sign port", "amal: [confirm]", f"amal: {CANARY}", f"amal: {AFFILIATION}"),
    *("amal: Tunisia", "amal: [public]", "amal: [confirm]", "%advance 167d"),
)


@some_steps(25)
async def test_killed_at_any_step_it_is_done_once(tmp_path: Path, port: Path, every: int) -> None:
    prepared = await _prepared(tmp_path / "prepared", port, SIGNED)
    steps = await _steps(_fresh(prepared, tmp_path / "counted", port), "%advance 15d")
    assert steps > 20
    for last in range(0, steps, every):
        d = _fresh(prepared, tmp_path / "dies", port)
        step = dying(d, last)
        await d.start()
        d.at_point = step
        with contextlib.suppress(BotStopped, Died):
            await d.say("%advance 15d")
        d.at_point = None
        await d.kill()
        was_shown = any("wasn't verified in time" in did.text for did in d.did)
        was_noted = not rows(d.folder, f"SELECT id FROM outbox WHERE chat_tag = x'{_amals(d)}'")
        await d.start()
        # The clock of the console is kept in a file, which may have been written or not.
        await d.say("# what is due is done first", "%advance 15d")
        ended = [did.text for did in d.did if "wasn't verified in time" in did.text]
        # What was shown before that could be noted is shown again.
        assert len(ended) == (2 if was_shown and not was_noted else 1), last
        assert await d.rows(PERSONAL) == [(0,)], last
        assert await d.counts() == Counts(withdrawn=1), last
        await d.kill()


def _amals(d: Dialogue) -> str:
    """The tag of amal's chat in hex."""
    return chat_tag(d.database.keys, ChatRef(NAME, str(d.platform.person("amal").id))).hex()


def dying(d: Dialogue, last: int) -> Callable[[str], None]:
    left = last

    def step(_what: str) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            d.die()
            raise Died

    return step


async def test_many_at_once_wait_for_an_admin(d: Dialogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than a tenth of all, as after a clock that jumped; in steps of two."""
    monkeypatch.setattr(mass_due_guard, "FEWEST", 5)
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    for number in range(1, 7):
        await d.sign(f"person{number}", f"Person {number}", "organisers")
        await d.say(f"zaid@admins: /verify {number}", "%advance 11m")
    said = await d.say("%advance 400d")
    assert [did.names for did in said if "release" in did.names] == [("release",)]
    assert any("old enough to be erased" in did.text for did in said)
    assert await d.rows(NAMED) == [(6,)]
    await d.restart()
    assert await d.rows(NAMED) == [(6,)]
    await d.say("zaid@admins: [release]")
    assert await d.rows(NAMED) == [(0,)]
    assert await d.counts() == Counts(verified=6, persons=6)


async def test_a_group_hears_of_it_too(d: Dialogue) -> None:
    await d.say("omar@tunis: /endorse port", "omar@tunis: [confirm]")
    assert await d.counts() == Counts(pending=1)
    said = await d.say("%advance 167d")
    (told,) = told_in("@tunis", said)
    assert "Your endorsement" in told
    await d.say("%advance 15d")
    assert await d.rows(PERSONAL) == [(0,)]


async def test_everybody_is_told_when_they_sign_and_when_they_ask(d: Dialogue) -> None:
    consent = (await d.say("amal: /sign port"))[-1].text
    assert "how long I keep your name" in consent
    said = (await d.say("amal: /privacy"))[-1].text
    assert "after 180 days" in said
    assert "30 days after the decision" in said
    assert "365 days after signing closes" in said
