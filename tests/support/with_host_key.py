"""Reading all that a host's key opens in its files, wherever in them it lies: also in what a table
shows no more, and in a journal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.privacy import KEY_ID_BYTES, NONCE_BYTES, _derive

LONGEST = 1024
FIRST_BLOCK = (2).to_bytes(4, "big")
"""Of the counter of AES-GCM with a nonce of 12 bytes, where the text begins (NIST SP 800-38D)."""


def opened(files: Iterable[Path], key: bytes) -> Iterator[bytes]:
    """What stands behind each place that looks like the beginning of something sealed: without its
    context, and longer than it is, as nobody who attacks needs either."""
    mark, secret = _derive(key, "id", KEY_ID_BYTES), _derive(key, "fields")
    for file in files:
        data = file.read_bytes()
        at = data.find(mark)
        while at >= 0:
            begin = at + KEY_ID_BYTES
            nonce = data[begin : begin + NONCE_BYTES]
            sealed = data[begin + NONCE_BYTES :][:LONGEST]
            if len(nonce) == NONCE_BYTES:
                mode = modes.CTR(nonce + FIRST_BLOCK)
                yield Cipher(algorithms.AES(secret), mode).decryptor().update(sealed)
            at = data.find(mark, at + 1)


def found(files: Iterable[Path], key: bytes, canaries: Iterable[str]) -> set[str]:
    """Which of these it opens, or finds in clear."""
    every = list(files)
    texts = [*opened(every, key), *(file.read_bytes() for file in every)]
    return {canary for canary in canaries if any(canary.encode() in text for text in texts)}
