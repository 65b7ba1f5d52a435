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

    def accept(self, adapter: AdapterName, typed: str) -> bool:
        """Whether that was the code; it is used up then."""
        code = self._codes.get(adapter)
        if code is None:
            return False
        if hmac.compare_digest(typed.strip().encode(), code.encode()):
            del self._codes[adapter]
            return True
        self._tries[adapter] += 1
        if self._tries[adapter] >= TRIES:
            del self._codes[adapter]
        return False
