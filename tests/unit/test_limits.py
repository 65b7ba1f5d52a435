"""What one event costs is counted once, and whoever is over a limit takes nothing from others."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.commands.cost import Cost, TooMuch
from bot.dispatch.limits import Limits, Rate, Rates
from bot.domain.ids import AdapterName, ChatRef, StatementId, UserRef
from bot.ports import Origin, Place

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
CONSOLE = AdapterName("console")
PORT = StatementId("port")


def origin(who: str, place: Place = Place.PRIVATE) -> Origin:
    return Origin("1", ChatRef(CONSOLE, who), place, UserRef(CONSOLE, who), who, None, NOON)


def spend(limits: Limits, who: str, cost: Cost, statement: StatementId | None = None) -> bool:
    """Whether an event may cost that."""
    try:
        limits.purse(origin(who), lambda: NOON)(cost, statement)
    except TooMuch:
        return False
    return True


def test_an_event_that_is_handled_again_costs_nothing_more() -> None:
    limits = Limits(Rates(cost_person=Rate(Cost.WORK, MINUTE)))
    first = limits.purse(origin("amal"), lambda: NOON)
    for _ in range(5):
        first(Cost.WORK)
    second = limits.purse(origin("amal"), lambda: NOON)
    for _ in range(5):
        with pytest.raises(TooMuch) as refused:
            second(Cost.WORK)
        assert refused.value.tell


def test_what_costs_nothing_is_never_refused() -> None:
    limits = Limits(Rates(cost_person=Rate(0, MINUTE), cost_everybody=Rate(0, MINUTE)))
    assert spend(limits, "amal", Cost.ANSWER)
    assert not spend(limits, "amal", Cost.LOOK_UP)


def test_it_is_said_once_in_a_window() -> None:
    limits = Limits(Rates(person=Rate(1, MINUTE)))
    told = [limits.admit(origin("amal"), NOON) for _ in range(4)]
    assert [refused and refused.tell for refused in told] == [None, True, False, False]
    assert limits.admit(origin("amal"), NOON + MINUTE) is None


def test_who_is_over_a_limit_uses_up_nobody_elses() -> None:
    limits = Limits(Rates(person=Rate(2, MINUTE), everybody=Rate(4, MINUTE)))
    for _ in range(50):
        limits.admit(origin("amal"), NOON)
    assert limits.admit(origin("omar"), NOON) is None
    limits = Limits(replace(Rates(), cost_person=Rate(5, MINUTE), cost_everybody=Rate(15, MINUTE)))
    assert [spend(limits, "amal", Cost.WORK) for _ in range(4)] == [True, False, False, False]
    assert spend(limits, "omar", Cost.WORK)


def test_a_refused_signature_is_not_one_of_the_statements() -> None:
    limits = Limits(Rates(cost_person=Rate(2 * Cost.SIGNATURE, MINUTE), statement=Rate(3, MINUTE)))
    assert [spend(limits, "amal", Cost.SIGNATURE, PORT) for _ in range(9)].count(True) == 2
    assert spend(limits, "omar", Cost.SIGNATURE, PORT)
    assert not spend(limits, "rami", Cost.SIGNATURE, PORT)
    assert spend(limits, "rami", Cost.SIGNATURE, StatementId("quay"))


def test_who_has_to_confirm_again_pays_once() -> None:
    limits = Limits(Rates(cost_person=Rate(Cost.SIGNATURE, MINUTE), statement=Rate(1, MINUTE)))
    assert spend(limits, "rami", Cost.SIGNATURE, PORT)
    assert not spend(limits, "omar", Cost.SIGNATURE, PORT)
    assert not any(spend(limits, "amal", Cost.SIGNATURE, PORT) for _ in range(9))
    assert spend(limits, "amal", Cost.SIGNATURE, StatementId("quay"))


def test_admins_are_not_part_of_everybody() -> None:
    limits = Limits(Rates(everybody=Rate(0, MINUTE)))
    assert limits.admit(origin("amal"), NOON) is not None
    assert limits.admit(origin("zaid", Place.ADMIN), NOON) is None
