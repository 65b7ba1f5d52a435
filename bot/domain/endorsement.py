"""An endorsement and its life: pending, then verified or rejected; withdrawn at any time."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from bot.domain.ids import ChatRef, Country, Digest, Language, Number, StatementId

UNDO_WINDOW = dt.timedelta(minutes=10)
"""How long a decision or a withdrawal can be undone; a name is published when it ends."""

DRAFT_LIFE = dt.timedelta(hours=24)
"""How long an unfinished conversation is kept."""

CONSENT_WORDING = 1
"""The version of the consent text that is shown now; stored with every endorsement."""

MOST_REJECTIONS = 2
"""A rejected person may sign once more; after the second rejection no more."""


class Kind(enum.StrEnum):
    PERSON = "person"
    ORGANISATION = "organisation"


class Status(enum.StrEnum):
    PENDING = "pending"
    VERIFIED = "verified"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Visibility(enum.StrEnum):
    """Who sees the name: everybody, the organisers, or nobody once it has been counted."""

    PUBLIC = "public"
    ORGANISERS = "organisers"
    COUNTED = "counted"


@dataclass(frozen=True, slots=True)
class Route:
    """How to reach the one who asked: erased when the window after the decision ends."""

    chat: ChatRef
    language: Language
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class Details:
    """What admins need to decide, kept encrypted. `asked_by` is the display name of the group
    administrator; `group_title` and `group_members` as the platform told them at that moment;
    `unreachable` the day (UTC) since when the bot cannot write to the signer or the group."""

    affiliation: str | None = None
    group_title: str | None = None
    group_members: int | None = None
    asked_by: str | None = None
    unreachable: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided (display name), exactly when (UTC), and why. Kept encrypted."""

    by: str
    at: dt.datetime
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Endorsement:
    """One record. Times are UTC; `hour` is the hour in which it was given, no finer.

    `signer` is the signer's tag. It, `name`, `details`, `decision` and `route` are None once they
    have been erased. `published` says that the name is on the public list.
    `undo_until` and `before_undo` are set while the last change can be undone.
    """

    number: Number
    statement: StatementId
    signer: bytes | None
    kind: Kind
    status: Status
    visibility: Visibility
    language: Language
    digest: Digest
    consent: int
    country: Country | None
    hour: dt.datetime
    name: str | None
    published: bool
    details: Details | None
    decision: Decision | None
    route: Route | None
    undo_until: dt.datetime | None
    before_undo: Status | None
    wants_updates: bool
    withdrawals: int
    rejections: int

    def undoable_at(self, now: dt.datetime) -> bool:
        return self.undo_until is not None and now < self.undo_until


def hour_of(moment: dt.datetime) -> dt.datetime:
    """The hour that is stored instead of the moment: enough for a chart, too coarse to match
    a record with traffic seen on a network."""
    return moment.replace(minute=0, second=0, microsecond=0)
