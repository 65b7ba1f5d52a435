"""Who counts in a vote of a group, whatever happens in it and in whatever order; and its end."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import mandate as rules
from bot.domain.endorsement import Details, Given, Kind, Mode, Route, Visibility, shown_mandate
from bot.domain.errors import CameLater, OwnProposal, ProposalOver
from bot.domain.ids import AdapterName, ChatRef, Digest, Language, StatementId
from bot.domain.mandate import End, Figures, MandateRule, Member, Presence, Proposal, Vote

NOON = dt.datetime(2030, 3, 1, 12, tzinfo=dt.UTC)
WEEK = dt.timedelta(days=7)
FIRST = range(6)
"""Who is in the group when it is asked; six more come later, if they do."""

PROPOSAL = Proposal(
    id=1,
    rule=MandateRule(Mode.MEMBERS),
    given=Given(
        statement=StatementId("port"),
        kind=Kind.ORGANISATION,
        language=Language("en"),
        digest=Digest("d" * 64),
        name="Canary Readers",
        country=None,
        visibility=Visibility.PUBLIC,
        details=Details(asked_by="omar", asker="0a"),
        route=Route(ChatRef(AdapterName("console"), "1"), Language("en")),
    ),
    since=NOON,
    until=NOON + WEEK,
    people=len(FIRST),
)

STEPS = st.tuples(st.sampled_from(["came", "left", *Vote]), st.integers(0, 11))


@dataclass
class Group:
    """As it is: who is in it, who was there all the time, and what those have pressed last."""

    here: set[int] = field(default_factory=lambda: set(FIRST))
    stayed: set[int] = field(default_factory=lambda: set(FIRST))
    votes: dict[int, Vote] = field(default_factory=dict)

    def may_vote(self, who: int, *, newcomers: bool) -> bool:
        return who in self.here and (newcomers or who in self.stayed)


@given(st.lists(STEPS, max_size=40), st.booleans(), st.booleans())
def test_exactly_those_count_who_are_there(
    steps: list[tuple[str, int]], newcomers: bool, twice: bool
) -> None:
    proposal = replace(PROPOSAL, rule=replace(PROPOSAL.rule, newcomers=newcomers))
    group, known = Group(), dict[int, Member]()
    for step, who in steps:
        for _ in range(1 + twice):
            match step:
                case "came":
                    # Of who was there all the time nobody is told that they have come.
                    if who in group.here and who not in known:
                        continue
                    known[who] = rules.came(known.get(who), proposal) or Member()
                    group.here.add(who)
                case "left" if who in group.here or who in known:
                    known[who] = rules.left(known.get(who))
                    group.here.discard(who)
                    group.stayed.discard(who)
                    group.votes.pop(who, None)
                case Vote() as vote if who in group.here:
                    if group.may_vote(who, newcomers=newcomers):
                        known[who] = rules.voted(known.get(who), vote, proposal, NOON)
                        group.votes[who] = vote
                    else:
                        with pytest.raises(CameLater):
                            rules.voted(known.get(who), vote, proposal, NOON)
    stands = rules.figures(proposal, Counter(known.values()))
    count = Counter(group.votes.values())
    assert (stands.agreed, stands.objections) == (count[Vote.AGREES], count[Vote.OBJECTS])
    assert stands.of == len(group.here if newcomers else group.stayed)
    assert 1 <= (stands.needed or 0) <= max(stands.of, 1)


@pytest.mark.parametrize(
    ("quorum", "is_share", "of", "needed"),
    [
        *((50, True, 4, 2), (50, True, 5, 3), (1, True, 4, 1), (100, True, 7, 7)),
        *((20, True, 0, 1), (20, True, None, None), (3, False, None, 3), (3, False, 9, 3)),
    ],
)
def test_a_quorum_is_a_number_or_a_share(
    quorum: int, is_share: bool, of: int | None, needed: int | None
) -> None:
    assert MandateRule(Mode.MEMBERS, quorum, is_share).needed(of) == needed


@pytest.mark.parametrize(
    ("stands", "end"),
    [
        (Figures(2, 4, 2), End.AGREED),
        (Figures(1, 4, 2), End.MISSED),
        (Figures(4, 4, 2, objections=1), End.OBJECTED),
        (Figures(3, None, None), End.MISSED),
    ],
)
def test_nothing_ends_before_its_time(stands: Figures, end: End) -> None:
    assert rules.ended(PROPOSAL, stands, PROPOSAL.until - dt.timedelta.resolution) is None
    assert rules.ended(PROPOSAL, stands, PROPOSAL.until) is end
    two = replace(PROPOSAL, rule=MandateRule(Mode.TWO))
    assert rules.ended(two, stands, PROPOSAL.until) is End.LAPSED
    with pytest.raises(ProposalOver):
        rules.voted(None, Vote.AGREES, PROPOSAL, PROPOSAL.until)


@pytest.mark.parametrize("known", [None, *(Member(presence) for presence in Presence)])
def test_where_the_bot_was_blind_nobody_is_a_newcomer(known: Member | None) -> None:
    blind = replace(PROPOSAL, blind=True)
    came = rules.came(known, blind)
    if known is None:
        assert came is None
    else:
        assert came is not None
        assert came.is_here
    assert rules.voted(came, Vote.AGREES, blind, NOON).vote is Vote.AGREES


def test_more_agree_than_were_counted() -> None:
    """A platform's number may be old: the figure is never more than the whole."""
    blind = replace(PROPOSAL, blind=True, people=2)
    stands = rules.figures(blind, {Member(vote=Vote.AGREES): 5})
    assert (stands.agreed, stands.of) == (5, 5)


def test_who_came_back_unseen_came_later() -> None:
    gone = rules.left(Member(vote=Vote.AGREES))
    assert gone == Member(Presence.GONE)
    with pytest.raises(CameLater):
        rules.voted(gone, Vote.AGREES, PROPOSAL, NOON)


@pytest.mark.parametrize("asker", ["0a", None])
def test_the_second_administrator_is_another(asker: str | None) -> None:
    details = replace(PROPOSAL.given.details, asker=asker)
    two = replace(PROPOSAL, given=replace(PROPOSAL.given, details=details))
    with pytest.raises(OwnProposal):
        rules.check_other(two, "0a")
    if asker:
        rules.check_other(two, "0b")


def test_what_stays_as_evidence_and_what_is_public() -> None:
    stands = Figures(42, 120, 24)
    hidden = rules.mandate_of(PROPOSAL, stands)
    assert (hidden.agreed, hidden.of, hidden.needed, hidden.figures) == (42, 120, 24, None)
    public = rules.mandate_of(replace(PROPOSAL, public=True), stands)
    assert public.figures == "42/120"
    assert (
        rules.mandate_of(replace(PROPOSAL, public=True), replace(stands, of=None)).figures is None
    )
    shown = Details(asked_by="omar", mandate=public, demoted=True).shown
    assert shown == Details(mandate=shown_mandate("42/120"))
    two = replace(PROPOSAL, rule=MandateRule(Mode.TWO), public=True)
    both = Details(asked_by="omar", mandate=rules.mandate_of(two, stands, ("lina", "0b")))
    assert both.mandate is not None
    assert both.mandate.second_by == "lina"
    assert "lina" not in repr(both.decided)
    assert "omar" not in repr(both.decided)
    assert both.figures is None


def test_what_was_told_late_was_before_it() -> None:
    assert PROPOSAL.is_after(NOON - dt.timedelta(seconds=2))
    # In whole seconds it may have been in this one.
    assert not PROPOSAL.is_after(NOON - dt.timedelta(seconds=1))
    assert not PROPOSAL.is_after(NOON)
