"""What is sealed to the organisers once a record is decided for good, and what its host keeps.

It holds where the organisers have a key of their own (`organisers_key`); `bot.services.entrusting`
does it, in the transaction that ends the record's window.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.endorsement import Decision, Details, Endorsement, Status, Visibility


@dataclass(frozen=True, slots=True)
class Entrusted:
    """What only the organisers may see: of a public record its name too, so that their list is
    whole."""

    name: str | None
    details: Details | None
    decision: Decision | None


def entrust(record: Endorsement) -> tuple[Endorsement, Entrusted | None] | None:
    """The record as its host keeps it, and what goes to the organisers (None: what is left is for
    nobody, as its signer has taken it back or is counted only). None where there is nothing to do:
    it is not decided for good, its name is about to be public, or the host keeps nothing that is
    not public; or another one stands for it, and it must be able to be what it was.
    """
    if record.status in {Status.PENDING, Status.LINKED} or record.undo_until is not None:
        return None
    is_public = record.status is Status.VERIFIED and record.visibility is Visibility.PUBLIC
    if is_public and record.name is not None and not record.published:
        return None
    left = replace(
        record,
        name=record.name if record.published else None,
        details=_shown(record.details) if record.published else None,
        decision=None,
    )
    if left == record:
        return None
    if record.is_over:
        return left, None
    return replace(left, entrusted=True), Entrusted(record.name, record.details, record.decision)


def _shown(details: Details | None) -> Details | None:
    """Of a public record: what stands beside the name in public, and whether its signer is reached,
    which the bot has to know."""
    return details and replace(details.shown, unreachable=details.unreachable)
