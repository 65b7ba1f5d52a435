"""What is left of a record whose statement is finished."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import lifecycle
from bot.domain.endorsement import Details, Endorsement, Visibility
from bot.domain.errors import AlreadyDecided, NothingToUndo, StatementFinished
from bot.domain.ids import Country, Number
from bot.domain.lifecycle import Effect
from tests.unit.domain.test_erasure import FINAL, LATER, NOW, PENDING, VERIFIED, settled

SHOWN = Details(affiliation="Teacher", affiliation_shown=True, place="Sfax", group_title="Club")
PUBLIC = replace(
    lifecycle.publish(FINAL), details=SHOWN, country=Country("TN"), withdrawals=2, rejections=1
)
HIDDEN = replace(lifecycle.show_to(PUBLIC, Visibility.ORGANISERS, NOW).record)
REJECTED = settled(lifecycle.reject(PUBLIC, "zaid", "No", NOW).record)


def finished(record: Endorsement) -> Endorsement:
    return lifecycle.finish(record).record


def test_of_a_public_one_stays_what_is_public() -> None:
    record = finished(PUBLIC)
    assert record.is_finished
    assert record.published
    assert (record.name, record.country) == ("Amal Haddad", "TN")
    assert record.details == Details("Teacher", affiliation_shown=True, place="Sfax")
    assert record.hour.hour == 0
    led = (record.signer, record.route, record.decision, record.before, record.undo_until)
    assert led == (None,) * 5
    assert (record.wants_updates, record.withdrawals, record.rejections) == (False, 0, 0)


@pytest.mark.parametrize("before", [HIDDEN, REJECTED], ids=["hidden", "rejected"])
def test_of_any_other_stays_that_it_counts(before: Endorsement) -> None:
    record = finished(before)
    assert record.is_finished
    assert (record.status, record.digest) == (before.status, before.digest)
    assert (record.signer, record.name, record.details, record.country) == (None,) * 4


def test_what_waits_or_was_taken_back_is_forgotten() -> None:
    for before in (PENDING, lifecycle.withdraw(FINAL, NOW).record):
        assert finished(before) == lifecycle.forget(before).record
        assert not finished(before).is_finished


def test_what_could_be_undone_is_final_and_on_the_list() -> None:
    assert VERIFIED.in_window(NOW)
    outcome = lifecycle.finish(VERIFIED)
    assert outcome.record.published
    assert Effect.WINDOW in outcome.effects
    assert Effect.ERASE_QUESTIONS in outcome.effects


def test_nothing_is_decided_about_it_any_more() -> None:
    record = replace(finished(PUBLIC), number=Number(7))
    with pytest.raises(StatementFinished):
        lifecycle.reject(record, "zaid", "No", LATER)
    with pytest.raises(StatementFinished):
        lifecycle.reopen(record, LATER)
    with pytest.raises(AlreadyDecided):
        lifecycle.verify(record, "zaid", LATER)
    with pytest.raises(NothingToUndo):
        lifecycle.undo(record, LATER)
