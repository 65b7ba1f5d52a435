"""One-time codes by which a group becomes the admin chat of its platform, and who guesses codes."""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from collections import OrderedDict

from bot.domain.ids import AdapterName, UserRef

FREE = 3
"""After so many wrong codes an account is not listened to for a while."""

FIRST_PAUSE, DOUBLINGS = dt.timedelta(minutes=1), 6
"""How long, and how often each further one makes that twice as long: to about an hour."""

ACCOUNTS = 1000
"""So many that guessed wrong are remembered. However many guess, 64 bits are not guessed."""


class Guesses:
    """Of codes, by account. Kept in memory alone."""

    def __init__(self) -> None:
        self._tries: OrderedDict[UserRef, tuple[int, dt.datetime]] = OrderedDict()
        """How many wrong ones an account has tried, and from when on it is listened to again."""

    def is_slowed(self, by: UserRef, now: dt.datetime) -> bool:
        """Whether the account is not listened to now."""
        return by in self._tries and now < self._tries[by][1]

    def wrong(self, by: UserRef, now: dt.datetime) -> None:
        """The account has tried a wrong one, which slows it down. What it tries while it is not
        listened to counts for nothing, also not against it."""
        if self.is_slowed(by, now):
            return
        tries = min(self._tries.pop(by, (0, now))[0] + 1, FREE + DOUBLINGS)
        pause = FIRST_PAUSE * 2 ** (tries - FREE) if tries >= FREE else dt.timedelta()
        self._tries[by] = tries, now + pause
        if len(self._tries) > ACCOUNTS:
            self._tries.popitem(last=False)


class Claims(Guesses):
    """A new start prints new codes."""

    def __init__(self) -> None:
        super().__init__()
        self._codes: dict[AdapterName, str] = {}

    def issue(self, adapter: AdapterName) -> str:
        """A new code for the platform, in place of an earlier one."""
        code = secrets.token_hex(8)
        self._codes[adapter] = code
        return code

    def matches(self, by: UserRef, typed: str, now: dt.datetime) -> bool:
        """Whether that is the code of the account's platform, and the account is listened to."""
        code = self._codes.get(by.adapter, "")
        is_code = bool(code) and hmac.compare_digest(typed.strip().encode(), code.encode())
        return is_code and not self.is_slowed(by, now)

    def count(self, by: UserRef, now: dt.datetime, *, right: bool) -> None:
        """The account has tried: a right code is used up; as `wrong` where it is not."""
        if right:
            self._codes.pop(by.adapter, None)
        else:
            self.wrong(by, now)
