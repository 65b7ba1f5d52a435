"""What the core decided, as events in rooms: one at a time, each under a transaction id of its own.

The same key gives the same ids, and the server gives the same event for the same id: a message that
is delivered again after a crash is not there twice.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import struct
import time
from collections.abc import Iterable, Sequence

from nio import ErrorResponse, UploadError
from nio.events import Event

from bot.adapters.matrix.buttons import Keyboard, keyboard_of, with_legend
from bot.adapters.matrix.client import NOBODY, Client, Content, LeftOut, Refused, refusal
from bot.adapters.matrix.devices import Devices
from bot.adapters.matrix.faults import UNREACHED, reason_of
from bot.adapters.matrix.pinning import pin
from bot.adapters.matrix.reactions import Reactions, redact, transaction
from bot.adapters.matrix.refs import message_ref
from bot.adapters.matrix.rendering import content
from bot.adapters.matrix.store import Expected, Memory
from bot.adapters.matrix.versions import Versions, replacement
from bot.domain.ids import MessageRef
from bot.ports import (
    ChatUnreachable,
    Delete,
    DeliveryFault,
    Edit,
    MessageGone,
    Notice,
    Obsolete,
    Outgoing,
    Place,
    Send,
    SendFile,
    Suggestions,
    TryLater,
)
from bot.text.rich import RichText

log = logging.getLogger(__name__)

PREFIX = "!"

ECHO = 2.0
"""Seconds in which a message whose sending was not answered well is still seen in the room: the
server may have taken it, and who sees it there may reply at once."""

_NONE = Keyboard("", ())


class Sending:
    """`callable_admins` are called when something in the admin room asks for a decision, or is
    urgent."""

    def __init__(
        self, client: Client, memory: Memory, devices: Devices, callable_admins: Sequence[str]
    ) -> None:
        self._client = client
        self._devices = devices
        self._memory = memory
        self._admins = callable_admins
        self.reactions = Reactions(client, memory)
        self._versions = Versions(client, memory)
        self._echoes: dict[str, asyncio.Future[str]] = {}
        """By transaction, what is being sent: it becomes the event that is seen in the room."""
        self.busy = asyncio.Lock()
        """Held while a message is sent and until its buttons are known."""

    async def deliver(self, outgoing: Outgoing, key: str, place: Place) -> MessageRef | None:
        """Raises a `DeliveryFault`, or `Refused` for what the server will never take."""
        room = outgoing.chat.key
        if room not in self._client.rooms:
            raise ChatUnreachable("the bot is not in the room")
        try:
            async with self.reactions.give_way():
                return await self._deliver(outgoing, key, place)
        except TryLater as later:
            self.reactions.note_limit(later)
            raise

    async def _deliver(self, outgoing: Outgoing, key: str, place: Place) -> MessageRef | None:
        wait = self.reactions.wait_until - time.monotonic()
        if wait > 0:
            raise TryLater(wait, whole_platform=True)
        room = outgoing.chat.key
        left_out = await self._left_out(outgoing, place)
        match outgoing:
            case Send():
                return await self._send(outgoing, key, place, left_out)
            case Edit():
                return await self._edit(outgoing, key, left_out)
            case Delete():
                tx_id = transaction(key, "delete")
                await redact(self._client, room, str(outgoing.message), tx_id)
            case Notice(press=press, text=text) if text:
                await self._notice(room, press, text, key, left_out)
            case Notice() | Suggestions():
                raise Obsolete
            case SendFile():
                return await self._file(outgoing, key, left_out)
        return None

    async def _left_out(self, outgoing: Outgoing, place: Place) -> LeftOut:
        """The devices that may not read it: of what is personal, those that nobody vouches for."""
        room = self._client.rooms[outgoing.chat.key]
        is_public = place is Place.GROUP or isinstance(outgoing, Delete) or outgoing.public
        if is_public or not room.encrypted:
            return NOBODY
        admin_room = room.room_id if place is Place.ADMIN else None
        return await self._devices.unvouched(list(room.users), admin_room)

    async def _send(self, send: Send, key: str, place: Place, left_out: LeftOut) -> MessageRef:
        room = send.chat.key
        calls = place is Place.ADMIN and not send.quiet and (bool(send.buttons) or send.urgent)
        text = with_legend(send.text, send.buttons, PREFIX)
        said = content(
            text if send.kept is None else send.kept,
            kind="m.text" if calls else "m.notice",
            mentions=self._admins if calls else (),
        )
        if send.thread is not None:
            said["m.relates_to"] = _in_thread(send.thread)
        keyboard = keyboard_of(room, send.buttons)
        brings = Expected(keyboard) if keyboard.buttons else None
        event = await self._say(room, said, transaction(key, "send"), brings, left_out)
        if send.kept is not None:
            await self._versions.change(room, event, text, key, left_out)
        self.reactions.place(event, keyboard, key, _NONE)
        if send.pinned:
            await pin(self._client, room, event)
        return message_ref(event)

    async def _edit(self, edit: Edit, key: str, left_out: LeftOut) -> MessageRef:
        assert edit.message is not None, "the outbox fills it in"
        room, event = edit.chat.key, str(edit.message)
        said = replacement(event, with_legend(edit.text, edit.buttons, PREFIX))
        before = await self.reactions.there(event) or _NONE
        if before.room not in {"", room}:
            # It stays in the room that this one has taken the place of; the server would not say.
            await self._memory.note_keyboard(event, _NONE)
            raise MessageGone
        keyboard = keyboard_of(room, edit.buttons, before.buttons)
        brings = Expected(keyboard, event) if keyboard.buttons or before.buttons else None
        new = await self._say(room, said, transaction(key, "edit"), brings, left_out)
        await self._versions.follow(room, event, new, is_last=edit.last)
        self.reactions.place(event, keyboard, key, before)
        return message_ref(event)

    async def _say(
        self, room: str, said: Content, transaction: str, brings: Expected | None, left_out: LeftOut
    ) -> str:
        """Send a message, or an edit, and know the buttons that it brings from when it is there."""
        if brings is None:
            return await self._send_or_see(room, said, transaction, left_out)
        async with self.busy:
            await self._memory.expect(transaction, brings)
            try:
                event = await self._send_or_see(room, said, transaction, left_out)
            except TryLater:
                raise
            except (DeliveryFault, Refused):
                await self._memory.forget_expected(transaction)
                raise
            await self._memory.note_expected(transaction, event)
        return event

    async def _send_or_see(
        self, room: str, said: Content, transaction: str, left_out: LeftOut
    ) -> str:
        """The id of the event, from the server's answer or from the room."""
        echo: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._echoes[transaction] = echo
        try:
            return await self._client.send_event(
                room, "m.room.message", said, transaction, left_out
            )
        except TryLater as later:
            if later.whole_platform:
                raise
            await asyncio.wait({echo}, timeout=ECHO)
            if not echo.done():
                raise
            return echo.result()
        finally:
            del self._echoes[transaction]

    async def recognise(self, events: Iterable[Event]) -> None:
        """Find among what is new in a room what the server has taken without being heard, where the
        program ended or the connection broke: whoever sees it may answer before it is sent again,
        and that answer stands behind it in the room."""
        for event in events:
            transaction = event.transaction_id
            if event.sender != self._client.user_id or transaction is None:
                continue
            echo = self._echoes.get(transaction)
            if echo is not None and not echo.done():
                echo.set_result(event.event_id)
            if self._memory.expects(transaction):
                # It may be on its way just now.
                async with self.busy:
                    await self._memory.note_expected(transaction, event.event_id)

    async def _notice(self, room: str, press: str, text: str, key: str, left_out: LeftOut) -> None:
        """An answer to a reaction, below the message it was put on, to the person who put it."""
        message, user = json.loads(press)
        said = content(RichText(text), mentions=[user])
        said["m.relates_to"] = {"m.in_reply_to": {"event_id": message}}
        await self._client.send_event(
            room, "m.room.message", said, transaction(key, "notice"), left_out
        )

    async def _file(self, file: SendFile, key: str, left_out: LeftOut) -> MessageRef:
        room = file.chat.key
        encrypted = self._client.rooms[room].encrypted
        kind = "image/png" if file.is_picture else "application/octet-stream"
        try:
            answer, keys = await self._client.upload(
                lambda _limits, _timeouts: io.BytesIO(file.data),
                content_type="application/octet-stream" if encrypted else kind,
                filename=None if encrypted else file.name,
                encrypt=encrypted,
                filesize=len(file.data),
            )
        except UNREACHED as error:
            log.warning("Matrix is not there: %s", reason_of(error))
            raise TryLater from None
        if isinstance(answer, UploadError | ErrorResponse):
            raise refusal(answer).meaning()
        said = content(file.caption) | {"msgtype": "m.file", "filename": file.name}
        said["info"] = {"size": len(file.data)}
        if file.is_picture:
            said["msgtype"] = "m.image"
            said["info"] |= {"mimetype": kind, **_size(file.data)}
        said |= (
            {"file": keys | {"url": answer.content_uri}} if keys else {"url": answer.content_uri}
        )
        if file.thread is not None:
            said["m.relates_to"] = _in_thread(file.thread)
        event = await self._client.send_event(
            room, "m.room.message", said, transaction(key, "file"), left_out
        )
        return message_ref(event)


def _size(png: bytes) -> Content:
    """Width and height as a PNG begins with them: clients keep that much room."""
    width, height = struct.unpack(">II", png[16:24])
    return {"w": width, "h": height}


def _in_thread(root: str) -> Content:
    return {
        "rel_type": "m.thread",
        "event_id": root,
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": root},
    }
