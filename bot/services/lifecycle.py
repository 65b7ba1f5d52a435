"""Storing what has become of an endorsement, with everything that follows from it."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.endorsement import Endorsement, Kind, Status
from bot.domain.errors import Conflict, UnknownNumber
from bot.domain.ids import Number
from bot.domain.lifecycle import Effect, Outcome, may_appeal, publish
from bot.domain.likeness import Likeness
from bot.domain.priority import Priority
from bot.domain.slots import SlotKind
from bot.ports import Send
from bot.services import entries, entrusting, news, recorded
from bot.services.calling import is_uncarded, look_again
from bot.services.campaign import Campaign
from bot.services.cards import bring_card, is_final, renew_card
from bot.services.desk import refresh
from bot.services.emptying import empty
from bot.services.likeness import issuers_of, likeness_of
from bot.services.pace import note_decision
from bot.services.posting import appeal_button, delete_button, post, share_button
from bot.storage.jobs import Job, JobKey, JobKind
from bot.storage.unit import Unit
from bot.wording import groups
from bot.wording.signing import outcome as words_of


async def known(unit: Unit, number: Number) -> Endorsement:
    """The record of that number. Raises `UnknownNumber`."""
    record = await unit.endorsements.get(number)
    if record is None:
        raise UnknownNumber(number)
    return record


async def apply(
    unit: Unit, campaign: Campaign, before: Endorsement | None, outcome: Outcome
) -> Endorsement:
    """Store the outcome in the place of `before` (None: a first endorsement) and carry out its
    effects; the record as it is stored. Raises `Conflict`, and nothing has been changed, where
    somebody else was faster."""
    # Else it waits for the others (`bot.services.publication`).
    if outcome.record.is_for_lists and campaign.publication.names_at is None:
        outcome = replace(outcome, record=publish(outcome.record))
    outcome, entrusted = entrusting.divide(campaign, outcome)
    after, alike = await _marked(unit, campaign, outcome)
    after, entry = await entries.decide(unit, campaign, before, after)
    record = (
        await unit.endorsements.add(after)
        if before is None
        else await unit.endorsements.save(before, after)
    )
    if record is None:
        raise Conflict
    await entrusting.keep(unit, campaign, before, record, entrusted)
    await _keep_in_step(unit, before, record, outcome.effects)
    if entry is not None:
        await entries.enter(unit, record, entry)
    if Effect.CARD in outcome.effects and before is not None:
        await _show(unit, campaign, before, record, alike)
        await _show_linked(unit, campaign, before, record)
    if is_uncarded(before) or is_uncarded(record):
        await look_again(unit)
    if before is not None:
        await _keep_shown_in_step(unit, campaign, before, record)
        await news.follow(unit, before, record)
        await recorded.renew(unit, campaign, before, record)
        note_decision(unit, before, after)
    if Effect.TELL_SIGNER in outcome.effects and before is not None:
        _tell(unit, campaign, before, record)
    return record


async def _keep_shown_in_step(
    unit: Unit, campaign: Campaign, before: Endorsement, record: Endorsement
) -> None:
    """All messages but its cards that show something of it."""
    showing = await unit.messages.showing(record.number)
    if before.route is not None and (record.route is None or is_final(record)):
        showing = await unit.messages.end_every(SlotKind.ANSWER, showing)
    erased = _is_erased(before, record)
    if erased:
        await empty(unit, campaign, record.number, showing)
    await refresh(unit, campaign, record, showing, erased=erased)


async def compare_again(unit: Unit, campaign: Campaign, number: Number) -> None:
    """Look anew at what a name resembles that waits: when it was given, not all were found yet."""
    record = await unit.endorsements.get(number)
    if record is not None and record.status is Status.PENDING:
        await apply(unit, campaign, record, Outcome(record, Effect.NAME | Effect.CARD))


def _is_erased(before: Endorsement, record: Endorsement) -> bool:
    """Whether a name is stored no more, or what was given with it."""
    return before.name not in {None, record.name} or (
        before.details is not None and record.details is None
    )


async def _marked(
    unit: Unit, campaign: Campaign, outcome: Outcome
) -> tuple[Endorsement, Likeness | None]:
    """Whether something about a name that waits is to be looked at twice: then nobody decides about
    it in passing. What was given before counts too. Also what a new name resembles."""
    record = outcome.record
    if Effect.NAME not in outcome.effects or record.status is not Status.PENDING:
        return record, None
    issuers = issuers_of(campaign.library.get(record.statement))
    alike = await likeness_of(unit, record, issuers)
    is_again = record.withdrawals > 0 or record.rejections > 0
    # While names are still read there may be others like it: `compare_again` comes then.
    is_early = not unit.name_index.complete
    return replace(record, marked=is_again or is_early or bool(alike)), alike


async def _show(
    unit: Unit,
    campaign: Campaign,
    before: Endorsement,
    record: Endorsement,
    alike: Likeness | None,
) -> None:
    """Edit its cards. Where there is none nobody is called, but for what waits again after its card
    has ended, and for one thing that no admin would see anywhere: a verified organisation is
    gone."""
    erases = _is_erased(before, record)
    shown = await renew_card(unit, campaign, record, alike, erases=erases)
    is_gone = before.status is Status.VERIFIED and record.status is Status.WITHDRAWN
    is_seen_nowhere = is_gone and record.kind is Kind.ORGANISATION
    # What waits again counts as one with a card.
    if not shown and (is_seen_nowhere or (record.carded and record.status is Status.PENDING)):
        await bring_card(unit, campaign, record)


async def _show_linked(
    unit: Unit, campaign: Campaign, before: Endorsement, record: Endorsement
) -> None:
    """The cards of what stands for it, which name all that are linked to that."""
    if before.linked_to == record.linked_to:
        return
    for number in filter(None, (before.linked_to, record.linked_to)):
        await renew_card(unit, campaign, await known(unit, number))


async def _keep_in_step(
    unit: Unit, before: Endorsement | None, record: Endorsement, effects: Effect
) -> None:
    """What the database holds beside the record because of it."""
    if Effect.WINDOW in effects:
        key = JobKey(JobKind.WINDOW, str(record.number))
        if record.undo_until is None:
            await unit.jobs.end(key)
        else:
            await unit.jobs.set(Job(key, record.undo_until))
    is_moved = before is not None and before.published != record.published
    if Effect.NAME in effects or is_moved:
        await unit.name_index.put(before, record)
    if Effect.ERASE_QUESTIONS in effects:
        await unit.questions.erase(record.number)


def _tell(unit: Unit, campaign: Campaign, before: Endorsement, record: Endorsement) -> None:
    """Tell the signer, by the way that led to them until now: the outcome may have erased it."""
    route = before.route
    if route is None or route.chat.adapter not in campaign.adapters:
        return
    say = campaign.voice([route.language], route.chat.adapter)
    title = campaign.title(record.statement, say.language)
    is_person = record.kind is Kind.PERSON
    text = (
        words_of(say, record, title)
        if is_person
        else groups.outcome(
            say, before.status, record, title, is_sealed=campaign.recipients is not None
        )
    )
    buttons = delete_button(say) if is_person else ()
    if record.status is Status.VERIFIED:
        buttons = (*share_button(say, record.statement, record.language), *buttons)
    elif may_appeal(record):
        buttons = (*appeal_button(say, record.number), *buttons)
    send = Send(route.chat, text, say.language, buttons, thread=route.thread)
    post(unit, send, priority=Priority.DECISION)
