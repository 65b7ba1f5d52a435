"""The rows that wait to be delivered, as far as they are held in memory, and which goes next.

Bounded for each platform and for each chat: one that is away, or a group that asks for more than it
may be told, takes up no room that others need.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter

from bot.delivery.lanes import AHEAD, Lane
from bot.delivery.shares import order
from bot.domain.ids import AdapterName
from bot.domain.priority import Priority
from bot.ports import Adapter, Outgoing, decode_outgoing
from bot.storage.database import Database
from bot.storage.outbox import OutboxRow
from bot.storage.tags import chat_tag
from bot.storage.unit import Unit

LOADED = 500
"""Rows of one platform and one priority; more wait in the database."""

FEWEST = 2
"""Rows that are held of any chat: what follows is there when the first is delivered."""

Stream = tuple[AdapterName, Priority]


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
    lanes: dict[Priority, Lane[Delivery]] = field(default_factory=dict)
    """None is empty, here and in the database."""
    busy: bool = False
    turn: int = 0
    """The number of the last place it had on its platform, or of the last before it had anything
    to say."""
    ended: int = 0
    """How many of its rows have ended."""
    failures: int = 0
    """How often in a row the platform could not take its first row."""
    faults: int = 0
    """How often in a row something was wrong with that row itself."""

    def lane(self, priority: Priority) -> Lane[Delivery]:
        return self.lanes.setdefault(priority, Lane())

    def first(self) -> Delivery | None:
        """What goes next; None as long as that is still to be read."""
        for priority in order(self.ended):
            if lane := self.lanes.get(priority):
                return lane.rows[0] if lane.rows else None
        return None


_Head = tuple[tuple[bool, int, int], Delivery, Chat]


class Backlog:
    """Chats with anything to deliver, by their tags.

    Two rows of one chat and one priority are never out of order, so what has to stay in order has
    one priority (`OutboxRows.flush`).
    """

    def __init__(self, adapters: Mapping[AdapterName, Adapter]) -> None:
        self._adapters = adapters
        self._streams: list[Stream] = [(name, each) for name in adapters for each in Priority]
        self._last = dict.fromkeys(self._streams, 0)
        self._held = dict.fromkeys(self._streams, 0)
        self._unseen: set[Stream] = set()
        self._is_new = False
        """Whether rows may have come since the last look at the admin chats'."""
        self._short: set[tuple[bytes, Priority]] = set()
        """Lanes that are empty here and perhaps not in the database."""
        self._chats: dict[bytes, Chat] = {}
        self._places = dict.fromkeys(adapters, 0)
        """How many were given."""
        self._latest: dict[AdapterName, bytes] = {}
        """The chat that got the last one."""

    def __bool__(self) -> bool:
        return bool(self._chats)

    def __getitem__(self, tag: bytes) -> Chat:
        return self._chats[tag]

    def heads(self, name: AdapterName) -> Iterator[tuple[Delivery, Chat]]:
        """What each chat of a platform that is not busy comes next with, in the order in which
        places are theirs: by priorities, then those that have waited for longest since their last
        turn, then the oldest. `begin` whatever gets one before the next is asked for."""
        admins, latest = self._adapters[name].admin_chat, self._latest.get(name)
        found: dict[Priority, list[_Head]] = {each: [] for each in Priority}
        for chat in self._chats.values():
            if not chat.busy and (head := chat.first()) and head.row.adapter == name:
                # Admins wait for nobody, but for others' every second place: they are few, and
                # whoever is one could keep everybody else waiting.
                is_first = head.outgoing.chat == admins and chat.tag != latest
                rank = (not is_first, chat.turn, head.row.id)
                found[head.row.priority].append((rank, head, chat))
        queues = {each: deque(sorted(heads, key=itemgetter(0))) for each, heads in found.items()}
        while any(queues.values()):
            best = next(each for each in order(self._places[name]) if queues[each])
            yield queues[best].popleft()[1:]

    def begin(self, name: AdapterName, chat: Chat) -> None:
        """The chat has got a place on its platform."""
        self._places[name] += 1
        self._latest[name] = chat.tag
        chat.busy, chat.turn = True, self._places[name]

    def expect_anything(self) -> None:
        """There may be rows in the database that have not been seen."""
        self.expect(self._streams)

    def expect(self, streams: Collection[Stream]) -> None:
        """There are such rows; those of a platform that is not configured now wait."""
        self._unseen.update(stream for stream in streams if stream[0] in self._adapters)
        self._is_new = True

    def take(self, rows: Iterable[OutboxRow]) -> None:
        """Rows that have just been committed, before any other. Where all that was there before
        has been seen, and there is room, they need not be read again."""
        for row in rows:
            stream = row.adapter, row.priority
            if row.adapter in self._adapters and stream not in self._unseen:
                if self._has_room(stream):
                    self.add(row)
                else:
                    self.expect([stream])

    async def load(self, database: Database) -> None:
        """Read from the database what there is room for, if there may be anything."""
        wanted = [
            stream for stream in self._streams if stream in self._unseen and self._has_room(stream)
        ]
        if not wanted and not self._short and not self._is_new:
            return
        async with database.unit() as unit:
            for stream in wanted:
                await self._load(unit, stream)
            if self._is_new:
                self._look_for_admins(unit)
            for tag, priority in list(self._short):
                await self._refill(unit, self._chats[tag], priority)

    @property
    def ahead(self) -> int:
        """Rows of one chat that are held: the fewer, the more chats there are, so that there is
        room left to read who comes next."""
        return min(AHEAD, max(FEWEST, LOADED // (len(self._chats) + 1)))

    def _has_room(self, stream: Stream) -> bool:
        return self._held[stream] < LOADED

    async def _load(self, unit: Unit, stream: Stream) -> None:
        rows = await unit.outbox.after(self._last[stream], LOADED, *stream)
        if len(rows) < LOADED:
            self._unseen.discard(stream)
        for row in rows:
            self.add(row)

    def add(self, row: OutboxRow) -> None:
        """A row that was come upon in the order of all of its platform and priority: hold it, if
        its chat has room."""
        stream = row.adapter, row.priority
        self._last[stream] = row.id
        lane = self._chat(row.adapter, row.chat_tag).lane(row.priority)
        if lane.has_room(self.ahead):
            self._held[stream] += lane.add(Delivery(row, decode_outgoing(row.data)))

    def _chat(self, name: AdapterName, tag: bytes) -> Chat:
        return self._chats.setdefault(tag, Chat(tag, turn=self._places[name]))

    def _look_for_admins(self, unit: Unit) -> None:
        """Where more waits than is held, what goes to admins may be behind it: it is read now."""
        self._is_new = False
        for name, priority in self._unseen:
            chat = self._adapters[name].admin_chat
            if chat is not None:
                tag = chat_tag(unit.keys, chat)
                lane = self._chat(name, tag).lane(priority)
                lane.more = True
                if lane.is_short:
                    self._short.add((tag, priority))

    async def _refill(self, unit: Unit, chat: Chat, priority: Priority) -> None:
        lane = chat.lanes[priority]
        most = self.ahead
        rows = await unit.outbox.of_chat(chat.tag, lane.last, most, priority)
        taken = lane.refill([Delivery(row, decode_outgoing(row.data)) for row in rows], most)
        if rows:
            self._held[rows[0].adapter, priority] += taken
        self._short.discard((chat.tag, priority))
        self._forget_if_empty(chat, priority)

    def done(self, row: OutboxRow) -> None:
        """A row, the first of its chat, was ended in the database: the chat may go on."""
        chat = self._chats[row.chat_tag]
        lane = chat.lanes[row.priority]
        lane.rows.popleft()
        self._held[row.adapter, row.priority] -= 1
        chat.busy, chat.failures, chat.faults = False, 0, 0
        chat.ended += 1
        if lane.is_short:
            self._short.add((chat.tag, row.priority))
        self._forget_if_empty(chat, row.priority)

    def _forget_if_empty(self, chat: Chat, priority: Priority) -> None:
        if not chat.lanes[priority]:
            del chat.lanes[priority]
        if not chat.lanes:
            del self._chats[chat.tag]
