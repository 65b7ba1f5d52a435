"""From what is new in the rooms to what the core is told."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from nio import (
    MatrixRoom,
    MegolmEvent,
    RedactionEvent,
)
from nio.events import Event

from bot.adapters.matrix import files, parsing, replays
from bot.adapters.matrix.buttons import TURNING, Keyboard, Placed, Pressed, hashed
from bot.adapters.matrix.client import IN_CLEAR, RELATION, Client
from bot.adapters.matrix.devices import Devices
from bot.adapters.matrix.identities import Identities
from bot.adapters.matrix.membership import Membership
from bot.adapters.matrix.refs import NAME, chat_ref, message_ref
from bot.adapters.matrix.replays import Replays
from bot.adapters.matrix.rights import Rights, exposed_by
from bot.adapters.matrix.rooms import Rooms
from bot.adapters.matrix.sending import PREFIX
from bot.adapters.matrix.store import Memory
from bot.adapters.matrix.sync import Batch, GapFault, News, is_whole
from bot.adapters.matrix.undecryptable import Unreadable
from bot.adapters.matrix.verification import Verifications
from bot.ports import (
    Attachment,
    Corrected,
    Exposed,
    Inbox,
    Message,
    Moved,
    Origin,
    Place,
    Press,
)
from bot.ports import Event as CoreEvent

log = logging.getLogger(__name__)

WORDLESS = (
    "m.sticker",
    "m.poll.start",
    "org.matrix.msc3381.poll.start",
    "m.call.invite",
)
"""What a person sends beside messages, and would wait for an answer to. A tuple: what somebody
sends as a type may be anything."""


class Reading:
    """`is_admin_room` knows the admin room; `trusts_server` says that its word is enough there."""

    def __init__(
        self,
        client: Client,
        memory: Memory,
        is_admin_room: Callable[[str], bool],
        busy: asyncio.Lock,
        devices: Devices,
        identities: Identities,
        verifications: Verifications,
        rights: Rights,
        *,
        trusts_server: bool,
    ) -> None:
        self._client = client
        self._verifications = verifications
        self._memory = memory
        self._busy = busy
        self._trusts_server = trusts_server
        self._devices = devices
        self._identities = identities
        self._rooms = Rooms(client, memory, is_admin_room)
        self._membership = Membership(client, self._rooms, rights)
        self._unreadable = Unreadable(client, memory, self._rooms)
        assert client.olm is not None
        self._replays = Replays(client.olm)
        self._doubted: set[str] = set()
        """The private chats in which it was last said from a device that nothing vouches for."""
        self.commands: Mapping[Place, frozenset[str]] = {}
        """The names of commands in each kind of room: another word after the sign is a button's."""
        self.my_name = ""

    def waits(self) -> bool:
        return bool(self._unreadable)

    async def load(self, inbox: Inbox) -> None:
        """What the last run of the program left."""
        self._unreadable.load(await inbox.recall(NAME, "unread"))
        self._replays.load(await inbox.recall(NAME, replays.KIND))

    async def read(self, news: News) -> Batch:
        batch = Batch()
        self._membership.since = news.since
        self._verifications.take_from_devices(batch, news.response.to_device_events)
        # What waited for a key that has come now was said before what is new.
        for where, event in self._unreadable.look(batch):
            if is_whole(event):
                await self._event(batch, where, event)
        for room_id, events in news.rooms.items():
            room = self._client.rooms.get(room_id)
            if room is not None:
                await self._room(batch, room, events, is_first=news.is_first)
        for room_id, info in news.response.rooms.leave.items():
            self._rooms.left(batch, room_id, info.timeline.events)
        self._replays.looked()
        return batch

    # -- rooms -------------------------------------------------------------------------------------

    async def _room(
        self, batch: Batch, room: MatrixRoom, events: Sequence[Event], *, is_first: bool
    ) -> None:
        own = [at for at, event in enumerate(events) if self._rooms.is_own_join(event)]
        events = events[own[-1] :] if own else events
        self._rooms.note_privacy(batch, room, events)
        if own:
            batch.events.append(self._rooms.joined(room, events[0]))
            batch.events += await self._membership.arrived(room, events[0])
        if is_first:
            # With no token the server shows old messages, which were never meant for this start.
            return
        for event in events:
            if event.sender != self._client.user_id:
                await self._event(batch, room, event)

    # -- events ------------------------------------------------------------------------------------

    async def _event(self, batch: Batch, room: MatrixRoom, event: Event) -> None:
        try:
            found = await self._core_event(batch, room, event)
        except GapFault:
            # Nothing of it is kept yet: the same is asked for again.
            raise
        except Exception as error:  # noqa: BLE001 - made by a stranger: the others go on
            log.warning("an event of Matrix is left out: %s", type(error).__name__)
            return
        if found is not None:
            batch.events.append(found)
            if found.origin.place is Place.ADMIN and event.decrypted:
                batch.memos += self._replays.keep(event)

    async def _core_event(self, batch: Batch, room: MatrixRoom, event: Event) -> CoreEvent | None:
        if isinstance(event, MegolmEvent):
            self._unreadable.add(batch, room.room_id, event)
            return None
        if event.decrypted:
            self._unreadable.was_read(room.room_id, event.sender)
        if isinstance(event, RedactionEvent):
            self._unreadable.take_back(batch, event.redacts)
            return await self._taken_away(batch, room, event)
        if _is_taken_back(event):
            return None
        return await self._happened(batch, room, event)

    async def _happened(self, batch: Batch, room: MatrixRoom, event: Event) -> CoreEvent | None:
        if self._verifications.take_from_room(batch, room.room_id, event):
            return None
        batch.events += await self._membership.changes(room, event)
        content = event.source["content"]
        match event.source.get("type"):
            case "m.room.message":
                return await self._message(room, event, content)
            case "m.reaction":
                return await self._reaction(batch, room, event, content)
            case kind if kind in WORDLESS:
                return self._wordless(self._rooms.origin(room, event))
        return self._state(room, event, content)

    def _state(
        self, room: MatrixRoom, event: Event, content: Mapping[str, Any]
    ) -> CoreEvent | None:
        kind = str(event.source.get("type"))
        if event.source.get("state_key") != "":
            return None
        if self._rooms.is_admin_room(room.room_id):
            exposure = exposed_by(kind, content)
            return None if exposure is None else Exposed(self._rooms.origin(room, event), exposure)
        return self._replaced(room, event, content) if kind == "m.room.tombstone" else None

    async def _message(
        self, room: MatrixRoom, event: Event, content: Mapping[str, Any]
    ) -> CoreEvent | None:
        said = parsing.said(content, self._client.user_id, self.my_name, PREFIX)
        if content.get("msgtype") == "m.notice":
            return None
        if said.edits is not None:
            return await self._corrected(room, event, content, said.edits)
        if event.source.get(IN_CLEAR) and self._is_guarded(room):
            # Else who carries an admin's message could make it the answer to a question.
            alone = {name: value for name, value in content.items() if name != RELATION}
            said = parsing.said(alone, self._client.user_id, self.my_name, PREFIX)
        place = self._rooms.place(room)
        origin = await self._proven(
            room, self._rooms.origin(room, event, thread=said.thread), event
        )
        if not said.readable:
            file = files.attachment(content, sealed=self._is_guarded(room))
            is_taken = said.is_file and place is not Place.GROUP
            return _of_file(origin, said, event, file) if is_taken else self._wordless(origin)
        may_confirm = origin.proven and self._is_guarded(room)
        if may_confirm and await self._identities.confirm(origin, said.text):
            return None
        pressed = await self._typed_press(room, said, origin)
        if pressed is not None:
            return pressed
        reply_to = None if said.reply_to is None else message_ref(said.reply_to)
        # In a group the sign may be meant for another bot.
        named = said.named or place is not Place.GROUP
        return Message(origin, said.text, reply_to, named, message_ref(event.event_id))

    @staticmethod
    def _wordless(origin: Origin) -> Message | None:
        """Whoever talks with the bot alone is told that it reads text only."""
        return Message(origin, "") if origin.place is Place.PRIVATE else None

    async def _corrected(
        self, room: MatrixRoom, event: Event, content: Mapping[str, Any], edited: str
    ) -> Corrected | None:
        """Only where one talks with the bot alone, so that it is one's own message."""
        text = parsing.corrected(content)
        if text is None or self._rooms.place(room) is not Place.PRIVATE:
            return None
        origin = await self._proven(room, self._rooms.origin(room, event), event)
        return Corrected(origin, text, message_ref(edited))

    async def _typed_press(
        self, room: MatrixRoom, said: parsing.Said, origin: Origin
    ) -> CoreEvent | None:
        """`!confirm` presses the button of that name on the newest message that has it; below a
        message, the one of that message, whatever its name."""
        if not said.text.startswith("/"):
            return None
        name, *rest = said.text.removeprefix("/").split()[:2] or [""]
        name = name.casefold()
        if rest or (said.reply_to is None and name in self.commands.get(origin.place, ())):
            return None
        known = self._memory.room(room.room_id)
        for message in [said.reply_to] if said.reply_to else known.newest:
            keyboard = await self._memory.keyboard(message)
            if keyboard is None or keyboard.room != room.room_id:
                continue
            button = keyboard.by_name(name)
            if button is not None:
                return replace(self._press(origin, message, button), typed=True)
        return None

    async def _reaction(
        self, batch: Batch, room: MatrixRoom, event: Event, content: Mapping[str, Any]
    ) -> CoreEvent | None:
        found = parsing.reaction(content)
        if found is None:
            return None
        message, sign = found
        keyboard = await self._keyboard(room, message)
        button = keyboard.by_sign(sign) if keyboard is not None else None
        if button is None:
            return None
        origin = await self._proven(room, self._rooms.origin(room, event), event)
        pressed = Pressed(message, sign, button.data, event.server_timestamp)
        if keyboard is not None and keyboard.taking_back(button) is not None:
            vote = replace(pressed, by=hashed(event.event_id, event.sender))
            batch.memos.append(self._memory.note_vote(event.event_id, vote))
        elif button.name in TURNING or origin.place is Place.ADMIN:
            batch.memos.append(self._memory.note_press(event.event_id, pressed))
        return self._press(origin, message, button)

    async def _taken_away(
        self, batch: Batch, room: MatrixRoom, event: RedactionEvent
    ) -> CoreEvent | None:
        """The same touch puts a press and takes it away: where the message turns, both count, and a
        vote is taken back by it."""
        vote = await self._memory.vote(event.redacts)
        pressed = vote or await self._memory.press(event.redacts)
        if pressed is None:
            return None
        keyboard = await self._keyboard(room, pressed.message)
        button = keyboard.by_sign(pressed.sign) if keyboard is not None else None
        if keyboard is not None and button is not None and vote is not None:
            batch.memos.append(self._memory.forget_vote(event.redacts))
            is_theirs = vote.by == hashed(event.redacts, event.sender)
            button = keyboard.taking_back(button) if is_theirs else None
        elif button is not None and not pressed.is_pressed_again(button, event.server_timestamp):
            button = None
        if button is None:
            return None
        origin = await self._proven(room, self._rooms.origin(room, event), event)
        press = self._press(origin, pressed.message, button)
        still = await self._still_pressed(batch, keyboard, vote, event)
        if still is None:
            return press
        # It may be one that does not count: what was taken away does not either.
        batch.events.append(press)
        again = replace(origin, id=f"{origin.id}:{still.name}")
        return self._press(again, pressed.message, still)

    async def _still_pressed(
        self, batch: Batch, keyboard: Keyboard | None, vote: Pressed | None, event: RedactionEvent
    ) -> Placed | None:
        """What everybody still sees of the same person once that reaction is gone."""
        if keyboard is None or vote is None:
            return None
        other = await self._memory.other_vote(
            event.sender, vote.message, event.redacts, batch.memos
        )
        return None if other is None else keyboard.by_sign(other.sign)

    async def _keyboard(self, room: MatrixRoom, message: str) -> Keyboard | None:
        """Of a message of this room. One that is just being sent is waited for."""
        async with self._busy:
            keyboard = await self._memory.keyboard(message)
        return keyboard if keyboard is not None and keyboard.room == room.room_id else None

    def _press(self, origin: Origin, message: str, button: Placed) -> Press:
        press = json.dumps([message, origin.user.key])
        return Press(origin, press, message_ref(message), button.data)

    def _replaced(
        self, room: MatrixRoom, event: Event, content: Mapping[str, Any]
    ) -> CoreEvent | None:
        """A group goes on in its new room; an admin room is frozen until somebody has looked."""
        to = content.get("replacement_room")
        if not isinstance(to, str) or not to.startswith("!"):
            return None
        origin = self._rooms.origin(room, event)
        is_private = origin.place is Place.PRIVATE
        new = parsing.private_chat(to, origin.user.key) if is_private else chat_ref(to)
        return Moved(origin, new)

    # -- who and where -----------------------------------------------------------------------------

    def _is_guarded(self, room: MatrixRoom) -> bool:
        """In an encrypted admin room the server's word alone does not say who it was, or what."""
        is_admin_room = self._rooms.place(room) is Place.ADMIN
        return is_admin_room and room.encrypted and not self._trusts_server

    async def _proven(self, room: MatrixRoom, origin: Origin, event: Event) -> Origin:
        """Whether it is them: by what is signed in an encrypted admin room; in an encrypted private
        chat by what was heard last of their devices. A reaction there is not encrypted, and taken
        for that of whoever wrote last."""
        sent_by = event.sender_key if event.decrypted else None
        if self._is_guarded(room):
            room_id = room.room_id
            proven = sent_by is not None and await self._devices.is_of(
                event.sender, sent_by, room_id
            )
        elif origin.place is not Place.PRIVATE or not room.encrypted:
            proven = True
        elif event.source.get("type") in {"m.reaction", "m.room.redaction"}:
            proven = room.room_id not in self._doubted
        else:
            proven = sent_by is not None and await self._devices.vouched(event.sender, sent_by)
            (self._doubted.discard if proven else self._doubted.add)(room.room_id)
        return replace(origin, proven=proven)


def _of_file(origin: Origin, said: parsing.Said, event: Event, file: Attachment) -> Message:
    reply_to = None if said.reply_to is None else message_ref(said.reply_to)
    ref = message_ref(event.event_id)
    return Message(origin, said.text, reply_to, ref=ref, attachment=file)


def _is_taken_back(event: Event) -> bool:
    """Whether its sender, or somebody who may, has removed it: nothing of it is left."""
    unsigned = event.source.get("unsigned")
    return isinstance(unsigned, Mapping) and "redacted_because" in unsigned
