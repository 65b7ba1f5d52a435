"""Dead letters: what failed each time that it was handled, or that nobody could deliver."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from bot.domain.ids import AdapterName
from bot.ports import (
    Delete,
    Edit,
    Notice,
    Place,
    Send,
    SendFile,
    Suggestions,
    decode_event,
    decode_outgoing,
    typed_text,
)
from bot.storage.database import Database
from bot.storage.inbox import NewEvent
from bot.storage.outbox import OutboxRow
from bot.storage.unit import Unit


class KeptLetters:
    """Keeps what the outbox gives up. What is said later in the same message takes its place."""

    def __init__(self) -> None:
        self._slots: set[bytes] | None = None
        """The live messages of which something is kept; None before anybody has looked."""

    async def end(
        self,
        unit: Unit,
        done: Iterable[OutboxRow],
        given_up: Iterable[tuple[OutboxRow, str]],
        today: dt.date,
    ) -> None:
        """Before `done` are dropped, with those that are `given_up` and why. An answer to somebody
        who waits for it is worth nothing afterwards."""
        if self._slots is None:
            self._slots = await unit.letters.slots()
        if over := self._slots.intersection(row.slot for row in done if row.slot):
            await unit.letters.drop(over)
        for row, why in given_up:
            if not isinstance(decode_outgoing(row.data), Notice | Suggestions):
                await unit.letters.keep(row.id, why, today)
                self._slots |= {row.slot} if row.slot else set()


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """`error` says nothing of the text, which is what somebody wrote or was to read."""

    way: Literal["received", "to be said"]
    id: int
    adapter: AdapterName
    day: dt.date
    kind: str
    error: str
    text: str = field(repr=False)


async def dead_letters(unit: Unit) -> list[DeadLetter]:
    """All of them, the oldest first of each way. Raises `KeyFault`."""
    found: list[DeadLetter] = []
    for letter in await unit.letters.received():
        event = decode_event(letter.data)
        kind, said = type(event).__name__.lower(), typed_text(event)
        at = (letter.id, letter.adapter, letter.day)
        found.append(DeadLetter("received", *at, kind, letter.error, said))
    for letter in await unit.letters.undelivered():
        outgoing = decode_outgoing(letter.data)
        match outgoing:
            case Send() | Edit() | Delete():
                said = outgoing.text.plain
            case SendFile():
                said = outgoing.name
            case _:
                said = ""
        at = (letter.id, letter.adapter, letter.day)
        found.append(DeadLetter("to be said", *at, outgoing.kind, letter.error, said))
    return found


async def try_again(database: Database) -> tuple[int, int, int]:
    """Let all of them wait to be handled, and to be delivered; how many of each, and how many were
    of messages that cannot act any more. Whoever works on the database does the rest."""
    async with database.unit() as unit:
        received = await unit.letters.received()
        for letter in received:
            origin = decode_event(letter.data).origin
            is_admin = origin.place is Place.ADMIN
            event = NewEvent(origin.id, origin.chat, letter.data, is_admin)
            await unit.letters.handle_again(letter, event)
        sent: Sequence[bool] = [
            await unit.letters.deliver_again(letter) for letter in await unit.letters.undelivered()
        ]
    return len(received), sum(sent), len(sent) - sum(sent)
