"""With a key of the organisers: every way that a record can go in a few steps, tried out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from bot.domain import lifecycle
from bot.domain.endorsement import (
    UNDO_WINDOW,
    Details,
    Endorsement,
    Given,
    Kind,
    Route,
    Status,
    Visibility,
)
from bot.domain.entrusting import Entrusted, entrust
from bot.domain.errors import CannotReopen, NameErased, NameSealed, NoReopen, Refusal
from bot.domain.ids import AdapterName, ChatRef, Digest, Language, Number, StatementId
from bot.domain.lifecycle import Outcome

NOON = dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC)
AFTER = NOON + UNDO_WINDOW
ROUTE = Route(ChatRef(AdapterName("console"), "1"), Language("en"))
DEPTH = 7


def given(visibility: Visibility) -> Given:
    return Given(
        StatementId("port"),
        Kind.PERSON,
        Language("en"),
        Digest("d" * 64),
        "Amal",
        None,
        visibility,
        Details("Nurse"),
        ROUTE,
    )


Step = Callable[[Endorsement], Outcome | None]
STEPS: dict[str, Step] = {
    "verify": lambda r: lifecycle.verify(r, "zaid", NOON),
    "reject": lambda r: lifecycle.reject(r, "zaid", "why", NOON),
    "undo": lambda r: lifecycle.undo(r, NOON),
    "end": lambda r: lifecycle.end_window(r, AFTER),
    "reopen": lambda r: lifecycle.reopen(r, NOON),
    "withdraw": lambda r: lifecycle.withdraw(r, NOON),
    "undo_withdrawal": lambda r: lifecycle.undo_withdrawal(r, NOON),
    "undo_counted": lambda r: lifecycle.undo_counted(r, NOON),
    "sign_again": lambda r: lifecycle.sign_again(r, given(Visibility.ORGANISERS), NOON),
    "correct": lambda r: lifecycle.correct(r, "Amal", None, Details("Nurse"), ROUTE),
    "forget": lifecycle.forget,
    "public": lambda r: lifecycle.show_to(r, Visibility.PUBLIC, NOON),
    "organisers": lambda r: lifecycle.show_to(r, Visibility.ORGANISERS, NOON),
    "counted": lambda r: lifecycle.show_to(r, Visibility.COUNTED, NOON),
}


@dataclass(frozen=True)
class Held:
    """The record, and what is sealed about it."""

    record: Endorsement
    sealed: tuple[Entrusted, ...] = ()

    def after(self, *steps: str) -> Held:
        held = self
        for step in steps:
            outcome = STEPS[step](held.record)
            assert outcome is not None
            held = held.become(outcome.record)
        return held

    def become(self, record: Endorsement) -> Held:
        # As where names come onto the lists at once.
        record = lifecycle.publish(record) if record.is_for_lists else record
        divided = entrust(record)
        record, part = divided or (record, None)
        sealed = self.sealed if record.entrusted or not self.record.entrusted else ()
        return Held(record, (*sealed, part) if part else sealed)

    @property
    def knows_name(self) -> bool:
        return self.record.name is not None or any(part.name for part in self.sealed)


def signed(visibility: Visibility) -> Held:
    record = lifecycle.sign(b"tag", given(visibility), NOON).record
    return Held(replace(record, number=Number(7)))


def lives() -> Iterator[tuple[str, Held, Held]]:
    """Each step from each state that is reached in `DEPTH`, with what was before it."""
    known = {signed(visibility) for visibility in Visibility}
    new = known
    for _ in range(DEPTH):
        reached: set[Held] = set()
        for held in new:
            for name, step in STEPS.items():
                try:
                    outcome = step(held.record)
                except Refusal:
                    continue
                if outcome is not None:
                    after = held.become(outcome.record)
                    # How often something was done makes no difference here.
                    after = replace(after, record=replace(after.record, withdrawals=0))
                    yield name, held, after
                    if after.record.signer is not None:
                        reached.add(after)
        new = reached - known
        known |= new


def test_whatever_is_done_the_host_keeps_what_it_may_and_no_more() -> None:
    count = 0
    for step, before, after in lives():
        count += 1
        record = after.record
        is_final = record.status is not Status.PENDING and record.undo_until is None
        if is_final:
            assert record.published or (record.name, record.details) == (None, None), step
            assert record.decision is None, step
        assert record.entrusted == bool(after.sealed), step
        if step in {"withdraw", "forget", "sign_again", "correct"}:
            assert after.sealed == (), step
        if is_final and record.is_over:
            assert after.sealed == (), step
        # Nobody loses a name by what is not meant to erase it.
        if not record.is_over and before.knows_name:
            assert after.knows_name, step
        if record.undo_until is not None:
            assert len(after.sealed) <= len(before.sealed), step
    assert count > 500


@pytest.mark.parametrize("visibility", Visibility)
def test_an_undo_inside_the_window_keeps_all(visibility: Visibility) -> None:
    begun = signed(visibility)
    assert begun.after("verify", "undo") == begun
    assert begun.after("reject", "undo") == begun
    assert begun.after("verify").record.name == "Amal"


def test_what_is_sealed_of_each() -> None:
    hidden = signed(Visibility.ORGANISERS).after("verify", "end")
    (part,) = hidden.sealed
    assert (part.name, part.details) == ("Amal", Details("Nurse"))
    assert part.decision is not None
    assert part.decision.by == "zaid"

    public = signed(Visibility.PUBLIC).after("verify", "end")
    assert public.record.name == "Amal"
    assert public.record.details == Details()
    assert [part.details for part in public.sealed] == [Details("Nurse")]

    # What stands beside the name in public stays with it; of a hidden one nothing does.
    shown = replace(public.record, details=Details("Nurse", excepts=("2", "4")))
    divided = entrust(shown)
    assert divided
    assert divided[0].details == Details(excepts=("2", "4"))
    assert divided[1]
    assert divided[1].details == Details("Nurse", excepts=("2", "4"))
    divided = entrust(replace(shown, visibility=Visibility.ORGANISERS, listed=False))
    assert divided
    assert divided[0].details is None

    counted = signed(Visibility.COUNTED).after("verify", "end")
    assert counted.sealed == ()
    assert counted.record.decision is None

    rejected = signed(Visibility.COUNTED).after("reject", "end")
    assert [(p.name, p.decision and p.decision.reason) for p in rejected.sealed] == [
        ("Amal", "why")
    ]


def test_what_a_later_decision_adds() -> None:
    """Without the name, which nobody needs for it."""
    held = signed(Visibility.ORGANISERS).after("verify", "end", "reject", "end")
    assert [part.name for part in held.sealed] == ["Amal", None]
    assert [part.decision and part.decision.reason for part in held.sealed] == [None, "why"]
    back = signed(Visibility.ORGANISERS).after("verify", "end")
    assert back.after("reject", "undo") == back


def test_a_public_name_that_waits_is_not_sealed_away() -> None:
    """As where names become public in batches: verified, its window over, and not published."""
    public = signed(Visibility.PUBLIC).after("verify").record
    waiting = replace(public, undo_until=None, before=None)
    assert entrust(waiting) is None
    assert entrust(lifecycle.publish(waiting)) is not None


def test_what_needs_the_name_says_so() -> None:
    hidden = signed(Visibility.ORGANISERS).after("verify", "end").record
    with pytest.raises(NameSealed):
        lifecycle.show_to(hidden, Visibility.PUBLIC, NOON)
    with pytest.raises(CannotReopen) as found:
        lifecycle.reopen(hidden, NOON)
    assert found.value.why is NoReopen.SEALED
    counted = signed(Visibility.COUNTED).after("verify", "end").record
    with pytest.raises(NameErased):
        lifecycle.show_to(counted, Visibility.PUBLIC, NOON)


def test_who_was_rejected_twice_may_sign_again_once_two_admins_reopen() -> None:
    """The record cannot wait without a name, so its signer types that anew."""
    twice = signed(Visibility.ORGANISERS).after("reject", "end", "sign_again", "reject", "end")
    assert twice.record.rejections == 2
    with pytest.raises(Refusal):
        twice.after("sign_again")
    reopened = twice.after("reopen")
    assert reopened.record.status is Status.REJECTED
    assert reopened.after("sign_again").record.name == "Amal"


def test_counted_later_is_erased_when_its_window_ends() -> None:
    chosen = signed(Visibility.ORGANISERS).after("verify", "end", Visibility.COUNTED)
    assert chosen.knows_name
    assert chosen.after("undo_counted").knows_name
    assert not chosen.after("end").knows_name
