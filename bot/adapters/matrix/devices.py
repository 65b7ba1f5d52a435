"""What a homeserver says of people's devices, and whether their accounts vouch for them.

https://spec.matrix.org/v1.15/client-server-api/#cross-signing
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from nio.api import Api

from bot.adapters.matrix.client import NOBODY, Client, LeftOut, Refused
from bot.adapters.matrix.faults import UNREACHED, reason_of
from bot.adapters.matrix.keys import verifies
from bot.adapters.matrix.sync import GapFault
from bot.ports import DeliveryFault, TryLater

log = logging.getLogger(__name__)

Json = Mapping[str, Any]


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
        except (DeliveryFault, Refused) as fault:
            raise GapFault("a person's devices cannot be looked up") from fault

    async def is_of(self, user: str, curve25519: str | None) -> bool:
        """Whether a message that was encrypted by this key comes from a device of that person: one
        that their account has signed, where it signs devices at all. Raises `GapFault` where that
        cannot be found out now."""
        try:
            published = await query_keys(self._client, user)
        except (*UNREACHED, Refused) as error:
            raise GapFault(f"a person's devices cannot be looked up: {reason_of(error)}") from None
        self._unvouched[user] = _unvouched_in(published, user)
        devices = found_at(published, "device_keys", user) or {}
        for device, keys in devices.items():
            if found_at(keys, "keys", f"curve25519:{device}") == curve25519:
                return self._signs_itself(user, device, keys) and (
                    public_key(published.get("master_keys"), user) is None
                    or device_is_signed(published, user, device)
                )
        return False

    @staticmethod
    def _signs_itself(user: str, device: str, keys: Json) -> bool:
        own = found_at(keys, "keys", f"ed25519:{device}")
        signature = found_at(keys, "signatures", user, f"ed25519:{device}")
        return isinstance(own, str) and verifies(own, signature, _bare(keys))


async def query_keys(client: Client, user: str) -> Json:
    found = await client.look(["keys", "query"], {"device_keys": {user: []}})
    return found if isinstance(found, dict) else {}


def device_is_signed(published: Json, user: str, device: str) -> bool:
    """The chain from an account's master key over its self-signing key to the device."""
    master = public_key(published.get("master_keys"), user)
    signing = public_key(published.get("self_signing_keys"), user)
    signing_object = found_at(published, "self_signing_keys", user)
    keys = found_at(published, "device_keys", user, device)
    if master is None or signing is None or not isinstance(keys, dict):
        return False
    by_master = found_at(signing_object, "signatures", user, f"ed25519:{master}")
    by_signing = found_at(keys, "signatures", user, f"ed25519:{signing}")
    return verifies(master, by_master, _bare(signing_object)) and verifies(
        signing, by_signing, _bare(keys)
    )


def fingerprint(published: Json, user: str, device: str) -> str | None:
    """The Ed25519 key of a device, as its session is shown in Element."""
    found = found_at(published, "device_keys", user, device, "keys", f"ed25519:{device}")
    return found if isinstance(found, str) else None


def public_key(published: object, user: str) -> str | None:
    """The key in a cross-signing key object."""
    keys = found_at(published, user, "keys")
    if not isinstance(keys, dict) or len(keys) != 1:
        return None
    [(name, key)] = keys.items()
    return key if isinstance(key, str) and name == f"ed25519:{key}" else None


def _unvouched_in(published: Json, user: str) -> LeftOut:
    if public_key(published.get("master_keys"), user) is None:
        return NOBODY
    devices = found_at(published, "device_keys", user) or {}
    return frozenset((user, d) for d in devices if not device_is_signed(published, user, d))


def _bare(signed: object) -> bytes:
    return canonical(signed) if isinstance(signed, dict) else b""


def canonical(signed: Json) -> bytes:
    """https://spec.matrix.org/v1.15/appendices/#signing-json"""
    left = {k: v for k, v in signed.items() if k not in {"signatures", "unsigned"}}
    return bytes(Api.to_canonical_json(left).encode())


def found_at(value: object, *path: str) -> Any:
    """What lies there, None if anything on the way is missing or of another shape."""
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value
