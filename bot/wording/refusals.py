"""The sentence for every refusal: what cannot be done, why, and what can."""

from __future__ import annotations

from bot.domain import errors
from bot.domain.endorsement import Status
from bot.domain.names import LONGEST_NAME
from bot.text.rich import RichText, bold, isolated
from bot.wording.asking import too_long
from bot.wording.signing import status_name
from bot.wording.voice import N_, Voice

_NOT_OPEN = {
    errors.NotOpenReason.NOT_YET: N_(
        "Signing has not opened yet. {cmd}read shows the text meanwhile."
    ),
    errors.NotOpenReason.CLOSED: N_("Signing is closed. {cmd}signatories shows who signed."),
    errors.NotOpenReason.PAUSED: N_("The admins have paused signing; please try again later."),
    errors.NotOpenReason.NO_PERSONS: N_(
        "This statement is endorsed by organisations only, with {cmd}endorse in their group."
    ),
    errors.NotOpenReason.NO_ORGANISATIONS: N_(
        "This statement is signed by persons only, with {cmd}sign in a private chat."
    ),
}

_NO_UNDO = {
    errors.NoUndo.NOTHING: N_("There's nothing to undo about {number}."),
    errors.NoUndo.OVER: N_("{number} can't be undone: the 10 minutes are over."),
    errors.NoUndo.WITHDRAWN: N_("{number} was withdrawn by its signer: no decision to undo."),
}

_BAD_NAME = {
    errors.NameFault.EMPTY: N_("That is empty. Please type a name."),
    errors.NameFault.CONTROL: N_(
        "That holds invisible control characters. Please type it again without them."
    ),
    errors.NameFault.DIRECTION: N_(
        "That holds characters that change the direction of writing. Please type it without them."
    ),
    errors.NameFault.LINES: N_("That has several lines. Please type it in one line."),
    errors.NameFault.INVISIBLE: N_("That has no visible characters. Please type a name."),
    errors.NameFault.STACKED: N_(
        "That has too many marks on one letter. Please type it with fewer."
    ),
}


def refusal(say: Voice, error: errors.Refusal) -> RichText:  # noqa: C901, PLR0911 - one case a refusal
    """The sentence for a refusal. Raises `TypeError` for one that has none yet."""
    match error:
        case errors.BadName(fault=errors.NameFault.TOO_LONG, length=length):
            return too_long(say, length, LONGEST_NAME)
        case errors.BadName(fault=fault):
            return say.gettext(_BAD_NAME[fault])
        case errors.NotOpen(reason=reason):
            return say.gettext(_NOT_OPEN[reason])
        case errors.UnknownNumber(number=number):
            return say.gettext("There is no endorsement {number}.", number=bold(f"#{number}"))
        case errors.AlreadyEndorsed(number=number, status=status):
            return say.gettext(
                "You have signed this already: {number}, {state}. {cmd}mine shows it.",
                number=bold(f"#{number}"),
                state=status_name(say, status),
            )
        case errors.RejectedForGood():
            return say.gettext(
                "The admins did not accept this signature twice, so it cannot be given again here."
            )
        case errors.AlreadyDecided():
            return _already_decided(say, error)
        case errors.NothingToUndo(number=number, why=why):
            return say.gettext(_NO_UNDO[why], number=bold(f"#{number}"))
        case errors.NotChangeable(number=number, status=status):
            return say.gettext(
                "{number} cannot be changed: {state}. {cmd}sign signs again.",
                number=bold(f"#{number}"),
                state=status_name(say, status),
            )
        case errors.NameErased(number=number):
            return say.gettext(
                "The name of {number} has been erased, so it cannot be shown or changed. You can "
                "withdraw it and sign again.",
                number=bold(f"#{number}"),
            )
        case errors.SignerUnreachable(number=number):
            return say.gettext(
                "The signer of {number} cannot be reached any more: the way to them was erased.",
                number=bold(f"#{number}"),
            )
        case errors.NothingToWithdraw():
            return say.gettext("There is nothing to withdraw.")
    raise TypeError(error)


def _already_decided(say: Voice, error: errors.AlreadyDecided) -> RichText:
    number = bold(f"#{error.number}")
    if error.status is Status.WITHDRAWN:
        return say.gettext("{number} was withdrawn by its signer.", number=number)
    if error.by is None or error.at is None:
        return say.gettext(
            "{number} is already decided: {state}.",
            number=number,
            state=status_name(say, error.status),
        )
    return say.gettext(
        "{number} is already decided: {state}, by {name}, {time}.",
        number=number,
        state=status_name(say, error.status),
        name=isolated(error.by),
        time=isolated(say.moment(error.at)),
    )
