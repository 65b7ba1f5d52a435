"""What one admin alone may not do: it is asked in the admin chats, and waits until a second agrees.

A request is known by the last number in it. It grows while it waits, and whoever agrees to it by an
older look at it, by a button or by that number, has not seen all of it and is told so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bot.domain.admin import Admin
from bot.domain.endorsement import DRAFT_LIFE
from bot.domain.errors import NeedsSecond, NothingToAgree, OwnRequest
from bot.domain.ids import AdapterName, Number, StatementId
from bot.domain.news import Audience
from bot.domain.priority import Priority
from bot.domain.slots import Slot, SlotKind
from bot.services import announcements
from bot.services.campaign import Campaign
from bot.services.posting import HELD_PLACE, Typed, about, edit_live, end_live, post_live
from bot.services.waiting import Waiting
from bot.storage.jobs import Job, JobKey, JobKind
from bot.storage.unit import Unit
from bot.text.rich import RichText
from bot.wording import announcing, finishing
from bot.wording import second as wording
from bot.wording.buttons import ButtonNames
from bot.wording.linking import same_as
from bot.wording.reasons import CHOSEN
from bot.wording.voice import Voice

Verb = Literal["reject", "undo", "reopen", "link", "unlink", "finish", "announce"]

PERIOD = dt.timedelta(minutes=10)
TAKE_BACK = "take back"
"""An undo of what was agreed to, as it is noted."""

COUNTED = ("reject", "undo", "link", "unlink", TAKE_BACK)
"""What one admin makes only so many of in that time."""

_Said = Callable[[Voice], RichText]
_BUTTONS: ButtonNames = (("agree", "cancel"),)


@dataclass(frozen=True, slots=True)
class Asked:
    """One record, and why if it is to be rejected (as `Decision` holds it), or the one that is to
    stand for it."""

    number: Number
    reason: str | None = None
    main: Number | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What `by` wants to do, of which the first `shown` are on the messages; what is about a whole
    `statement`, or an `announcement` by its id, has no records. Nobody agrees after `until`. Once
    `second` has, it is carried out in parts: `at` tells how far it is, and `refused` what could not
    be done any more."""

    id: int
    verb: Verb
    by: Admin
    asked: tuple[Asked, ...]
    until: dt.datetime
    shown: int = 0
    second: Admin | None = None
    at: int = 0
    refused: tuple[Number, ...] = ()
    statement: StatementId | None = None
    announcement: int | None = None

    @property
    def numbers(self) -> tuple[Number, ...]:
        return tuple(asked.number for asked in self.asked)

    @property
    def job(self) -> JobKey:
        return JobKey(JobKind.SECOND, str(self.id))

    def slot(self, adapter: AdapterName) -> Slot:
        return Slot(SlotKind.SECOND, str(self.id), adapter)


WAITING = Waiting("second", list[Request], lambda request: request.id)
"""All that waits, or is being carried out."""


async def left_alone(
    unit: Unit, campaign: Campaign, by: Admin, now: dt.datetime
) -> tuple[int, dt.datetime | None]:
    """How many rejections, undos and links this admin may make now without a second one; where
    there are none, when the next is possible."""
    most = campaign.verification.alone
    times = await unit.actions.times(by.account, COUNTED, now - PERIOD, most)
    return most - len(times), None if len(times) < most else times[-1] + PERIOD


async def check_alone(
    unit: Unit, campaign: Campaign, by: Admin, verb: Verb, asked: Asked, now: dt.datetime
) -> None:
    """Raises `NeedsSecond` where this is one too many, and then the others have been asked."""
    _, until = await left_alone(unit, campaign, by, now)
    if until is not None:
        await ask(unit, by, verb, [asked], now)
        raise NeedsSecond((asked.number,), campaign.verification.alone, until)


async def ask(unit: Unit, by: Admin, verb: Verb, asked: Sequence[Asked], now: dt.datetime) -> None:
    """Ask the other admins for what must not be done alone: with what the same admin has asked of
    the kind already, if nobody has agreed to that yet."""
    known = await WAITING.all(unit)
    request = next(
        (r for r in known if (r.verb, r.by.account) == (verb, by.account) and r.second is None),
        Request(1 + max((r.id for r in known), default=0), verb, by, (), now),
    )
    there = {(each.number, each.main) for each in request.asked}
    if new := [each for each in asked if (each.number, each.main) not in there]:
        # What is to be linked to another one now comes last: nobody agrees by an older look at it.
        again = {each.number for each in new}
        kept = [each for each in request.asked if each.number not in again]
        shown, until = min(request.shown, len(kept)), now + DRAFT_LIFE
        grown = replace(request, asked=(*kept, *new), shown=shown, until=until)
        await WAITING.keep(unit, grown)
        # Said by the job, once for all that is asked in one go.
        await unit.jobs.set(Job(grown.job, now))


async def ask_about(
    unit: Unit,
    by: Admin,
    verb: Verb,
    now: dt.datetime,
    *,
    statement: StatementId | None = None,
    announcement: int | None = None,
) -> bool:
    """Ask the other admins for what is done to a statement, or for an announcement; where another
    has asked for the same, agree to it, which is told. Raises `OwnRequest`."""
    known, wanted = await WAITING.all(unit), (verb, statement, announcement)
    there = next((r for r in known if (r.verb, r.statement, r.announcement) == wanted), None)
    if there is not None:
        await agree(unit, there, by, now)
        return True
    id_ = 1 + max((r.id for r in known), default=0)
    until = now + DRAFT_LIFE
    request = Request(id_, verb, by, (), until, statement=statement, announcement=announcement)
    await WAITING.keep(unit, request)
    await unit.jobs.set(Job(request.job, now))
    return False


async def agree_to_shown(unit: Unit, request: Request, by: Admin, now: dt.datetime) -> None:
    """As `agree`, by a message of it. Raises `NothingToAgree` too, where it has grown this very
    moment and the message does not say so yet."""
    if request.shown < len(request.asked):
        raise NothingToAgree(request.numbers[request.shown - 1])
    await agree(unit, request, by, now)


async def agree(unit: Unit, request: Request, by: Admin, now: dt.datetime) -> None:
    """From now on it is carried out. Raises `OwnRequest`."""
    if request.by.account == by.account:
        raise OwnRequest
    await WAITING.keep(unit, replace(request, second=by))
    await unit.jobs.set(Job(request.job, now))


async def agree_to_last(unit: Unit, number: Number, by: Admin, now: dt.datetime) -> None:
    """As `agree`, to every request of others' of which this is the last number. Raises `OwnRequest`
    or `NothingToAgree`."""
    known = [r for r in await WAITING.all(unit) if not r.second and r.numbers[-1:] == (number,)]
    if not known:
        raise NothingToAgree(number)
    others = [request for request in known if request.by.account != by.account]
    for request in others or known:
        await agree(unit, request, by, now)


async def decline(
    unit: Unit, campaign: Campaign, request: Request, by: Admin, now: dt.datetime
) -> None:
    """Nothing comes of it; who asked can say so too."""
    if request.announcement is not None:
        await unit.actions.add(now, by, "don't announce")
        await announcements.let_go(unit, request.announcement)
    elif request.statement is None:
        await unit.actions.add(now, by, "decline", request.numbers[-1])
    else:
        await unit.actions.add(now, by, "don't finish")
    await close(unit, campaign, request, lambda say: _declined(say, campaign, request, by))


def _declined(say: Voice, campaign: Campaign, request: Request, by: Admin) -> RichText:
    if request.announcement is not None:
        return announcing.declined(say, by.name, request.announcement)
    if request.statement is None:
        return wording.declined(say, by.name, request.numbers)
    return finishing.declined(say, by.name, campaign.title(request.statement, say.language))


async def forget_reason(unit: Unit, campaign: Campaign, id_: int, number: Number) -> None:
    """What was typed about a record stands in a request no more."""
    request = await WAITING.find(unit, id_)
    if request is None or request.second is not None:
        return
    asked = tuple(replace(a, reason=None) if a.number == number else a for a in request.asked)
    await show(unit, campaign, replace(request, asked=asked), erases=True)


async def show(unit: Unit, campaign: Campaign, request: Request, *, erases: bool = False) -> None:
    """One message in each admin chat, edited where it is there. What has grown gets other buttons:
    those that were seen before would agree to more than was seen."""
    said, typed = await _words(unit, campaign, request), typed_as(request)
    # A typed reason may be about a person.
    shows = [a.number for a in request.asked if a.reason and not a.reason.startswith(CHOSEN)]
    how = Priority.CARD
    for chat, say in campaign.admin_chats():
        slot = request.slot(chat.adapter)
        text = said(say)
        live = await unit.messages.in_slot(slot)
        if live is not None and not live.message:
            # Nobody has seen it yet.
            await edit_live(
                unit,
                slot,
                say,
                text,
                _BUTTONS,
                typed=typed,
                priority=how,
                shows=shows,
                erases=erases,
            )
        else:
            await post_live(
                unit,
                slot,
                chat,
                say,
                text,
                _BUTTONS,
                on=None if live is None else live.message,
                typed=typed,
                priority=how,
                shows=shows,
                kept=HELD_PLACE,
            )
    await WAITING.keep(unit, replace(request, shown=len(request.asked)))


async def _words(unit: Unit, campaign: Campaign, request: Request) -> _Said:
    """What stands above its buttons."""
    name, statement = request.by.name, request.statement
    if request.announcement is not None:
        return await _announcement(unit, campaign, request)
    if statement is not None:
        counts = (await unit.endorsements.counts([statement]))[statement]
        typed, place = f"{request.verb} {statement}", campaign.gone_to(unit)
        if place is not None:
            return lambda say: finishing.asked_where_moved(
                say, name, campaign.title(statement, say.language), typed, place
            )
        return lambda say: finishing.asked(
            say, name, campaign.title(statement, say.language), typed, counts
        )
    alone = campaign.verification.alone
    return lambda say: wording.asked(
        say, request.verb, name, request.numbers, _reasons(say, request), alone
    )


def _reasons(say: Voice, request: Request) -> dict[str | None, list[Number]]:
    """The numbers by the reason for rejecting them, or by what they are to be linked to."""
    reasons: dict[str | None, list[Number]] = {}
    for asked in request.asked:
        reason = asked.reason
        if asked.main is not None:
            (reason,) = same_as(say, [asked.main]).values()
        reasons.setdefault(reason, []).append(asked.number)
    return reasons


async def _announcement(unit: Unit, campaign: Campaign, request: Request) -> _Said:
    found = await announcements.WAITING.find(unit, request.announcement)
    audience = Audience() if found is None else found.audience
    counts, about = await unit.news.counts(audience), audience.statement
    typed = typed_as(request)("agree")
    assert typed is not None

    def said(say: Voice) -> RichText:
        title = None if about is None else campaign.title(about, say.language)
        whom = announcing.to_whom(say, title, audience.kind, counts)
        return announcing.asked(say, request.by.name, whom, typed)

    return said


def typed_as(request: Request) -> Typed:
    """What another admin types to agree: of a statement, and of an announcement, what the first one
    has typed."""
    if request.announcement is not None:
        number = request.announcement
        return lambda name: f"announce {number} {'send' if name == 'agree' else name}"
    if request.statement is None:
        return about(request.numbers[-1])
    return lambda name: None if name == "cancel" else f"{request.verb} {request.statement}"


async def close(unit: Unit, campaign: Campaign, request: Request, text: _Said) -> None:
    """It is over: the messages say how it has ended, and their buttons act no more."""
    await WAITING.drop(unit, request.id)
    await unit.jobs.end(request.job)
    for chat, say in campaign.admin_chats():
        slot = request.slot(chat.adapter)
        await end_live(unit, slot, say, text(say))
