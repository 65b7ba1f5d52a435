"""How urgent each thing is that the bot says, as it was written to be delivered."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from bot.domain.priority import Priority
from tests.support.dialogue import Dialogue

ANSWER, DECISION, CARD, ANNOUNCEMENT = Priority


class Posted:
    """Keeps what the outbox forgets: the priority and the kind of slot of each row."""

    def __init__(self, d: Dialogue) -> None:
        self._d = d
        self._seen = 0
        with closing(sqlite3.connect(d.data / "undersigned.db")) as beside:
            beside.executescript(
                "CREATE TABLE posted (id INTEGER PRIMARY KEY, priority INTEGER, slot TEXT);"
                "CREATE TRIGGER posted AFTER INSERT ON outbox BEGIN "
                "INSERT INTO posted (priority, slot) VALUES (new.priority, new.slot); END;"
            )

    async def of(self, *lines: str) -> list[tuple[Priority, str]]:
        """What these lines brought."""
        await self._d.say(*lines)
        rows = await self._d.rows(f"SELECT id, priority, slot FROM posted WHERE id > {self._seen}")
        self._seen = max((row[0] for row in rows), default=self._seen)
        return [(Priority(row[1]), (row[2] or "").partition(":")[0]) for row in rows]


@pytest.fixture
async def posted(d: Dialogue) -> Posted:
    await d.sign("rami", "Rami Haddad")
    return Posted(d)


async def test_what_is_asked_for_is_answered_and_brings_a_card(posted: Posted) -> None:
    steps = ("/sign port", "[confirm]", "Amal Haddad", "[skip]", "[skip]", "[public]")
    brought = await posted.of(*(f"amal: {step}" for step in steps))
    assert {priority for priority, _ in brought} == {ANSWER}
    assert set(await posted.of("amal: [confirm]")) == {(ANSWER, ""), (CARD, "card")}
    assert await posted.of("zaid@admins: /stats") == [(ANSWER, "")]


async def test_a_card_that_is_asked_for_is_an_answer(posted: Posted) -> None:
    brought = await posted.of("zaid@admins: /show 1")
    assert {priority for priority, _ in brought} == {ANSWER}


async def test_a_decision_tells_its_signer_and_changes_its_card(posted: Posted) -> None:
    decided = [(DECISION, "card"), (DECISION, ""), (ANSWER, "")]
    assert sorted(await posted.of("zaid@admins: /verify 1")) == sorted(decided)
    assert sorted(await posted.of("zaid@admins: /undo 1")) == sorted(decided)
    await posted.of("zaid@admins: /verify 1")
    assert await posted.of("%advance 11m") == [(DECISION, "card")]


async def test_a_question_is_a_decision_s_and_its_answer_waits_to_be_decided_on(
    posted: Posted,
) -> None:
    asked = await posted.of("zaid@admins: /ask 1 Which school?")
    assert sorted(asked) == [(ANSWER, ""), (DECISION, "answer")]
    told = await posted.of("rami: The one in Sfax")
    assert sorted(told) == [(ANSWER, ""), (CARD, "")]


async def test_nobody_waits_for_a_reminder(posted: Posted) -> None:
    await posted.of("amal: /sign port")
    assert await posted.of("%advance 23h") == [(ANNOUNCEMENT, "talk")]
    assert await posted.of("%advance 2h") == [(ANNOUNCEMENT, "")]
