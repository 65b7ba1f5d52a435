"""The main dialogue in the program itself: at one go, one process a line, killed between lines and
in the middle of them."""

from __future__ import annotations

import contextlib
import random
import sqlite3
import time
from pathlib import Path

import pytest

from tests.e2e.script import LINES, QUESTION, STATS, chat_of, fill_in, recorded
from tests.support import bot_process
from tests.support.bot_process import BotProcess, Entry

SOAK = pytest.mark.soak
QUESTION_NUMBER = 17
"""The number of the bot's question for a reason, when nothing was said twice."""

RECEIPTS = ["@tunis", "amal", "rami"]
DECIDING = LINES.index("zaid@admins: /verify {amal}")
"""Before this the numbers must be known, which are drawn."""


def test_in_two_pipes(tmp_path: Path) -> None:
    said = [e for e in bot_process.console(tmp_path, LINES[:DECIDING]) if e["action"] != "done"]
    lines = [line.replace("{question}", str(QUESTION_NUMBER)) for line in LINES[DECIDING:]]
    again = bot_process.console(tmp_path, [fill_in(line, said) for line in lines])
    asked = [entry["message"] for entry in again if QUESTION.search(entry.get("text", ""))]
    assert asked == [QUESTION_NUMBER]
    done = [entry["line"] for entry in again if entry["action"] == "done"]
    assert done == list(range(1, len(lines) + 1))
    assert sorted(recorded(said)) == RECEIPTS
    assert bot_process.stats(tmp_path) == STATS


def test_every_answer_stands_between_its_line_and_done(tmp_path: Path) -> None:
    """A line is taken only when every answer to the one before is out."""
    with BotProcess(tmp_path) as bot:
        bot.send("amal: /start")
        bot.send("amal: /help")
        bot.send("rami: /privacy")
        entries: list[Entry] = []
        while sum(entry["action"] == "done" for entry in entries) < 3:
            entry = bot.read()
            assert entry is not None
            entries.append(entry)
        assert bot.close() == 0
    assert [e["action"] for e in entries] == ["send", "done"] * 3
    assert [e["chat"] for e in entries if e["action"] == "send"] == ["amal", "amal", "rami"]


@pytest.mark.parametrize(
    "killed", ["now and then", *(pytest.param(k, marks=SOAK) for k in ("never", "always"))]
)
def test_one_process_a_line(tmp_path: Path, killed: str) -> None:
    """Each ends well or is killed, with the answers to its line out."""
    said: list[Entry] = []
    for number, line in enumerate(LINES):
        with BotProcess(tmp_path) as bot:
            answers = bot.say(fill_in(line, said))
            if killed == "always" or (killed == "now and then" and number % 2):
                assert bot.kill() == []
            else:
                assert bot.close() == 0
        if (chat := chat_of(line)) is not None:
            assert chat in {entry["chat"] for entry in answers}
        said += answers
    assert sorted(recorded(said)) == RECEIPTS
    assert bot_process.stats(tmp_path) == STATS


@pytest.mark.parametrize(
    ("seed", "kill"), [(1, 0.25), *(pytest.param(n, 0.7, marks=SOAK) for n in range(2, 8))]
)
def test_killed_while_a_line_is_being_handled(tmp_path: Path, seed: int, kill: float) -> None:
    """Killed within milliseconds of most lines, and started again. Whoever got no answer, before
    the kill or after the new start, says it once more; nothing is lost or counted twice."""
    chance = random.Random(seed)
    said: list[Entry] = []
    kills = 0
    for line in LINES:
        before = len(said)
        while True:
            with BotProcess(tmp_path) as bot:
                # What was received before the kill is answered at the start.
                said += bot.say("#")
                if answered(line, said[before:]):
                    break
                bot.send(fill_in(line, said))
                if chance.random() < kill:
                    time.sleep(chance.uniform(0, 0.025))
                    said += (e for e in bot.kill() if e["action"] != "done")
                    kills += 1
                    continue
                said += bot.rest()
                assert bot.close() == 0
                assert chat_of(line) is None or answered(line, said[before:])
                break
    assert kills > kill * len(LINES) / 2
    assert sorted(recorded(said)) == RECEIPTS
    assert bot_process.stats(tmp_path) == STATS
    with contextlib.closing(sqlite3.connect(tmp_path / "data" / "undersigned.db")) as database:
        numbers = database.execute("SELECT number FROM endorsements ORDER BY number").fetchall()
        waiting = database.execute(
            "SELECT (SELECT count(*) FROM inbox), (SELECT count(*) FROM outbox), "
            "(SELECT count(*) FROM dead_letters)"
        ).fetchone()
    assert sorted(numbers) == sorted((number,) for number in recorded(said).values())
    assert waiting == (0, 0, 0)


def answered(line: str, said: list[Entry]) -> bool:
    """Whether the one who wrote the line heard anything since. A directive needs no answer; saying
    it twice is the same as once."""
    chat = chat_of(line)
    return chat is not None and chat in {entry["chat"] for entry in said}
