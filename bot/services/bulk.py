"""Deciding about many at once: what is listed is fixed when it is asked, done in parts, and undone
as one. Each record is decided by itself, and what has changed in the meantime is left alone."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence

from bot.domain import lifecycle
from bot.domain.admin import Admin
from bot.domain.bulk import Bulk, Verb
from bot.domain.endorsement import UNDO_WINDOW, Endorsement, Status
from bot.domain.errors import AlreadyAgreed, NothingToUndo, OwnRejection
from bot.domain.ids import ChatRef, Number
from bot.domain.priority import Priority
from bot.domain.selection import Selection
from bot.domain.slots import Slot, SlotKind
from bot.services import decide, quorum
from bot.services.calling import look_again
from bot.services.campaign import Campaign
from bot.services.desk import refresh
from bot.services.lifecycle import apply
from bot.services.posting import edit_live
from bot.storage.jobs import Job, JobKey, JobKind
from bot.storage.unit import Unit
from bot.text.rich import RichText
from bot.wording import bulk as wording
from bot.wording.buttons import ButtonNames
from bot.wording.voice import Voice

MOST = 20_000
"""Records in one list: to put so many together takes some tens of milliseconds."""

AT_ONCE: Mapping[Verb, int] = {"verify": 25, "aside": 500}
"""Records in one transaction: a tenth of a second, in which the others wait."""

UNDO = "undo"


def slot_of(number: int) -> Slot:
    return Slot(SlotKind.BULK, str(number))


def typed_as(number: int) -> str:
    return f"bulk {number} {UNDO}"


async def gather(
    unit: Unit, verb: Verb, by: Admin, chat: ChatRef, selection: Selection, now: dt.datetime
) -> tuple[int, Bulk]:
    """A list of those that are selected now, asked about and not decided yet."""
    bulk = Bulk(verb, by, chat, now, selection)
    number = await unit.bulks.add(bulk)
    bulk = dataclasses.replace(bulk, of=await unit.queue.gather(number, selection, MOST))
    await unit.bulks.put(number, bulk)
    return number, bulk


async def begin(unit: Unit, number: int, bulk: Bulk, now: dt.datetime) -> Bulk:
    """It was agreed to."""
    return await _start(unit, number, dataclasses.replace(bulk, at=now, stage="doing"), now)


async def undo(unit: Unit, number: int, bulk: Bulk, by: Admin, now: dt.datetime) -> Bulk:
    """Take it back, as one. What was set aside can be brought back at any time."""
    bulk = dataclasses.replace(
        bulk, stage="undoing", undone_by=by, of=bulk.done, done=0, missed=0, last=0, agreed=0
    )
    return await _start(unit, number, bulk, now)


async def _start(unit: Unit, number: int, bulk: Bulk, now: dt.datetime) -> Bulk:
    await unit.bulks.put(number, bulk)
    await unit.jobs.set(Job(JobKey(JobKind.BULK, str(number)), now))
    return bulk


def undo_until(bulk: Bulk) -> dt.datetime | None:
    """When what was verified first can be undone no more; None for what can be at any time."""
    return bulk.at + UNDO_WINDOW if bulk.verb == "verify" else None


def can_be_undone(bulk: Bulk, now: dt.datetime) -> bool:
    """Whether it is done, and its time is not over."""
    until = undo_until(bulk)
    return bulk.stage == "done" and bulk.done > 0 and (until is None or now < until)


async def go_on(unit: Unit, campaign: Campaign, job: Job, now: dt.datetime) -> None:
    """Do the next ones; sets the job again while there are more."""
    number = int(job.key.about)
    bulk = await unit.bulks.get(number)
    if bulk is None or bulk.stage not in {"doing", "undoing"}:
        return
    most = AT_ONCE[bulk.verb]
    numbers = await unit.bulks.numbers(number, bulk.last, most)
    if bulk.verb == "aside":
        done = await _move(unit, campaign, number, bulk, numbers, now)
    else:
        became = [await _one(unit, campaign, bulk, each, now) for each in numbers]
        done = sum(each is not None for each in became)
        if bulk.undone_by is None:
            bulk = dataclasses.replace(bulk, agreed=bulk.agreed + became.count(Status.PENDING))
    missed = 0 if bulk.undone_by and bulk.verb == "aside" else len(numbers) - done
    bulk = dataclasses.replace(bulk, done=bulk.done + done, missed=bulk.missed + missed)
    if len(numbers) == most:
        bulk = dataclasses.replace(bulk, last=numbers[-1])
        await unit.jobs.set(Job(job.key, now))
    else:
        bulk = dataclasses.replace(bulk, stage="done" if bulk.stage == "doing" else "undone")
        await tell(unit, campaign, number, bulk, now)
    await unit.bulks.put(number, bulk)


async def _move(
    unit: Unit,
    campaign: Campaign,
    bulk_id: int,
    bulk: Bulk,
    numbers: Sequence[Number],
    now: dt.datetime,
) -> int:
    """Set aside, or bring back; how many could be. The few that somebody looks at are shown so."""
    if bulk.undone_by is None:
        moved = await unit.bulks.set_aside(bulk_id, numbers)
        await unit.actions.add_each(now, bulk.by, "aside", moved)
    else:
        moved = await unit.bulks.bring_back(bulk_id, numbers)
        await unit.actions.add_each(now, bulk.undone_by, "bring back", moved)
    for number in await unit.desks.shown(moved):
        record = await unit.endorsements.get(number)
        if record is not None:
            await refresh(unit, campaign, record, await unit.messages.showing(number))
    await look_again(unit)
    return len(moved)


async def _one(
    unit: Unit, campaign: Campaign, bulk: Bulk, number: Number, now: dt.datetime
) -> Status | None:
    """What it is once it is verified, or that undone: it waits on where it takes another admin.
    None where nothing could be done."""
    record = await unit.endorsements.get(number)
    if record is None:
        return None
    if bulk.undone_by is not None:
        return await _undo_one(unit, campaign, bulk, record, now)
    if record.status is not Status.PENDING or record.marked or record.aside is not None:
        return None
    try:
        return (await decide.verify(unit, campaign, number, bulk.by, now)).status
    except (AlreadyAgreed, OwnRejection):
        return None


async def _undo_one(
    unit: Unit, campaign: Campaign, bulk: Bulk, record: Endorsement, now: dt.datetime
) -> Status | None:
    """Only what was verified, or agreed to, in this list; another's decision since is another's to
    undo."""
    if bulk.undone_by is None or not await _is_ours(unit, bulk, record):
        return None
    if quorum.is_against(unit, record, bulk.undone_by):
        return None
    try:
        outcome = lifecycle.undo(record, now)
    except NothingToUndo:
        return None
    await unit.actions.add(now, bulk.undone_by, "undo list", record.number)
    return (await apply(unit, campaign, record, outcome)).status


async def _is_ours(unit: Unit, bulk: Bulk, record: Endorsement) -> bool:
    decision = record.decision
    if record.status is not Status.VERIFIED or decision is None:
        # Of what came on paper it is who added it, whose word is not this list's to take back.
        return not record.paper and await quorum.has_agreed(unit, record, bulk.by)
    # Where two have agreed it names both, who came last behind the other.
    is_by = f" + {decision.by}".endswith(f" + {bulk.by.name}")
    return is_by and decision.at >= bulk.at


def shown(say: Voice, number: int, bulk: Bulk, now: dt.datetime) -> tuple[RichText, ButtonNames]:
    """What stands in its message, and the button below."""
    text = wording.state(say, number, bulk, now, undo_until(bulk))
    return text, [[UNDO]] if can_be_undone(bulk, now) else []


async def tell(unit: Unit, campaign: Campaign, number: int, bulk: Bulk, now: dt.datetime) -> None:
    """Show in its message how far it is."""
    if bulk.chat.adapter in campaign.adapters:
        say = campaign.admin_voice(bulk.chat)
        text, names = shown(say, number, bulk, now)
        slot, how = slot_of(number), Priority.DECISION
        await edit_live(
            unit, slot, say, text, names, typed=lambda _: typed_as(number), priority=how
        )
