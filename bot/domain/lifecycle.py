"""The life of an endorsement: every rule about what may become of one, and what follows from it.

Each function takes a record, what is asked and the moment, and gives the new record with its
effects; what may not be raises a `Refusal`. Nothing here is stored or said:
`bot.services.lifecycle` does that.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, replace

from bot.domain.endorsement import (
    CONSENT_WORDING,
    MOST_REJECTIONS,
    UNDO_WINDOW,
    UNNUMBERED,
    Agreement,
    Appeal,
    Decision,
    Details,
    Endorsement,
    Given,
    Kind,
    Route,
    Standing,
    Status,
    Visibility,
    day_of,
    hour_of,
)
from bot.domain.errors import (
    AlreadyAgreed,
    AlreadyDecided,
    AlreadyEndorsed,
    CannotAppeal,
    CannotLink,
    CannotReopen,
    NameErased,
    NameSealed,
    NoAppeal,
    NoLink,
    NoReopen,
    NotChangeable,
    NothingToUndo,
    NothingToWithdraw,
    NotLinked,
    NoUndo,
    RejectedForGood,
    StatementFinished,
)
from bot.domain.ids import Country, Digest, Language


class Effect(enum.Flag):
    """What has to be done together with storing the new record."""

    NONE = 0
    WINDOW = enum.auto()
    """`undo_until` is another: set the job that ends the window then, or end the job."""
    NAME = enum.auto()
    """The name is another, or gone: so must what it is found by."""
    ERASE_QUESTIONS = enum.auto()
    CARD = enum.auto()
    """What its card says is another, where it has one."""
    TELL_SIGNER = enum.auto()
    """Of the decision, by the way that led to them before it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A record as a step leaves it, and what must follow in the same commit."""

    record: Endorsement
    effects: Effect


def sign(signer: bytes, given: Given, now: dt.datetime, *, wave: bool = False) -> Outcome:
    """A first endorsement, not numbered yet; `signer` is the signer's tag, `wave` whether it comes
    in one."""
    record = Endorsement(
        number=UNNUMBERED,
        statement=given.statement,
        signer=signer,
        kind=given.kind,
        visibility=given.visibility,
        language=given.language,
        digest=given.digest,
        # On paper none of ours was shown.
        consent=0 if given.paper else CONSENT_WORDING,
        country=given.country,
        hour=hour_of(now),
        name=given.name,
        details=given.details,
        route=given.route,
        wants_updates=given.wants_updates,
        paper=given.paper,
        wave=wave,
    )
    return Outcome(record, Effect.NAME)


def take_back(record: Endorsement) -> Outcome:
    """What an admin has added on paper never was. Raises `AlreadyDecided` once it is decided."""
    if record.status is not Status.PENDING:
        raise _already(record)
    return forget(record)


def check_may_sign_again(record: Endorsement) -> None:
    """Raises `AlreadyEndorsed`, or `RejectedForGood`."""
    if record.stands or record.status is Status.LINKED:
        raise AlreadyEndorsed(record.number, record.status)
    # Withdrawing a rejected one must not buy another try.
    if record.rejections >= MOST_REJECTIONS:
        raise RejectedForGood(record.number)


def sign_again(
    record: Endorsement, given: Given, now: dt.datetime, *, wave: bool = False
) -> Outcome:
    """A withdrawn or rejected record is pending again, with its number and its counters. Raises as
    `check_may_sign_again`."""
    check_may_sign_again(record)
    assert record.signer is not None
    renewed = replace(
        sign(record.signer, given, now, wave=wave).record,
        number=record.number,
        withdrawals=record.withdrawals,
        rejections=record.rejections,
        appealed=record.appealed,
        version=record.version,
    )
    return _outcome(record, renewed, Effect.NAME | Effect.CARD)


def check_waits(record: Endorsement) -> None:
    """Raises `AlreadyDecided` unless it is pending."""
    if record.status is not Status.PENDING:
        raise _already(record)


def agree(record: Endorsement, agreement: Agreement, needed: int, now: dt.datetime) -> Outcome:
    """An admin agrees to verify it: the last of as many different ones as are `needed` does, and an
    earlier one is noted. Raises `AlreadyDecided`, and `AlreadyAgreed` where the same one comes
    again and another is needed."""
    check_waits(record)
    others = tuple(each for each in record.agreed if each.admin != agreement.admin)
    all_ = (*others, agreement)
    if len(all_) >= needed:
        return verify(record, " + ".join(each.by for each in all_), now)
    if len(others) < len(record.agreed):
        raise AlreadyAgreed(record.number)
    details = replace(record.details or Details(), agreed=all_)
    return _outcome(record, replace(record, details=details), Effect.CARD)


def verify(record: Endorsement, by: str, now: dt.datetime) -> Outcome:
    """Pending becomes verified. Raises `AlreadyDecided`."""
    check_waits(record)
    verified = _stands(record, Status.VERIFIED, Decision(by, now), now)
    return _outcome(record, verified, Effect.CARD | Effect.TELL_SIGNER)


def check_may_reject(record: Endorsement) -> None:
    """Raises `AlreadyDecided` unless it is pending or verified, be that for good, and
    `StatementFinished`."""
    _check_unfinished(record)
    if not record.stands:
        raise _already(record)


def reject(record: Endorsement, by: str, reason: str, now: dt.datetime) -> Outcome:
    """Pending or verified becomes rejected. Raises as `check_may_reject`."""
    check_may_reject(record)
    rejected = replace(
        _stands(record, Status.REJECTED, Decision(by, now, reason), now),
        rejections=record.rejections + 1,
    )
    return _outcome(record, rejected, Effect.CARD | Effect.TELL_SIGNER)


def undo(record: Endorsement, now: dt.datetime) -> Outcome:
    """The last decision never was; what its signer has chosen since stays. Where nothing is decided
    yet, nobody has agreed to anything. Raises `NothingToUndo`."""
    if record.status is Status.PENDING and record.agreed:
        return _outcome(record, _unagreed(record), Effect.CARD)
    if record.status is Status.WITHDRAWN:
        raise NothingToUndo(record.number, NoUndo.WITHDRAWN)
    decided = _unchosen(record)
    if not decided.undoable_at(now):
        raise _not_undoable(record)
    undone = _restored(decided, now)
    if record.status is Status.REJECTED:
        undone = replace(undone, rejections=record.rejections - 1)
    return _outcome(record, undone, Effect.CARD | Effect.TELL_SIGNER)


def reopen(record: Endorsement, now: dt.datetime) -> Outcome:
    """A decision that is final already never was, as far as its name is still there: it waits
    again, and a rejection counts no more. Raises `CannotReopen` or `StatementFinished`."""
    _check_unfinished(record)
    if record.status is Status.PENDING:
        raise CannotReopen(record.number, NoReopen.WAITING)
    if record.status is Status.WITHDRAWN:
        raise CannotReopen(record.number, NoReopen.WITHDRAWN)
    if record.status is Status.LINKED and not record.undoable_at(now):
        raise CannotReopen(record.number, NoReopen.LINKED)
    decided = _unchosen(record)
    if decided.undoable_at(now):
        raise CannotReopen(record.number, NoReopen.UNDO)
    # What the end of the window brings comes first, also where its job is late.
    settled = decided if decided.undo_until is None else _settled(decided)
    if settled.has_sealed_name:
        return _forgiven(record, settled)
    if settled.name is None:
        raise CannotReopen(record.number, NoReopen.ERASED)
    reopened = _at(settled, Standing(Status.PENDING))
    if record.status is Status.REJECTED:
        reopened = replace(reopened, rejections=record.rejections - 1)
    # How the name stands among the others may have changed since it was given.
    return _outcome(record, reopened, Effect.NAME | Effect.CARD | Effect.TELL_SIGNER)


def _forgiven(record: Endorsement, settled: Endorsement) -> Outcome:
    """A rejected record whose name only the organisers can read: it cannot wait, but its signer may
    sign again and type the name anew. Raises `CannotReopen`."""
    if record.status is not Status.REJECTED:
        raise CannotReopen(record.number, NoReopen.SEALED)
    forgiven = replace(settled, rejections=max(record.rejections - 1, 0))
    return _outcome(record, forgiven, Effect.CARD)


def may_appeal(record: Endorsement) -> bool:
    """Whether `check_may_appeal` lets it pass. What is sealed of a group, such as how it agreed,
    nobody could give anew in passing."""
    is_typed = record.has_sealed_name and record.kind is Kind.PERSON
    is_there = record.name is not None or is_typed
    return record.status is Status.REJECTED and not record.appealed and is_there


def check_may_appeal(record: Endorsement) -> None:
    """Raises `CannotAppeal` unless it is rejected, for the first time that its signer says so, and
    there is something left to look at."""
    if may_appeal(record):
        return
    if record.appealed:
        raise CannotAppeal(record.number, NoAppeal.AGAIN)
    if record.status is not Status.REJECTED:
        raise CannotAppeal(record.number, NoAppeal.NOT_REJECTED)
    raise CannotAppeal(record.number, NoAppeal.SEALED if record.entrusted else NoAppeal.ERASED)


def appeal(record: Endorsement, why: Appeal, route: Route, name: str | None = None) -> Outcome:
    """A rejected record waits again, and its rejection still counts; `name` is given anew where it
    was sealed to the organisers. Raises as `check_may_appeal`."""
    check_may_appeal(record)
    details = replace(record.details or Details(), appeal=why, unreachable=None, told=None)
    waiting = replace(
        _at(record, Standing(Status.PENDING)),
        name=record.name or name,
        details=details,
        route=route,
        appealed=True,
        entrusted=False,
    )
    assert waiting.name is not None
    return _outcome(record, waiting, Effect.NAME | Effect.CARD)


def link(
    record: Endorsement, main: Endorsement, by: str, now: dt.datetime, *, stands_for: int = 0
) -> Outcome:
    """Admins say that both are of one organisation: from now on `main` stands for the record, which
    counts nowhere and keeps everything, so that it can be again what it was. `stands_for` is how
    many are linked to the record itself. Raises `CannotLink`."""
    why = _no_link(record, main, stands_for)
    if why is not None:
        raise CannotLink(record.number, main.number, why)
    linked = _stands(record, Status.LINKED, Decision(by, now), now)
    linked = replace(linked, linked_to=main.number)
    return _outcome(record, linked, Effect.CARD | Effect.TELL_SIGNER)


def _no_link(record: Endorsement, main: Endorsement, stands_for: int) -> NoLink | None:
    both = (record, main)
    is_public = all(one.name and one.visibility is Visibility.PUBLIC for one in both)
    counts_less = record.status is Status.VERIFIED and main.status is not Status.VERIFIED
    faults = (
        (record.number == main.number, NoLink.SAME),
        (any(one.kind is not Kind.ORGANISATION for one in both), NoLink.KIND),
        (record.statement != main.statement, NoLink.STATEMENT),
        (record.status is Status.LINKED, NoLink.LINKED),
        (any(one.is_finished or not one.stands for one in both), NoLink.GONE),
        (not is_public, NoLink.HIDDEN),
        (stands_for > 0, NoLink.STANDS_FOR),
        (counts_less, NoLink.VERIFIED),
    )
    return next((why for is_so, why in faults if is_so), None)


def unlink(record: Endorsement, now: dt.datetime) -> Outcome:
    """It stands by itself again, exactly as it did before it was linked. Raises `NotLinked`."""
    if record.status is not Status.LINKED:
        raise NotLinked(record.number)
    return _outcome(record, _unlinked(record, now), Effect.CARD | Effect.TELL_SIGNER)


def link_on(record: Endorsement, main: Endorsement) -> Outcome:
    """Another one stands for a linked record in the place of the one that did."""
    assert record.status is Status.LINKED
    return _outcome(record, replace(record, linked_to=main.number), Effect.CARD)


def lose_main(record: Endorsement, now: dt.datetime) -> Outcome:
    """The one that stood for a linked record is gone for good, and it waits for admins to decide
    about it by itself, whatever it was before."""
    assert record.status is Status.LINKED
    waits = _at(_unlinked(record, now), Standing(Status.PENDING))
    return _outcome(record, waits, Effect.NAME | Effect.CARD | Effect.TELL_SIGNER)


def _unlinked(record: Endorsement, now: dt.datetime) -> Endorsement:
    if record.before is not None:
        return _restored(record, now)
    details = record.details
    if details is None or details.stood is None:
        # Where the details could not be read any more, and admins have accepted that loss.
        return _at(record, Standing(Status.PENDING))
    return replace(_at(record, details.stood), details=replace(details, stood=None))


def withdraw(record: Endorsement, now: dt.datetime) -> Outcome:
    """Its signer takes it back, whatever was decided. What was sealed to the organisers is erased
    at once: where the name was, nothing is left that could be brought back. Raises
    `NothingToWithdraw`."""
    if record.status is Status.WITHDRAWN:
        raise NothingToWithdraw
    withdrawn = replace(
        _stands(record, Status.WITHDRAWN, record.decision, now),
        withdrawals=record.withdrawals + 1,
        entrusted=False,
    )
    if record.has_sealed_name:
        withdrawn = _settled(withdrawn)
    return _outcome(record, withdrawn, Effect.CARD)


def undo_withdrawal(record: Endorsement, now: dt.datetime) -> Outcome:
    """The withdrawal never was. Raises `NothingToUndo`."""
    if record.status is not Status.WITHDRAWN:
        raise NothingToUndo(record.number, NoUndo.NOTHING)
    if not record.undoable_at(now):
        raise _not_undoable(record)
    undone = replace(_restored(record, now), withdrawals=record.withdrawals - 1)
    return _outcome(record, undone, Effect.CARD)


def check_may_change(record: Endorsement) -> None:
    """Raises `NotChangeable` unless it is pending or verified, and `NameErased` where there is no
    name left to show or to correct, here or sealed to the organisers."""
    if not record.stands:
        raise NotChangeable(record.number, record.status)
    if record.name is None and not record.entrusted:
        raise NameErased(record.number)


def correct(
    record: Endorsement,
    name: str,
    country: Country | None,
    details: Details,
    route: Route,
    visibility: Visibility | None = None,
) -> Outcome:
    """Other words of the signer's own, perhaps for others to see: pending, as if they had just been
    given. The card of one that was decided long ago calls nobody. Raises as `check_may_change`."""
    check_may_change(record)
    corrected = replace(
        _at(record, Standing(Status.PENDING)),
        name=name,
        country=country,
        details=replace(details, unreachable=None, told=None, agreed=()),
        route=route,
        visibility=visibility or record.visibility,
        carded=record.carded and record.status is Status.PENDING,
        entrusted=False,
    )
    return _outcome(record, corrected, Effect.NAME | Effect.CARD)


def show_to(record: Endorsement, visibility: Visibility, now: dt.datetime) -> Outcome:
    """Others may see the name. Where the record is verified for good that holds at once: the name
    is published or hidden. Of a verified one it is erased only when a window has ended in which its
    signer can take that back. Raises as `check_may_change`, and `NameSealed` where the name would
    have to be known."""
    check_may_change(record)
    if record.has_sealed_name and visibility is Visibility.PUBLIC:
        raise NameSealed(record.number)
    if visibility is record.visibility:
        return Outcome(record, Effect.NONE)
    shown = replace(_unchosen(record), visibility=visibility)
    if record.status is Status.VERIFIED and visibility is Visibility.COUNTED:
        former = replace(record.standing, visibility=record.visibility)
        shown = replace(shown, undo_until=now + UNDO_WINDOW, before=former)
    elif record.status is Status.VERIFIED and not shown.in_window(now):
        shown = _settled(shown)
    return _outcome(record, shown, Effect.CARD)


def undo_counted(record: Endorsement, now: dt.datetime) -> Outcome:
    """Its signer has not chosen to be counted only. Raises `NothingToUndo`."""
    if not (record.will_be_erased and record.in_window(now)):
        raise _not_undoable(record)
    return _outcome(record, _restored(record, now), Effect.CARD)


def restate(record: Endorsement, country: Country | None, details: Details | None) -> Outcome:
    """Another country, or the affiliation shown or not: that needs no verifying. Raises as
    `check_may_change`."""
    check_may_change(record)
    return _outcome(record, replace(record, country=country, details=details), Effect.CARD)


def end_window(record: Endorsement, now: dt.datetime) -> Outcome | None:
    """The last change is final; None where no window has run out."""
    if record.undo_until is None or record.in_window(now):
        return None
    return _outcome(record, _settled(record), Effect.CARD)


def publish(record: Endorsement) -> Endorsement:
    """The name comes onto the lists."""
    assert record.is_for_lists
    return replace(record, listed=True)


def forget_asker(record: Endorsement, asker: str) -> Outcome | None:
    """Who asked in a group's name is forgotten, though the group is not; None where it was somebody
    else, or is not known any more."""
    if not speaks_for(record, asker):
        return None
    assert record.details is not None
    mandate, details = record.details.mandate, record.details
    if details.asker == asker:
        details = replace(details, asked_by=None, asker=None)
    elif mandate is not None:
        details = replace(details, mandate=replace(mandate, second_by=None, second=None))
    return Outcome(replace(record, details=details), Effect.CARD)


def note_demoted(record: Endorsement, administrator: str) -> Outcome | None:
    """Who asked in a group's name, or agreed to that as the second, administers it no more; None
    where it was somebody else, is noted already, or is decided for good."""
    if not speaks_for(record, administrator):
        return None
    assert record.details is not None
    if record.details.demoted:
        return None
    details = replace(record.details, demoted=True)
    return Outcome(replace(record, details=details), Effect.CARD)


def speaks_for(record: Endorsement, account: str) -> bool:
    """Whether that account, by its tag, asked in the group's name, or agreed to that as the second;
    of what is decided for good nobody knows."""
    details = record.details
    if details is None:
        return False
    return account in {details.asker, details.mandate and details.mandate.second}


def note_unreachable(record: Endorsement, since: dt.date | None) -> Outcome | None:
    """Since when the bot cannot write to the signer (the first day stays), None: it can. None where
    that is known, or where nothing is to be noted any more because the details are erased."""
    details = record.details
    if details is None or (details.unreachable is None) == (since is None):
        return None
    return Outcome(replace(record, details=replace(details, unreachable=since)), Effect.CARD)


def sign_new(
    record: Endorsement,
    language: Language,
    digest: Digest,
    now: dt.datetime,
    asked: Details | None = None,
) -> Outcome:
    """The same signature under another text, given now: so no day tells that a text was signed
    before there was one. What was excepted of the other one is not of this one, where a number may
    name another demand; nor does what an admin agreed to, or the mandate of a group for the other
    one: `asked` has that for this one, and who asked. Raises `NotChangeable`."""
    check_may_change_text(record)
    details = record.details and replace(record.details, excepts=(), agreed=(), mandate=None)
    if details and asked:
        details = replace(
            details,
            mandate=asked.mandate,
            asked_by=asked.asked_by,
            asker=asked.asker,
            demoted=asked.demoted,
        )
    if details and record.status is Status.VERIFIED and not record.in_window(now):
        # There is no window any more that would end what is kept for its sake.
        details = details.decided
    hour = hour_of(now) if record.status is Status.PENDING else day_of(hour_of(now))
    signed = replace(record, language=language, digest=digest, hour=hour, details=details)
    return _outcome(record, signed, Effect.NAME | Effect.CARD)


def check_may_change_text(record: Endorsement) -> None:
    """Raises `NotChangeable` for what is not accepted or withdrawn."""
    if not record.stands:
        raise NotChangeable(record.number, record.status)


def move(record: Endorsement, signer: bytes, route: Route | None) -> Outcome:
    """The same group under the tag of another chat, with the way there."""
    return Outcome(replace(record, signer=signer, route=route), Effect.NONE)


def forget(record: Endorsement) -> Outcome:
    """Leave a number, a statement and a day: nothing that leads to the signer, and nothing by which
    one forgotten record could be told from another."""
    nobody = Endorsement(
        number=record.number,
        statement=record.statement,
        signer=None,
        kind=Kind.PERSON,
        visibility=Visibility.COUNTED,
        language=Language(""),
        digest=Digest(""),
        consent=0,
        country=None,
        hour=day_of(record.hour),
        name=None,
        details=None,
        route=None,
        status=Status.WITHDRAWN,
        version=record.version,
    )
    return _outcome(record, nobody, Effect.CARD)


def finish(record: Endorsement) -> Outcome:
    """Its statement is finished. What waits, was taken back, or has another one standing for it, is
    forgotten; what could still be undone is final, and a name that waited for the list is on it. Of
    the rest nothing stays but what counts and what is public."""
    if record.status in {Status.PENDING, Status.WITHDRAWN, Status.LINKED}:
        return forget(record)
    final = record if record.undo_until is None else _settled(record)
    final = publish(final) if final.is_for_lists else final
    finished = replace(
        final,
        signer=None,
        country=final.country if final.published else None,
        hour=day_of(final.hour),
        name=final.name if final.published else None,
        details=final.details.shown if final.published and final.details else None,
        route=None,
        wants_updates=False,
        decision=None,
        withdrawals=0,
        rejections=0,
        marked=False,
        wave=False,
        carded=False,
        aside=None,
        appealed=False,
    )
    return _outcome(record, finished, Effect.CARD | Effect.ERASE_QUESTIONS)


def expire(record: Endorsement) -> Outcome:
    """Kept for long enough. What waited is forgotten; of what was decided the count and the mark of
    the signer stay, so that nobody counts twice and a rejection for good holds, and nothing else of
    them. So it is with what waited on an appeal, which leaves it not accepted: else there would be
    another."""
    if record.status is Status.PENDING and not record.appealed:
        return forget(record)
    is_pending = record.status is Status.PENDING
    nameless = replace(
        record,
        status=Status.REJECTED if is_pending else record.status,
        hour=day_of(record.hour),
        marked=False,
        wave=False,
        carded=False,
        aside=None,
        name=None,
        details=None,
        route=None,
        decision=None,
        before=None,
        undo_until=None,
        wants_updates=False,
        entrusted=False,
    )
    return _outcome(record, nameless, Effect.CARD)


def _stands(
    record: Endorsement, status: Status, decision: Decision | None, now: dt.datetime
) -> Endorsement:
    """With another standing, which a window leads back from. Nobody's agreement is brought back
    with it: who looks at it then knows more than who agreed before."""
    standing = Standing(status, decision, now + UNDO_WINDOW, record.standing)
    return _at(_unagreed(record), standing)


def _unagreed(record: Endorsement) -> Endorsement:
    return replace(record, details=record.details and replace(record.details, agreed=()))


def _restored(record: Endorsement, now: dt.datetime) -> Endorsement:
    """As it stood before, its former window included: where that has run out meanwhile, what it
    would have brought comes now."""
    assert record.before is not None
    restored = _at(record, record.before)
    passed = restored.undo_until is not None and not restored.in_window(now)
    return _settled(restored) if passed else restored


def _unchosen(record: Endorsement) -> Endorsement:
    """As it stands without the window of the signer's choice, which holds."""
    if not record.will_be_erased:
        return record
    assert record.before is not None
    return _at(record, replace(record.before, visibility=record.visibility))


def _at(record: Endorsement, standing: Standing) -> Endorsement:
    return replace(
        record,
        status=standing.status,
        decision=standing.decision,
        undo_until=standing.undo_until,
        before=standing.before,
        visibility=standing.visibility or record.visibility,
        listed=standing.listed,
        linked_to=standing.linked_to,
    )


def _settled(record: Endorsement) -> Endorsement:
    """Without a window, and without what was kept for its sake: the hour; who asked in a group's
    name; an appeal; the way to a person, unless they asked to be told of changes; and name and
    details of what is withdrawn or only counted. A group's endorsement is public by nature, and it
    hears of each change for as long as that stands. Of what is linked all is kept that was kept
    before."""
    if record.status is Status.LINKED:
        return _linked_for_good(record)
    keep = not record.is_over
    is_told = record.wants_updates or record.kind is Kind.ORGANISATION
    details = record.details and record.details.decided
    return replace(
        record,
        hour=day_of(record.hour),
        undo_until=None,
        before=None,
        name=record.name if keep else None,
        details=details if keep else None,
        route=record.route if keep and is_told else None,
        entrusted=record.entrusted and keep,
    )


def _linked_for_good(record: Endorsement) -> Endorsement:
    """As it was before, whose own window has ended by now, and will be again."""
    assert record.undo_until is not None
    former = _restored(record, record.undo_until)
    return replace(
        _at(former, replace(record.standing, undo_until=None, before=None)),
        details=replace(former.details or Details(), stood=former.standing),
    )


def _outcome(before: Endorsement, after: Endorsement, effects: Effect) -> Outcome:
    """With the effects that follow from what has changed, whichever way it did."""
    after = replace(after, listed=after.listed and after.is_for_lists)
    if after.undo_until != before.undo_until:
        effects |= Effect.WINDOW
    if after.name != before.name:
        effects |= Effect.NAME
    if after.details is None and before.details is not None:
        effects |= Effect.ERASE_QUESTIONS
    return Outcome(after, effects)


def _check_unfinished(record: Endorsement) -> None:
    if record.is_finished:
        raise StatementFinished(record.number)


def _not_undoable(record: Endorsement) -> NothingToUndo:
    why = NoUndo.LINKED if record.status is Status.LINKED else NoUndo.OVER
    why = NoUndo.NOTHING if record.status is Status.PENDING else why
    return NothingToUndo(record.number, why)


def _already(record: Endorsement) -> AlreadyDecided:
    decision = record.decision
    by, at = (decision.by, decision.at) if decision else (None, None)
    return AlreadyDecided(record.number, record.status, by, at)
