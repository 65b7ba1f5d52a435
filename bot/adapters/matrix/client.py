"""matrix-nio's client, with what it does wrong put right.

All that reaches into the library's private parts is here, in one file however long, for version
0.26.0, which is pinned; each override names its fault and has a test in
tests/integration/matrix/test_client.py.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, cast

from aiohttp import ClientConnectionError, ClientResponse
from nio import (
    ErrorResponse,
    JoinedMembersResponse,
    KeysQueryError,
    KeysUploadResponse,
    KeyVerificationEvent,
    MegolmEvent,
    Response,
    RoomMemberEvent,
    RoomMessagesResponse,
    RoomSendError,
    RoomSendResponse,
    ShareGroupSessionError,
    SyncResponse,
    ToDeviceEvent,
)
from nio.api import Api
from nio.client.async_client import AsyncClient, AsyncClientConfig
from nio.crypto.device import OlmDevice, TrustState
from nio.events import Event
from nio.exceptions import EncryptionError
from nio.store.database import SqliteStore

from bot.adapters.downloads import read_at_most
from bot.adapters.matrix.faults import UNREACHED, delivery_fault, reason_of, status_of
from bot.backoff import Backoff
from bot.ports import DeliveryFault, TryLater

log = logging.getLogger(__name__)

REQUEST_TIME = 30.0
"""Seconds for a call that does not wait for events."""

MEDIA_TIME = 300.0
"""The same for a file of somebody's, which may lie on a server far away."""

RELATION = "m.relates_to"
IN_CLEAR = "org.undersigned.relation_in_clear"
"""What `Client.decrypted` adds to the source of an event whose relation stood outside."""

SIGNED_KEY = "signed_curve25519"
"""The algorithm of the keys with which somebody begins to write to a device."""

LOOKS = (0.2, 0.8)
"""Seconds between the tries of a look at what the server has: somebody waits for what is found."""

LONGEST_PAUSE = 600.0
"""Seconds before a server that takes no keys is sent others: each time 50 are made, and of all
whose other halves are kept, the library drops the oldest from 5000 on."""

SHARES = 3
"""Times that a room's key is made and sent anew if some of its devices did not get it."""

Content = Mapping[str, Any]

LeftOut = Callable[[OlmDevice], bool]
"""Which devices may not read something; asked when its key is given out, about whatever devices the
server has shown by then."""


def NOBODY(_device: OlmDevice) -> bool:  # noqa: N802 - a `LeftOut`
    return False


def quiet_library() -> None:
    """The library writes tokens and whole messages at DEBUG, decrypted ones at WARNING, and at
    ERROR what a server gives out twice."""
    logging.getLogger("nio").setLevel(logging.CRITICAL)
    logging.getLogger("peewee").setLevel(logging.WARNING)


def _bind_once(database: Any) -> None:
    """The library binds all its tables to its database, and back, around each single call: half of
    what keeping a key takes. They stay bound until another client of the process needs them."""
    bind = database.bind_ctx

    def bound(models: Sequence[Any]) -> AbstractContextManager[object]:
        if any(model._meta.database is not database for model in models):  # noqa: SLF001
            bind(models).__enter__()
        return nullcontext()

    database.bind_ctx = bound


def _ask_seldom(store: Any) -> None:
    """The library asks its database for each message whether the device is trusted, which the
    device knows, and begins and ends a transaction after each look, where mostly no room is new."""
    save = store.save_encrypted_rooms
    store.save_encrypted_rooms = lambda rooms: save(rooms) if rooms else None
    store.is_device_verified = lambda device: device.trust_state is TrustState.verified


class Client(AsyncClient):
    """Never tries a call again on its own: who calls knows when to."""

    def __init__(self, homeserver: str, user: str, folder: Path, pickle_key: str) -> None:
        config = AsyncClientConfig(
            store=SqliteStore,
            encryption_enabled=True,
            pickle_key=pickle_key,
            store_sync_tokens=False,
            max_limit_exceeded=0,
            max_timeouts=0,
            request_timeout=REQUEST_TIME,
        )
        super().__init__(homeserver, user, store_path=str(folder), config=config)
        self._is_closed = False
        self._needs_fallback = False
        """Whether the server has no fallback key of this device that is still unused."""
        self._fallback: Content = {}
        """The fallback key that is on its way, or did not get there: good for many, it is sent
        again."""
        self._upload_pauses = Backoff(longest=LONGEST_PAUSE)
        self._uploads_from = 0.0
        """On `time.monotonic`: when keys that were not taken are followed by others."""
        self._member_changes: Counter[str] = Counter()
        """By room: how often somebody came or went, as far as /sync has said."""
        self._left_out: dict[str, LeftOut] = {}
        """By room: who does not get the key with which messages to it are sent now."""
        self._sending: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.on_keys: Callable[[Collection[str]], None] | None = None
        """Called with the people of whose devices the server has said something new."""

    @property
    def is_known(self) -> bool:
        """Whether the server has this device's keys, without which nobody can write to it."""
        assert self.olm is not None
        return bool(self.olm.account.shared)

    def waits(self) -> bool:
        """Whether keys were not taken, and are to be sent again."""
        return self._uploads_from > 0

    @property
    def own_device(self) -> str:
        assert self.device_id is not None
        return self.device_id

    async def close(self) -> None:
        """The end: the library would open new connections for whoever still wants to send."""
        session = self.client_session
        await super().close()  # type: ignore[no-untyped-call]
        if self.store is not None:
            self.store.database.close()
        self.client_session = session
        self._is_closed = True

    async def send(self, *args: Any, **options: Any) -> Any:
        if self._is_closed:
            raise ClientConnectionError("the client is closed")
        return await super().send(*args, **options)

    # -- overrides ---------------------------------------------------------------------------------

    async def parse_body(self, transport_response: ClientResponse) -> dict[Any, Any]:
        """What a proxy in front of the server says is no JSON. The library takes it for an empty
        answer, and that for success: a room's key that went nowhere would count as given."""
        try:
            body = await transport_response.json(content_type=None)
        except ValueError:
            body = None
        status = transport_response.status
        if isinstance(body, dict):
            self._note_fallback(body)
            known = body.get("device_keys")
            if isinstance(known, dict) and self.on_keys is not None:
                self.on_keys(known)
        if isinstance(body, dict) and (200 <= status < 300 or "errcode" in body):
            return body
        return {"errcode": "M_UNKNOWN", "error": f"an answer with status {status}"}

    async def receive_response(self, response: Response) -> None:
        """The refusal of a room's key is put together wrongly: it reads as if the server had ended
        the session, and the library would forget the access token."""
        if not isinstance(response, ShareGroupSessionError):
            await super().receive_response(response)

    def _handle_decrypt_to_device(self, to_device_event: ToDeviceEvent) -> ToDeviceEvent | None:
        """One message of garbage from any stranger would end the reading of events for good. And
        what a message leads to is kept in one piece: the library writes down that its key is used
        up, then what it was used for, and a program killed between could never read it again. Its
        verification compares wrongly, and would answer beside ours."""
        assert self.store is not None
        if isinstance(to_device_event, KeyVerificationEvent):
            return None
        with self.store.database.atomic():
            try:
                found: ToDeviceEvent | None = super()._handle_decrypt_to_device(to_device_event)
            except Exception as error:  # noqa: BLE001 - whatever garbage leads to, the others go on
                log.debug("a message to this device cannot be read: %s", type(error).__name__)
                return None
        return found

    def _handle_olm_events(self, response: SyncResponse) -> None:
        """A count of zero is taken for none given, and the keys would never be filled up again. By
        the specification, what is not listed is zero."""
        super()._handle_olm_events(response)
        assert self.olm is not None
        self.olm.uploaded_key_count = response.device_key_count.signed_curve25519 or 0

    def load_store(self) -> None:
        """What an earlier run of the program made to give out, the server may have, and may have
        given to somebody: it is not given out once more, as each such key is good for one person.
        Keys that the server does not have cost nothing; it says itself how many are missing."""
        super().load_store()  # type: ignore[no-untyped-call]
        assert self.olm is not None
        self.olm.mark_keys_as_published()
        self.olm.save_account()
        self._give_to_readers_only()
        assert self.store is not None
        _bind_once(self.store.database)
        _ask_seldom(self.store)

    @property
    def should_upload_keys(self) -> bool:
        wanted = self._needs_fallback or super().should_upload_keys
        return bool(wanted and time.monotonic() >= self._uploads_from)

    async def keys_upload(self) -> Any:
        """The library uploads keys and then keeps them: killed between, it would never know the
        other half of what people are given to write to it. It sends them again where they were not
        taken as far as it knows, and at every look: the server may have given them to somebody. And
        it has no fallback key, without which nobody new can write as soon as a stranger has taken
        all others."""
        assert self.olm is not None
        keys = self.olm.share_keys() if super().should_upload_keys else {}
        if self._needs_fallback:
            self._fallback = self._fallback or self._fallback_keys()
            keys["fallback_keys"] = self._fallback
        self.olm.mark_keys_as_published()
        self.olm.save_account()
        self._uploads_from = time.monotonic() + self._upload_pauses.next()
        request = Api.keys_upload(self.access_token, keys)
        response = await self._send(KeysUploadResponse, *request)
        if isinstance(response, KeysUploadResponse):
            self._needs_fallback, self._fallback, self._uploads_from = False, {}, 0.0
            self._upload_pauses.reset()
        else:
            log.warning("the server does not take this device's keys: %s", refusal(response))
        return response

    async def keys_claim(self, user_set: Any) -> Any:
        """A refusal of the server's is put together wrongly, which raises a `TypeError`."""
        try:
            return await super().keys_claim(user_set)
        except TypeError:
            raise ClientConnectionError("the server gives out no keys") from None

    def _fallback_keys(self) -> dict[str, Any]:
        """https://spec.matrix.org/v1.15/client-server-api/#one-time-and-fallback-keys"""
        assert self.olm is not None
        # Its stubs leave out these methods.
        account: Any = self.olm.account._account  # noqa: SLF001
        if not account.fallback_key:
            account.generate_fallback_key()
        found = {}
        for name, key in account.fallback_key.items():
            signed = {"key": key.to_base64(), "fallback": True}
            signature = self.olm.sign_json(signed)
            by_device = {f"ed25519:{self.own_device}": signature}
            found[f"{SIGNED_KEY}:{name}"] = signed | {"signatures": {self.user_id: by_device}}
        return found

    def _note_fallback(self, body: Mapping[str, Any]) -> None:
        unused = body.get("device_unused_fallback_key_types")
        if isinstance(unused, list):
            self._needs_fallback = SIGNED_KEY not in unused

    def _handle_timeline_event(self, event: Any, room_id: str, *rest: Any) -> Any:
        """As with messages to the device: none that cannot be read holds up the others. And what
        was encrypted is no state of the room, whatever it says it is: any member could else change
        the library's picture of who is there."""
        if isinstance(event, MegolmEvent):
            event.room_id = room_id
            return self.decrypted(event)
        try:
            return super()._handle_timeline_event(event, room_id, *rest)
        except Exception as error:  # noqa: BLE001
            log.debug("an event cannot be read: %s", type(error).__name__)
            return None

    def _handle_messages_response(self, response: RoomMessagesResponse) -> None:
        """The same for what came while the bot was away."""
        for place, event in enumerate(response.chunk):
            if isinstance(event, MegolmEvent):
                event.room_id = response.room_id
                response.chunk[place] = self.decrypted(event) or event

    def _handle_joined_state(self, room_id: str, join_info: Any, *rest: Any) -> None:
        """Where people write side by side, Synapse gives out who was in the room at the beginning
        of one branch of it: whoever was removed in another is back. That is asked about anew."""
        is_known = room_id in self.rooms
        super()._handle_joined_state(room_id, join_info, *rest)
        members = any(isinstance(event, RoomMemberEvent) for event in join_info.state)
        if not is_known or members:
            self.rooms[room_id].members_synced = not is_known

    def _invalidate_session_for_member_event(self, room_id: str) -> None:
        super()._invalidate_session_for_member_event(room_id)
        self._member_changes[room_id] += 1

    async def share_group_session(
        self, room_id: str, ignore_unverified_devices: bool = False
    ) -> Any:
        """Where this fails between, the library leaves a mark that lets every later message to the
        room wait for ever; and where a device did not get the key, or became known while others
        were asked for theirs, it is marked as shared."""
        assert self.olm is not None
        for _ in range(SHARES):
            session = self.olm.outbound_group_sessions.get(room_id)
            if session is None or session.shared:
                self.olm.rotate_outbound_group_session(room_id)
            asked = self.get_missing_sessions(room_id)
            try:
                response = await super().share_group_session(room_id, ignore_unverified_devices)
            finally:
                mark = self.sharing_session.pop(room_id, None)
                if mark is not None:
                    mark.set()
            missing = [
                device
                for device in self._without_key(room_id)
                if self._can_be_written_to(device) or device.id not in asked.get(device.user_id, ())
            ]
            if not missing:
                return response
            log.debug("%s devices did not get a room's key, which is made anew", len(missing))
            self.olm.rotate_outbound_group_session(room_id)
        raise TryLater

    def _without_key(self, room_id: str) -> list[OlmDevice]:
        """The devices that did not get the key with which messages to the room are sent now."""
        assert self.olm is not None
        session = self.olm.outbound_group_sessions.get(room_id)
        if session is None:
            return []
        given = session.users_shared_with | session.users_ignored
        return [each for each in self._devices(room_id) if (each.user_id, each.id) not in given]

    def _can_be_written_to(self, device: OlmDevice) -> bool:
        """Not before its server gave out a key for that, or it has written itself."""
        assert self.olm is not None
        return self.olm.session_store.get(device.curve25519) is not None

    # -- what the bot asks -------------------------------------------------------------------------

    async def send_event(
        self, room: str, kind: str, content: Content, tx_id: str, left_out: LeftOut = NOBODY
    ) -> str:
        """Send an event, encrypted where the room is, so that the devices `left_out` cannot read
        it; its id. The same `tx_id` again gives the same event. Raises a `DeliveryFault`, or
        `Refused` for what the server will never take."""
        try:
            # For the next message the key may go to others.
            async with self._sending[room]:
                await self._know_devices(room, left_out)
                response = await self.room_send(
                    room, kind, dict(content), tx_id, ignore_unverified_devices=True
                )
        except UNREACHED as error:
            log.warning("Matrix is not there: %s", reason_of(error))
            raise TryLater from None
        except EncryptionError as error:
            log.warning("a message cannot be encrypted: %s", type(error).__name__)
            raise TryLater from None
        if isinstance(response, RoomSendResponse):
            return str(response.event_id)
        assert isinstance(response, RoomSendError)
        raise refusal(response).meaning()

    async def know_members(self, room_id: str) -> None:
        """Ask who is in the room where /sync may have said it wrongly; an answer that came late
        would bring back who was removed in the meantime. Raises one of `UNREACHED`, or `Refused`.
        """
        room = self.rooms.get(room_id)
        while room is not None and not room.members_synced:
            before = self._member_changes[room_id]
            answer = await self.ask("GET", ["rooms", room_id, "joined_members"])
            if before == self._member_changes[room_id]:
                found = JoinedMembersResponse.from_dict(answer, room_id)
                room.members_synced = True
                if isinstance(found, JoinedMembersResponse):
                    self._handle_joined_members(found)

    async def react(self, room: str, content: Content, tx_id: str) -> str:
        """As `send_event`; what is put on a message is not encrypted."""
        try:
            found = await self.ask("PUT", ["rooms", room, "send", "m.reaction", tx_id], content)
        except UNREACHED as error:
            log.warning("Matrix is not there: %s", reason_of(error))
            raise TryLater from None
        except Refused as refused:
            raise refused.meaning() from None
        return str(found["event_id"])

    async def _know_devices(self, room_id: str, left_out: LeftOut) -> None:
        """Somebody who has just come would not be able to read what is sent before their devices
        are known; the library looks them up only once for each room. Nor would somebody whose
        device could not be written to when the room's key was given out, and now can. Raises
        `TryLater` where the server does not say now who is there: what is sent once is never
        encrypted anew, for others."""
        room = self.rooms.get(room_id)
        if room is None or not room.encrypted:
            return
        try:
            await self.know_members(room_id)
        except Refused as refused:
            _raise_if_it_passes(refused)
        if self.should_query_keys:
            response = await self.keys_query()
            if isinstance(response, KeysQueryError):
                _raise_if_it_passes(refusal(response))
        assert self.olm is not None
        self._left_out[room_id] = left_out
        if self._is_with_others(room_id) or any(
            map(self._can_be_written_to, self._without_key(room_id))
        ):
            self.olm.rotate_outbound_group_session(room_id)

    def _is_with_others(self, room_id: str) -> bool:
        """Whether somebody has the room's key who is left out now, or the other way round."""
        assert self.olm is not None
        session = self.olm.outbound_group_sessions.get(room_id)
        if session is None:
            return False
        left_out = self._left_out[room_id]
        return any(
            (device.user_id, device.id)
            in (session.users_shared_with if left_out(device) else session.users_ignored)
            for device in self._devices(room_id)
        )

    def _devices(self, room_id: str) -> list[OlmDevice]:
        """Those of everybody in the room, without this one."""
        assert self.olm is not None
        return [
            device
            for user in self.rooms[room_id].users
            for device in self.olm.device_store.active_user_devices(user)
            if device.id != self.device_id
        ]

    def _give_to_readers_only(self) -> None:
        """The last step before a room's key is encrypted for devices, in which nobody waits: what
        the server shows before counts, what it shows after gets nothing."""
        assert self.olm is not None
        olm: Any = self.olm
        share = olm.share_group_session_parallel

        def share_with_readers(room_id: str, *arguments: Any, **options: Any) -> Any:
            left_out = self._left_out.get(room_id, NOBODY)
            olm.outbound_group_sessions[room_id].users_ignored.update(
                (each.user_id, each.id) for each in self._devices(room_id) if left_out(each)
            )
            return share(room_id, *arguments, **options)

        olm.share_group_session_parallel = share_with_readers

    async def ask(
        self, method: str, path: Sequence[str], content: Content | None = None, **query: str
    ) -> Any:
        """One call of the client-server API, as the answer's JSON. Raises `Refused`, or one of
        `UNREACHED`."""
        url = Api._build_path(  # noqa: SLF001
            list(path), query or None, "/_matrix/client/v3"
        )
        response = await self.send(
            method,
            url,
            None if content is None else Api.to_json(dict(content)),
            {"Content-Type": "application/json", "Authorization": f"Bearer {self.access_token}"},
        )
        answer = await response.json(content_type=None)
        if response.status == 200:
            return answer
        raise Refused(response.status, answer if isinstance(answer, dict) else {})

    async def media(self, server: str, media: str, most: int) -> bytes:
        """A file that lies on a server, at most `most` bytes of it. Raises `TooLarge` as soon as
        there is more, `Refused`, or one of `UNREACHED`."""
        url = Api._build_path(  # noqa: SLF001
            ["download", server, media], None, "/_matrix/client/v1/media"
        )
        asked = {"Authorization": f"Bearer {self.access_token}"}
        response = await self.send("GET", url, None, asked, timeout=MEDIA_TIME)
        async with response:
            if response.status != 200:
                answer = await response.json(content_type=None)
                raise Refused(response.status, answer if isinstance(answer, dict) else {})
            return await read_at_most(response, most)

    async def look(self, path: Sequence[str], content: Content | None = None) -> Any:
        """As `ask`, for what changes nothing: tried again a few times where the line is bad."""
        method = "GET" if content is None else "POST"
        for pause in LOOKS:
            try:
                return await self.ask(method, path, content)
            except UNREACHED as error:
                log.debug("looked up again: %s", type(error).__name__)
            except Refused as refused:
                if not isinstance(refused.meaning(), TryLater):
                    raise
            await asyncio.sleep(pause)
        return await self.ask(method, path, content)

    async def state(self, room: str, kind: str, key: str = "") -> Mapping[str, Any] | None:
        """What a room's state holds now, from the server; None where it holds no such thing."""
        try:
            found = await self.look(["rooms", room, "state", kind, key])
        except Refused as refused:
            if refused.status == 404:
                return None
            raise
        return found if isinstance(found, dict) else None

    def decrypted(self, event: MegolmEvent) -> Event | None:
        """The event in clear, None as long as its key is not there. What it relates to may stand
        beside the ciphertext, where anybody on the way can change it: `IN_CLEAR` then says so."""
        assert self.olm is not None
        outside = event.source["content"]
        relation = outside.pop(RELATION, None)
        try:
            found = self.olm.decrypt_megolm_event(event)
        except EncryptionError:
            return None
        except Exception as error:  # noqa: BLE001 - made by a stranger, whatever it holds
            log.debug("an event cannot be read: %s", type(error).__name__)
            return None
        finally:
            if relation is not None:
                outside[RELATION] = relation
        inside = found.source.get("content")
        if relation is not None and isinstance(inside, dict) and RELATION not in inside:
            inside[RELATION] = relation
            found.source[IN_CLEAR] = True
        return cast(Event, found)

    async def keep_up(self) -> None:
        """What encryption needs done between two looks at what is new. Raises `UNREACHED`."""
        await self.send_to_device_messages()
        if self.should_upload_keys:
            await self.keys_upload()
        if self.should_query_keys:
            await self.keys_query()
        if self.should_claim_keys:
            await self.keys_claim(self.get_users_for_key_claiming())


class Refused(Exception):
    """The server answered with an error: its HTTP status and what it said."""

    def __init__(self, status: int, answer: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {answer.get('errcode')}")
        self.status = status
        self.answer = answer

    @property
    def code(self) -> str:
        return str(self.answer.get("errcode") or "")

    def meaning(self) -> DeliveryFault | Refused:
        """What the outbox does about it; itself where trying again is of no use."""
        after = self.answer.get("retry_after_ms")
        return delivery_fault(self.status, self.code, after) or self


def _raise_if_it_passes(refused: Refused) -> None:
    fault = refused.meaning()
    if isinstance(fault, TryLater):
        raise fault


def refusal(error: ErrorResponse) -> Refused:
    """The library's error in that form; a status of 0 where the answer was no HTTP."""
    answer = {"errcode": error.status_code, "retry_after_ms": error.retry_after_ms}
    return Refused(status_of(error) or 0, answer)
