"""What must stay erased when an older copy of the database is brought back."""

from __future__ import annotations

import enum
from dataclasses import replace

from bot.domain import lifecycle
from bot.domain.endorsement import Endorsement, Status, Visibility


class Erased(enum.StrEnum):
    """How a record stood once something of it was gone. But for the first two, the name and what
    leads to its signer are gone too."""

    FORGOTTEN = "forgotten"
    HIDDEN = "hidden"
    """Its signer took the name off the public list."""
    PENDING = "pending"
    VERIFIED = "verified"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    FINISHED = "finished"
    """Of a statement, not of a record: nothing leads to any of its signers."""


def erased(before: Endorsement, after: Endorsement) -> Erased | None:
    """What a step took away that no older copy may bring back; None where it took nothing.

    A withdrawal, or the choice to be counted only, takes the name away when its window ends, and
    is written down then.
    """
    if before.signer is not None and after.signer is None:
        # That its statement was finished is written down once for all of them.
        return None if after.is_finished else Erased.FORGOTTEN
    had_name = before.name is not None or before.entrusted
    # What is sealed to the organisers is still theirs.
    if had_name and after.name is None and not after.entrusted:
        return Erased(after.status)
    was_public = before.visibility is Visibility.PUBLIC
    if was_public and after.visibility is not Visibility.PUBLIC and after.name is not None:
        return Erased.HIDDEN
    return None


def erase_again(record: Endorsement, what: Erased) -> Endorsement:
    """The record of an older copy without what was taken from it since."""
    if what is Erased.FORGOTTEN:
        return lifecycle.forget(record).record
    if what is Erased.FINISHED:
        return lifecycle.finish(record).record
    is_public = record.visibility is Visibility.PUBLIC
    if what is Erased.HIDDEN:
        return replace(record, visibility=Visibility.ORGANISERS) if is_public else record
    status = Status(what)
    is_newly_withdrawn = status is Status.WITHDRAWN and record.status is not status
    return replace(
        record,
        status=status,
        visibility=Visibility.COUNTED if is_public else record.visibility,
        withdrawals=record.withdrawals + is_newly_withdrawn,
        undo_until=None,
        before=None,
        name=None,
        details=None,
        route=None,
        aside=None,
        marked=False,
        wave=False,
        carded=False,
        listed=False,
        entrusted=False,
        linked_to=None,
    )
