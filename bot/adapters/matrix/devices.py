"""What a homeserver says of people's devices, and whether their accounts vouch for them.

https://spec.matrix.org/v1.15/client-server-api/#cross-signing
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from nio.api import Api
from nio.crypto.device import OlmDevice

from bot.adapters.matrix.client import Client, LeftOut, Refused
from bot.adapters.matrix.faults import UNREACHED, reason_of
from bot.adapters.matrix.identities import Identities
from bot.adapters.matrix.keys import verifies
from bot.adapters.matrix.sync import GapFault
from bot.ports import DeliveryFault, TryLater

log = logging.getLogger(__name__)

Json = Mapping[str, Any]


Keys = frozenset[tuple[str, str]]
"""Devices by their own two keys, Curve25519 and Ed25519: a name stands for whatever keys a server
puts behind it."""


class Devices:
    """Whether a person's devices are theirs, as far as their account vouches for them. In the admin
    room (`admin_room` then names it) only an account counts that signs its devices, by the identity
    that is pinned."""

    def __init__(self, client: Client, identities: Identities) -> None:
        self._client = client
        self._identities = identities
        self._vouched: dict[tuple[str, str | None], Keys] = {}
        client.on_keys = self._forget
        identities.changed = lambda user: self._forget([user])

    def _forget(self, users: Collection[str]) -> None:
        for known in [known for known in self._vouched if known[0] in users]:
            del self._vouched[known]

    async def unvouched(self, users: Iterable[str], admin_room: str | None = None) -> LeftOut:
        """Which devices are none that the accounts of these people have signed: whoever has a
        password, or a server, can add one. Also those of the bot's account but its own, and
        whatever becomes known from now on. Raises a `DeliveryFault`."""
        found: set[tuple[str, str]] = set()
        for user in users:
            if user != self._client.user_id:
                try:
                    found |= await self._vouched_of(user, admin_room)
                except UNREACHED as error:
                    log.warning("a person's devices cannot be looked up: %s", reason_of(error))
                    raise TryLater from None
                except Refused as refused:
                    raise refused.meaning() from None
        vouched = frozenset(found)
        return lambda device: _keys_of(device) not in vouched

    async def vouched(self, user: str, curve25519: str | None) -> bool:
        """As `is_of`, by what was heard last: /sync tells when that has changed."""
        store = self._client.device_store
        device = store.device_from_sender_key(user, curve25519) if curve25519 else None
        if device is None:
            return await self.is_of(user, curve25519)
        try:
            return not (await self.unvouched([user]))(device)
        except (DeliveryFault, Refused) as fault:
            raise GapFault("a person's devices cannot be looked up") from fault

    async def is_of(self, user: str, curve25519: str | None, admin_room: str | None = None) -> bool:
        """Whether a message that was encrypted by this key comes from a device of that person: one
        that their account has signed; outside of the admin room any, where it signs none. Raises
        `GapFault` where that cannot be found out now."""
        self._forget([user])
        try:
            vouched = await self._vouched_of(user, admin_room)
        except (*UNREACHED, Refused) as error:
            raise GapFault(f"a person's devices cannot be looked up: {reason_of(error)}") from None
        return any(curve == curve25519 for curve, _ in vouched)

    async def _vouched_of(self, user: str, admin_room: str | None) -> Keys:
        known = self._vouched.get((user, admin_room))
        if known is None:
            published = await query_keys(self._client, user)
            master = public_key(published.get("master_keys"), user)
            if admin_room is None:
                known = _own_devices(published, user, are_signed=master is not None)
            elif await self._identities.counts(user, master, admin_room):
                known = _own_devices(published, user, are_signed=True)
            else:
                known = frozenset()
            self._vouched[user, admin_room] = known
        return known


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


def _own_devices(published: Json, user: str, *, are_signed: bool) -> Keys:
    """The devices that sign themselves, and that the account has signed if it signs any."""
    devices = found_at(published, "device_keys", user)
    found = set()
    for device, keys in devices.items() if isinstance(devices, Mapping) else ():
        curve = found_at(keys, "keys", f"curve25519:{device}")
        own = found_at(keys, "keys", f"ed25519:{device}")
        if not isinstance(curve, str) or not isinstance(own, str):
            continue
        by_itself = found_at(keys, "signatures", user, f"ed25519:{device}")
        if verifies(own, by_itself, _bare(keys)) and (
            not are_signed or device_is_signed(published, user, device)
        ):
            found.add((curve, own))
    return frozenset(found)


def _keys_of(device: OlmDevice) -> tuple[str, str]:
    return device.curve25519, device.ed25519


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
