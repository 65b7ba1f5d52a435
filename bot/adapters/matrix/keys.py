"""Ed25519 keys as Matrix writes them: unpadded base64."""

from __future__ import annotations

import secrets

from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa
from unpaddedbase64 import decode_base64, encode_base64

SEED = 32
"""Bytes."""


class SigningKey:
    """One of an account's cross-signing keys."""

    def __init__(self, seed: bytes) -> None:
        self.seed = seed
        self._key = ECC.construct(curve="Ed25519", seed=seed)
        self.public: str = encode_base64(self._key.public_key().export_key(format="raw"))

    @classmethod
    def new(cls) -> SigningKey:
        return cls(secrets.token_bytes(SEED))

    def sign(self, message: bytes) -> str:
        return str(encode_base64(eddsa.new(self._key, "rfc8032").sign(message)))


def verifies(public: str, signature: object, message: bytes) -> bool:
    """Whether the signature over the message was made by that key; what is none is wrong."""
    if not isinstance(signature, str):
        return False
    try:
        key = eddsa.import_public_key(decode_base64(public))
        eddsa.new(key, "rfc8032").verify(message, decode_base64(signature))
    except ValueError:
        return False
    return True
