"""Delivering what was decided: chats side by side, the most urgent first, each in its turn."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from bot.backoff import pause_after
from bot.delivery.anew import is_last
from bot.delivery.attempt import Result, of_many, resolve, send
from bot.delivery.backlog import Backlog, Chat, Delivery
from bot.delivery.counts import Counts, Outcome
from bot.delivery.letters import KeptLetters
from bot.delivery.once import Once
from bot.delivery.pacing import Pacer, Permit
from bot.delivery.worker import Worker, in_one_piece
from bot.domain.ids import AdapterName, ChatRef, MessageRef, UserRef
from bot.ports import (
    Adapter,
    ChatUnreachable,
    Edit,
    Notice,
    Obsolete,
    Outgoing,
    Suggestions,
    TryLater,
    Undeliverable,
)
from bot.storage.database import Database
from bot.storage.errors import StorageFault, StorageUnavailable
from bot.storage.outbox import OutboxRow
from bot.storage.unit import Unit

log = logging.getLogger(__name__)

LONGEST_PAUSE = 300.0
"""Seconds between two tries where the platform does not say how long to wait."""

TRIES = 5
"""After so many faults, which are no state of the platform's or the chat's, a delivery is given up
and logged: it keeps the rest of its chat waiting for 15 s at the most."""


LAST_ANSWERS = 8.0
"""Seconds at the end for the answers to what is under way: a platform that knows no keys for
repeated deliveries would show again what is not written down. Docker kills after ten."""


GivenUp = Callable[[Unit, AdapterName], Awaitable[None]]
"""Called in the unit that ends a delivery which that platform would not take, or which failed too
often."""

Undelivered = Callable[[Unit, ChatRef, UserRef | None], Awaitable[None]]
"""Called in the unit that ends the delivery, with the chat that could not be written to and with
the person whose private chat it is."""


PartEnded = Callable[[Unit, bytes, int, int], Awaitable[None]]
"""Called in the unit that ends some of what is said to many, with its tag, how many could not be
reached, and of how many that is not known."""


async def _nobody_asks(_unit: Unit, _many: bytes, _failed: int, _unknown: int) -> None:
    """Where nothing is said to many."""


class Outbox(Worker):
    """Loads rows, delivers each chat's first, and commits what was delivered in batches."""

    def __init__(
        self,
        database: Database,
        adapters: Mapping[AdapterName, Adapter],
        undelivered: Undelivered,
        given_up: GivenUp,
        counts: Counts | None = None,
        part_ended: PartEnded = _nobody_asks,
    ) -> None:
        super().__init__()
        self._part_ended = part_ended
        self._counts = Counts() if counts is None else counts
        self._database = database
        self._given_up = given_up
        self._undelivered = undelivered
        self._adapters = adapters
        self._pacers = {
            name: Pacer(adapter.capabilities.overall) for name, adapter in adapters.items()
        }
        self._under_way = dict.fromkeys(adapters, 0)
        self._waiting = Backlog(adapters)
        self._letters = KeptLetters()
        self._once = Once(database, adapters)
        self._finished: list[Result] = []

    def take(self, rows: Iterable[OutboxRow]) -> None:
        """Rows that have just been committed."""
        self._waiting.take(rows)
        self.go_on()

    async def work(self) -> float | None:
        # What may go is begun first, so that it is under way while the last results are written.
        self._start_all()
        await in_one_piece(self._acknowledge())
        if self.look:
            self.look = False
            self._waiting.expect_anything()
        await self._waiting.load(self._database)
        return self._start_all()

    def _start_all(self) -> float | None:
        waits = [self._start(name, adapter) for name, adapter in self._adapters.items()]
        soonest = min(waits, default=math.inf)
        # Without an end in sight the end of a delivery wakes this worker.
        return None if soonest == math.inf else soonest

    async def close(self) -> None:
        """Wait for what is under way, so that it is written down as delivered, while the adapters
        still run. What takes longer is cut off, and delivered at the next start."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LAST_ANSWERS)
        await super().close()
        try:
            await self._acknowledge()
        except (StorageUnavailable, StorageFault) as error:
            log.warning("what was delivered last cannot be written down: %s", error)

    def is_done(self) -> bool:
        return not self._finished and not self._waiting

    def _start(self, name: AdapterName, adapter: Adapter) -> float:
        """Begin what may go now on one platform; seconds until more may, infinite if nothing waits
        for time."""
        soonest = math.inf
        at_once = adapter.capabilities.at_once
        if self._under_way[name] >= at_once:
            return soonest
        for head, chat in self._waiting.heads(name):
            if not self._once.may_go(head.row):
                continue
            turn = self._permit(head, adapter)
            if isinstance(turn, float):
                soonest = min(soonest, turn)
                continue
            self._waiting.begin(name, chat)
            self._under_way[name] += 1
            self._once.goes(head.row)
            self.spawn(self._deliver(head, chat, turn))
            if self._under_way[name] >= at_once:
                break
        return soonest

    def _permit(self, delivery: Delivery, adapter: Adapter) -> Permit | float | None:
        """The place among those that may go now, or the seconds to wait for one; None for what
        needs no place."""
        row, outgoing = delivery.row, delivery.outgoing
        if isinstance(outgoing, Notice | Suggestions):
            return None
        windows = adapter.capabilities.pace(outgoing.chat)
        pacer = self._pacers[row.adapter]
        now = asyncio.get_running_loop().time()
        wait = pacer.wait(row.chat_tag, windows, now, row.priority)
        if wait > 0.0:
            return wait
        return pacer.begin(row.chat_tag, windows, row.priority)

    async def _acknowledge(self) -> None:
        """Write down what has been delivered; only then the next of the same chat may go."""
        if not self._finished:
            return
        results = list(self._finished)
        done = [result for result in results if result.retry is None]
        if done:
            await self._write(done)
        del self._finished[: len(results)]
        for result in results:
            self._once.ended(result.row)
            self._release(result)

    async def _write(self, done: Sequence[Result]) -> None:
        gone = [result for result in done if result.unreachable or result.given_up]
        try:
            await self._end(done, gone)
        except StorageUnavailable:
            raise
        except Exception:
            if not gone:
                raise
            # Else the same would be tried, and fail, at every start.
            log.exception("it could not be noted what was not delivered")
            await self._end(done, ())
        # What was noted may have to be told.
        self.look = self.look or bool(gone)

    async def _end(self, done: Sequence[Result], gone: Sequence[Result]) -> None:
        async with self._database.unit() as unit:
            # What is said to many is old by the time that somebody mends what kept it.
            letters = [
                (each.row, each.given_up) for each in gone if each.given_up and not each.row.many
            ]
            today = self._database.now().date()
            await self._letters.end(unit, [each.row for each in done], letters, today)
            await unit.outbox.done([result.row.id for result in done])
            for result in done:
                is_live = not result.row.many and result.chat and not result.unreachable
                if result.row.slot and result.chat and is_live:
                    message = result.message or MessageRef("")
                    await unit.messages.delivered(result.row.slot, result.chat, message)
                if result.row.slot and result.last:
                    await unit.messages.gone(result.row.slot)
            for result in gone:
                if result.chat and result.unreachable:
                    await self._undelivered(unit, result.chat, result.unreachable.person)
                if result.given_up:
                    await self._given_up(unit, result.row.adapter)
            for many, parts in of_many(done).items():
                failed = sum(bool(each.unreachable or each.given_up) for each in parts)
                unknown = sum(each.unknown for each in parts)
                await self._part_ended(unit, many, failed, unknown)

    def _release(self, result: Result) -> None:
        if result.retry is None:
            self._waiting.done(result.row)
        else:
            asyncio.get_running_loop().call_later(result.retry, self._free, result.row.chat_tag)

    def _free(self, tag: bytes) -> None:
        self._waiting[tag].busy = False
        self.go_on()

    async def _deliver(self, delivery: Delivery, chat: Chat, turn: Permit | None) -> None:
        row = delivery.row
        result = None
        try:
            result = await self._try(row, delivery.outgoing, chat, turn)
        except StorageUnavailable:
            result = self._later(row, chat, None)
        except Exception as error:
            # The boundary where a fault of an adapter is logged; the text of the message is not.
            log.exception("delivery %s failed", row.id)
            chat.faults += 1
            result = Result(row, retry=pause_after(chat.faults), outcome=Outcome.RETRIED)
            if chat.faults >= TRIES:
                log.error("delivery %s is given up after %s tries", row.id, chat.faults)  # noqa: TRY400
                result = Result(row, given_up=type(error).__name__, outcome=Outcome.FAILED)
        finally:
            self._under_way[row.adapter] -= 1
            if turn is not None:
                is_sent = result is None or result.outcome is not Outcome.LEFT_OUT
                turn.end(asyncio.get_running_loop().time() if is_sent else None)
        if result.retry is not None:
            await self._once.rest(row)
        self._counts[row.adapter].tries[result.outcome] += 1
        self._finished.append(result)
        self.go_on()

    async def _try(
        self, row: OutboxRow, outgoing: Outgoing, chat: Chat, turn: Permit | None
    ) -> Result:
        if not self._database.is_held:
            raise StorageUnavailable("another instance may have sent it")
        is_unsure = self._once.is_unsure(row)
        if is_unsure or not await self._once.begin(row):
            return Result(row, outcome=Outcome.LEFT_OUT, unknown=is_unsure)
        adapter = self._adapters[row.adapter]
        known = await resolve(self._database, adapter, outgoing, row)
        last = is_last(outgoing)
        if known is None:
            return Result(row, last=last, outcome=Outcome.LEFT_OUT)
        outgoing = known
        try:
            where, message = await send(adapter, outgoing, row.key)
        except TryLater as later:
            self._counts[row.adapter].pauses += later.has_enough
            if later.whole_platform and later.after is not None:
                until = asyncio.get_running_loop().time() + later.after
                self._pacers[row.adapter].pause(until)
            return self._later(row, chat, later.after)
        except (ChatUnreachable, Undeliverable, Obsolete) as fault:
            return _without_it(row, outgoing, fault)
        if turn is not None:
            self._pacers[row.adapter].taken(turn)
        bound = isinstance(outgoing, Edit) and outgoing.is_first and outgoing.message
        if (where, message) == (outgoing.chat, bound):
            return Result(row, last=last)  # as its slot has it already
        return Result(row, where, message, last=last)

    def _later(self, row: OutboxRow, chat: Chat, after: float | None) -> Result:
        chat.failures += 1
        pause = pause_after(chat.failures, longest=LONGEST_PAUSE) if after is None else after
        return Result(row, retry=pause, outcome=Outcome.RETRIED)


def _without_it(
    row: OutboxRow, outgoing: Outgoing, fault: ChatUnreachable | Undeliverable | Obsolete
) -> Result:
    """What was not delivered and never will be."""
    last = is_last(outgoing)
    match fault:
        case ChatUnreachable():
            log.debug("a chat on %s cannot be reached any more: %s", row.adapter, fault.reason)
            outcome = Outcome.UNREACHABLE
            return Result(row, outgoing.chat, unreachable=fault, last=last, outcome=outcome)
        case Undeliverable():
            log.error("delivery %s on %s is given up: %s", row.id, row.adapter, fault.reason)
            return Result(row, given_up=fault.reason, last=last, outcome=Outcome.REFUSED)
        case Obsolete():
            return Result(row, last=last, outcome=Outcome.LEFT_OUT)
