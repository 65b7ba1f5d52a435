"""What becomes of a group while it is asked: who comes, who goes, who administers it no more; and
of the bot in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.domain import lifecycle
from bot.domain import mandate as rules
from bot.domain.endorsement import Endorsement, Kind
from bot.domain.ids import ChatRef, UserRef
from bot.domain.mandate import End, Proposal, Vote
from bot.ports import MEMBERSHIP, Entered, Event, Moved, Place
from bot.services.campaign import Campaign
from bot.services.lifecycle import apply
from bot.services.mandates import administrator_tag, close, forget_reactions, hurry, note
from bot.services.withdraw import records_of
from bot.storage.unit import Unit


class Heeding:
    """Leaves out what became of people in groups where that changes nothing: of a large group ever
    more is told, and nobody there is to wait behind it."""

    def __init__(self) -> None:
        self._moved: set[ChatRef] = set()
        """Chats that take another's place: what is asked there may not have come along yet."""

    async def heeded(self, unit: Unit, events: Sequence[Event]) -> list[Event]:
        """Looked up once for each group."""
        self._moved |= {event.to for event in events if isinstance(event, Moved)}
        told = {e.origin.chat for e in events if _is_of_people(e)}
        voting = {c for c in told if c in self._moved or await unit.proposals.of_chat(c)}
        gone = {e.origin.chat for e in events if _is_of_people(e) and not isinstance(e, Entered)}
        signed = {c: await records_of(unit, Kind.ORGANISATION, c) for c in gone - voting}
        return [
            event
            for event in events
            if not _is_of_people(event)
            or event.origin.chat in voting
            or await _spoke(unit, event, signed.get(event.origin.chat, ()))
        ]


def _is_of_people(event: Event) -> bool:
    return isinstance(event, MEMBERSHIP) and event.origin.place is Place.GROUP


async def _spoke(unit: Unit, event: Event, records: Iterable[Endorsement]) -> bool:
    """Whether it is about who asked for one of these."""
    if isinstance(event, Entered):
        return False
    for record in records:
        tag = await administrator_tag(unit, event.origin.user, record.statement)
        if lifecycle.speaks_for(record, tag):
            return True
    return False


async def note_came(
    unit: Unit, chat: ChatRef, who: UserRef, at: dt.datetime, now: dt.datetime
) -> None:
    """Somebody has come into a group at that moment."""
    for proposal in await _votes_in(unit, chat, at):
        member = await unit.proposals.member(proposal.id, who)
        after = rules.came(member, proposal)
        if after is not None and after != member:
            await note(unit, proposal, who, after, now)


async def note_gone(
    unit: Unit, campaign: Campaign, chat: ChatRef, who: UserRef, at: dt.datetime, now: dt.datetime
) -> None:
    """Somebody has left a group at that moment: their vote counts no more, nor do they administer
    it."""
    for proposal in await _votes_in(unit, chat, at):
        member = await unit.proposals.member(proposal.id, who)
        await note(unit, proposal, who, rules.left(member), now)
    await note_demoted(unit, campaign, chat, who, now)


async def note_demoted(
    unit: Unit, campaign: Campaign, chat: ChatRef, who: UserRef, now: dt.datetime
) -> None:
    """Somebody administers a group no more: they object to nothing now, and what they asked for
    has a mark."""
    for record in await records_of(unit, Kind.ORGANISATION, chat):
        tag = await administrator_tag(unit, who, record.statement)
        outcome = lifecycle.note_demoted(record, tag)
        if outcome is not None:
            await apply(unit, campaign, record, outcome)
    for proposal in await unit.proposals.of_chat(chat):
        tag = await administrator_tag(unit, who, proposal.statement)
        if proposal.given.details.asker == tag:
            await unit.proposals.keep(replace(proposal, demoted=True))
        member = await unit.proposals.member(proposal.id, who)
        if member is not None and member.vote is Vote.OBJECTS:
            await note(unit, proposal, who, replace(member, vote=Vote.NONE), now)


async def note_left(unit: Unit, chat: ChatRef) -> None:
    """The bot is in a group no more: until it is back nobody can vote."""
    for proposal in await unit.proposals.of_chat(chat):
        await unit.proposals.keep(replace(proposal, left=True))


async def note_back(unit: Unit, chat: ChatRef) -> None:
    """It is there again, and has not seen who came and went."""
    for proposal in await unit.proposals.of_chat(chat):
        if proposal.left:
            await unit.proposals.keep(replace(proposal, left=False, blind=True))


async def move(unit: Unit, old: ChatRef, new: ChatRef, now: dt.datetime) -> None:
    """The chat goes on under another key, with all who were in it, and is asked there. A platform
    may have said first that the bot is in the old one no more."""
    for proposal in await unit.proposals.of_chat(old):
        route = replace(proposal.route, chat=new)
        given = replace(proposal.given, route=route)
        moved = replace(proposal, given=given, left=False, said="")
        await forget_reactions(unit, moved)
        await unit.proposals.keep(moved)
        await hurry(unit, moved, now)


async def forget(unit: Unit, campaign: Campaign, who: UserRef, now: dt.datetime) -> None:
    """Nothing is left of what one person has asked or voted."""
    for proposal in await unit.proposals.forget(who):
        await hurry(unit, proposal, now)
    for proposal in await unit.proposals.all():
        details = proposal.given.details
        if details.asker != await administrator_tag(unit, who, proposal.statement):
            continue
        if proposal.is_vote:
            given = replace(proposal.given, details=replace(details, asked_by=None, asker=None))
            await unit.proposals.keep(replace(proposal, given=given))
        else:
            await close(unit, campaign, proposal, End.TAKEN_BACK, now)


async def _votes_in(unit: Unit, chat: ChatRef, at: dt.datetime) -> list[Proposal]:
    """Those under way when something happened."""
    found = await unit.proposals.of_chat(chat)
    return [each for each in found if each.is_vote and not each.is_after(at)]
