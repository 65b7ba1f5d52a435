"""What admins are asked before a decision, and told after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.domain.endorsement import Endorsement, Kind, Status
from bot.domain.ids import Number
from bot.text.rich import RichText, bold, code, isolated, join
from bot.wording.reasons import reason_text
from bot.wording.signing import status_name
from bot.wording.voice import N_, Voice, lines, paragraphs

_WAY = {
    Kind.PERSON: N_("The signer reads it."),
    Kind.ORGANISATION: N_("The group reads it."),
}
_NO_WAY = {
    Kind.PERSON: N_("The signer can't be told: I don't know any more who it is."),
    Kind.ORGANISATION: N_("The group can't be told: I can't write there."),
}


def ask_reason(say: Voice, record: Endorsement, *, is_told: bool) -> RichText:
    """`is_told`: whether there is a way to the signer. Says so before anything is decided."""
    return paragraphs(
        say.gettext(
            "Why is {number} not accepted? Tap a reason, or reply to this message with yours.",
            number=bold(f"#{record.number}"),
        ),
        way(say, record, is_told=is_told),
    )


def way(say: Voice, record: Endorsement, *, is_told: bool) -> RichText:
    """Whether a reason is read by whom it is about."""
    if record.paper:
        return say.gettext("It came on paper, so I can't tell anybody.")
    return say.gettext((_WAY if is_told else _NO_WAY)[record.kind])


def reason_too_long(say: Voice, length: int, most: int) -> RichText:
    return say.ngettext(
        "That reason has {count} character, and {most} fit. Give a shorter one.",
        "That reason has {count} characters, and {most} fit. Give a shorter one.",
        length,
        most=say.number(most),
    )


def nothing_decided(say: Voice) -> RichText:
    return say.gettext("Cancelled. Nothing was decided.")


def done(say: Voice, record: Endorsement, now: dt.datetime, *, is_told: bool) -> RichText:
    """A short answer to a decision."""
    number = bold(f"#{record.number}")
    if record.status is Status.PENDING:
        return say.gettext(
            "You have agreed to {number}. It is verified once another admin agrees too.",
            number=number,
        )
    told = (
        say.gettext("{number} is verified.", number=number)
        if record.status is Status.VERIFIED
        else say.gettext("{number} is not accepted.", number=number)
    )
    untold = None if is_told else way(say, record, is_told=False)
    return join(" ", filter(None, (told, untold, left(say, [record], now))))


def left(say: Voice, records: Sequence[Endorsement], now: dt.datetime) -> RichText | None:
    """How long all of these can be undone; None if one of them cannot."""
    ends = [record.undo_until for record in records if record.undo_until is not None]
    if not ends or len(ends) < len(records) or min(ends) <= now:
        return None
    minutes = -(-int((min(ends) - now).total_seconds()) // 60)
    return say.ngettext(
        "{count} minute left to undo.", "{count} minutes left to undo.", max(1, minutes)
    )


def undone(say: Voice, record: Endorsement, needed: int) -> RichText:
    """So many admins are `needed` to verify it, of whom none has agreed now."""
    number = bold(f"#{record.number}")
    if record.status is Status.VERIFIED:
        return say.gettext("Undone: {number} stays verified.", number=number)
    if needed > 1:
        return say.gettext("Undone: {number} is waiting, and nobody has agreed.", number=number)
    return say.gettext("Undone: {number} is waiting again.", number=number)


_ASK_SEVERAL = {
    "verify": N_("Verify these?"),
    "reject": N_("Not accept these?"),
    "undo": N_("Undo these decisions?"),
}
_SEVERAL = {
    "verify": N_("Verified: {numbers}."),
    "reject": N_("Not accepted: {numbers}."),
    "undo": N_("Undone: {numbers}."),
}


def ask_several(
    say: Voice,
    verb: str,
    records: Sequence[Endorsement],
    unknown: Sequence[Number],
    untold: Sequence[Number],
    reason: str | None,
) -> RichText:
    """`verb` is the command's name; of the `untold` the signer cannot be told. A rejection without
    a reason is asked for one."""
    asks_reason = verb == "reject" and reason is None
    return paragraphs(
        say.gettext(_ASK_SEVERAL[verb]),
        lines(*(_line(say, record) for record in records)),
        no_such(say, unknown) if unknown else None,
        say.gettext(
            "The signers of these can't be told any more: {numbers}.",
            numbers=numbered(say, untold),
        )
        if untold
        else None,
        reason and say.gettext("Reason: {reason}", reason=isolated(reason_text(say, reason))),
        say.gettext("Why? Tap a reason, or reply to this message with yours.")
        if asks_reason
        else None,
    )


def no_such(say: Voice, numbers: Sequence[Number]) -> RichText:
    return say.gettext("Not found: {numbers}.", numbers=numbered(say, numbers))


def _line(say: Voice, record: Endorsement) -> RichText:
    name = isolated(record.name or "–")
    return join(" · ", (bold(f"#{record.number}") + " " + name, status_name(say, record.status)))


def several_done(
    say: Voice,
    verb: str,
    records: Sequence[Endorsement],
    refused: Sequence[RichText],
    now: dt.datetime,
) -> RichText:
    """`refused` says of each that could not be decided why."""
    agreed = [record for record in records if record.agreed]
    decided = [record for record in records if not record.agreed]
    told = decided and say.gettext(_SEVERAL[verb], numbers=_numbers(say, decided))
    window = left(say, decided, now) if verb != "undo" else None
    return paragraphs(
        join(" ", filter(None, (told, window))) if told else None,
        say.gettext(
            "You have agreed, and another admin has to agree too: {numbers}.",
            numbers=_numbers(say, agreed),
        )
        if agreed
        else None,
        lines(*refused),
    )


def _numbers(say: Voice, records: Sequence[Endorsement]) -> str:
    return numbered(say, [record.number for record in records])


def numbered(say: Voice, numbers: Sequence[Number]) -> str:
    return say.listed(f"#{number}" for number in numbers)


def too_many(say: Voice, most: int) -> RichText:
    return say.ngettext(
        "That's more than {count} number. Send fewer at a time.",
        "That's more than {count} numbers. Send fewer at a time.",
        most,
    )


def more_cards(say: Voice, shown: int, rest: Sequence[Number]) -> RichText:
    """After the first cards of several; what shows the others is a command to type."""
    typed = f"{say.prefix}show " + " ".join(str(number) for number in rest)
    return say.ngettext(
        "{count} card at a time. For the next: {command}",
        "{count} cards at a time. For the next: {command}",
        shown,
        command=code(typed),
    )
