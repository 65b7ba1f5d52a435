"""Cross-signing: this device vouched for by its account, and whether another one is by its own.

https://spec.matrix.org/v1.15/client-server-api/#cross-signing. Without it Element shows the bot
behind a red shield, and in the mode that leaves out insecure devices nobody can read it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from nio.api import Api
from unpaddedbase64 import decode_base64, encode_base64

from bot.adapters.matrix.client import NOBODY, Client, LeftOut, Refused
from bot.adapters.matrix.faults import UNREACHED, reason_of
from bot.adapters.matrix.keys import SigningKey, verifies
from bot.adapters.matrix.store import Memory
from bot.ports import DeliveryFault, TryLater

log = logging.getLogger(__name__)

USES = ("master", "self_signing", "user_signing")

Json = Mapping[str, Any]


class CrossSigning:
    """The account's three keys. Their seeds are kept before the server hears of them: whatever
    happens between, the next start goes on with the same ones."""

    def __init__(self, client: Client, memory: Memory, password: str | None) -> None:
        self._client = client
        self._memory = memory
        self._password = password

    async def set_up(self) -> None:
        """See to it that this device is signed. Raises `Refused`, or one of `UNREACHED`."""
        published = await self._query(self._client.user_id)
        if self.is_signed(published):
            return
        keys = await self._keys()
        if self._master(published) != keys["master"].public:
            await self._upload(keys)
        await self._sign_device(keys["self_signing"], published)
        log.info("this device is signed by its account")

    def is_signed(self, published: Json) -> bool:
        """Whether a keys/query answer says that the own account vouches for this device."""
        client = self._client
        return device_is_signed(published, client.user_id, client.own_device)

    async def status(self) -> bool:
        return self.is_signed(await self._query(self._client.user_id))

    async def _keys(self) -> dict[str, SigningKey]:
        stored = await self._memory.secret("seeds")
        if stored is not None:
            seeds = json.loads(stored)
            return {use: SigningKey(decode_base64(seeds[use])) for use in USES}
        keys = {use: SigningKey.new() for use in USES}
        seeds = {use: encode_base64(key.seed) for use, key in keys.items()}
        await self._memory.keep_secrets(seeds=json.dumps(seeds))
        return keys

    def _master(self, published: Json) -> str | None:
        return public_key(published.get("master_keys"), self._client.user_id)

    async def _upload(self, keys: Mapping[str, SigningKey]) -> None:
        user, device = self._client.user_id, self._client.own_device
        olm = self._client.olm
        assert olm is not None
        content = {f"{use}_key": _key_object(user, use, keys[use].public) for use in USES}
        for use in USES[1:]:
            _sign(content[f"{use}_key"], user, keys["master"])
        signature = olm.sign_json(content["master_key"])
        content["master_key"]["signatures"] = {user: {f"ed25519:{device}": signature}}
        path = ["keys", "device_signing", "upload"]
        try:
            await self._client.ask("POST", path, content)
        except Refused as refused:
            if refused.status != 401 or "session" not in refused.answer:
                raise
            if self._password is None:
                log.error(  # noqa: TRY400 - it says what to do
                    "the account has other signing keys already, and only its password can replace "
                    "them; set matrix.password for one start"
                )
                raise
            login = {
                "type": "m.login.password",
                "identifier": {"type": "m.id.user", "user": user},
                "password": self._password,
                "session": refused.answer["session"],
            }
            await self._client.ask("POST", path, content | {"auth": login})

    async def _sign_device(self, key: SigningKey, published: Json) -> None:
        user, device = self._client.user_id, self._client.own_device
        own = _at(published, "device_keys", user, device)
        if own is None:
            own = _at(await self._query(user), "device_keys", user, device)
        if not isinstance(own, dict):
            raise Refused(404, {"errcode": "the device's keys are not on the server"})
        signed = {name: value for name, value in own.items() if name != "unsigned"}
        _sign(signed, user, key)
        await self._client.ask("POST", ["keys", "signatures", "upload"], {user: {device: signed}})

    async def _query(self, user: str) -> Json:
        return await query_keys(self._client, user)


async def own_master(memory: Memory) -> str | None:
    """The public master key that the bot made for its account, whatever its server gives out."""
    stored = await memory.secret("seeds")
    return (
        None if stored is None else SigningKey(decode_base64(json.loads(stored)["master"])).public
    )


class Devices:
    """Whether a person's devices are theirs, as far as their account vouches for them."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._unvouched: dict[str, LeftOut] = {}
        client.on_keys = self._forget

    def _forget(self, users: Collection[str]) -> None:
        for user in users:
            self._unvouched.pop(user, None)

    async def unvouched(self, users: Iterable[str]) -> LeftOut:
        """Those devices of these people that their account, which signs devices, has not signed:
        whoever has a password, or a server, can add such a one. Raises a `DeliveryFault`."""
        found: set[tuple[str, str]] = set()
        for user in users:
            if user not in self._unvouched:
                try:
                    published = await query_keys(self._client, user)
                except UNREACHED as error:
                    log.warning("a person's devices cannot be looked up: %s", reason_of(error))
                    raise TryLater from None
                except Refused as refused:
                    raise refused.meaning() from None
                self._unvouched[user] = _unvouched_in(published, user)
            found |= self._unvouched[user]
        return frozenset(found)

    async def vouched(self, user: str, curve25519: str | None) -> bool:
        """As `is_of`, by what was heard last: /sync tells when that has changed."""
        store = self._client.device_store
        device = store.device_from_sender_key(user, curve25519) if curve25519 else None
        if device is None:
            return await self.is_of(user, curve25519)
        try:
            return (user, device.id) not in await self.unvouched([user])
        except (DeliveryFault, Refused):
            return False

    async def is_of(self, user: str, curve25519: str | None) -> bool:
        """Whether a message that was encrypted by this key comes from a device of that person: one
        that their account has signed, where it signs devices at all."""
        try:
            published = await query_keys(self._client, user)
        except (*UNREACHED, Refused) as error:
            log.warning("a person's devices cannot be looked up: %s", reason_of(error))
            return False
        self._unvouched[user] = _unvouched_in(published, user)
        devices = _at(published, "device_keys", user) or {}
        for device, keys in devices.items():
            if _at(keys, "keys", f"curve25519:{device}") == curve25519:
                return self._signs_itself(user, device, keys) and (
                    public_key(published.get("master_keys"), user) is None
                    or device_is_signed(published, user, device)
                )
        return False

    @staticmethod
    def _signs_itself(user: str, device: str, keys: Json) -> bool:
        own = _at(keys, "keys", f"ed25519:{device}")
        signature = _at(keys, "signatures", user, f"ed25519:{device}")
        return isinstance(own, str) and verifies(own, signature, _bare(keys))


def _unvouched_in(published: Json, user: str) -> LeftOut:
    if public_key(published.get("master_keys"), user) is None:
        return NOBODY
    devices = _at(published, "device_keys", user) or {}
    return frozenset((user, d) for d in devices if not device_is_signed(published, user, d))


async def query_keys(client: Client, user: str) -> Json:
    found = await client.ask("POST", ["keys", "query"], {"device_keys": {user: []}})
    return found if isinstance(found, dict) else {}


def device_is_signed(published: Json, user: str, device: str) -> bool:
    """The chain from an account's master key over its self-signing key to the device."""
    master = public_key(published.get("master_keys"), user)
    signing = public_key(published.get("self_signing_keys"), user)
    signing_object = _at(published, "self_signing_keys", user)
    keys = _at(published, "device_keys", user, device)
    if master is None or signing is None or not isinstance(keys, dict):
        return False
    by_master = _at(signing_object, "signatures", user, f"ed25519:{master}")
    by_signing = _at(keys, "signatures", user, f"ed25519:{signing}")
    return verifies(master, by_master, _bare(signing_object)) and verifies(
        signing, by_signing, _bare(keys)
    )


def fingerprint(published: Json, user: str, device: str) -> str | None:
    """The Ed25519 key of a device, as its session is shown in Element."""
    found = _at(published, "device_keys", user, device, "keys", f"ed25519:{device}")
    return found if isinstance(found, str) else None


def public_key(published: object, user: str) -> str | None:
    """The key in a cross-signing key object."""
    keys = _at(published, user, "keys")
    if not isinstance(keys, dict) or len(keys) != 1:
        return None
    [(name, key)] = keys.items()
    return key if isinstance(key, str) and name == f"ed25519:{key}" else None


def _key_object(user: str, use: str, public: str) -> dict[str, Any]:
    return {"user_id": user, "usage": [use], "keys": {f"ed25519:{public}": public}}


def _sign(signed: dict[str, Any], user: str, key: SigningKey) -> None:
    signature = key.sign(_canonical(signed))
    by_user = signed.setdefault("signatures", {}).setdefault(user, {})
    by_user[f"ed25519:{key.public}"] = signature


def _bare(signed: object) -> bytes:
    return _canonical(signed) if isinstance(signed, dict) else b""


def _canonical(signed: Json) -> bytes:
    """https://spec.matrix.org/v1.15/appendices/#signing-json"""
    left = {k: v for k, v in signed.items() if k not in {"signatures", "unsigned"}}
    return bytes(Api.to_canonical_json(left).encode())


def _at(value: object, *path: str) -> Any:
    """What lies there, None if anything on the way is missing or of another shape."""
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value
