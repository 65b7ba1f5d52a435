"""One verification by short authentication string, as the side that was asked.

https://spec.matrix.org/v1.15/client-server-api/#short-authentication-string-sas-verification. The
library's own (`nio.crypto.sas`) shows other emoji than its partner and commits to its key in a form
that nobody accepts; its table of emoji is right. The cryptography is that of vodozemac.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nio.api import Api
from nio.crypto.sas import Sas as Library
from unpaddedbase64 import encode_base64
from vodozemac import Curve25519PublicKey, EstablishedSas, Sas

METHOD = "m.sas.v1"
KEY_AGREEMENT = "curve25519-hkdf-sha256"
HASH = "sha256"
MAC = "hkdf-hmac-sha256.v2"
SHOWN = ("emoji", "decimal")

Content = Mapping[str, Any]


class Cancelled(Exception):
    """The verification ends here: a code of the specification's, and a sentence to the person."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(code)
        self.code = code
        self.reason = reason


def invalid() -> Cancelled:
    return Cancelled("m.invalid_message", "I can't read a message of this verification.")


@dataclass(frozen=True, slots=True)
class Side:
    """Who verifies, from which device; the public keys that are vouched for: the device's Ed25519
    key, and the account's master key where it has one."""

    user: str
    device: str
    fingerprint: str
    master: str | None

    def keys(self) -> dict[str, str]:
        """By their ids."""
        found = {f"ed25519:{self.device}": self.fingerprint}
        return found if self.master is None else found | {f"ed25519:{self.master}": self.master}


class Exchange:
    """`take` is told each step of the other side in turn. `shown` is what both people see, once
    there is something to see; `done`: each side has found the other's keys to be right."""

    def __init__(self, ours: Side, theirs: Side, transaction: str) -> None:
        self._ours = ours
        self._theirs = theirs
        self._transaction = transaction
        self._sas = Sas()
        self._secret: EstablishedSas | None = None
        self._taken: dict[str, Content] = {}
        self._expected = "start"
        self.shown: str | None = None
        self.done = False

    def take(self, step: str, content: Content) -> list[tuple[str, Content]]:
        """The steps to answer with, in order. Raises `Cancelled`, or `ValueError` or `TypeError`
        for what nobody's client sends."""
        if step in self._taken and self._taken[step] == content:
            # The server has given it out again.
            return []
        if step != self._expected:
            raise Cancelled("m.unexpected_message", "That step was not due.")
        self._taken[step] = content
        match step:
            case "start":
                self._expected = "key"
                return self._accept(content)
            case "key":
                self._expected = "mac"
                return self._share(content)
            case "mac":
                self._expected = "done"
                return self._vouch(content)
        self.done, self._expected = True, ""
        return []

    @property
    def _public(self) -> str:
        return self._sas.public_key.to_base64()

    def _accept(self, content: Content) -> list[tuple[str, Content]]:
        if content.get("from_device") != self._theirs.device:
            raise invalid()
        shown = [each for each in SHOWN if offers(content, "short_authentication_string", each)]
        if (
            content.get("method") != METHOD
            or not offers(content, "key_agreement_protocols", KEY_AGREEMENT)
            or not offers(content, "hashes", HASH)
            or not offers(content, "message_authentication_codes", MAC)
            or not shown
        ):
            raise unknown_method()
        commitment = hashlib.sha256((self._public + Api.to_canonical_json(dict(content))).encode())
        accepted = {
            "method": METHOD,
            "key_agreement_protocol": KEY_AGREEMENT,
            "hash": HASH,
            "message_authentication_code": MAC,
            "short_authentication_string": shown,
            "commitment": encode_base64(commitment.digest()),
        }
        return [("accept", accepted)]

    def _share(self, content: Content) -> list[tuple[str, Content]]:
        key, ours = content.get("key"), self._public
        if not isinstance(key, str):
            raise invalid()
        secret = self._secret = self._sas.diffie_hellman(Curve25519PublicKey.from_base64(key))
        sides = ((self._theirs, key), (self._ours, ours))
        parts = [f"{side.user}|{side.device}|{public}" for side, public in sides]
        info = "|".join(("MATRIX_KEY_VERIFICATION_SAS", *parts, self._transaction))
        string = secret.bytes(info)
        emoji = ", ".join(" ".join(Library.emoji[index]) for index in string.emoji_indices)
        self.shown = f"{emoji}; in numbers {' '.join(map(str, string.decimals))}"
        return [("key", {"key": ours})]

    def _vouch(self, content: Content) -> list[tuple[str, Content]]:
        """Not before the other side has: its person has then compared, and said that it is the
        same."""
        self._check(content)
        keys = self._ours.keys()
        macs = {name: self._mac(name, key, self._ours, self._theirs) for name, key in keys.items()}
        names = self._mac("KEY_IDS", ",".join(sorted(keys)), self._ours, self._theirs)
        return [("mac", {"mac": macs, "keys": names}), ("done", {})]

    def _check(self, content: Content) -> None:
        """Whether the keys are those that the server gives out for them."""
        macs, known = content.get("mac"), self._theirs.keys()
        if not isinstance(macs, Mapping) or not macs:
            raise invalid()
        expected = {name: known[name] for name in macs if name in known}
        right = content.get("keys") == self._mac(
            "KEY_IDS", ",".join(sorted(macs)), self._theirs, self._ours
        ) and all(
            macs[name] == self._mac(name, key, self._theirs, self._ours)
            for name, key in expected.items()
        )
        if not right or f"ed25519:{self._theirs.device}" not in expected:
            raise Cancelled("m.key_mismatch", "Your keys are not those that your server gives out.")

    def _mac(self, name: str, key: str, by: Side, to: Side) -> str:
        assert self._secret is not None
        sides = f"{by.user}{by.device}{to.user}{to.device}{self._transaction}"
        return self._secret.calculate_mac(key, f"MATRIX_KEY_VERIFICATION_MAC{sides}{name}")


def unknown_method() -> Cancelled:
    return Cancelled(
        "m.unknown_method",
        "I can only compare emoji. Or compare my fingerprint: whoever runs me sees it with "
        "'undersigned matrix status'.",
    )


def offers(content: Content, name: str, wanted: str) -> bool:
    """Whether a list of what the other side can do holds it."""
    offered = content.get(name)
    return isinstance(offered, list) and wanted in offered
