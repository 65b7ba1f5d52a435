"""Closing a statement for ever: what it says and who is on its list stays, and nothing leads to
anybody who signed it any more (docs/decisions/0040-an-end-is-an-end.md)."""

from __future__ import annotations

import datetime as dt

from bot.domain import lifecycle
from bot.domain.admin import Admin
from bot.domain.counts import PublicCounts
from bot.domain.endorsement import Endorsement, Status
from bot.domain.ids import StatementId
from bot.domain.log import LifeEvent, State
from bot.domain.priority import Priority
from bot.ports import Button, Rows, Send, SendFile
from bot.services import entries, mandates
from bot.services.campaign import Campaign
from bot.services.lifecycle import apply, known
from bot.services.posting import post
from bot.services.publication import public_counts
from bot.storage.jobs import Job, JobKey, JobKind
from bot.storage.unit import Unit
from bot.wording import finishing as wording
from bot.wording.buttons import label

AT_ONCE, ENTRIES_AT_ONCE = 25, 200
"""Records, and entries of the log, in one transaction, so that nobody waits long for the next."""


async def begin(
    unit: Unit, statement: StatementId, by: Admin, second: Admin, now: dt.datetime
) -> None:
    """Two admins want it: from now on nobody signs it, and none of its signers is recognised."""
    if (await unit.statements.state(statement)).finished is not None:
        return
    await unit.statements.finish(statement, now.date())
    await unit.news.end_statement(statement)
    await mandates.look_soon(unit, now, statement)
    await unit.actions.add(now, by, "finish")
    await unit.actions.add(now, second, "finish")
    await unit.jobs.set(Job(JobKey(JobKind.FINISH, statement), now))


async def go_on(unit: Unit, campaign: Campaign, job: Job, now: dt.datetime) -> None:
    """Thank the next ones and erase what leads to them; sets the job again until there are none.
    Then the log is made whole, what it says beyond what its export shows goes, and with the last
    checkpoint the key. A kill costs nothing: how far it is shows in the records and in the job."""
    statement = StatementId(job.key.about)
    records = await unit.aging.recognised(statement, AT_ONCE)
    counts = await public_counts(unit, campaign, statement)
    for record in records:
        await _end(unit, campaign, record, counts)
    if records:
        await unit.jobs.set(Job(job.key, now))
        return
    if await entries.enter_waiting(unit, campaign, statement):
        await unit.jobs.set(Job(job.key, now))
        return
    position = await _shut(unit, campaign, statement, int(job.progress or -1))
    if position is not None:
        await unit.jobs.set(Job(job.key, now, str(position)))
    else:
        await _close(unit, campaign, statement)


async def _end(unit: Unit, campaign: Campaign, record: Endorsement, counts: PublicCounts) -> None:
    if record.undo_until is not None and record.status is not Status.WITHDRAWN:
        # By itself, so that the organisers get what is theirs once something is final.
        final = lifecycle.end_window(record, record.undo_until)
        assert final is not None
        await _thank(unit, campaign, record, final.record, counts)
        record = await apply(unit, campaign, record, final)
    else:
        await _thank(unit, campaign, record, record, counts)
    await apply(unit, campaign, record, lifecycle.finish(record))


async def _thank(
    unit: Unit, campaign: Campaign, reached: Endorsement, record: Endorsement, counts: PublicCounts
) -> None:
    """The signer, by the way that led to them until now. No number: what waits to be delivered
    leads from nobody to a record. Of a linked one it is told what becomes of the one that stands
    for it."""
    route = reached.route
    if record.linked_to is not None:
        record = await known(unit, record.linked_to)
    # The one that stands for a linked one may have been at its end before.
    is_told = record.stands or reached.linked_to is not None
    if route is None or not (is_told and campaign.can_tell(reached)):
        return
    say = campaign.voice([route.language], route.chat.adapter)
    title, place = campaign.title(record.statement, say.language), campaign.gone_to(unit)
    listed = f"/signatories {record.statement} {record.language}"
    buttons: Rows = ((Button("signatories", label(say, "signatories"), listed),),)
    if place is not None:
        # Nothing is over for them, and nothing can be read here.
        text, buttons = wording.goes_on(say, title, place), ()
    elif record.status is Status.VERIFIED:
        text = wording.thanks(say, record.kind, title, counts, public=record.is_for_lists)
    else:
        text = wording.not_verified(say, reached.kind, title)
    send = Send(route.chat, text, say.language, buttons, quiet=True, thread=route.thread)
    post(unit, send, priority=Priority.ANNOUNCEMENT)


async def _shut(unit: Unit, campaign: Campaign, statement: StatementId, behind: int) -> int | None:
    """As an export shows it (`bot.domain.log_file.shown`): pads nowhere, and where counts are
    rounded the list alone. An entry that counts without a name tells nobody whose it is."""
    is_rounded = campaign.publication.round_to > 1
    shown = {State.LISTED} if is_rounded else {State.LISTED, State.COUNTED, State.OUT}
    return await unit.log.shut(statement, behind, ENTRIES_AT_ONCE, shown)


async def _close(unit: Unit, campaign: Campaign, statement: StatementId) -> None:
    """Nothing comes into the log behind that checkpoint: without the key no record has a place in
    it. Where it has gone on elsewhere it isn't at its end, and has ended here with that."""
    place = campaign.gone_to(unit)
    if place is None:
        await entries.enter_life(unit, statement, LifeEvent.FINISHED)
    checkpoint = await unit.log.checkpoint(statement)
    await unit.statements.destroy_key(statement)
    counts = (await unit.endorsements.counts([statement]))[statement]
    for chat, say in campaign.admin_chats():
        title = campaign.title(statement, say.language)
        text, name = wording.done(say, title, counts), f"{statement}-checkpoint.txt"
        if place is not None:
            text = wording.done_where_moved(say, title, place)
        file = SendFile(chat, name, checkpoint.encode(), text, say.language)
        post(unit, file, priority=Priority.DECISION)
