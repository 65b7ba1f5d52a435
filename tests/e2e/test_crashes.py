"""A line whose process dies at one step after the other: each statement to the database, each
commit, each thing shown, each save of the platform. And the same steps failing once, as on a full
disk."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.domain.counts import Counts
from tests.support import bot_process
from tests.support.blank import write_blank
from tests.support.bot_process import BotProcess
from tests.support.dialogue import BotStopped, Dialogue, number_in, settings_in

SIGNING = (
    "amal: /sign",
    "amal: [confirm]",
    "amal: Amal Haddad",
    "amal: [skip]",
    "amal: [skip]",
    "amal: [public]",
)
ENDORSING = ("omar@tunis: /endorse",)
SIGNED = (*SIGNING, "amal: [confirm]")

# What came before, the line that is cut off, what must be counted in the end, whose answer says so.
CASES = {
    "sign": (SIGNING, "amal: [confirm]", Counts(pending=1), "amal", "Recorded"),
    "endorse": (ENDORSING, "omar@tunis: [confirm]", Counts(pending=1), "@tunis", "Recorded"),
    "verify": (SIGNED, "zaid@admins: [verify]", Counts(verified=1, persons=1), "amal", "verified"),
    "reject": (
        SIGNED,
        "zaid@admins: /reject 1 no such person",
        Counts(rejected=1),
        "amal",
        "no such person",
    ),
    "withdraw": (
        (*SIGNED, "amal: /withdraw"),
        "amal: [confirm]",
        Counts(withdrawn=1),
        "amal",
        "has been withdrawn",
    ),
}


CLOCK = re.compile(r"\d\d:\d\d")


class Died(Exception):
    """Raised at a step and at every later one, so that nothing more is written or shown."""


async def _prepared(folder: Path, port: Path, lines: Sequence[str]) -> Path:
    """A data folder in which these lines have been said."""
    write_blank(folder)
    dialogue = Dialogue(settings_in(folder, port))
    await dialogue.start()
    await dialogue.already(*lines)
    await dialogue.stop()
    return folder


def _fresh(prepared: Path, folder: Path, port: Path) -> Dialogue:
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir()
    shutil.copytree(prepared / "data", folder / "data")
    shutil.copy(prepared / "undersigned.key", folder)
    return Dialogue(settings_in(folder, port))


def _texts(dialogue: Dialogue) -> set[tuple[str, str]]:
    """Everything that was said, without the time of day."""
    return {(did.chat, CLOCK.sub("", did.text)) for did in dialogue.did}


async def _steps(dialogue: Dialogue, line: str) -> int:
    """How many steps the line has."""
    count = 0

    def step(_what: str) -> None:
        nonlocal count
        count += 1

    await dialogue.start()
    dialogue.at_point = step
    await dialogue.say(line)
    dialogue.at_point = None
    await dialogue.stop()
    return count


def some_steps(every: int) -> pytest.MarkDecorator:
    """One step in so many; all of them when there is time."""
    return pytest.mark.parametrize("every", [every, pytest.param(1, marks=pytest.mark.soak)])


@some_steps(29)
@pytest.mark.parametrize("case", CASES)
async def test_dying_at_any_step(tmp_path: Path, port: Path, case: str, every: int) -> None:
    lines, line, counts, chat, word = CASES[case]
    prepared = await _prepared(tmp_path / "prepared", port, lines)
    undisturbed = _fresh(prepared, tmp_path / "counted", port)
    steps = await _steps(undisturbed, line)
    assert steps > every
    for last in range(0, steps, every):
        dialogue = _fresh(prepared, tmp_path / "dies", port)
        left = last

        def step(_what: str) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                dialogue.die()  # noqa: B023 - called within this turn of the loop only
                raise Died

        await dialogue.start()
        dialogue.at_point = step
        try:
            await dialogue.say(line)
        except (BotStopped, Died):
            await dialogue.kill()
        else:
            await dialogue.kill()
        dialogue.at_point = None
        await dialogue.start()
        await dialogue.say("# what was received is answered first")
        if not any(did.chat == chat and word in did.text for did in dialogue.did):
            await dialogue.say(line)
        told = {did.text for did in dialogue.did if did.chat == chat and word in did.text}
        assert len(told) == 1, (last, told)
        assert number_in(*told) == 1
        # Handled once: nobody hears anything else, such as that it has been done already.
        assert _texts(dialogue) == _texts(undisturbed), last
        assert await dialogue.counts() == counts, last
        # Said once more it changes nothing either.
        await dialogue.say(line)
        assert await dialogue.counts() == counts, last
        assert await dialogue.rows("SELECT number FROM endorsements") == [(1,)]
        assert await dialogue.rows("SELECT count(*) FROM dead_letters") == [(0,)]
        assert await dialogue.rows("SELECT count(*) FROM outbox") == [(0,)]
        await dialogue.stop()


@some_steps(17)
@pytest.mark.parametrize("case", ["sign", "verify", "withdraw"])
async def test_a_disk_that_is_full_once_at_any_step(
    tmp_path: Path, port: Path, case: str, every: int
) -> None:
    """No restart: the step fails, the person may be told so, and it is done all the same."""
    lines, line, counts, chat, word = CASES[case]
    prepared = await _prepared(tmp_path / "prepared", port, lines)
    steps = await _steps(_fresh(prepared, tmp_path / "counted", port), line)
    warned = 0
    for failing in range(0, steps, every):
        dialogue = _fresh(prepared, tmp_path / "fails", port)
        left = failing

        def step(what: str) -> None:
            nonlocal left
            if what in {"a statement", "a commit"}:
                left -= 1
                if left == -1:
                    error = sqlite3.OperationalError("database or disk is full")
                    error.sqlite_errorcode = sqlite3.SQLITE_FULL
                    raise error

        await dialogue.start()
        dialogue.at_point = step
        said = await dialogue.say(line)
        dialogue.at_point = None
        told = [did for did in said if did.chat == chat and word in did.text]
        assert len(told) == 1, (failing, said)
        warned += any("can't save that right now" in did.text for did in said)
        assert await dialogue.counts() == counts
        assert await dialogue.rows("SELECT count(*) FROM dead_letters") == [(0,)]
        await dialogue.stop()
    assert warned


@pytest.mark.parametrize("kills", [6, pytest.param(100, marks=pytest.mark.soak)])
def test_killed_again_and_again_in_the_very_first_start(tmp_path: Path, kills: int) -> None:
    """Key, schema and first rows are made then; the start after the kills must find no ruin."""
    chance = random.Random(7)
    for _ in range(kills):
        with BotProcess(tmp_path) as bot:
            time.sleep(chance.uniform(0.0, 0.25))
            os.kill(bot.pid, signal.SIGKILL)
            bot.kill()
    said = bot_process.console(tmp_path, ["amal: /start"])
    assert [entry["action"] for entry in said] == ["send", "done"]
