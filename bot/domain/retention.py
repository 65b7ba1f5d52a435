"""How long a record keeps what is personal in it, and when its signer is told of the end."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from bot.domain.endorsement import Endorsement, Status

NOTICE = dt.timedelta(days=14)
"""How long before the end a signer who waits is told of it, at the least."""

NOTICE_HOLDS = dt.timedelta(days=60)
"""After that it is told anew: what it said was of a time that has passed, as where a decision was
made and taken back."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what waits is kept, from the day on which it was given; what is not accepted, from
    the decision; and names that are not public, from the decision or from the day on which the
    statement closes, whichever is later. docs/retention.md says why so long."""

    pending: dt.timedelta = dt.timedelta(days=180)
    rejected: dt.timedelta = dt.timedelta(days=30)
    hidden: dt.timedelta = dt.timedelta(days=365)


class Step(enum.Enum):
    """What is due of a record."""

    TELL = "tell"
    """Its signer is told that it will be erased."""
    ERASE = "erase"


def step(
    record: Endorsement, rules: Retention, closes: dt.datetime | None, now: dt.datetime
) -> Step | None:
    """What is due now; None for what is public, final windows aside. `closes` is when signing the
    statement ends, if that is known."""
    if record.undo_until is not None or record.published or not (record.name or record.entrusted):
        return None
    if record.status is Status.PENDING:
        return _of_pending(record, rules, now)
    # Where it is sealed when that was decided, it was before what waits is erased.
    decided = record.decision.at if record.decision else record.hour + rules.pending
    if record.status is Status.REJECTED:
        end = decided + rules.rejected
    else:
        end = max(decided, closes or decided) + rules.hidden
    return Step.ERASE if end <= now else None


def ends(record: Endorsement, rules: Retention) -> dt.date | None:
    """The day from which on what waits is erased, if it is not decided until then and its signer
    was told; None for what is decided."""
    if record.status is not Status.PENDING:
        return None
    told = record.details.told if record.details else None
    end = (record.hour + rules.pending).date()
    return end if told is None else max(end, told + NOTICE)


def _of_pending(record: Endorsement, rules: Retention, now: dt.datetime) -> Step | None:
    told = record.details.told if record.details else None
    # A day to come is of a clock that was wrong.
    if told is None or not told <= now.date() <= told + NOTICE_HOLDS:
        return Step.TELL if record.hour + rules.pending - NOTICE <= now else None
    end = ends(record, rules)
    return Step.ERASE if end is not None and end <= now.date() else None
