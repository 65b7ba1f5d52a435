"""Cross-signing for a person, from a second device of theirs."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from types import TracebackType

from nio import RoomMessage, SyncResponse
from unpaddedbase64 import decode_base64

from bot.adapters.matrix.client import Client
from bot.adapters.matrix.cross_signing import CrossSigning, _sign
from bot.adapters.matrix.devices import public_key, query_keys
from bot.adapters.matrix.keys import SigningKey
from bot.adapters.matrix.store import Memory
from tests.contract.inbox import MemoryInbox
from tests.support.synapse.homeserver import Account, Homeserver
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


class OtherDevice:
    """A device that gives its account keys to sign devices with, and is signed itself."""

    def __init__(self, person: Person, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._person = person
        self._client = Client(person.homeserver.url, person.id, folder, "a key")
        self._memory = Memory(MemoryInbox())

    async def __aenter__(self) -> OtherDevice:
        password = self._person.account.password
        await self._client.login(password)
        await self._client.sync(0, full_state=True)
        await self._client.keep_up()
        await CrossSigning(self._client, self._memory, password).set_up()
        return self

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
