"""The rows that wait to be delivered, as far as they are held in memory.

Bounded for each platform and for each chat: one that is away, or a group that asks for more than it
may be told, takes up no room that others need.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.delivery.lanes import AHEAD, Lane
from bot.domain.ids import AdapterName
from bot.domain.priority import Priority
from bot.ports import Outgoing, decode_outgoing
from bot.storage.database import Database
from bot.storage.outbox import OutboxRow
from bot.storage.unit import Unit

LOADED = 500
"""Rows of answers of one platform, and as many of broadcasts; more wait in the database."""

_PRIORITY = {False: Priority.ANSWER, True: Priority.ANNOUNCEMENT}

Stream = tuple[AdapterName, bool]
"""A platform's broadcasts (True) or its answers."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A row, and what it says."""

    row: OutboxRow
    outgoing: Outgoing

    @property
    def id(self) -> int:
        return self.row.id


@dataclass(slots=True)
class Chat:
    """`busy` while its first row is under way or waits to be tried again."""

    tag: bytes
    answers: Lane[Delivery] = field(default_factory=Lane)
    broadcasts: Lane[Delivery] = field(default_factory=Lane)
    busy: bool = False
    turn: int = 0
    """The number of the last one it had among all chats', or of the last before it had anything."""
    failures: int = 0
    """How often in a row the platform could not take its first row."""
    faults: int = 0
    """How often in a row something was wrong with that row itself."""

    def lane(self, *, broadcast: bool) -> Lane[Delivery]:
        """The chat's broadcasts, or its answers."""
        return self.broadcasts if broadcast else self.answers

    def first(self) -> Delivery | None:
        """What goes next: no broadcast before an answer, even one that is still to be read."""
        lane = self.answers or self.broadcasts
        return lane.rows[0] if lane.rows else None


class Backlog:
    """Chats with anything to deliver, by their tags."""

    def __init__(self, adapters: Iterable[AdapterName]) -> None:
        self._streams: list[Stream] = [(name, cast) for name in adapters for cast in (False, True)]
        self._last = dict.fromkeys(self._streams, 0)
        self._held = dict.fromkeys(self._streams, 0)
        self._unseen: set[Stream] = set()
        self._short: set[tuple[bytes, bool]] = set()
        """Lanes that are empty here and not in the database."""
        self._chats: dict[bytes, Chat] = {}
        self._turns = 0

    def __bool__(self) -> bool:
        return bool(self._chats)

    def __getitem__(self, tag: bytes) -> Chat:
        return self._chats[tag]

    def heads(self, *, broadcast: bool) -> Iterator[tuple[Delivery, Chat]]:
        """What each chat that is not busy comes next with: those first that have waited for longest
        since their last turn, then the oldest."""
        heads = [
            (head, chat)
            for chat in self._chats.values()
            if not chat.busy and (head := chat.first()) and head.row.broadcast is broadcast
        ]
        return iter(sorted(heads, key=lambda found: (found[1].turn, found[0].row.id)))

    def begin(self, chat: Chat) -> None:
        """It is the chat's turn."""
        self._turns += 1
        chat.busy, chat.turn = True, self._turns

    def expect_new(self) -> None:
        """There may be rows in the database that have not been seen."""
        self._unseen.update(self._streams)

    async def load(self, database: Database) -> None:
        """Read from the database what there is room for, if there may be anything."""
        wanted = [
            stream for stream in self._streams if stream in self._unseen and self._has_room(stream)
        ]
        if not wanted and not self._short:
            return
        async with database.unit() as unit:
            for stream in wanted:
                await self._load(unit, stream)
            for tag, broadcast in list(self._short):
                await self._refill(unit, self._chats[tag], broadcast=broadcast)

    def _has_room(self, stream: Stream) -> bool:
        return self._held[stream] < LOADED

    async def _load(self, unit: Unit, stream: Stream) -> None:
        name, broadcast = stream
        rows = await unit.outbox.after(self._last[stream], LOADED, name, _PRIORITY[broadcast])
        if len(rows) < LOADED:
            self._unseen.discard(stream)
        for row in rows:
            self._last[stream] = row.id
            chat = self._chats.setdefault(row.chat_tag, Chat(row.chat_tag, turn=self._turns))
            lane = chat.lane(broadcast=broadcast)
            if lane.has_room():
                self._held[stream] += lane.add(Delivery(row, decode_outgoing(row.data)))

    async def _refill(self, unit: Unit, chat: Chat, *, broadcast: bool) -> None:
        lane = chat.lane(broadcast=broadcast)
        rows = await unit.outbox.of_chat(chat.tag, lane.last, AHEAD, _PRIORITY[broadcast])
        taken = lane.refill([Delivery(row, decode_outgoing(row.data)) for row in rows])
        if rows:
            self._held[rows[0].adapter, broadcast] += taken
        self._short.discard((chat.tag, broadcast))
        self._forget_if_empty(chat)

    def done(self, row: OutboxRow) -> None:
        """A row, the first of its chat, was ended in the database: the chat may go on."""
        chat = self._chats[row.chat_tag]
        lane = chat.lane(broadcast=row.broadcast)
        lane.rows.popleft()
        self._held[row.adapter, row.broadcast] -= 1
        chat.busy, chat.failures, chat.faults = False, 0, 0
        if lane.is_short:
            self._short.add((chat.tag, row.broadcast))
        self._forget_if_empty(chat)

    def _forget_if_empty(self, chat: Chat) -> None:
        if not chat.answers and not chat.broadcasts:
            del self._chats[chat.tag]
