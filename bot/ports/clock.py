"""Where the time comes from."""

from __future__ import annotations

import datetime as dt
from typing import Protocol


class Clock(Protocol):
    """The console's can be moved."""

    def now(self) -> dt.datetime:
        """The current moment, UTC."""
