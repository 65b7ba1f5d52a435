"""Cross-signing for a person, from a second device of theirs."""

from __future__ import annotations

import asyncio
import json
import secrets
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from nio import RoomMessage, SyncResponse
from unpaddedbase64 import decode_base64

from bot.adapters.matrix.client import Client
from bot.adapters.matrix.cross_signing import USES, CrossSigning, _key_object, _sign
from bot.adapters.matrix.devices import Json, public_key, query_keys
from bot.adapters.matrix.keys import SigningKey
from bot.adapters.matrix.store import Memory
from tests.contract.inbox import MemoryInbox
from tests.support.synapse.homeserver import Account, Homeserver

if TYPE_CHECKING:
    from tests.support.synapse.people import Person


async def replace_keys(homeserver: Homeserver, account: Account, folder: Path) -> str:
    """What somebody does who signs in to the account in Element and resets its identity there; the
    new master key."""
    await asyncio.to_thread(folder.mkdir, parents=True)
    client, memory = Client(homeserver.url, account.user, folder, "a key"), Memory(MemoryInbox())
    try:
        await client.login(account.password)
        await client.keys_upload()
        await CrossSigning(client, memory, account.password).set_up()
        published = await query_keys(client, account.user)
    finally:
        await client.close()
    return public_key(published["master_keys"], account.user) or ""


async def give_keys(homeserver: Homeserver, account: Account) -> dict[str, SigningKey]:
    """Give an account its first signing keys, and sign its device with them, as every client of
    today does when somebody makes an account in it. Needs no password."""
    user, device = account.user, account.device
    keys = {use: SigningKey.new() for use in USES}
    content = {f"{use}_key": _key_object(user, use, keys[use].public) for use in USES}
    for use in USES[1:]:
        _sign(content[f"{use}_key"], user, keys["master"])
    path = "/_matrix/client/v3/keys/"
    status, answer = await homeserver.ask(
        "POST", f"{path}device_signing/upload", account.token, content
    )
    assert status == 200, answer
    asked: Json = {"device_keys": {user: []}}
    _, published = await homeserver.ask("POST", f"{path}query", account.token, asked)
    own = published["device_keys"][user][device]
    own.pop("unsigned", None)
    _sign(own, user, keys["self_signing"])
    signed = {user: {device: own}}
    status, answer = await homeserver.ask("POST", f"{path}signatures/upload", account.token, signed)
    assert (status, answer.get("failures")) == (200, {}), answer
    return keys


class OtherDevice:
    """A device that gives its account keys to sign devices with, and is signed itself; or one that
    just signs in, and that nobody vouches for."""

    def __init__(self, person: Person, folder: Path, *, signs: bool = True) -> None:
        self._signs = signs
        folder.mkdir(parents=True)
        self._person = person
        self._client = Client(person.homeserver.url, person.id, folder, "a key")
        self._memory = Memory(MemoryInbox())

    async def __aenter__(self) -> OtherDevice:
        password = self._person.account.password
        await self._client.login(password)
        await self._client.sync(0, full_state=True)
        await self._client.keep_up()
        if self._signs:
            await CrossSigning(self._client, self._memory, password).set_up()
        return self

    @property
    def id(self) -> str:
        return self._client.own_device

    async def say(self, room: str, text: str) -> None:
        """Encrypted, for everybody in the room."""
        content = {"msgtype": "m.text", "body": text}
        await self._client.send_event(room, "m.room.message", content, secrets.token_hex(8))

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.close()

    async def texts(self, room: str) -> list[str]:
        """What is new in the room, as far as this device can read it."""
        response = await self._client.sync(0, since=self._client.next_batch)
        assert isinstance(response, SyncResponse)
        joined = response.rooms.join.get(room)
        events = joined.timeline.events if joined else []
        return [str(getattr(e, "body", "")) for e in events if isinstance(e, RoomMessage)]

    async def vouch(self) -> None:
        """Sign the device that the person speaks from."""
        seeds = json.loads(await self._memory.secret("seeds") or "")
        user, device = self._person.id, self._person.account.device
        keys = dict((await query_keys(self._client, user))["device_keys"][user][device])
        keys.pop("unsigned", None)
        _sign(keys, user, SigningKey(decode_base64(seeds["self_signing"])))
        signed = {user: {device: keys}}
        answer = await self._client.ask("POST", ["keys", "signatures", "upload"], signed)
        assert not answer.get("failures"), answer
