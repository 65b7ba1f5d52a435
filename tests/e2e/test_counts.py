"""Each event counts once, whatever becomes of the commits that bring it and that end it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.ids import ChatRef, Language, UserRef
from bot.ports import Message, Origin, Place
from bot.storage.tags import chat_tag
from tests.contract.test_unsure import Lost, lose_an_answer
from tests.support.dialogue import Dialogue, settings_in
from tests.support.elsewhere import ELSEWHERE, Elsewhere

REFUSED = "rami"
"""Whose conversation the database does not take."""


@pytest.fixture
async def d(tmp_path: Path, port: Path, elsewhere: Elsewhere) -> AsyncIterator[Dialogue]:
    dialogue = Dialogue(settings_in(tmp_path, port))
    await dialogue.start()
    # Once nobody else commits: what has to be done at a start is done.
    await elsewhere.receive(dialogue, message(dialogue, "first"))
    dialogue.bot.dispatcher._counts.clear()
    yield dialogue
    await dialogue.kill()


def message(d: Dialogue, who: str, text: str = "/help", number: int = 1) -> Message:
    """The event of that number and person."""
    chat, user = ChatRef(ELSEWHERE, who), UserRef(ELSEWHERE, who)
    place, en = Place.PRIVATE, Language("en")
    return Message(Origin(f"{who} {number}", chat, place, user, who, en, d.platform.now()), text)


def counted(d: Dialogue) -> tuple[int, int, int]:
    """Received, handled, set aside."""
    found = d.bot.dispatcher._counts[ELSEWHERE]
    return found.received, found.handled, found.set_aside


async def refuse(d: Dialogue) -> None:
    """From now on what the person says fails each time."""
    d.is_changed = True
    tag = chat_tag(d.database.keys, ChatRef(ELSEWHERE, REFUSED)).hex()
    async with d.database.unit() as unit:
        await unit._connection.exec_driver_sql(
            f"CREATE TRIGGER refused BEFORE INSERT ON conversations WHEN NEW.chat_tag = x'{tag}' "
            "BEGIN SELECT RAISE(ABORT, 'refused'); END"
        )


def fail(d: Dialogue, monkeypatch: pytest.MonkeyPatch, commits: int) -> None:
    """The next commits are not carried out."""
    dialect = d.database._engine.sync_engine.dialect
    commit: Any = dialect.do_commit
    numbers = itertools.count(1)

    def maybe(connection: object) -> None:
        if next(numbers) <= commits:
            raise Lost
        commit(connection)

    monkeypatch.setattr(dialect, "do_commit", maybe)


async def test_what_is_known_already_does_not_count(d: Dialogue, elsewhere: Elsewhere) -> None:
    for _ in range(3):
        await elsewhere.receive(d, message(d, "amal"), message(d, "zaid"))
    assert counted(d) == (2, 2, 0)


async def test_a_batch_that_is_taken_apart(d: Dialogue, elsewhere: Elsewhere) -> None:
    await refuse(d)
    people = [*(f"amal{number}" for number in range(10)), REFUSED]
    await elsewhere.receive(d, *(message(d, who, "/sign") for who in people))
    assert counted(d) == (11, 10, 1)


@pytest.mark.parametrize("after", range(4))
async def test_a_commit_that_was_carried_out_unheard(
    d: Dialogue, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    lose_an_answer(d.database, monkeypatch, after)
    await elsewhere.receive(d, *(message(d, who) for who in ("amal", "omar", "zaid")))
    await elsewhere.receive(d, message(d, "amal", number=2))
    assert counted(d) == (4, 4, 0)


@pytest.mark.parametrize("after", range(3))
async def test_what_was_set_aside_unheard(
    d: Dialogue, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    await refuse(d)
    lose_an_answer(d.database, monkeypatch, after)
    await elsewhere.receive(d, message(d, REFUSED, "/sign"))
    assert counted(d) == (1, 0, 1)


@pytest.mark.parametrize("commits", [1, 3])
async def test_commits_that_fail(
    d: Dialogue, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch, commits: int
) -> None:
    fail(d, monkeypatch, commits)
    await elsewhere.receive(d, message(d, "amal"), message(d, "omar"))
    assert counted(d) == (2, 2, 0)


async def test_an_event_that_comes_twice_while_commits_fail(
    d: Dialogue, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Telegram does that got no answer to a delivery."""
    fail(d, monkeypatch, 2)
    twice = [elsewhere.receive(d, message(d, "amal")) for _ in range(2)]
    await asyncio.gather(*twice)
    assert counted(d) == (1, 1, 0)
