"""Finding secrets in text: those that are known, in every spelling, and what is shaped like one."""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

MARK = "[redacted]"

SHORTEST = 4
"""Characters; hiding a shorter secret would hide half of every text."""

KEY_BYTES = 16
"""A secret that decodes to this many bytes or more is hidden in the other spellings of them too."""

_VALUE = r"[^\s\"',;&(){}\[\]]{4,}"
_SHAPES = (
    # https://user:password@host
    (r"(://)[^/\s@\"']+(?=@)", r"\1"),
    # A bot's token, 123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11, also within an address
    (r"\d{5,}(?::|%3A)[A-Za-z0-9_-]{30,}", ""),
    # Access, refresh and login tokens of Matrix servers
    (r"\b(?:sy[trl]|m[ac][trc])_[\w.+/=-]{16,}", ""),
    (rf"(?i)\b(bearer\s+){_VALUE}", r"\1"),
    (rf"(?i)\b(authorization[\"']?\s*[:=]\s*[\"']?\w+\s+){_VALUE}", r"\1"),
    (
        r"(?i)\b((?:(?:access|refresh|login)[ _]?token|password|passwd|pickle_key|api_key|secret)"
        rf"[\"']?\s?[:=]\s?[\"']?){_VALUE}",
        r"\1",
    ),
    # 32 bytes, as keys and the marks of people and chats have them
    (r"(?<![\w+/-])[\w+/-]{43}=(?!=)", ""),
    (r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{64}(?![0-9A-Fa-f])", ""),
    # What opens a backup, and what is sealed to the organisers (C2SP age); it is never needed here
    (r"(?i)\bAGE-SECRET-KEY-(?:PQ-)?1[A-Z0-9]{20,}", ""),
    # A Matrix account
    (r"(?<![\w\]])(?:@|%40)[\w.=/+-]+(?::|%3A)[A-Za-z0-9][A-Za-z0-9.-]*(?::\d+)?", ""),
    # What pydantic refused
    (r"(?s)(input_value=).*?(?=, input_type=)", r"\1"),
)


class Redaction:
    """`redaction(text)` is the text with every secret replaced by `[redacted]`."""

    def __init__(self) -> None:
        self._shapes = [(re.compile(shape, re.ASCII), kept) for shape, kept in _SHAPES]
        self._spellings: set[str] = set()
        self._known: re.Pattern[str] | None = None

    def add(self, secrets: Iterable[str]) -> None:
        """Hide these too from now on, in every spelling that is not below `SHORTEST`."""
        for secret in secrets:
            self._spellings.update(s for s in spellings(secret) if len(s) >= SHORTEST)
        # The longest first: one may hold another.
        longest = sorted(self._spellings, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest))) if longest else None

    def __call__(self, text: str) -> str:
        if self._known is not None:
            text = self._known.sub(MARK, text)
        for shape, kept in self._shapes:
            text = shape.sub(rf"{kept}{MARK}", text)
        return text


def spellings(secret: str) -> Iterator[str]:
    """Every way in which a secret is likely to be written."""
    if len(secret) < SHORTEST:
        return
    yield from (secret, quote(secret, safe=""), quote_plus(secret), repr(secret)[1:-1])
    yield from (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    yield from _of_bytes(secret.encode())
    number, colon, rest = secret.partition(":")
    if colon and number.isdecimal():
        yield rest  # a bot's token without the bot's number
    with contextlib.suppress(binascii.Error, ValueError):
        plain = secret.replace("-", "+").replace("_", "/").rstrip("=")
        data = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
        if len(data) >= KEY_BYTES:
            yield from _of_bytes(data)


def _of_bytes(data: bytes) -> Iterator[str]:
    for encoded in (base64.b64encode(data), base64.urlsafe_b64encode(data)):
        yield from (encoded.decode(), encoded.decode().rstrip("="))
    yield from (data.hex(), data.hex().upper(), repr(data)[2:-1])
