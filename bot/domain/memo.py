"""What a platform's adapter must still know after a restart."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

VOTED = "voted"
"""The kind that says whose a reaction is that is a vote, and at which message: it goes with the
vote, and no backup holds it."""


@dataclass(frozen=True, slots=True)
class Memo:
    """In the place of what the adapter kept under the same kind and key. A `value` of None forgets
    it; `until` is the last day on which it is of use, None: always."""

    kind: str
    key: str
    value: str | None
    until: dt.date | None = None
