"""What a unit gathers, and writes in the end: until then it is seen as if it were written."""

from __future__ import annotations

import datetime as dt

from bot.domain.ids import MessageRef, Number
from bot.domain.slots import Slot, SlotKind
from bot.storage.database import Database
from bot.storage.jobs import Job
from bot.storage.messages import bound
from tests.contract.test_storage import CARD, CHAT, NOON, window

OTHER = Slot.of(SlotKind.CARD, Number(2), "console")
HOUR = dt.timedelta(hours=1)


async def test_the_token_of_a_slot_that_was_ended_is_not_found(database: Database) -> None:
    async with database.unit() as unit:
        token = await unit.messages.place(CARD, CHAT)
    async with database.unit() as unit:
        await unit.messages.end(CARD)
        assert await unit.messages.by_token(token) is None
        assert await unit.messages.in_slot(CARD) is None
    async with database.unit() as unit:
        assert await unit.messages.by_token(token) is None


async def test_what_ends_in_its_own_unit_leaves_nothing(database: Database) -> None:
    async with database.unit() as unit:
        kept = await unit.messages.place(OTHER, CHAT)
    async with database.unit() as unit:
        token = await unit.messages.place(CARD, CHAT)
        await unit.messages.show(token, [Number(1)], is_new=True)
        await unit.messages.end(CARD)
        assert await unit.messages.token(OTHER) == kept
        await unit.messages.show(kept, [Number(1)], is_new=True)
        await unit.messages.end(OTHER)
    async with database.unit() as unit:
        assert await unit.messages.showing(Number(1)) == []
        assert await unit.messages.in_slot(OTHER) is None


async def test_what_was_delivered_is_known_at_once(database: Database) -> None:
    async with database.unit() as unit:
        token = await unit.messages.place(CARD, CHAT)
    async with database.unit() as unit:
        await unit.messages.look_at([CARD, OTHER])
        await unit.messages.delivered(bound(unit.keys, CARD, token), CHAT, MessageRef("17"))
        for live in (await unit.messages.in_slot(CARD), await unit.messages.by_token(token)):
            assert live is not None
            assert live.message == "17"
        assert await unit.messages.in_slot(OTHER) is None


async def test_a_message_shows_what_it_was_placed_with(database: Database) -> None:
    async with database.unit() as unit:
        token = await unit.messages.place(CARD, CHAT)
        await unit.messages.show(token, [Number(1), Number(2)], is_new=True)
        (live,) = await unit.messages.showing(Number(2))
        assert live.slot == CARD
        await unit.messages.show(token, [Number(1)])
    async with database.unit() as unit:
        assert [each.slot for each in await unit.messages.showing(Number(1))] == [CARD]
        assert await unit.messages.showing(Number(2)) == []


async def test_a_job_that_was_set_and_ended_and_ensured(database: Database) -> None:
    async with database.unit() as unit:
        await unit.jobs.set(Job(window("a"), NOON))
        await unit.jobs.end(window("a"))
        await unit.jobs.ensure(Job(window("a"), NOON + HOUR))
        await unit.jobs.ensure(Job(window("a"), NOON - HOUR))
        await unit.jobs.set(Job(window("b"), NOON))
        await unit.jobs.end(window("b"))
        await unit.jobs.end(window("c"))
        await unit.jobs.set(Job(window("c"), NOON))
        assert await unit.jobs.when(window("b")) is None
    async with database.unit() as unit:
        assert await unit.jobs.when(window("a")) == NOON + HOUR
        assert await unit.jobs.when(window("b")) is None
        assert await unit.jobs.when(window("c")) == NOON
