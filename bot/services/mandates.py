"""What a group is asked before it endorses: its members, or a second administrator
(docs/mandates.md).

Whatever is pressed counts at once; the message is edited by a due job, every few seconds at most,
and nothing is edited while an earlier edit waits. The same job ends it when its time is past.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace

from bot.domain import mandate as rules
from bot.domain.endorsement import Endorsement, Given, Kind, Mode
from bot.domain.errors import (
    NotOpen,
    NotOpenReason,
    ProposalOver,
    ProposalRuns,
    Refusal,
    TooFewMembers,
)
from bot.domain.ids import ChatRef, StatementId, UserRef
from bot.domain.mandate import End, Figures, MandateRule, Member, Proposal, Vote
from bot.domain.memo import VOTED, Memo
from bot.domain.priority import Priority
from bot.ports import Button, Send, private_link
from bot.services.campaign import Campaign
from bot.services.endorse import endorse
from bot.services.new_text import sign_new, stands_under
from bot.services.pace import usual
from bot.services.page_links import page_link
from bot.services.posting import edit_live, end_live, post, post_live
from bot.services.recorded import say_recorded
from bot.statements.model import Statement
from bot.storage.jobs import Job, JobKey, JobKind
from bot.storage.messages import bound
from bot.storage.unit import Unit
from bot.text.rich import RichText
from bot.wording import groups, living, texts
from bot.wording import mandates as wording
from bot.wording.buttons import ButtonNames, label
from bot.wording.voice import Voice

EVERY = dt.timedelta(seconds=6)
"""Between two edits of one message, at the least."""

LOOKED_AT = dt.timedelta(hours=1)
"""How long a text may have changed before a group hears of it that nobody votes in."""

PAUSE = dt.timedelta(days=7)
"""How long what was agreed to waits where signing is paused at that moment."""

BUTTONS: ButtonNames = (("agree", "take_back"), ("object",))
_TWO: ButtonNames = (("agree", "object"),)


async def check_none_runs(unit: Unit, chat: ChatRef, statement: StatementId) -> None:
    """Raises `ProposalRuns`."""
    for proposal in await unit.proposals.of_chat(chat):
        if proposal.statement == statement:
            raise ProposalRuns(proposal.until)


async def propose(
    unit: Unit,
    campaign: Campaign,
    given: Given,
    members: int | None,
    now: dt.datetime,
    *,
    public: bool = False,
    renews: bool = False,
) -> None:
    """Ask the group, of which the platform counts so many `members`, the bot with them. Raises
    `ProposalRuns`, `TooFewMembers` or `NotOpen`."""
    assert given.route is not None, "only what came on paper has none"
    await check_none_runs(unit, given.route.chat, given.statement)
    statement = campaign.library.statements[given.statement]
    rule = statement.terms.mandate
    people = None if members is None else max(members - 1, 0)
    _check_reachable(rule, people)
    until, closes = now + rule.lasts, statement.terms.closes
    if closes is not None:
        until = min(until, closes - dt.timedelta(minutes=1))
    if until <= now:
        raise NotOpen(NotOpenReason.CLOSED)
    new = Proposal(0, rule, given, now, until, people, public=public, renews=renews)
    await _show(unit, campaign, await unit.proposals.add(new), now)


def _check_reachable(rule: MandateRule, people: int | None) -> None:
    """Raises `TooFewMembers` where so many can never agree, or nobody can tell how many must."""
    if rule.mode is Mode.MEMBERS:
        needed = rule.needed(people)
        if needed is None or (people is not None and people < needed):
            raise TooFewMembers(needed, people)


async def vote(
    unit: Unit, campaign: Campaign, proposal: Proposal, who: UserRef, how: Vote, now: dt.datetime
) -> bool:
    """Somebody who is in the group has pressed; whether that changed anything. Raises as
    `rules.voted`; a proposal that is over is ended with it."""
    await check_goes_on(unit, campaign, proposal, now)
    member = await unit.proposals.member(proposal.id, who)
    after = rules.voted(member, how, proposal, now)
    if after.vote is (member or Member()).vote:
        return False
    await note(unit, proposal, who, after, now)
    return True


async def second_agrees(
    unit: Unit, campaign: Campaign, proposal: Proposal, name: str, tag: str, now: dt.datetime
) -> None:
    """Another administrator of the group, of that name and tag, agrees: it is recorded. Raises
    `OwnProposal` and `ProposalOver`, and `NotOpen` while signing is paused."""
    await check_goes_on(unit, campaign, proposal, now)
    rules.check_other(proposal, tag)
    await close(unit, campaign, proposal, End.AGREED, now, second=(name, tag))


async def object_to(unit: Unit, campaign: Campaign, proposal: Proposal, now: dt.datetime) -> None:
    """An administrator of the group wants nothing to be recorded by two. Raises `ProposalOver`."""
    await check_goes_on(unit, campaign, proposal, now)
    await close(unit, campaign, proposal, End.OBJECTED, now)


async def check_goes_on(
    unit: Unit, campaign: Campaign, proposal: Proposal, now: dt.datetime
) -> None:
    """Raises `ProposalOver` where its time is past, or what it is about has changed: then it is
    ended too."""
    if now >= proposal.until or await _is_void(unit, campaign, proposal) is not None:
        await look_at(unit, campaign, proposal, now)
        raise ProposalOver


async def look(unit: Unit, campaign: Campaign, job: Job, now: dt.datetime) -> None:
    """The due job: bring the message up to date, or end it."""
    proposal = await unit.proposals.get(int(job.key.about))
    if proposal is not None:
        await look_at(unit, campaign, proposal, now)


async def look_at(unit: Unit, campaign: Campaign, proposal: Proposal, now: dt.datetime) -> None:
    """As `look`, of one that was just read."""
    stands = rules.figures(proposal, await unit.proposals.tally(proposal.id))
    end = await _is_void(unit, campaign, proposal) or rules.ended(proposal, stands, now)
    if end is None:
        await _show(unit, campaign, proposal, now)
    elif proposal.left or proposal.chat.adapter not in campaign.adapters:
        # There is nobody who could be told, or who could take it back.
        await forget_reactions(unit, proposal)
        await unit.messages.end(proposal.slot)
        await _forget(unit, proposal)
    else:
        await close(unit, campaign, proposal, end, now)


async def look_soon(unit: Unit, now: dt.datetime, statement: StatementId | None = None) -> None:
    """Something that they are about may be over: of one statement, or of any."""
    for proposal in await unit.proposals.all():
        if statement in {None, proposal.statement}:
            await unit.jobs.set(Job(_job(proposal), now))


async def administrator_tag(unit: Unit, who: UserRef, statement: StatementId) -> str:
    """What an administrator of a group is known by, until it is decided."""
    return (await unit.statements.signer_tag(Kind.PERSON, who, statement)).hex()


async def note(
    unit: Unit, proposal: Proposal, who: UserRef, member: Member, now: dt.datetime
) -> None:
    """From now on that is known of a person."""
    await unit.proposals.note(proposal.id, who, member)
    await hurry(unit, proposal, now)


async def hurry(unit: Unit, proposal: Proposal, now: dt.datetime) -> None:
    """Something is to be said: soon, and however much comes, not put off by it."""
    due = await unit.jobs.when(_job(proposal))
    if due is None or due > now + EVERY:
        await unit.jobs.set(Job(_job(proposal), now + EVERY))


def _job(proposal: Proposal) -> JobKey:
    return JobKey(JobKind.MANDATE, str(proposal.id))


async def _is_void(unit: Unit, campaign: Campaign, proposal: Proposal) -> End | None:
    """Why it cannot go on, whatever is voted."""
    statement = campaign.library.get(proposal.statement)
    if statement is None or campaign.moved_to is not None:
        return End.CLOSED
    if (await unit.statements.state(statement.id)).finished:
        return End.CLOSED
    if _text_of(campaign, statement, proposal) != proposal.given.digest:
        return End.TEXT
    return None


def _text_of(campaign: Campaign, statement: Statement, proposal: Proposal) -> str:
    return campaign.revision(statement, [proposal.given.language]).digest


async def _show(unit: Unit, campaign: Campaign, proposal: Proposal, now: dt.datetime) -> None:
    """Say what there is to say, unless the platform has not taken yet what was said before, or is
    not there."""
    token = await unit.messages.token(proposal.slot)
    again = now + LOOKED_AT
    if token and await unit.outbox.waiting(bound(unit.keys, proposal.slot, token)):
        again = now + EVERY
    elif proposal.chat.adapter in campaign.adapters:
        await _say(unit, campaign, proposal, is_new=token is None)
    await unit.jobs.set(Job(_job(proposal), min(again, proposal.until)))


async def _say(unit: Unit, campaign: Campaign, proposal: Proposal, *, is_new: bool) -> None:
    say, route = _voice(campaign, proposal), proposal.route
    stands = rules.figures(proposal, await unit.proposals.tally(proposal.id))
    text = _text(campaign, proposal, stands, say)
    sign = hashlib.sha256(repr(text).encode()).hexdigest()
    if sign == proposal.said:
        return
    names, slot = BUTTONS if proposal.is_vote else _TWO, proposal.slot
    if is_new:
        await post_live(unit, slot, proposal.chat, say, text, names, thread=route.thread)
    else:
        how = Priority.ANNOUNCEMENT
        await edit_live(unit, slot, say, text, names, thread=route.thread, priority=how)
    await unit.proposals.keep(replace(proposal, said=sign))


def _voice(campaign: Campaign, proposal: Proposal) -> Voice:
    return campaign.voice([proposal.route.language], proposal.chat.adapter)


def _text(campaign: Campaign, proposal: Proposal, stands: Figures, say: Voice) -> RichText:
    given = proposal.given
    payload = f"r_{given.statement}_{given.language}"
    way = living.way(
        say,
        link=private_link(campaign.adapters[proposal.chat.adapter], payload),
        command=f"{say.prefix}read {given.statement}",
        is_open=False,
        page=page_link(campaign, given.statement, given.language),
    )
    title = campaign.title(given.statement, given.language)
    named = groups.Named(given.name, given.country, given.details.place, given.details.excepts)
    return wording.asked(say, proposal, stands, title, named, way)


async def close(
    unit: Unit,
    campaign: Campaign,
    proposal: Proposal,
    end: End,
    now: dt.datetime,
    *,
    second: tuple[str, str] | None = None,
) -> None:
    """It is over: what was agreed to is recorded, its message says so, and its votes are erased.
    Raises `NotOpen` where a second administrator agrees while signing is paused."""
    say = _voice(campaign, proposal)
    title = campaign.title(proposal.statement, proposal.given.language)
    stands = rules.figures(proposal, await unit.proposals.tally(proposal.id))
    text, record = wording.ended(say, proposal, end, stands, title), None
    is_renewed = False
    if end is End.AGREED:
        mandate = rules.mandate_of(proposal, stands, second)
        details = replace(proposal.given.details, mandate=mandate, demoted=proposal.demoted)
        given = replace(proposal.given, details=details)
        try:
            record, is_renewed = await _record(unit, campaign, proposal, given, now)
        except Refusal as error:
            if isinstance(error, NotOpen) and error.reason is NotOpenReason.PAUSED:
                if not proposal.is_vote:
                    # Who agrees is there, and can press again.
                    raise
                if now < proposal.until + PAUSE:
                    await unit.jobs.set(Job(_job(proposal), now + LOOKED_AT))
                    return
            text = wording.not_recorded(say, title, groups.refused(say, error, now))
    await end_live(unit, proposal.slot, say, text)
    await _forget(unit, proposal)
    if record is not None and not is_renewed:
        await _say_recorded(unit, say, record)
        return
    told = text if record is None else texts.signs_new(say, record.number, title)
    route = proposal.route
    post(unit, Send(route.chat, told, say.language, thread=route.thread))


async def _record(
    unit: Unit, campaign: Campaign, proposal: Proposal, given: Given, now: dt.datetime
) -> tuple[Endorsement, bool]:
    """As of the moment at which it was agreed to, though nobody may have looked until now; and
    whether it is an earlier record under another text."""
    at = min(now, proposal.until)
    if proposal.renews:
        tag = await unit.statements.signer_tag(Kind.ORGANISATION, proposal.chat, given.statement)
        record = await unit.endorsements.by_signer(given.statement, tag)
        if record is not None and stands_under(campaign, record):
            revision = campaign.revision(
                campaign.library.statements[given.statement], [given.language]
            )
            signed = (unit, campaign, record, proposal.chat, revision, at, given.details)
            return await sign_new(*signed), True
    return await endorse(unit, campaign, proposal.chat, given, at), False


async def _say_recorded(unit: Unit, say: Voice, record: Endorsement) -> None:
    text = groups.recorded(
        say,
        record.number,
        record.name or "",
        record.digest,
        excepts=record.excepts,
        wave=record.wave,
        usual=await usual(unit),
    )
    button = Button("news", label(say, "news"), f"/news on {record.number}")
    await say_recorded(unit, record, say, text, button, None)


async def forget_reactions(unit: Unit, proposal: Proposal) -> None:
    """Nobody can take back any more what they pressed below its message, which nothing is said in
    now."""
    live, adapter = await unit.messages.in_slot(proposal.slot), proposal.chat.adapter
    if live is None or not live.message:
        return
    votes = await unit.memos.all(adapter, VOTED)
    over = [Memo(VOTED, key, None) for key, value in votes.items() if live.message in value]
    await unit.memos.write(adapter, over)


async def _forget(unit: Unit, proposal: Proposal) -> None:
    await unit.proposals.drop(proposal.id)
    await unit.jobs.end(_job(proposal))
