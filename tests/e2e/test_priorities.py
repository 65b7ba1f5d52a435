"""How urgent each thing is that the bot says, as it was written to be delivered."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from bot.commands.drafts import prompt_of
from bot.domain.priority import Priority
from bot.domain.slots import Slot, SlotKind
from bot.storage.outbox import TAG_BYTES
from bot.storage.tags import chat_tag, slot_tag
from tests.support.dialogue import Dialogue

ANSWER, DECISION, CARD, ANNOUNCEMENT = Priority


class Posted:
    """Keeps what the outbox forgets: the priority and the kind of slot of each row."""

    def __init__(self, d: Dialogue) -> None:
        self._d = d
        d.is_changed = True
        self._seen = 0
        with closing(sqlite3.connect(d.data / "undersigned.db")) as beside:
            beside.executescript(
                "CREATE TABLE posted (id INTEGER PRIMARY KEY, priority INTEGER, slot BLOB);"
                "CREATE TRIGGER posted AFTER INSERT ON outbox BEGIN "
                "INSERT INTO posted (priority, slot) VALUES (new.priority, new.slot_tag); END;"
            )

    async def of(self, *lines: str) -> list[tuple[Priority, str]]:
        """What these lines brought."""
        await self._d.say(*lines)
        rows = await self._d.rows(f"SELECT id, priority, slot FROM posted WHERE id > {self._seen}")
        self._seen = max((row[0] for row in rows), default=self._seen)
        return [(Priority(row[1]), self._kind(row[2])) for row in rows]

    def _kind(self, bound: bytes | None) -> str:
        """That of a slot which the tests know; those that are drawn are for what is shown."""
        if bound is None:
            return ""
        keys = self._d.database.keys
        slots = [Slot(SlotKind.CARD, str(n), "console") for n in (1, 2)]
        slots += [Slot(SlotKind.ANSWER, "1")]
        slots += [prompt_of(chat_tag(keys, self._d.origin(who).chat)) for who in ("amal", "rami")]
        kinds = {slot_tag(keys, slot): str(slot.kind) for slot in slots}
        return kinds.get(bound[:TAG_BYTES], "shown")


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
    # Nobody waits for what stays of it.
    assert await posted.of("%advance 11m") == [(ANNOUNCEMENT, "card")]


async def test_a_question_is_a_decision_s_and_its_answer_waits_to_be_decided_on(
    posted: Posted,
) -> None:
    asked = await posted.of("zaid@admins: /ask 1 Which school?")
    assert sorted(asked) == [(ANSWER, ""), (DECISION, "answer")]
    told = await posted.of("rami: The one in Sfax")
    assert sorted(told) == [(ANSWER, ""), (CARD, "shown")]


async def test_nobody_waits_for_a_reminder(posted: Posted) -> None:
    await posted.of("amal: /sign port")
    assert await posted.of("%advance 23h") == [(ANNOUNCEMENT, "talk")]
    assert await posted.of("%advance 2h") == [(ANNOUNCEMENT, "")]
