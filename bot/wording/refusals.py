"""The sentence for every refusal: what cannot be done, why, and what can."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from bot.domain import errors
from bot.domain.endorsement import Status
from bot.domain.names import LONGEST_NAME
from bot.text.rich import RichText, bold, isolated
from bot.wording.asking import too_long
from bot.wording.own import unknown_signers
from bot.wording.signing import status_name
from bot.wording.voice import N_, Voice, paragraphs

_NOT_OPEN = {
    errors.NotOpenReason.NOT_YET: N_("Signing hasn't opened yet. {cmd}read shows the text."),
    errors.NotOpenReason.CLOSED: N_("Signing has closed. {cmd}signatories shows who signed."),
    errors.NotOpenReason.PAUSED: N_(
        "The organisers have paused signing. Try again later; {cmd}read shows the text."
    ),
    errors.NotOpenReason.FINISHED: N_(
        "This is finished: nobody can sign it any more. {cmd}signatories shows who signed."
    ),
    errors.NotOpenReason.NO_PERSONS: N_(
        "Only organisations endorse this statement. Send {cmd}endorse in your group."
    ),
    errors.NotOpenReason.NO_ORGANISATIONS: N_(
        "Only people sign this statement. Send me {cmd}sign in our private chat."
    ),
}

_CANNOT: Mapping[errors.NoUndo | errors.NoAppeal, str] = {
    errors.NoUndo.NOTHING: N_("There's nothing to undo about {number}."),
    errors.NoUndo.OVER: N_("{number} can't be undone: the 10 minutes are over."),
    errors.NoUndo.WITHDRAWN: N_("{number} was withdrawn by its signer: no decision to undo."),
    errors.NoAppeal.NOTHING: N_("There's nothing here that you can appeal about."),
    errors.NoAppeal.NOT_REJECTED: N_("{number} wasn't turned down, so you can't appeal about it."),
    errors.NoAppeal.AGAIN: N_("There was an appeal about {number} already, and there is only one."),
    errors.NoAppeal.ERASED: N_(
        "What was given for {number} is erased by now, so nobody can look at it again."
    ),
    errors.NoAppeal.SEALED: N_(
        "Only the organisers can read by now what was given for {number}, so nobody can look at it "
        "again."
    ),
    errors.NoUndo.LINKED: N_("{number} was linked more than 10 minutes ago: {cmd}unlink {digits}"),
}

_ABOUT_ONE: Mapping[type[errors.Refusal], str] = {
    errors.UnknownNumber: N_("There's no signature {number} here."),
    errors.StatementFinished: N_("{number} can't be decided any more: its statement is finished."),
    errors.NameErased: N_(
        "The name of {number} was erased, so it can't be shown or changed. {cmd}withdraw takes "
        "{number} back, then {cmd}sign signs again."
    ),
    errors.NameSealed: N_(
        "Only the organisers can read the name of {number}. {cmd}mine lets you type it again."
    ),
    errors.SignerUnreachable: N_("I can't reach the signer of {number} any more."),
    errors.OwnRejection: N_(
        "You didn't accept {number}, and its signer has appealed. Another admin decides."
    ),
    errors.AnsweredAlready: N_(
        "The organisers have your answer about {number}. If they need more, they'll ask again."
    ),
    errors.NotLinked: N_("{number} is linked to no other one."),
    errors.StoodForAgain: N_(
        "{number} is linked to your organisation's endorsement in another chat, or on paper, and "
        "that one isn't withdrawn for good. If that's wrong, tell the organisers."
    ),
}

_NO_REOPEN = {
    errors.NoReopen.WAITING: N_("{number} is waiting already."),
    errors.NoReopen.UNDO: N_("{number} can still be undone: {cmd}undo {digits}"),
    errors.NoReopen.WITHDRAWN: N_("{number} was withdrawn by its signer: it can't be reopened."),
    errors.NoReopen.ERASED: N_(
        "The name of {number} was erased when it was counted: it can't be reopened."
    ),
    errors.NoReopen.SEALED: N_(
        "Only the organisers can read the name of {number}, so it can't be verified again. To turn "
        "it down: {cmd}reject {digits}"
    ),
    errors.NoReopen.LINKED: N_(
        "{number} is linked to another one. To decide about it: {cmd}unlink {digits}"
    ),
}

_NO_LINK = {
    errors.NoLink.SAME: N_("{number} can't be linked to itself. Type two numbers."),
    errors.NoLink.KIND: N_(
        "Only endorsements of organisations can be linked: {number} or {main} is none."
    ),
    errors.NoLink.HIDDEN: N_(
        "{number} and {main} can't be linked: both names have to be public, and one isn't."
    ),
    errors.NoLink.STATEMENT: N_("{number} and {main} are of two statements."),
    errors.NoLink.GONE: N_(
        "{number} and {main} can't be linked: both have to be waiting or verified."
    ),
    errors.NoLink.LINKED: N_("{number} is linked already. To change that: {cmd}unlink {digits}"),
    errors.NoLink.STANDS_FOR: N_(
        "Others are linked to {number} and to {main}. {cmd}show {digits} says which; unlink those "
        "of one of them first."
    ),
    errors.NoLink.VERIFIED: N_(
        "{number} is verified and {main} isn't: linked to it, {number} would stop counting."
    ),
}

_BAD_NAME = {
    errors.NameFault.EMPTY: N_("That's empty. Type it as it should be shown."),
    errors.NameFault.CONTROL: N_(
        "There are hidden characters in that. Type it by hand instead of pasting it."
    ),
    errors.NameFault.DIRECTION: N_(
        "There are hidden characters in that which turn the writing around. Type it by hand "
        "instead of pasting it."
    ),
    errors.NameFault.LINES: N_("That's more than one line. Type it on one line."),
    errors.NameFault.INVISIBLE: N_("I can't see anything in that. Type it in letters."),
    errors.NameFault.STACKED: N_("There are too many marks on one letter. Type it with fewer."),
}


def refusal(  # noqa: C901, PLR0911, PLR0912 - one case a refusal
    say: Voice, error: errors.Refusal, now: dt.datetime | None = None
) -> RichText:
    """The sentence for a refusal; `now` is when it is said, where that is known. Raises `TypeError`
    for one that has none yet."""
    match error:
        case errors.BadName(fault=fault, length=length):
            is_long = fault is errors.NameFault.TOO_LONG
            return too_long(say, length, LONGEST_NAME) if is_long else say.gettext(_BAD_NAME[fault])
        case errors.NotOpen(reason=reason):
            return say.gettext(_NOT_OPEN[reason])
        case errors.AlreadyEndorsed(number=number, status=status):
            return say.gettext(
                "You've already signed this: {number}, {state}. {cmd}mine shows it.",
                number=bold(f"#{number}"),
                state=status_name(say, status),
            )
        case errors.RejectedForGood():
            return say.gettext(
                "The organisers have twice not accepted your signature, so you can't sign this "
                "again. {cmd}mine shows your signatures."
            )
        case errors.AlreadyDecided():
            return _already_decided(say, error, now)
        case (
            errors.NothingToUndo(number=number, why=why)
            | errors.CannotAppeal(number=number, why=why)
        ):
            return say.gettext(_CANNOT[why], number=bold(f"#{number}"), digits=str(number))
        case errors.NotChangeable(number=number, status=status):
            if status is Status.LINKED:
                return say.gettext(_ABOUT_ONE[errors.StoodForAgain], number=bold(f"#{number}"))
            return say.gettext(
                "{number} can't be changed any more: {state}. {cmd}sign signs again.",
                number=bold(f"#{number}"),
                state=status_name(say, status),
            )
        case errors.UnknownNumber(number=number, finished=True):
            unknown = say.gettext(_ABOUT_ONE[type(error)], number=bold(f"#{number}"))
            return paragraphs(unknown, unknown_signers(say))
        case (
            errors.UnknownNumber(number=number)
            | errors.StatementFinished(number=number)
            | errors.NameErased(number=number)
            | errors.NameSealed(number=number)
            | errors.SignerUnreachable(number=number)
            | errors.AnsweredAlready(number=number)
            | errors.OwnRejection(number=number)
            | errors.NotLinked(number=number)
            | errors.StoodForAgain(number=number)
        ):
            return say.gettext(_ABOUT_ONE[type(error)], number=bold(f"#{number}"))
        case errors.ChangedTooOften(number=number, until=until):
            return say.gettext(
                "{number} was changed very often. It can be changed again from {time}.",
                number=bold(f"#{number}"),
                time=isolated(say.moment(until, now)),
            )
        case (
            errors.AlreadyAgreed()
            | errors.CannotReopen()
            | errors.CannotLink()
            | errors.NeedsSecond()
            | errors.OwnRequest()
            | errors.NothingToAgree()
            | errors.TooManyNames()
        ):
            return _to_admin(say, error, now)
        case (
            errors.ProposalOver()
            | errors.CameLater()
            | errors.OwnProposal()
            | errors.ProposalRuns()
            | errors.TooFewMembers()
        ):
            return _of_proposal(say, error, now)
        case errors.NothingToWithdraw(finished=finished):
            nothing = say.gettext(
                "There's nothing to withdraw. {cmd}statements shows what there is."
            )
            return paragraphs(nothing, unknown_signers(say) if finished else None)
    raise TypeError(error)


_OfProposal = (
    errors.ProposalOver
    | errors.CameLater
    | errors.OwnProposal
    | errors.ProposalRuns
    | errors.TooFewMembers
)


def _of_proposal(say: Voice, error: _OfProposal, now: dt.datetime | None) -> RichText:
    match error:
        case errors.ProposalOver():
            return say.gettext("That's over: what you tap here counts no more.")
        case errors.CameLater():
            return say.gettext(
                "You came into this group after I had asked, so you can't vote on this."
            )
        case errors.OwnProposal():
            return say.gettext("You asked for this yourself. Another administrator has to agree.")
        case errors.ProposalRuns(until=until):
            return say.gettext(
                "This group is being asked already: see above. That ends {time}.",
                time=isolated(say.moment(until, now)),
            )
        case errors.TooFewMembers(needed=int(needed), of=int(of)):
            return say.ngettext(
                "The organisers ask that {count} member agrees, and this group has {of}. So it "
                "can't endorse this.",
                "The organisers ask that {count} members agree, and this group has {of}. So it "
                "can't endorse this.",
                needed,
                of=say.number(of),
            )
        case errors.TooFewMembers():
            return say.gettext(
                "I couldn't find out how many members this group has, and a share of them must "
                "agree. Nothing is recorded; try again in a minute."
            )


_ForAdmins = (
    errors.AlreadyAgreed
    | errors.CannotReopen
    | errors.CannotLink
    | errors.NeedsSecond
    | errors.OwnRequest
    | errors.NothingToAgree
    | errors.TooManyNames
)


def _to_admin(  # noqa: PLR0911 - one for each
    say: Voice, error: _ForAdmins, now: dt.datetime | None
) -> RichText:
    match error:
        case errors.AlreadyAgreed(number=number):
            return say.gettext(
                "You have agreed to {number} already. Another admin has to agree too.",
                number=bold(f"#{number}"),
            )
        case errors.CannotReopen(number=number, why=why):
            shown, digits = bold(f"#{number}"), str(number)
            return say.gettext(_NO_REOPEN[why], number=shown, digits=digits)
        case errors.CannotLink(number=number, main=main, why=no_link):
            return say.gettext(
                _NO_LINK[no_link],
                number=bold(f"#{number}"),
                main=bold(f"#{main}"),
                digits=str(number),
            )
        case errors.NeedsSecond(numbers=numbers, most=most, until=until):
            return say.ngettext(
                "Not done yet: {numbers}. That's more than {count} rejection, undo or link in "
                "10 minutes, so another admin has to agree. Alone, you can go on at {time}.",
                "Not done yet: {numbers}. That's more than {count} rejections, undos or links in "
                "10 minutes, so another admin has to agree. Alone, you can go on at {time}.",
                most,
                numbers=say.listed(f"#{number}" for number in numbers),
                time=isolated(say.moment(until, now)),
            )
        case errors.OwnRequest():
            return say.gettext("You asked for this yourself. Another admin has to agree.")
        case errors.NothingToAgree(number=number):
            return say.gettext(
                "No request ends with {number}: it has grown since, or is done. {cmd}agree shows "
                "what waits.",
                number=bold(f"#{number}"),
            )
        case errors.TooManyNames(most=most, until=until):
            return say.ngettext(
                "You've read {count} name that isn't public in an hour. You can go on at {time}.",
                "You've read {count} names that aren't public in an hour. You can go on at {time}.",
                most,
                time=isolated(say.moment(until, now)),
            )


def _already_decided(say: Voice, error: errors.AlreadyDecided, now: dt.datetime | None) -> RichText:
    number = bold(f"#{error.number}")
    if error.status is Status.WITHDRAWN:
        return say.gettext("The signer has withdrawn {number}.", number=number)
    if error.status is Status.LINKED:
        about = _NO_REOPEN[errors.NoReopen.LINKED]
        return say.gettext(about, number=number, digits=str(error.number))
    if error.by is None or error.at is None:
        return say.gettext(
            "{number} has been decided: {state}.",
            number=number,
            state=status_name(say, error.status),
        )
    return say.gettext(
        "{number} has been decided: {state}, by {name}, {time}.",
        number=number,
        state=status_name(say, error.status),
        name=isolated(error.by),
        time=isolated(say.moment(error.at, now)),
    )
