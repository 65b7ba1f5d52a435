"""Whom the bot cannot write to any more: told on the cards of their records. Nothing is deleted or
decided by it."""

from __future__ import annotations

import datetime as dt

from bot.domain import lifecycle
from bot.domain.endorsement import Endorsement, Kind, Status
from bot.domain.ids import ChatRef, UserRef
from bot.domain.priority import Priority
from bot.ports import Send
from bot.services.campaign import Campaign
from bot.services.lifecycle import apply
from bot.services.news import stop
from bot.services.posting import post
from bot.services.withdraw import records_of
from bot.storage.unit import Unit
from bot.wording.admin import not_delivered


async def note_unreachable(
    unit: Unit, campaign: Campaign, chat: ChatRef, person: UserRef | None, today: dt.date
) -> list[Endorsement]:
    """Note since when the signer or the group of a chat cannot be written to; their records that
    this is of interest for. `person` is whose private chat it is, None for a group. Who has blocked
    the bot wants no news of it."""
    await stop(unit, chat)
    records = await _records(unit, chat, person)
    # Of a person whom nothing leads to any more nobody will want to know it.
    wanted = [
        record
        for record in records
        if record.details is not None and (person is None or record.route is not None)
    ]
    return [await _note(unit, campaign, record, today) for record in wanted]


async def note_reachable(
    unit: Unit, campaign: Campaign, chat: ChatRef, person: UserRef | None
) -> None:
    """They can be written to again."""
    for record in await _records(unit, chat, person):
        await _note(unit, campaign, record, None)


async def note_undelivered(
    unit: Unit, campaign: Campaign, chat: ChatRef, person: UserRef | None, today: dt.date
) -> None:
    """As `note_unreachable`, after something could not be delivered. Where admins have asked about
    a record that still waits, they are told in a line too."""
    for record in await note_unreachable(unit, campaign, chat, person, today):
        if record.status is Status.PENDING and await unit.questions.about(record.number):
            for admins, say in campaign.admin_chats():
                text = not_delivered(say, record.number, record.kind)
                send = Send(admins, text, say.language, quiet=True)
                post(unit, send, priority=Priority.CARD)


async def _records(unit: Unit, chat: ChatRef, person: UserRef | None) -> list[Endorsement]:
    if person is None:
        return await records_of(unit, Kind.ORGANISATION, chat)
    return await records_of(unit, Kind.PERSON, person)


async def _note(
    unit: Unit, campaign: Campaign, record: Endorsement, day: dt.date | None
) -> Endorsement:
    outcome = lifecycle.note_unreachable(record, day)
    return record if outcome is None else await apply(unit, campaign, record, outcome)
