"""Ed25519 keys as Matrix writes them: unpadded base64."""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from unpaddedbase64 import decode_base64, encode_base64

SEED = 32
"""Bytes."""


class SigningKey:
    """One of an account's cross-signing keys."""

    def __init__(self, seed: bytes) -> None:
        self.seed = seed
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public: str = encode_base64(self._key.public_key().public_bytes_raw())

    @classmethod
    def new(cls) -> SigningKey:
        return cls(secrets.token_bytes(SEED))

    def sign(self, message: bytes) -> str:
        return str(encode_base64(self._key.sign(message)))


def verifies(public: str, signature: object, message: bytes) -> bool:
    """Whether the signature over the message was made by that key; what is none is wrong."""
    if not isinstance(signature, str):
        return False
    try:
        key = Ed25519PublicKey.from_public_bytes(decode_base64(public))
        key.verify(decode_base64(signature), message)
    except (ValueError, InvalidSignature):
        return False
    return True
