"""Bringing before the admins what waits: a few cards, a digest of all else, and a reminder.

Whatever happens to what waits asks for this (`look_again`), and a due job does it, so that a
thousand in a second make one edit.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

from pydantic import TypeAdapter

from bot.domain.calling import Calling, Uncarded, quiet_until
from bot.domain.endorsement import Endorsement, Status
from bot.domain.ids import AdapterName, ChatRef
from bot.domain.priority import Priority
from bot.domain.slots import Slot, SlotKind
from bot.ports import Button, Send
from bot.services.campaign import Campaign
from bot.services.cards import bring_card
from bot.services.posting import edit_live, post, post_live
from bot.services.sounds import is_heard, next_sound
from bot.storage.jobs import Job, JobKey, JobKind
from bot.storage.messages import LiveMessage
from bot.storage.unit import Unit
from bot.text.rich import RichText
from bot.wording import calling
from bot.wording.buttons import label
from bot.wording.voice import Voice

APART = dt.timedelta(seconds=15)
"""Between two edits of the digest: a group takes some twenty messages and edits in a minute."""

REMINDED_EVERY = dt.timedelta(days=1)

_AT_ONCE = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_LOOK = JobKey(JobKind.CALL)
_SOUND = JobKey(JobKind.CALL, "sound")
_REMIND = JobKey(JobKind.REMIND)
_DESK = {"pending": "/pending"}
_DESK_ROW = (("pending",),)
_STATE = "calling"


@cache
def _stored() -> TypeAdapter[Calling]:
    return TypeAdapter(Calling)


def is_uncarded(record: Endorsement | None) -> bool:
    """Whether it waits to be decided and has no card."""
    return record is not None and record.status is Status.PENDING and not record.carded


async def begin(unit: Unit) -> None:
    """Look at everything that waits; called at start, as the rules may be others."""
    await unit.jobs.set(Job(_LOOK, _AT_ONCE))
    await unit.jobs.set(Job(_REMIND, _AT_ONCE))


async def look_again(unit: Unit) -> None:
    """What waits without a card has changed: it is looked at once this is committed, or at the next
    edit of the digest if that was edited just now."""
    await unit.jobs.ensure(Job(_LOOK, _AT_ONCE))


async def bring_waiting(unit: Unit, campaign: Campaign, chat: ChatRef) -> None:
    """Send what an admin chat needs that the bot has come into: the open cards, organisations'
    first, and the digest."""
    for number in await unit.cards.open(campaign.verification.cards):
        record = await unit.endorsements.get(number)
        assert record is not None
        await bring_card(unit, campaign, record, only=chat)
    await unit.messages.end(_digest(chat.adapter))
    await look_again(unit)


async def call_admins(unit: Unit, campaign: Campaign, now: dt.datetime) -> None:
    """Give cards to those that came last, as far as there is room, and say how many wait without
    one. Nothing that was counted gets a card later: the desk is for it."""
    if not campaign.admin_chats() or campaign.moved_to is not None:
        return
    before = await _load(unit)
    state = await _give_cards(unit, campaign, before.at(now), now)
    if await unit.cards.is_more():
        await _keep(unit, state)
        await unit.jobs.set(Job(_LOOK, now))
        return
    state = await _count(unit, campaign, state, now, is_flood=before.floods(now))
    await _keep(unit, state)


async def _give_cards(unit: Unit, campaign: Campaign, state: Calling, now: dt.datetime) -> Calling:
    most = campaign.verification.cards
    standing = await unit.cards.standing()
    flood = state.floods(now)
    for number in await unit.cards.fresh(most):
        record = await unit.endorsements.get(number)
        assert record is not None
        if not state.has_room(record.kind, most, standing, flood=flood):
            continue
        carded = await unit.endorsements.save(record, replace(record, carded=True))
        assert carded is not None
        quiet = not await is_heard(unit, campaign, now)
        await bring_card(unit, campaign, carded, quiet=quiet)
        standing[record.kind] = standing.get(record.kind, 0) + 1
        state = replace(state, given=(*state.given, now))
    return replace(state, flooded=now) if await unit.cards.looked_at() else state


async def _count(
    unit: Unit, campaign: Campaign, state: Calling, now: dt.datetime, *, is_flood: bool
) -> Calling:
    """Say in the digest how many wait without a card. Soon after one has come to its end its
    message is used again, so that no quick hands at the desk bring many."""
    uncarded = await unit.cards.uncarded()
    if not uncarded.total:
        return await _end(unit, campaign, state, now)
    begins = state.since is None
    state = replace(state, since=state.since or now)
    in_quiet = quiet_until(campaign.verification.quiet, now, campaign.zone) is not None
    if in_quiet and uncarded.total > state.shown.total:
        state = replace(state, hushed=True)
    grown = state.has_grown(uncarded)
    heard = grown and await is_heard(unit, campaign, now)
    if grown and not heard:
        await unit.jobs.set(Job(_SOUND, await next_sound(unit, campaign, now)))
    changed = begins or uncarded != state.shown
    said = False
    for chat, say in campaign.admin_chats():
        text = calling.digest(say, uncarded, state.since or now, now)
        live = await unit.messages.in_slot(_digest(chat.adapter))
        if live is None or live.chat != chat or heard or (begins and not is_flood):
            earlier = None if begins else live
            await _send(unit, chat, say, text, earlier, quiet=not heard)
            said = True
        elif changed:
            slot = _digest(chat.adapter)
            how = Priority.CARD
            await edit_live(unit, slot, say, text, _DESK_ROW, commands=_DESK, priority=how)
            said = True
    if said:
        await unit.jobs.set(Job(_LOOK, now + APART))
    least = uncarded.total if heard else min(state.least, uncarded.total)
    return replace(state, shown=uncarded, least=least, hushed=state.hushed and not heard)


async def _send(
    unit: Unit,
    chat: ChatRef,
    say: Voice,
    text: RichText,
    earlier: LiveMessage | None,
    *,
    quiet: bool,
) -> None:
    """Begin a message; the one before it says so."""
    slot, how = _digest(chat.adapter), Priority.CARD
    if earlier is not None and earlier.message:
        await edit_live(unit, slot, say, calling.newer(say), (), priority=how)
    await post_live(
        unit, slot, chat, say, text, _DESK_ROW, commands=_DESK, quiet=quiet, priority=how
    )


async def _end(unit: Unit, campaign: Campaign, state: Calling, now: dt.datetime) -> Calling:
    """Nothing waits without a card any more. The message stays in its slot for a while."""
    if state.since is None:
        return state
    for chat, say in campaign.admin_chats():
        slot = _digest(chat.adapter)
        await edit_live(unit, slot, say, calling.decided(say), (), priority=Priority.CARD)
    await unit.jobs.set(Job(_LOOK, now + APART))
    return replace(state, since=None, shown=Uncarded(), least=0, hushed=False)


def _digest(adapter: AdapterName) -> Slot:
    return Slot(SlotKind.DIGEST, adapter)


async def remind(unit: Unit, campaign: Campaign, now: dt.datetime) -> None:
    """Bring to mind what has waited for long, once a day; and look again when it may have."""
    rules = campaign.verification
    state = await _load(unit)
    waiting = None if campaign.moved_to else await unit.cards.oldest()
    due = (now if waiting is None else waiting[1]) + rules.remind_after
    if state.reminded is not None:
        due = max(due, state.reminded + REMINDED_EVERY)
    due = max(due, now)
    due = quiet_until(rules.quiet, due, campaign.zone) or due
    if waiting is not None and due == now:
        quiet = not await is_heard(unit, campaign, now)
        for chat, say in campaign.admin_chats():
            text = calling.reminder(say, *waiting)
            button = Button("pending", label(say, "pending"), "/pending")
            send = Send(chat, text, say.language, ((button,),), quiet=quiet)
            post(unit, send, priority=Priority.CARD)
        await _keep(unit, replace(state, reminded=now))
        due = now + REMINDED_EVERY
    await unit.jobs.set(Job(_REMIND, due))


async def _load(unit: Unit) -> Calling:
    data = await unit.meta.get_sealed(_STATE)
    return Calling() if data is None else _stored().validate_json(data)


async def _keep(unit: Unit, state: Calling) -> None:
    await unit.meta.put_sealed(_STATE, _stored().dump_json(state))
