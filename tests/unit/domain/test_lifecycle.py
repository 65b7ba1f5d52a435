"""Whatever is done to an endorsement, in whatever order: what must hold, holds.

The machine keeps a model of its own: what was there before each decision, what the index of names,
the jobs and the questions hold when every effect is carried out, and how often what happened.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.domain import lifecycle, log
from bot.domain.endorsement import (
    UNDO_WINDOW,
    Agreement,
    Appeal,
    Details,
    Endorsement,
    Given,
    Kind,
    Route,
    Status,
    Visibility,
    day_of,
)
from bot.domain.errors import (
    AlreadyAgreed,
    CannotAppeal,
    CannotLink,
    CannotReopen,
    NoLink,
    NotChangeable,
    Refusal,
)
from bot.domain.ids import AdapterName, ChatRef, Country, Digest, Language, Number, StatementId
from bot.domain.lifecycle import Effect, Outcome
from bot.storage import tallies
from bot.storage.tallies import Of, tallied

NOON = dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC)
CHAT = ChatRef(AdapterName("console"), "12345")
NAMES = st.sampled_from(["Canary Amal", "Canary Rami", "Canary Lina"])
MINUTES = st.sampled_from([0, 0, 0, 1, 9, 10])
ADMINS = st.sampled_from(["zaid", "omar"])
VERIFIED = (None, "in its window", "for good", "for good")
GIVEN = st.builds(
    Given,
    statement=st.just(StatementId("port")),
    kind=st.sampled_from(Kind),
    language=st.sampled_from([Language("en"), Language("ar")]),
    digest=st.sampled_from([Digest("d" * 64), Digest("e" * 64)]),
    name=NAMES,
    country=st.sampled_from([None, Country("TN")]),
    visibility=st.sampled_from(Visibility),
    details=st.builds(Details, affiliation=NAMES),
    route=st.just(Route(CHAT, Language("en"))),
    wants_updates=st.booleans(),
)


@dataclass(frozen=True)
class Former:
    """What an undo leads back to. `is_choice`: what came then is its signer's choice to be counted
    only, which no admin takes back."""

    record: Endorsement
    is_choice: bool = False


class Life(RuleBasedStateMachine):
    record: Endorsement

    @initialize(
        given=GIVEN,
        verified=st.sampled_from(VERIFIED),
        chosen=st.booleans(),
        linked=st.sampled_from(VERIFIED),
    )
    def sign(self, given: Given, *, verified: str | None, chosen: bool, linked: str | None) -> None:
        self.now = NOON
        self.main = replace(MAIN, statement=given.statement)
        self.was: Endorsement | None = None
        """What it was when it was linked for good, with all that has become of that since."""
        self.formers: list[Former] = []
        """What undoing everything that can be undone would lead back through, the last in the end:
        what its signer has changed since is no part of that."""
        self.withdrawals = self.rejections = 0
        self.agreed: list[str] = []
        """Who has agreed to verify it, each once, since anything was decided or changed."""
        self.has_appealed = False
        self.indexed: str | None = None
        self.job: dt.datetime | None = None
        self.questions = True
        outcome = lifecycle.sign(b"tag", given, self.now)
        self.record = replace(outcome.record, number=Number(7))
        self._carry_out(outcome.effects)
        assert Effect.NAME in outcome.effects
        if verified is not None:
            self.verify("zaid", 0)
        if verified == "for good":
            self.the_job_runs(in_time=True)
        if chosen and linked is None:
            self.show_to(Visibility.COUNTED, 0)
        if linked is not None:
            self.link("zaid", 0)
        if linked == "for good" and self.record.undo_until is not None:
            self.the_job_runs(in_time=True)

    def _wait(self, minutes: int) -> None:
        """The job of a window that runs out meanwhile may be late."""
        self.now += dt.timedelta(minutes=minutes)

    def _become(self, outcome: Outcome | None) -> None:
        if outcome is not None:
            assert outcome.record.number == 7
            record = replace(outcome.record, version=self.record.version + 1)
            # As where names come onto the lists at once.
            self.record = lifecycle.publish(record) if record.is_for_lists else record
            self._carry_out(outcome.effects)

    def _carry_out(self, effects: Effect) -> None:
        if Effect.WINDOW in effects:
            self.job = self.record.undo_until
        if Effect.NAME in effects:
            self.indexed = self.record.name
        if Effect.ERASE_QUESTIONS in effects:
            self.questions = False

    @precondition(lambda self: self.record.undo_until is not None)
    @rule(in_time=st.booleans())
    def the_job_runs(self, in_time: bool) -> None:
        assert self.record.undo_until is not None
        if in_time:
            self.now = max(self.now, self.record.undo_until)
        outcome = lifecycle.end_window(self.record, self.now)
        if self.now < self.record.undo_until:
            assert outcome is None
            return
        assert outcome is not None
        if self.record.status is Status.LINKED:
            self.was = self.formers[-1].record
        self._become(outcome)
        self.formers.clear()

    @rule(by=ADMINS, minutes=MINUTES)
    def verify(self, by: str, minutes: int) -> None:
        self._wait(minutes)
        before = self.record
        try:
            outcome = lifecycle.verify(before, by, self.now)
        except Refusal:
            assert before.status is not Status.PENDING
            return
        assert before.status is Status.PENDING
        self._become(outcome)
        assert self.record.decision is not None
        assert (self.record.decision.by, self.record.decision.reason) == (by, None)
        self._decided(before)

    @rule(by=ADMINS, needed=st.sampled_from([1, 2, 2, 3]), minutes=MINUTES)
    def agree(self, by: str, needed: int, minutes: int) -> None:
        self._wait(minutes)
        before, others = self.record, [name for name in self.agreed if name != by]
        try:
            outcome = lifecycle.agree(before, Agreement(by, by.upper()), needed, self.now)
        except AlreadyAgreed:
            assert by in self.agreed
            assert len(others) + 1 < needed
            return
        except Refusal:
            assert before.status is not Status.PENDING
            return
        self._become(outcome)
        assert Effect.CARD in outcome.effects
        names = [*others, by]
        if len(names) < needed:
            assert by not in self.agreed
            self.agreed = names
            details = replace(before.details or Details(), agreed=self.record.agreed)
            agreed = replace(before, details=details, version=self.record.version)
            assert self.record == agreed
            return
        # Never by fewer different ones than it takes.
        assert len(set(names)) == len(names) >= needed
        assert self.record.status is Status.VERIFIED
        assert self.record.decision is not None
        assert self.record.decision.by == " + ".join(names)
        self._decided(before)

    def _decided(self, before: Endorsement) -> None:
        """What was agreed before is not brought back with it."""
        details = before.details and replace(before.details, agreed=())
        self.formers.append(Former(replace(before, details=details)))
        self.agreed = []

    @rule(minutes=MINUTES, name=NAMES)
    def appeal(self, minutes: int, name: str) -> None:
        self._wait(minutes)
        before, route = self.record, Route(CHAT, Language("fr"))
        is_there = before.status is Status.REJECTED and before.name is not None
        may = is_there and not self.has_appealed
        why = Appeal("Canary why", "zaid", "Canary no", ("5a",))
        try:
            outcome = lifecycle.appeal(before, why, route, name)
        except CannotAppeal:
            assert not may
            return
        assert may
        self._become(outcome)
        self.has_appealed = True
        self.formers.clear()
        after = self.record
        assert (after.status, after.decision, after.undo_until) == (Status.PENDING, None, None)
        assert (after.name, after.route) == (before.name, route)
        assert after.details is not None
        assert after.details.appeal == why
        assert Effect.NAME in outcome.effects

    @rule(by=ADMINS, reason=NAMES, minutes=MINUTES)
    def reject(self, by: str, reason: str, minutes: int) -> None:
        self._wait(minutes)
        before = self.record
        try:
            outcome = lifecycle.reject(before, by, reason, self.now)
        except Refusal:
            assert before.status not in {Status.PENDING, Status.VERIFIED}
            return
        self._become(outcome)
        self.rejections += 1
        self._decided(before)

    @rule(minutes=MINUTES)
    def reopen(self, minutes: int) -> None:
        self._wait(minutes)
        before = self.record
        until = self.formers[-1].record.undo_until if self._is_chosen() else before.undo_until
        is_final = until is None or self.now >= until
        is_counted = before.visibility is Visibility.COUNTED and before.status is Status.VERIFIED
        is_kept = before.name is not None and not (is_counted and until is not None)
        may = before.status in {Status.VERIFIED, Status.REJECTED} and is_final and is_kept
        try:
            outcome = lifecycle.reopen(before, self.now)
        except CannotReopen:
            assert not may
            return
        assert may
        assert Effect.CARD in outcome.effects
        self._become(outcome)
        self.rejections -= before.status is Status.REJECTED
        self.formers.clear()
        after = self.record
        assert (after.status, after.decision, after.undo_until) == (Status.PENDING, None, None)
        for name in ("name", "signer", "visibility", "withdrawals", "appealed"):
            assert getattr(after, name) == getattr(before, name)
        assert after.details == (before.details and replace(before.details, appeal=None))
        assert after.hour == day_of(before.hour)
        assert not after.published

    @rule(by=ADMINS, minutes=MINUTES)
    def link(self, by: str, minutes: int) -> None:
        self._wait(minutes)
        before = self.record
        may = before.kind is Kind.ORGANISATION and before.visibility is Visibility.PUBLIC
        may = may and before.stands and before.name is not None
        try:
            outcome = lifecycle.link(before, self.main, by, self.now)
        except CannotLink:
            assert not may
            return
        assert may
        assert {Effect.CARD, Effect.TELL_SIGNER} <= set(outcome.effects)
        self._become(outcome)
        self.formers.append(Former(before))

    @precondition(lambda self: self.record.status is Status.LINKED)
    @rule(minutes=MINUTES)
    def unlink(self, minutes: int) -> None:
        self._wait(minutes)
        outcome = lifecycle.unlink(self.record, self.now)
        if self.formers:
            self._must_be_former(outcome)
        else:
            self._must_be_what_it_was(outcome)

    def _must_be_what_it_was(self, outcome: Outcome) -> None:
        """Long after it was linked."""
        was = self.was
        assert was is not None
        self._become(outcome)
        self.was = None
        if was.undo_until is None:
            assert replace(self.record, version=0) == replace(was, version=0)
            return
        # Its window has ended meanwhile.
        assert (self.record.undo_until, self.record.before) == (None, None)
        for name in ("status", "decision", "visibility", "name", "route", "signer", "country"):
            assert getattr(self.record, name) == getattr(was, name)

    @precondition(lambda self: self.record.status is Status.LINKED)
    @rule(minutes=MINUTES)
    def lose_main(self, minutes: int) -> None:
        self._wait(minutes)
        before = self.record
        self._become(lifecycle.lose_main(before, self.now))
        self.formers.clear()
        self.was = None
        after = self.record
        assert (after.status, after.decision, after.undo_until) == (Status.PENDING, None, None)
        assert (after.name, after.route, after.signer) == (before.name, before.route, before.signer)

    @precondition(lambda self: self.record.status is Status.LINKED)
    @rule(number=st.sampled_from([8, 9]))
    def link_on(self, number: int) -> None:
        self._become(lifecycle.link_on(self.record, replace(self.main, number=Number(number))))
        assert self.record.linked_to == number

    @rule(minutes=MINUTES)
    def withdraw(self, minutes: int) -> None:
        self._wait(minutes)
        before = self.record
        try:
            outcome = lifecycle.withdraw(before, self.now)
        except Refusal:
            assert before.status is Status.WITHDRAWN
            return
        self._become(outcome)
        self.withdrawals += 1
        self._decided(before)

    @rule(minutes=MINUTES)
    def undo(self, minutes: int) -> None:
        self._wait(minutes)
        if self.agreed:
            # Nothing is decided: what was agreed is taken back.
            outcome = lifecycle.undo(self.record, self.now)
            details = self.record.details
            assert details is not None
            former = replace(self.record, details=replace(details, agreed=()))
            self._become(outcome)
            assert replace(self.record, version=0) == replace(former, version=0)
            self.agreed = []
            return
        before, formers = self.record, list(self.formers)
        if self._is_chosen():
            before = formers.pop().record
        until = before.undo_until
        is_open = bool(formers) and until is not None and self.now < until
        try:
            outcome = lifecycle.undo(self.record, self.now)
        except Refusal:
            assert self.record.status is Status.WITHDRAWN or not is_open
            return
        assert is_open
        assert outcome.record.visibility is self.record.visibility
        self.formers = [self._as_chosen(former) for former in formers]
        self.rejections -= self.record.status is Status.REJECTED
        self._must_be_former(outcome)

    def _is_chosen(self) -> bool:
        """Whether the signer chose last, to be counted only."""
        return bool(self.formers) and self.formers[-1].is_choice

    def _as_chosen(self, former: Former) -> Former:
        """With who sees the name as its signer wants it now; a choice leads back to what it was."""
        if former.is_choice:
            return former
        return replace(former, record=replace(former.record, visibility=self.record.visibility))

    @rule(minutes=MINUTES)
    def undo_withdrawal(self, minutes: int) -> None:
        self._wait(minutes)
        try:
            outcome = lifecycle.undo_withdrawal(self.record, self.now)
        except Refusal:
            assert self.record.status is not Status.WITHDRAWN or not self._can_undo()
            return
        self.withdrawals -= 1
        assert self._can_undo()
        self._must_be_former(outcome)

    @rule(minutes=MINUTES)
    def undo_counted(self, minutes: int) -> None:
        self._wait(minutes)
        may = self._is_chosen() and self._can_undo()
        try:
            outcome = lifecycle.undo_counted(self.record, self.now)
        except Refusal:
            assert not may
            return
        assert may
        self._must_be_former(outcome)

    def _can_undo(self) -> bool:
        until = self.record.undo_until
        return bool(self.formers) and until is not None and self.now < until

    def _must_be_former(self, outcome: Outcome) -> None:
        former = self.formers.pop().record
        over = former.undo_until is not None and former.undo_until <= self.now
        self._become(outcome)
        if not over:
            assert replace(self.record, version=0) == replace(former, version=0)
            return
        if former.status is Status.LINKED:
            self.was = self.formers[-1].record
        self.formers.clear()
        # What the end of its window would have brought meanwhile has come now.
        assert (self.record.undo_until, self.record.before) == (None, None)
        kept = "status", "decision", "withdrawals", "rejections", "visibility", "signer"
        for name in kept:
            assert getattr(self.record, name) == getattr(former, name)
        if former.status is not Status.LINKED:
            assert self.record.hour == day_of(former.hour)
        public = former.visibility is Visibility.PUBLIC and former.status is Status.VERIFIED
        assert self.record.published is public

    @rule(given=GIVEN)
    def sign_again(self, given: Given) -> None:
        before = self.record
        standing = {Status.PENDING, Status.VERIFIED, Status.LINKED}
        try:
            outcome = lifecycle.sign_again(before, given, self.now)
        except Refusal:
            assert before.status in standing or self.rejections >= 2
            return
        assert before.status in {Status.WITHDRAWN, Status.REJECTED}
        assert self.rejections < 2
        self._become(outcome)
        self.formers.clear()
        self.questions = self.questions or self.record.details is not None
        self.agreed = []
        assert self.record.status is Status.PENDING
        assert self.record.decision is None

    @rule(name=NAMES, affiliation=NAMES)
    def correct(self, name: str, affiliation: str) -> None:
        details = replace(self.record.details or Details(), affiliation=affiliation)
        try:
            outcome = lifecycle.correct(
                self.record, name, Country("FR"), details, Route(CHAT, Language("en"))
            )
        except Refusal:
            return
        self._become(outcome)
        self.formers.clear()
        self.agreed = []
        kept = replace(details, agreed=(), unreachable=None)
        assert (self.record.name, self.record.details) == (name, kept)
        assert self.record.status is Status.PENDING

    @rule(visibility=st.sampled_from(Visibility), minutes=MINUTES)
    def show_to(self, visibility: Visibility, minutes: int) -> None:
        self._wait(minutes)
        before = self.record
        try:
            outcome = lifecycle.show_to(before, visibility, self.now)
        except Refusal:
            return
        self._become(outcome)
        assert self.record.visibility is visibility
        if visibility is before.visibility:
            assert replace(self.record, version=0) == replace(before, version=0)
            return
        if self._is_chosen():
            self.formers.pop()
        if before.status is Status.VERIFIED and visibility is Visibility.COUNTED:
            self.formers.append(Former(before, is_choice=True))
            assert self.record.name == before.name
            assert self.record.undo_until == self.now + UNDO_WINDOW
            return
        if self.record.before is None:
            self.formers.clear()
        self.formers = [self._as_chosen(former) for former in self.formers]

    @rule(country=st.sampled_from([None, Country("FR")]), shown=st.booleans())
    def restate(self, country: Country | None, shown: bool) -> None:
        before = self.record
        details = replace(before.details or Details(), affiliation_shown=shown)
        try:
            outcome = lifecycle.restate(before, country, details)
        except Refusal:
            return
        self._become(outcome)
        after = replace(self.record, country=before.country, details=before.details, version=0)
        assert after == replace(before, version=0)
        self.formers = [
            replace(f, record=replace(f.record, country=country, details=details))
            for f in self.formers
        ]

    @rule(digest=st.sampled_from("ab"), minutes=MINUTES)
    def sign_new(self, digest: str, minutes: int) -> None:
        self._wait(minutes)
        before = self.record
        try:
            outcome = lifecycle.sign_new(before, Language("ar"), Digest(digest * 64), self.now)
        except NotChangeable:
            assert before.status in {Status.REJECTED, Status.WITHDRAWN, Status.LINKED}
            return
        self._become(outcome)
        after = self.record
        assert (after.digest, after.hour.date()) == (digest * 64, self.now.date())
        # Who agreed to verify it has seen it under the other text.
        details = before.details and replace(before.details, agreed=())
        self.agreed = []
        signed = replace(_signing_as(before, after), details=details)
        assert replace(after, version=0) == replace(signed, version=0)
        self.formers = [
            replace(f, record=replace(_signing_as(f.record, after), details=details))
            for f in self.formers
        ]

    @rule(since=st.sampled_from([None, NOON.date()]))
    def note_unreachable(self, since: dt.date | None) -> None:
        outcome = lifecycle.note_unreachable(self.record, since)
        self._become(outcome)
        if outcome is not None:
            details = self.record.details
            self.formers = [
                replace(f, record=replace(f.record, details=details)) for f in self.formers
            ]
            if self.was is not None and details is not None:
                self.was = replace(self.was, details=replace(details, stood=None))

    @precondition(lambda self: self.record.kind is Kind.ORGANISATION)
    @rule()
    def move(self) -> None:
        there = Route(replace(CHAT, key="54321"), Language("en"))
        route = None if self.record.route is None else there
        self._become(lifecycle.move(self.record, b"another tag", route))
        self.formers = [
            replace(f, record=replace(f.record, signer=b"another tag", route=route))
            for f in self.formers
        ]
        if self.was is not None:
            self.was = replace(self.was, signer=b"another tag", route=route)

    @invariant()
    def once_forgotten_it_can_be_told_from_no_other(self) -> None:
        """At any moment; what comes after that is nothing, so that the life goes on here."""
        outcome = lifecycle.forget(self.record)
        fresh = lifecycle.sign(b"x", _GIVEN, NOON.replace(hour=5)).record
        other = lifecycle.forget(replace(fresh, number=Number(7))).record
        assert replace(outcome.record, version=0) == other
        assert "Canary" not in repr(outcome)
        assert outcome.record.signer is None
        gone = {
            Effect.WINDOW: self.record.undo_until,
            Effect.NAME: self.record.name,
            Effect.ERASE_QUESTIONS: self.record.details,
        }
        assert all(effect in outcome.effects for effect, value in gone.items() if value)

    @invariant()
    def a_name_is_public_only_verified_public_and_after_its_window(self) -> None:
        if not self.record.published:
            return
        assert self.record.status is Status.VERIFIED
        assert self.record.visibility is Visibility.PUBLIC
        assert self.record.decision is not None
        assert self.now >= self.record.decision.at + UNDO_WINDOW
        assert self.record.name is not None

    @invariant()
    def what_is_verified_public_and_final_is_public(self) -> None:
        record = self.record
        if (record.status, record.visibility) == (Status.VERIFIED, Visibility.PUBLIC):
            assert record.published is (record.undo_until is None and record.name is not None)

    @invariant()
    def nothing_of_a_name_stays_where_it_must_not(self) -> None:
        record = self.record
        final = record.undo_until is None
        counted = record.status is Status.VERIFIED and record.visibility is Visibility.COUNTED
        if final and (record.status is Status.WITHDRAWN or counted):
            assert (record.name, record.details, record.route) == (None, None, None)
            assert record.before is None

    @invariant()
    def what_is_linked_counts_nowhere_and_nothing_else_is_linked(self) -> None:
        record = self.record
        assert (record.status is Status.LINKED) is (record.linked_to is not None)
        if record.status is not Status.LINKED:
            is_kept = record.before is not None and record.before.linked_to is not None
            assert is_kept or record.details is None or record.details.stood is None
            return
        assert not any((record.stands, record.published, record.is_for_lists))
        assert log.state_of(record) in {None, log.State.OUT}
        [counted, *others] = tallied(tallies._row(record))
        assert (counted.of, counted.state, others) == (Of.RECORD, Status.LINKED, [])
        for whole in (record.name, record.details, record.route, record.signer):
            assert whole is not None

    @invariant()
    def nothing_can_be_linked_to_what_is_linked_or_gone(self) -> None:
        other = replace(self.main, number=Number(5))
        refused: NoLink | None = None
        try:
            lifecycle.link(other, self.record, "zaid", self.now)
        except CannotLink as error:
            refused = error.why
        if self.record.status is not Status.VERIFIED:
            is_pending = self.record.status is Status.PENDING
            why = NoLink.VERIFIED if is_pending else NoLink.GONE
            assert refused in {why, NoLink.KIND, NoLink.HIDDEN}
        else:
            assert refused in {None, NoLink.KIND, NoLink.HIDDEN}

    @invariant()
    def what_is_decided_for_good_has_no_hour(self) -> None:
        decided = self.record
        if decided.status is Status.LINKED and decided.details and decided.details.stood:
            decided = replace(decided, status=decided.details.stood.status)
        if self.record.undo_until is None and decided.status is not Status.PENDING:
            assert self.record.hour == day_of(self.record.hour)

    @invariant()
    def the_way_to_a_person_is_kept_for_a_reason(self) -> None:
        final = self.record.undo_until is None and self.record.status is not Status.PENDING
        if final and not self.record.wants_updates and self.record.kind is Kind.PERSON:
            assert self.record.route is None

    @invariant()
    def the_way_to_a_group_is_kept_as_long_as_what_it_gave(self) -> None:
        if self.record.kind is Kind.ORGANISATION:
            assert (self.record.route is None) == (self.record.name is None)

    @invariant()
    def only_of_what_waits_somebody_has_agreed(self) -> None:
        assert [each.by for each in self.record.agreed] == self.agreed
        assert not self.agreed or self.record.status is Status.PENDING

    @invariant()
    def an_appeal_is_told_while_it_is_decided_and_remembered_for_ever(self) -> None:
        assert self.record.appealed is self.has_appealed
        details = self.record.details
        if details is not None and details.appeal is not None:
            assert self.has_appealed
            final = self.record.undo_until is None
            assert self.record.status is Status.PENDING or not final

    @invariant()
    def counters_count(self) -> None:
        counted = self.record.withdrawals, self.record.rejections
        assert counted == (self.withdrawals, self.rejections)
        assert min(counted) >= 0

    @invariant()
    def what_stands_beside_the_record_is_in_step_with_it(self) -> None:
        assert self.indexed == self.record.name
        assert self.job == self.record.undo_until
        if self.record.details is None:
            assert not self.questions


MAIN = replace(
    lifecycle.sign(
        b"main",
        Given(
            StatementId("port"),
            Kind.ORGANISATION,
            Language("en"),
            Digest("d" * 64),
            "Main",
            None,
            Visibility.PUBLIC,
            Details(),
            Route(CHAT, Language("en")),
        ),
        NOON,
    ).record,
    number=Number(9),
    status=Status.VERIFIED,
)
_GIVEN = Given(
    StatementId("port"),
    Kind.ORGANISATION,
    Language("fr"),
    Digest("f" * 64),
    "Another",
    Country("FR"),
    Visibility.PUBLIC,
    Details(),
    Route(CHAT, Language("fr")),
)


def _signing_as(record: Endorsement, other: Endorsement) -> Endorsement:
    """The record with the text and the hour of the other one."""
    return replace(record, language=other.language, digest=other.digest, hour=other.hour)


def _live(sequences: int, *, same: bool) -> None:
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=sequences,
            derandomize=same,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_any_life_of_an_endorsement() -> None:
    _live(150, same=True)


@pytest.mark.soak
def test_ten_thousand_lives_of_endorsements() -> None:
    _live(10_000, same=False)


def test_a_linked_one_whose_details_are_gone_waits_once_unlinked() -> None:
    """Admins have accepted a database in which they could not be read any more."""
    now = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    record = Endorsement(
        number=Number(2),
        statement=StatementId("port"),
        signer=b"tag",
        kind=Kind.ORGANISATION,
        visibility=Visibility.PUBLIC,
        language=Language("en"),
        digest=Digest("ab"),
        consent=1,
        country=None,
        hour=now,
        name="Union",
        details=None,
        route=None,
        status=Status.LINKED,
        linked_to=Number(1),
    )
    for outcome in (lifecycle.unlink(record, now), lifecycle.lose_main(record, now)):
        assert (outcome.record.status, outcome.record.linked_to) == (Status.PENDING, None)
