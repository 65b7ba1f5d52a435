"""How many have endorsed a statement."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counts:
    """Records of one statement by their state; `persons` and `organisations` are the verified, of
    which `paper` came on paper. Those that are `linked` count nowhere else."""

    pending: int = 0
    verified: int = 0
    rejected: int = 0
    withdrawn: int = 0
    persons: int = 0
    organisations: int = 0
    paper: int = 0
    linked: int = 0


@dataclass(frozen=True, slots=True)
class PublicCounts:
    """How many have signed, as everybody may know it. Where `of` is more than 1 these are multiples
    of it that are reached at least. `hidden` of them are not named on the list, and `paper` of them
    came on paper."""

    persons: int = 0
    organisations: int = 0
    of: int = 1
    hidden: int = 0
    paper: int = 0
