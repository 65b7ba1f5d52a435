"""What this adapter remembers, through the core's inbox: secrets, rooms, invites, buttons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from bot.adapters.matrix import buttons
from bot.adapters.matrix.buttons import Keyboard, Pressed, hashed
from bot.adapters.matrix.refs import NAME
from bot.domain.memo import VOTED
from bot.ports import Event, Inbox, Memo

SECRET = "secret"  # noqa: S105 - the name of a kind
"""The kind of memo that holds what lets the bot in, and what it vouches with."""

RENEWED = "renewed"
"""The secret that holds a new device of which the admins have not been told yet."""

BUTTONS_LIFE = dt.timedelta(days=120)
"""A card may wait for months to be decided; a reading button works as long."""

PRESSES_LIFE = dt.timedelta(days=2)
"""How long taking a reaction away counts as another press."""

SENDING_LIFE = dt.timedelta(days=7)
"""How long it is remembered what a message brings that the server may have taken unheard."""

NEWEST = 8
"""Messages with buttons that a word typed in a room can mean, the newest first."""


@dataclass(frozen=True, slots=True)
class Room:
    """What is known of a room: whether somebody opened it as a private chat with the bot, and with
    whom it is one now."""

    direct: bool = False
    joined: bool = False
    was_met: bool = False
    """Whether anybody else was ever there; the bot leaves a room when the last one has."""
    private_with: str | None = None
    newest: tuple[str, ...] = ()
    """The messages with buttons that came last, the newest first."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Buttons that come with a message on its way, or with an edit of `message`."""

    keyboard: Keyboard
    message: str | None = None


_ROOM: TypeAdapter[Room] = TypeAdapter(Room)
_EXPECTED: TypeAdapter[Expected] = TypeAdapter(Expected)
_PRESSED: TypeAdapter[Pressed] = TypeAdapter(Pressed)


class Memory:
    """Rooms, and what is on its way, are held in memory too; all else is read when it is needed."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._rooms: dict[str, Room] = {}
        self._expected: dict[str, Expected] = {}

    async def load(self) -> None:
        found = await self._inbox.recall(NAME, "room")
        self._rooms = {room: _ROOM.validate_json(text) for room, text in found.items()}
        found = await self._inbox.recall(NAME, "sent")
        self._expected = {tx: _EXPECTED.validate_json(text) for tx, text in found.items()}

    async def keep(self, memos: Iterable[Memo], events: Sequence[Event] = ()) -> None:
        await self._inbox.receive(NAME, events, memos=list(memos))

    # -- secrets -------------------------------------------------------------------------------

    async def secret(self, name: str) -> str | None:
        return await self._inbox.recall_one(NAME, SECRET, name)

    async def keep_secrets(self, events: Sequence[Event] = (), /, **secrets: str | None) -> None:
        """`events` are told to the core in the same commit."""
        await self.keep((Memo(SECRET, name, value) for name, value in secrets.items()), events)

    # -- rooms ---------------------------------------------------------------------------------

    def room(self, room: str) -> Room:
        return self._rooms.get(room, Room())

    def rooms(self) -> list[str]:
        return list(self._rooms)

    def note_room(self, room: str, known: Room) -> Memo:
        """The memo that keeps it; it counts from now on."""
        self._rooms[room] = known
        return Memo("room", room, _ROOM.dump_json(known).decode())

    def forget_room(self, room: str) -> Memo:
        self._rooms.pop(room, None)
        return Memo("room", room, None)

    # -- buttons -------------------------------------------------------------------------------

    async def keyboard(self, message: str) -> Keyboard | None:
        found = await self._inbox.recall_one(NAME, "buttons", message)
        return None if found is None else buttons.decode(found)

    async def expect(self, transaction: str, expected: Expected) -> None:
        """Remember what is sent under that id before it is: the server may take it, and show it to
        everybody, though its answer never comes."""
        if self._expected.get(transaction) != expected:
            self._expected[transaction] = expected
            value = _EXPECTED.dump_json(expected).decode()
            await self.keep([Memo("sent", transaction, value, _today() + SENDING_LIFE)])

    def expects(self, transaction: str) -> bool:
        return transaction in self._expected

    async def forget_expected(self, transaction: str) -> None:
        """The server has not taken it, and never will."""
        if self._expected.pop(transaction, None) is not None:
            await self.keep([Memo("sent", transaction, None)])

    async def note_expected(self, transaction: str, event: str) -> None:
        """The server has taken it, as this event. Nothing if that is known already."""
        expected = self._expected.get(transaction)
        if expected is None:
            return
        is_new, message = expected.message is None, expected.message or event
        memos = await self._keyboard_memos(message, expected.keyboard, is_new=is_new)
        await self.keep([*memos, Memo("sent", transaction, None)])
        self._expected.pop(transaction, None)

    async def note_keyboard(self, message: str, keyboard: Keyboard) -> None:
        """Which buttons a message has now; none: it is forgotten."""
        await self.keep(await self._keyboard_memos(message, keyboard, is_new=False))

    async def _keyboard_memos(
        self, message: str, keyboard: Keyboard, *, is_new: bool
    ) -> list[Memo]:
        value = buttons.encode(keyboard) if keyboard.buttons else None
        memos = [Memo("buttons", message, value, _today() + BUTTONS_LIFE)]
        if value is None:
            memos += await self._votes_on(message)
        if is_new and value is not None:
            known = self.room(keyboard.room)
            newest = (message, *(each for each in known.newest if each != message))[:NEWEST]
            memos.append(self.note_room(keyboard.room, replace(known, newest=newest)))
        return memos

    async def version(self, message: str) -> str | None:
        """The event that says what a message says now, of one whose earlier versions are taken
        away; None for any other."""
        return await self._inbox.recall_one(NAME, "version", message)

    async def note_version(self, message: str, event: str | None) -> None:
        """None: nothing of the message has to be taken away any more."""
        await self.keep([Memo("version", message, event)])

    def note_press(self, reaction: str, pressed: Pressed) -> Memo:
        value = _PRESSED.dump_json(pressed).decode()
        return Memo("pressed", reaction, value, _today() + PRESSES_LIFE)

    def note_vote(self, reaction: str, pressed: Pressed) -> Memo:
        """As `note_press`, for as long as the message has its buttons."""
        value = _PRESSED.dump_json(pressed).decode()
        return Memo(VOTED, reaction, value, _today() + BUTTONS_LIFE)

    def forget_vote(self, reaction: str) -> Memo:
        return Memo(VOTED, reaction, None)

    async def vote(self, reaction: str) -> Pressed | None:
        found = await self._inbox.recall_one(NAME, VOTED, reaction)
        return None if found is None else _PRESSED.validate_json(found)

    async def _votes_on(self, message: str) -> list[Memo]:
        """The memos that forget who can take back what."""
        pressed = await self._votes()
        return [Memo(VOTED, each, None) for each, on in pressed.items() if on.message == message]

    async def other_vote(
        self, user: str, message: str, without: str, memos: Iterable[Memo]
    ) -> Pressed | None:
        """The newest of somebody's reactions at a message but for the one; `memos` are those to be
        kept next."""
        found = [
            on
            for each, on in (await self._votes(memos)).items()
            if each != without and on.message == message and on.by == hashed(each, user)
        ]
        return max(found, key=lambda on: on.at, default=None)

    async def _votes(self, memos: Iterable[Memo] = ()) -> dict[str, Pressed]:
        found: dict[str, str | None] = {**await self._inbox.recall(NAME, VOTED)}
        found |= {memo.key: memo.value for memo in memos if memo.kind == VOTED}
        return {each: _PRESSED.validate_json(value) for each, value in found.items() if value}

    async def press(self, reaction: str) -> Pressed | None:
        """What a reaction pressed not long ago."""
        found = await self._inbox.recall_one(NAME, "pressed", reaction)
        return None if found is None else _PRESSED.validate_json(found)


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()
