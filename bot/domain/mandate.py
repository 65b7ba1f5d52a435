"""The mandate of a group: who must agree before it endorses, and what becomes of a proposal. Pure
rules: what follows from them is done by `bot.services.mandates`."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.domain.endorsement import Given, Mandate, Mode, Route
from bot.domain.errors import CameLater, OwnProposal, ProposalOver
from bot.domain.ids import ChatRef, StatementId
from bot.domain.slots import Slot, SlotKind

SECOND_WAITS = dt.timedelta(days=7)
"""How long a second administrator is waited for."""

MOST_DAYS = 90
"""Of a vote."""


@dataclass(frozen=True, slots=True)
class MandateRule:
    """What a statement asks of groups. Of a vote of the members: `quorum` of them must agree, in
    percent where it `is_share`, within so many `days`; `newcomers`: who came into the group after
    the proposal may vote too."""

    mode: Mode = Mode.ADMINISTRATOR
    quorum: int = 50
    is_share: bool = True
    days: int = 7
    newcomers: bool = False

    def needed(self, of: int | None) -> int | None:
        """How many of so many people must agree; None where that cannot be known."""
        if not self.is_share:
            return self.quorum
        return None if of is None else max(1, -(-of * self.quorum // 100))

    @property
    def lasts(self) -> dt.timedelta:
        """How long a proposal waits."""
        return dt.timedelta(days=self.days) if self.mode is Mode.MEMBERS else SECOND_WAITS


class Presence(enum.StrEnum):
    """Of a person in the group, as far as was seen since the proposal: `BACK` was there before it,
    has left and come again; `OFF` came after it and has left."""

    THERE = "there"
    GONE = "gone"
    BACK = "back"
    NEW = "new"
    OFF = "off"


class Vote(enum.StrEnum):
    """What somebody has pressed last."""

    NONE = "none"
    AGREES = "agrees"
    OBJECTS = "objects"


@dataclass(frozen=True, slots=True)
class Member:
    """One person of whom something is known; of all others, that they were there and have not
    voted."""

    presence: Presence = Presence.THERE
    vote: Vote = Vote.NONE

    @property
    def is_here(self) -> bool:
        return self.presence not in {Presence.GONE, Presence.OFF}


Tally = Mapping[Member, int]
"""How many there are of each."""


class End(enum.StrEnum):
    """How a proposal ends. `AGREED`: the group endorses."""

    AGREED = "agreed"
    OBJECTED = "objected"
    MISSED = "missed"
    LAPSED = "lapsed"
    TAKEN_BACK = "taken back"
    TEXT = "text"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What waits in a group's chat, `since` it was asked, until it is agreed to or `until` is past.
    `given` is what would be recorded then; `people` were in the group when it was asked, as far as
    the platform told. `public`: how many agreed is to be published. `blind`: for a time the bot did
    not see who came and went. `left`: the bot is not in the group. `demoted`: who asked administers
    it no more. `renews`: the group endorsed an earlier text. `said` stands for what the message
    says."""

    id: int
    rule: MandateRule
    given: Given
    since: dt.datetime
    until: dt.datetime
    people: int | None
    public: bool = False
    blind: bool = False
    left: bool = False
    demoted: bool = False
    renews: bool = False
    said: str = ""

    @property
    def slot(self) -> Slot:
        """Of its message."""
        return Slot(SlotKind.PROPOSAL, str(self.id))

    @property
    def route(self) -> Route:
        """The way to the group."""
        assert self.given.route is not None
        return self.given.route

    @property
    def chat(self) -> ChatRef:
        return self.route.chat

    @property
    def statement(self) -> StatementId:
        return self.given.statement

    def is_after(self, moment: dt.datetime) -> bool:
        """Whether it was asked only after something had happened, which the platform may tell late,
        and in whole seconds."""
        return moment < self.since - dt.timedelta(seconds=1)

    @property
    def takes_newcomers(self) -> bool:
        """Whether who came later may vote: also where nobody can tell any more who that is."""
        return self.rule.newcomers or self.blind

    @property
    def is_vote(self) -> bool:
        return self.rule.mode is Mode.MEMBERS


@dataclass(frozen=True, slots=True)
class Figures:
    """How a vote stands: so many agree `of` so many people, and `needed` must."""

    agreed: int
    of: int | None
    needed: int | None
    objections: int = 0

    @property
    def is_reached(self) -> bool:
        return self.needed is not None and self.agreed >= self.needed


def came(member: Member | None, proposal: Proposal) -> Member | None:
    """Somebody has come into the group. Told again it changes nothing; where the bot is `blind`,
    who comes may have been there before."""
    if member is not None and member.is_here:
        return member
    if proposal.blind:
        return member and Member()
    was_there = member is not None and member.presence is Presence.GONE
    return Member(Presence.BACK if was_there else Presence.NEW)


def left(member: Member | None) -> Member:
    """Somebody has left the group: their vote is not counted."""
    late = member is not None and member.presence in {Presence.NEW, Presence.OFF}
    return Member(Presence.OFF if late else Presence.GONE)


def voted(member: Member | None, vote: Vote, proposal: Proposal, now: dt.datetime) -> Member:
    """Somebody who is in the group, as the platform says, has pressed. Raises `ProposalOver`, or
    `CameLater` where newcomers do not vote."""
    check_runs(proposal, now)
    member = member or Member()
    # Back unseen.
    member = member if member.is_here else came(member, proposal) or Member()
    if member.presence is not Presence.THERE and not proposal.takes_newcomers:
        raise CameLater
    return replace(member, vote=vote)


def check_runs(proposal: Proposal, now: dt.datetime) -> None:
    """Raises `ProposalOver` once its time is past."""
    if now >= proposal.until:
        raise ProposalOver


def check_other(proposal: Proposal, administrator: str) -> None:
    """Raises `OwnProposal` where the second administrator is the first; `administrator` is the tag
    of an account."""
    details = proposal.given.details
    if details.asker is None or details.asker == administrator:
        raise OwnProposal


def figures(proposal: Proposal, tally: Tally) -> Figures:
    """Only people who are in the group count, on both sides."""
    there = dict.fromkeys(Presence, 0)
    agreed = objections = 0
    for member, count in tally.items():
        there[member.presence] += count
        if member.is_here:
            agreed += count * (member.vote is Vote.AGREES)
            objections += count * (member.vote is Vote.OBJECTS)
    of = proposal.people
    if of is not None:
        of -= there[Presence.GONE] + there[Presence.BACK]
        if proposal.takes_newcomers:
            of += there[Presence.BACK] + there[Presence.NEW]
        of = max(of, agreed)
    return Figures(agreed, of, proposal.rule.needed(of), objections)


def ended(proposal: Proposal, stands: Figures, now: dt.datetime) -> End | None:
    """What its time has brought; None while that is not past."""
    if now < proposal.until:
        return None
    if not proposal.is_vote:
        return End.LAPSED
    if stands.objections:
        return End.OBJECTED
    return End.AGREED if stands.is_reached else End.MISSED


def mandate_of(
    proposal: Proposal, stands: Figures, second: tuple[str, str] | None = None
) -> Mandate:
    """What stays as evidence; `second` is the name of the second administrator, and the tag."""
    name, tag = second or (None, None)
    if not proposal.is_vote:
        return Mandate(proposal.rule.mode, second_by=name, second=tag)
    is_public = proposal.public and stands.of is not None
    return Mandate(
        *(proposal.rule.mode, stands.agreed, stands.of, stands.needed),
        public=is_public,
        blind=proposal.blind,
    )
