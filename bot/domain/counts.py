"""How many have endorsed a statement."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counts:
    """Records of one statement by their state; `persons` and `organisations` are the verified."""

    pending: int = 0
    verified: int = 0
    rejected: int = 0
    withdrawn: int = 0
    persons: int = 0
    organisations: int = 0
