"""Cross-signing: the bot's device, vouched for by its account.

https://spec.matrix.org/v1.15/client-server-api/#cross-signing. Without it Element shows the bot
behind a red shield, and in the mode that leaves out insecure devices nobody can read it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from unpaddedbase64 import decode_base64, encode_base64

from bot.adapters.matrix.client import Client, Refused
from bot.adapters.matrix.devices import (
    Json,
    canonical,
    device_is_signed,
    found_at,
    public_key,
    query_keys,
)
from bot.adapters.matrix.keys import SigningKey
from bot.adapters.matrix.store import Memory

log = logging.getLogger(__name__)

USES = ("master", "self_signing", "user_signing")

VOUCHER = "voucher"
"""The secret that holds the master key that vouched for this device last."""

PASSWORD = "m.login.password"  # noqa: S105 - the name of a stage


class Disowned(Exception):
    """The account has other signing keys than it had, whose master key is this one, and they do not
    vouch for the bot's device."""

    def __init__(self, master: str) -> None:
        super().__init__(master)
        self.master = master


class CrossSigning:
    """The account's three keys. Where there are none yet, their seeds are kept before the server
    hears of them: whatever happens between, the next start goes on with the same ones."""

    def __init__(self, client: Client, memory: Memory, password: str | None) -> None:
        self._client = client
        self._memory = memory
        self._password = password

    async def set_up(self) -> None:
        """See to it that this device is signed. Keys that came with the account, from whoever made
        it in a client, are replaced once, if there is a password; those that replaced the bot's are
        for a person to judge. Raises `Disowned`, `Refused`, or one of `UNREACHED`."""
        published = await self._query(self._client.user_id)
        master = self._master(published)
        if not self.is_signed(published):
            keys = await self._kept()
            if keys is None or keys["master"].public != master:
                if master is not None and (self._password is None or await self._was_signed()):
                    raise Disowned(master)
                # The old ones may have been published before, and the server takes none twice.
                keys = keys if keys is not None and master is None else _new_keys()
                await self._keep(keys)
                await self._upload(keys)
                master = keys["master"].public
            await self._sign_device(keys["self_signing"], published)
            log.info("this device is signed by its account")
        before = await self._memory.secret(VOUCHER)
        if before != master:
            if before is not None:
                log.warning("the account has new signing keys, which vouch for this device")
            await self._memory.keep_secrets(**{VOUCHER: master})

    async def reset(self) -> str:
        """Give the account new keys and sign this device with them; the new master key. Raises
        `Refused`, or one of `UNREACHED`: then it may have to be done once more."""
        keys = _new_keys()
        await self._upload(keys)
        await self._keep(keys)
        await self._memory.keep_secrets(**{VOUCHER: keys["master"].public})
        await self.set_up()
        return keys["master"].public

    def is_signed(self, published: Json) -> bool:
        """Whether a keys/query answer says that the own account vouches for this device."""
        client = self._client
        return device_is_signed(published, client.user_id, client.own_device)

    def explained(self, refused: Refused) -> str:
        """Why the server refused, and what helps."""
        flows = refused.answer.get("flows")
        if refused.status != 401 or not isinstance(flows, list):
            return f"The homeserver refuses the account's signing keys ({refused})."
        if not any(found_at(flow, "stages") == [PASSWORD] for flow in flows):
            place = found_at(refused.answer, "params", "org.matrix.cross_signing_reset", "url")
            where = f" at {place}" if isinstance(place, str) else ""
            return (
                f"The homeserver wants new signing keys allowed in a browser first{where}. Then "
                "try again."
            )
        if self._password is None:
            return (
                "The homeserver takes new signing keys with the account's password only. Set "
                "UNDERSIGNED_MATRIX__PASSWORD once, and try again."
            )
        return "The homeserver does not accept the bot's password. Correct matrix.password."

    async def _was_signed(self) -> bool:
        return await self._memory.secret(VOUCHER) is not None

    async def _kept(self) -> dict[str, SigningKey] | None:
        stored = await self._memory.secret("seeds")
        if stored is None:
            return None
        seeds = json.loads(stored)
        return {use: SigningKey(decode_base64(seeds[use])) for use in USES}

    async def _keep(self, keys: Mapping[str, SigningKey]) -> None:
        seeds = {use: encode_base64(key.seed) for use, key in keys.items()}
        await self._memory.keep_secrets(seeds=json.dumps(seeds))

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
            session = refused.answer.get("session")
            if refused.status != 401 or session is None or self._password is None:
                raise
            login = {
                "type": PASSWORD,
                "identifier": {"type": "m.id.user", "user": user},
                "password": self._password,
                "session": session,
            }
            await self._client.ask("POST", path, content | {"auth": login})

    async def _sign_device(self, key: SigningKey, published: Json) -> None:
        user, device = self._client.user_id, self._client.own_device
        own = found_at(published, "device_keys", user, device)
        if own is None:
            own = found_at(await self._query(user), "device_keys", user, device)
        if not isinstance(own, dict):
            raise Refused(404, {"errcode": "the device's keys are not on the server"})
        if not self._is_this_device(own):
            raise Refused(409, {"errcode": "the server has other keys of the device"})
        signed = {name: value for name, value in own.items() if name != "unsigned"}
        _sign(signed, user, key)
        await self._client.ask("POST", ["keys", "signatures", "upload"], {user: {device: signed}})

    def _is_this_device(self, shown: Json) -> bool:
        """What is signed is what the store has, not what a server shows in its place."""
        olm = self._client.olm
        assert olm is not None
        own: Json = olm.account.identity_keys
        device = self._client.own_device
        return all(found_at(shown, "keys", f"{kind}:{device}") == key for kind, key in own.items())

    async def _query(self, user: str) -> Json:
        return await query_keys(self._client, user)


async def own_master(memory: Memory) -> str | None:
    """The public master key that the bot made for its account, whatever its server gives out."""
    stored = await memory.secret("seeds")
    return (
        None if stored is None else SigningKey(decode_base64(json.loads(stored)["master"])).public
    )


def _new_keys() -> dict[str, SigningKey]:
    return {use: SigningKey.new() for use in USES}


def _key_object(user: str, use: str, public: str) -> dict[str, Any]:
    return {"user_id": user, "usage": [use], "keys": {f"ed25519:{public}": public}}


def _sign(signed: dict[str, Any], user: str, key: SigningKey) -> None:
    signature = key.sign(canonical(signed))
    by_user = signed.setdefault("signatures", {}).setdefault(user, {})
    by_user[f"ed25519:{key.public}"] = signature
