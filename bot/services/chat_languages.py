"""The language that a group or the admin chat is spoken to in, as an administrator chose it."""

from __future__ import annotations

import dataclasses

from bot.domain import lifecycle
from bot.domain.endorsement import Kind
from bot.domain.ids import ChatRef, Language
from bot.services.campaign import Campaign
from bot.services.lifecycle import apply
from bot.services.withdraw import records_of
from bot.storage.unit import Unit


async def speak(unit: Unit, campaign: Campaign, chat: ChatRef, language: Language) -> None:
    """Keep the choice; what a group is told later of its endorsements is said so too."""
    await unit.languages.choose(chat, language)
    for record in await records_of(unit, Kind.ORGANISATION, chat):
        if record.signer is not None and record.route is not None:
            route = dataclasses.replace(record.route, language=language)
            await apply(unit, campaign, record, lifecycle.move(record, record.signer, route))
    _remember(unit, campaign, chat, language)


async def remember(unit: Unit, campaign: Campaign, chat: ChatRef) -> None:
    """Of an admin chat, what was chosen for it earlier."""
    language = (await unit.languages.chosen({chat})).get(chat)
    if language is not None:
        _remember(unit, campaign, chat, language)


def _remember(unit: Unit, campaign: Campaign, chat: ChatRef, language: Language) -> None:
    def remember_it() -> None:
        campaign.spoken[chat] = language

    unit.after_commit(remember_it)
