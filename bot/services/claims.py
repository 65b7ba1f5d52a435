"""One-time codes by which a group becomes the admin chat of its platform."""

from __future__ import annotations

import hmac
import secrets

from bot.domain.ids import AdapterName

TRIES = 10
"""Wrong codes after which the code is void until the next start; 64 bits are not guessed in ten."""


class Claims:
    """Kept in memory alone: a new start prints a new code."""

    def __init__(self) -> None:
        self._codes: dict[AdapterName, str] = {}
        self._tries: dict[AdapterName, int] = {}

    def issue(self, adapter: AdapterName) -> str:
        """A new code for the platform, in place of an earlier one."""
        code = secrets.token_hex(8)
        self._codes[adapter], self._tries[adapter] = code, 0
        return code

    def matches(self, adapter: AdapterName, typed: str) -> bool:
        """Whether that is the code."""
        code = self._codes.get(adapter, "")
        return bool(code) and hmac.compare_digest(typed.strip().encode(), code.encode())

    def count(self, adapter: AdapterName, *, right: bool) -> None:
        """Somebody has tried: a right code is used up, and so is one that was guessed at too
        often."""
        self._tries[adapter] = self._tries.get(adapter, 0) + 1
        if right or self._tries[adapter] >= TRIES:
            self._codes.pop(adapter, None)
