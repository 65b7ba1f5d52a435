"""What a step takes away for good, and that it stays away from an older copy of the record."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

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
from bot.domain.erasure import Erased, erase_again, erased
from bot.domain.ids import AdapterName, ChatRef, Digest, Language, Number, StatementId

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
LATER = NOW + UNDO_WINDOW
ENGLISH = Language("en")
GIVEN = Given(
    statement=StatementId("port"),
    kind=Kind.PERSON,
    language=ENGLISH,
    digest=Digest("d" * 64),
    name="Amal Haddad",
    country=None,
    visibility=Visibility.PUBLIC,
    details=Details(affiliation="Teacher"),
    route=Route(ChatRef(AdapterName("console"), "1"), ENGLISH),
    wants_updates=True,
)
PENDING = replace(lifecycle.sign(b"tag", GIVEN, NOW).record, number=Number(7))
VERIFIED = lifecycle.verify(PENDING, "zaid", NOW).record


def settled(record: Endorsement) -> Endorsement:
    outcome = lifecycle.end_window(record, LATER)
    assert outcome is not None
    return outcome.record


FINAL = settled(VERIFIED)
WITHDRAWN = lifecycle.withdraw(FINAL, NOW).record
COUNTED = lifecycle.show_to(FINAL, Visibility.COUNTED, NOW).record
STEPS = {
    "verified": (PENDING, VERIFIED, None),
    "final": (VERIFIED, FINAL, None),
    "forgotten": (FINAL, lifecycle.forget(FINAL).record, Erased.FORGOTTEN),
    # It can be taken back yet, and then nothing was erased.
    "withdrawn": (FINAL, WITHDRAWN, None),
    "withdrawn for good": (WITHDRAWN, settled(WITHDRAWN), Erased.WITHDRAWN),
    # Of a finished statement that is written down once.
    "finished": (FINAL, lifecycle.finish(FINAL).record, None),
    "finished while it waits": (PENDING, lifecycle.finish(PENDING).record, Erased.FORGOTTEN),
    "hidden": (
        FINAL,
        lifecycle.show_to(FINAL, Visibility.ORGANISERS, NOW).record,
        Erased.HIDDEN,
    ),
    "counted": (FINAL, COUNTED, Erased.HIDDEN),
    "counted for good": (COUNTED, settled(COUNTED), Erased.VERIFIED),
}


@pytest.mark.parametrize("step", STEPS)
def test_what_a_step_takes_away(step: str) -> None:
    before, after, expected = STEPS[step]
    assert erased(before, after) is expected


@pytest.mark.parametrize("copy", [PENDING, VERIFIED, FINAL], ids=["pending", "window", "final"])
@pytest.mark.parametrize("what", [e for e in Erased if e is not Erased.FINISHED])
def test_an_older_copy_without_it(copy: Endorsement, what: Erased) -> None:
    record = erase_again(copy, what)
    assert record.number == copy.number
    assert not record.published
    if what is Erased.HIDDEN:
        assert record == replace(copy, visibility=Visibility.ORGANISERS)
        return
    gone = (record.name, record.details, record.route, record.undo_until, record.before)
    assert gone == (None,) * 5
    forgotten = what is Erased.FORGOTTEN
    assert record.status is (Status.WITHDRAWN if forgotten else Status(what))
    assert record.signer == (None if forgotten else b"tag")


def test_an_older_copy_that_is_withdrawn_counts_once() -> None:
    assert erase_again(FINAL, Erased.WITHDRAWN).withdrawals == 1
    assert erase_again(settled(WITHDRAWN), Erased.WITHDRAWN).withdrawals == 1


@pytest.mark.parametrize("copy", [PENDING, VERIFIED, FINAL], ids=["pending", "window", "final"])
def test_an_older_copy_whose_statement_is_finished(copy: Endorsement) -> None:
    record = erase_again(copy, Erased.FINISHED)
    assert (record.signer, record.route, record.decision, record.undo_until) == (None,) * 4
    is_counted = copy is not PENDING
    assert (record.is_finished, record.published) == (is_counted, is_counted)
    assert record.name == ("Amal Haddad" if is_counted else None)


def test_of_a_linked_one_it_takes_the_link_too() -> None:
    group = replace(FINAL, kind=Kind.ORGANISATION, listed=True)
    main = replace(group, number=Number(8), signer=b"other")
    linked = settled(lifecycle.link(group, main, "zaid", NOW).record)
    assert linked.details is not None
    assert linked.details.stood == group.standing
    gone = lifecycle.withdraw(linked, NOW).record
    assert erased(linked, gone) is None
    assert erased(gone, settled(gone)) is Erased.WITHDRAWN
    again = erase_again(linked, Erased.WITHDRAWN)
    assert (again.status, again.linked_to, again.details) == (Status.WITHDRAWN, None, None)
    assert erase_again(linked, Erased.FINISHED).linked_to is None
