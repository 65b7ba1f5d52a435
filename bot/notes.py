"""Signed notes and checkpoints of logs, as C2SP writes them (https://c2sp.org/signed-note and
https://c2sp.org/tlog-checkpoint), with Ed25519 alone."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bot.domain.faults import OperatorFault

ED25519 = b"\x01"
"""The signature type that stands in a key's text and in what its id is made of."""

KEY_BYTES = 32
ID_BYTES = 4
MOST_SIGNATURES = 100
_NAME = re.compile(r"[^\s+\x00-\x1f]+")
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class NoteFault(OperatorFault):
    """A key, a note or a checkpoint is malformed, or not signed by a key that is known."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key of Ed25519 (32 bytes) and the name under which it signs. Raises `NoteFault` for
    a name or a key that cannot be one."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or len(self.public) != KEY_BYTES:
            raise NoteFault("this is no name, or no key, that signs a note")

    @property
    def id(self) -> bytes:
        """The 4 bytes that stand in front of its signatures."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[
            :ID_BYTES
        ]

    def __str__(self) -> str:
        """As it is published: `name+id+key`."""
        return f"{self.name}+{self.id.hex()}+{_base64(ED25519 + self.public)}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """The key of that text. Raises `NoteFault`."""
        name, _, rest = text.partition("+")
        data = decoded(rest.partition("+")[2])
        if data and data.startswith(ED25519):
            key = cls(name, data.removeprefix(ED25519))
            if str(key) == text:
                return key
        raise NoteFault(
            "this is not a public key of a log: it looks like undersigned/0123abcd+89abcdef+AQ…"
        )

    def signed(self, text: str, signature: bytes) -> bool:
        """Whether the signature (64 bytes, without the id) is this key's, of this text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The secret of such a key: the seed of RFC 8032, 32 bytes."""

    name: str
    seed: bytes = field(repr=False)

    @property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.name, self._secret().public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """The signed note: the text, which ends with a line end, a blank line and the signature.
        Raises `NoteFault` for a text that no note may have."""
        if not text.endswith("\n") or _has_controls(text):
            raise NoteFault("a note ends with a line end, and holds no control character but those")
        signature = self._secret().sign(text.encode())
        return f"{text}\n— {self.name} {_base64(self.verifier.id + signature)}\n"

    def _secret(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def open_note(note: str, keys: Iterable[VerifierKey]) -> str:
    """The text of a note that one of the keys has signed. Signatures of others are passed over.
    Raises `NoteFault` where none has, one of theirs is wrong, or it is no note."""
    text, separator, lines = note.rpartition("\n\n")
    text += "\n"
    signatures = lines.removesuffix("\n").split("\n")
    if not separator or not lines.endswith("\n") or _has_controls(note):
        raise NoteFault("this is not a signed note: a text, a blank line, then who signed it")
    if len(signatures) > MOST_SIGNATURES:
        raise NoteFault(f"this note has more than {MOST_SIGNATURES} signatures")
    known = {(key.name, key.id): key for key in keys}
    signed = False
    for line in signatures:
        found = _SIGNATURE.fullmatch(line)
        data = decoded(found[2]) if found else None
        if not found or data is None or len(data) <= ID_BYTES:
            raise NoteFault("the lines under this note are not signatures")
        if key := known.get((found[1], data[:ID_BYTES])):
            if not key.signed(text, data[ID_BYTES:]):
                raise NoteFault(f"the signature of {key.name} is not of this text")
            signed = True
    if not signed:
        names = ", ".join(str(key) for key in known.values())
        raise NoteFault(f"this note is not signed by {names}")
    return text


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a log is: its `origin`, how many entries it has, and the root over them."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        """The text of its note."""
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Of the text of a note; further lines are passed over. Raises `NoteFault`."""
        lines = text.split("\n")
        if len(lines) >= 4 and lines[0] and _SIZE.fullmatch(lines[1]):
            root = decoded(lines[2])
            if root is not None and len(root) == hashlib.sha256().digest_size:
                return cls(lines[0], int(lines[1]), root)
        raise NoteFault("this note is not a checkpoint: an origin, a size and a root")


def decoded(text: str) -> bytes | None:
    """What standard base64 holds; None where it is not written in the one way that it can be."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if _base64(data) == text else None


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _has_controls(text: str) -> bool:
    return any(character < " " and character != "\n" for character in text)
