"""People on a homeserver: plain clients of the library, with encryption, as somebody's phone."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from nio import (
    EncryptionError,
    InviteMemberEvent,
    MatrixRoom,
    MegolmEvent,
    SyncResponse,
    UploadResponse,
)
from nio.client.async_client import AsyncClient, AsyncClientConfig
from nio.events import Event

from bot.adapters.matrix.keys import SigningKey
from tests.support.synapse.forgetful import ForgetfulStore
from tests.support.synapse.homeserver import Account, Homeserver
from tests.support.synapse.vouching import give_keys

PATIENCE = 30.0
MUCH = {"room": {"timeline": {"limit": 100}}}
"""More of a room than a test lets happen between two looks."""

T = TypeVar("T")

ENCRYPTED = {
    "type": "m.room.encryption",
    "state_key": "",
    "content": {"algorithm": "m.megolm.v1.aes-sha2"},
}


@dataclass(eq=False)
class Heard:
    """A message as this person's phone shows it: `text` and `html` are those of the last edit."""

    id: str
    room: str
    sender: str
    kind: str
    text: str
    html: str | None
    content: dict[str, Any] = field(repr=False)
    encrypted: bool = False
    readable: bool = True
    edits: int = 0
    reactions: list[tuple[str, str]] = field(default_factory=list)
    """Who put which sign on it."""

    def has(self, sign: str) -> bool:
        bare = sign.replace("\ufe0f", "")
        return any(key.replace("\ufe0f", "") == bare for _, key in self.reactions)


class Person:
    """Joins whatever it is invited to. `heard` is all that was said to it, in order; `bodies` is
    what each message and each edit says, by its event. Their account `signs` its device, as those
    do that are made in Element."""

    def __init__(
        self, homeserver: Homeserver, account: Account, folder: Path, *, signs: bool = True
    ) -> None:
        self._signs = signs
        self.signing_keys: dict[str, SigningKey] = {}
        self.account = account
        self.id = account.user
        self.homeserver = homeserver
        folder.mkdir(parents=True, exist_ok=True)
        config = AsyncClientConfig(
            store=ForgetfulStore,
            encryption_enabled=True,
            pickle_key="a person",
            store_sync_tokens=False,
            max_limit_exceeded=0,
            max_timeouts=0,
        )
        self.client = AsyncClient(
            homeserver.url, account.user, store_path=str(folder), config=config
        )
        self.client.restore_login(account.user, account.device, account.token)
        self.heard: list[Heard] = []
        self.bodies: dict[str, str] = {}
        self.members: list[Event] = []
        self._by_id: dict[str, Heard] = {}
        self._unread: dict[str, MegolmEvent] = {}
        self._reactions: dict[str, tuple[str, str, str]] = {}
        self._changed = asyncio.Condition()
        self._syncing: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    async def __aenter__(self) -> Person:
        self._syncing = asyncio.create_task(self._sync())
        try:
            await asyncio.wait_for(self._ready.wait(), PATIENCE)
            if self._signs:
                self.signing_keys = await give_keys(self.homeserver, self.account)
        except BaseException as error:
            # Nobody else ends what goes on beside it.
            await self.__aexit__(type(error), error, None)
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._syncing is not None
        self._syncing.cancel()
        ended = await asyncio.gather(self._syncing, return_exceptions=True)
        await self.client.close()
        if isinstance(ended[0], Exception):
            raise ended[0]

    async def _sync(self) -> None:
        since, first = None, True
        while True:
            try:
                response = await self.client.sync(
                    0 if first else 10_000, MUCH, since=since, full_state=first
                )
                if not isinstance(response, SyncResponse):
                    await asyncio.sleep(0.2)
                    continue
                self._read_again()
                for room, info in response.rooms.join.items():
                    for event in info.timeline.events:
                        self._take(room, event)
                for room, invited in response.rooms.invite.items():
                    if any(isinstance(e, InviteMemberEvent) for e in invited.invite_state):
                        await self.client.join(room)
                since, first = response.next_batch, False
                await self.client.send_to_device_messages()
                if self.client.should_upload_keys:
                    await self.client.keys_upload()
                if self.client.should_query_keys:
                    await self.client.keys_query()
                if self.client.should_claim_keys:
                    await self.client.keys_claim(self.client.get_users_for_key_claiming())
            except (OSError, TimeoutError):
                await asyncio.sleep(0.2)
                continue
            except Exception as error:
                # A server that is just going down answers with anything.
                if "aiohttp" not in type(error).__module__ and "json" not in type(error).__module__:
                    raise
                await asyncio.sleep(0.2)
                continue
            self._ready.set()
            async with self._changed:
                self._changed.notify_all()

    # -- what it hears -----------------------------------------------------------------------------

    def _read_again(self) -> None:
        """A key may come after what it opens, in a later answer of the server."""
        for heard in [each for each in self.heard if each.id in self._unread]:
            try:
                event = self.client.decrypt_event(self._unread[heard.id])
            except EncryptionError:
                continue
            del self._unread[heard.id]
            at = self.heard.index(heard)
            later = self.heard[at + 1 :]
            del self.heard[at:]
            assert isinstance(event, Event)
            self._take(heard.room, event)
            self.heard += later

    def _take(self, room: str, event: Event) -> None:
        source: dict[str, Any] = event.source
        content = source.get("content") or {}
        kind = source.get("type")
        relation = content.get("m.relates_to") or {}
        if kind == "m.room.member":
            self.members.append(event)
        elif isinstance(event, MegolmEvent):
            self._unread[event.event_id] = event
            heard = Heard(event.event_id, room, event.sender, "?", "", None, content, True, False)
            self._by_id[heard.id] = heard
            self.heard.append(heard)
        elif kind == "m.reaction":
            target, sign = str(relation.get("event_id")), str(relation.get("key"))
            self._reactions[event.event_id] = (target, event.sender, sign)
            if target in self._by_id:
                self._by_id[target].reactions.append((event.sender, sign))
        elif kind == "m.room.redaction":
            gone = self._reactions.pop(getattr(event, "redacts", ""), None)
            if gone and gone[0] in self._by_id:
                self._by_id[gone[0]].reactions.remove(gone[1:])
            redacted = self._by_id.get(getattr(event, "redacts", ""))
            if redacted is not None:
                redacted.text, redacted.kind = "", "redacted"
        elif kind == "m.room.message":
            self.bodies[event.event_id] = str(content.get("body"))
            if relation.get("rel_type") == "m.replace":
                self._edit(str(relation.get("event_id")), content.get("m.new_content") or {})
                return
            heard = Heard(
                event.event_id,
                room,
                event.sender,
                str(content.get("msgtype")),
                str(content.get("body")),
                content.get("formatted_body"),
                content,
                bool(event.decrypted),
            )
            heard.reactions = [
                (user, sign) for to, user, sign in self._reactions.values() if to == heard.id
            ]
            self._by_id[heard.id] = heard
            self.heard.append(heard)

    def _edit(self, event: str, new: dict[str, Any]) -> None:
        heard = self._by_id.get(event)
        if heard is not None:
            heard.text, heard.html = str(new.get("body")), new.get("formatted_body")
            heard.edits += 1

    def said_in(self, room: str, sender: str | None = None) -> list[Heard]:
        """What others said there."""
        return [
            each
            for each in self.heard
            if each.room == room and each.sender != self.id and sender in {None, each.sender}
        ]

    async def wait_for(self, found: Callable[[], T | None], within: float = PATIENCE) -> T:
        """What the condition gives, as soon as it gives anything true."""
        deadline = time.monotonic() + within
        async with self._changed:
            while True:
                value = found()
                if value:
                    return value
                left = deadline - time.monotonic()
                if left <= 0:
                    newest = [(h.sender, h.text[:80]) for h in self.heard[-6:]]
                    raise AssertionError(f"{self.id}: nothing within {within} s; {newest}")
                try:
                    await asyncio.wait_for(self._changed.wait(), left)
                except TimeoutError:
                    continue

    async def hear(self, room: str, words: str, within: float = PATIENCE) -> Heard:
        """A message of somebody else in the room that has these words."""

        def found() -> Heard | None:
            return next((h for h in reversed(self.said_in(room)) if words in h.text), None)

        return await self.wait_for(found, within)

    # -- what it does ------------------------------------------------------------------------------

    async def create(
        self,
        invite: list[str],
        *,
        direct: bool = False,
        name: str | None = None,
        encrypted: bool = True,
        version: str | None = None,
    ) -> str:
        made = await self.client.room_create(
            is_direct=direct,
            invite=invite,
            name=name,
            room_version=version,
            initial_state=[ENCRYPTED] if encrypted else [],
        )
        room = getattr(made, "room_id", None)
        assert room is not None, made
        await self.wait_for(lambda: room in self.client.rooms)
        return str(room)

    async def chat(self, bot: str, *, encrypted: bool = True) -> str:
        """A private chat with the bot, once it is there."""
        room = await self.create([bot], direct=True, encrypted=encrypted)
        await self.wait_until_there(room, bot)
        return room

    async def wait_until_there(self, room: str, user: str, within: float = PATIENCE) -> None:
        def there() -> bool:
            known = self.client.rooms.get(room)
            return known is not None and user in known.users and not known.users[user].invited

        await self.wait_for(there, within)

    async def say(
        self,
        room: str,
        text: str,
        *,
        clear: bool = False,
        reply_to: str | None = None,
        thread: str | None = None,
        mention: str | None = None,
        tx_id: str | None = None,
    ) -> str:
        """Send a text; `clear` in the clear even where the room is encrypted. Its event id."""
        content: dict[str, Any] = {"msgtype": "m.text", "body": text}
        relation: dict[str, Any] = {}
        if thread is not None:
            relation = {"rel_type": "m.thread", "event_id": thread}
        if reply_to is not None:
            relation["m.in_reply_to"] = {"event_id": reply_to}
        if relation:
            content["m.relates_to"] = relation
        if mention is not None:
            content["m.mentions"] = {"user_ids": [mention]}
        return await self.send(room, "m.room.message", content, clear=clear, tx_id=tx_id)

    async def send_file(
        self, room: str, name: str, data: bytes, caption: str = "", *, clear: bool = False
    ) -> str:
        """Send a document, encrypted where the room is; `clear` the file alone is not."""
        sealed = self.client.rooms[room].encrypted and not clear
        answer, keys = await self.client.upload(
            lambda _limits, _timeouts: io.BytesIO(data),
            content_type="application/octet-stream",
            filename=None if sealed else name,
            encrypt=sealed,
            filesize=len(data),
        )
        assert isinstance(answer, UploadResponse), answer
        where = {"url": answer.content_uri}
        content: dict[str, Any] = {"msgtype": "m.file", "body": caption or name, "filename": name}
        content["info"] = {"size": len(data)}
        content |= {"file": keys | where} if keys else where
        return await self.send(room, "m.room.message", content)

    async def edit(self, room: str, event: str, text: str) -> str:
        new = {"msgtype": "m.text", "body": text}
        relation = {"rel_type": "m.replace", "event_id": event}
        content = new | {"m.new_content": new, "m.relates_to": relation, "body": f"* {text}"}
        return await self.send(room, "m.room.message", content)

    async def react(self, room: str, event: str, sign: str) -> str:
        relation = {"rel_type": "m.annotation", "event_id": event, "key": sign}
        return await self.send(room, "m.reaction", {"m.relates_to": relation}, clear=True)

    async def press(self, heard: Heard, sign: str) -> str:
        """Put a sign on a message once the bot has put it there."""
        await self.wait_for(lambda: heard.has(sign))
        return await self.react(heard.room, heard.id, sign)

    async def redact(self, room: str, event: str) -> None:
        answer = await self.client.room_redact(room, event)
        assert hasattr(answer, "event_id"), answer

    async def send(
        self,
        room: str,
        kind: str,
        content: dict[str, Any],
        *,
        clear: bool = False,
        tx_id: str | None = None,
    ) -> str:
        if clear:
            path = f"/_matrix/client/v3/rooms/{room}/send/{kind}/{tx_id or time.time_ns()}"
            return str((await self._ask("PUT", path, content))["event_id"])
        known = self.client.rooms[room]
        if known.encrypted:
            if not known.members_synced:
                await self.client.joined_members(room)
            if self.client.should_query_keys:
                await self.client.keys_query()
        answer = await self.client.room_send(
            room, kind, content, tx_id, ignore_unverified_devices=True
        )
        event = getattr(answer, "event_id", None)
        assert event is not None, answer
        return str(event)

    async def encrypt(self, room: str, payload: dict[str, Any]) -> dict[str, Any]:
        """The content of an encrypted event with whatever inside, for all who are in the room."""
        olm = self.client.olm
        assert olm is not None
        # Any device that somebody adds meanwhile ends the session.
        if olm.should_share_group_session(room):
            await self.client.share_group_session(room, ignore_unverified_devices=True)
        sent: dict[str, Any] = olm.group_encrypt(room, dict(payload))
        return sent

    async def begin_anew_with(self, user: str, device: str) -> None:
        """The next message to that device goes out as the first of a new Olm session, as after a
        device was lost or restored. It takes a one-time key, if there is one."""
        await self.client.keys_claim({user: [device]})

    async def set_state(self, room: str, kind: str, content: object, key: str = "") -> None:
        path = f"/_matrix/client/v3/rooms/{room}/state/{kind}/{key}"
        await self._ask("PUT", path, content)

    async def state(self, room: str, kind: str, key: str = "") -> Any:
        return await self._ask("GET", f"/_matrix/client/v3/rooms/{room}/state/{kind}/{key}")

    async def promote(self, room: str, user: str, level: int) -> None:
        levels = await self.state(room, "m.room.power_levels")
        levels.setdefault("users", {})[user] = level
        await self.set_state(room, "m.room.power_levels", levels)

    async def invite(self, room: str, user: str) -> None:
        await self._ask("POST", f"/_matrix/client/v3/rooms/{room}/invite", {"user_id": user})

    async def kick(self, room: str, user: str) -> None:
        await self._ask("POST", f"/_matrix/client/v3/rooms/{room}/kick", {"user_id": user})

    async def ban(self, room: str, user: str) -> None:
        await self._ask("POST", f"/_matrix/client/v3/rooms/{room}/ban", {"user_id": user})

    async def leave(self, room: str) -> None:
        await self._ask("POST", f"/_matrix/client/v3/rooms/{room}/leave", {})

    async def upgrade(self, room: str, version: str) -> str:
        path = f"/_matrix/client/v3/rooms/{room}/upgrade"
        return str((await self._ask("POST", path, {"new_version": version}))["replacement_room"])

    async def _ask(self, method: str, path: str, content: object = None) -> Any:
        status, answer = await self.homeserver.ask(method, path, self.account.token, content)
        assert status == 200, (status, answer)
        return answer

    def room(self, room: str) -> MatrixRoom:
        found: MatrixRoom = self.client.rooms[room]
        return found
