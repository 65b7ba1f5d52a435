"""What the outbox does about a homeserver's refusals."""

from __future__ import annotations

import pytest

from bot.adapters.matrix.faults import LONGEST_WAIT, REFUSED_PAUSE, delivery_fault
from bot.ports import ChatUnreachable, TryLater


@pytest.mark.parametrize(("status", "code"), [(429, "M_LIMIT_EXCEEDED"), (429, "")])
@pytest.mark.parametrize(
    ("asked", "after"), [(2500, 2.5), (86_400_000, LONGEST_WAIT), (None, 5.0), ("soon", 5.0)]
)
def test_a_limit_holds_up_the_whole_platform(
    status: int, code: str, asked: object, after: float
) -> None:
    fault = delivery_fault(status, code, asked)
    assert isinstance(fault, TryLater)
    assert (fault.after, fault.whole_platform) == (after, True)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (403, "M_RESOURCE_LIMIT_EXCEEDED"),
        (403, "M_CONSENT_NOT_GIVEN"),
        (403, "M_USER_SUSPENDED"),
    ],
)
def test_what_is_about_the_account_says_nothing_of_the_room(status: int, code: str) -> None:
    fault = delivery_fault(status, code)
    assert isinstance(fault, TryLater)
    assert (fault.after, fault.whole_platform) == (REFUSED_PAUSE, True)


def test_whoever_is_signed_out_comes_back_sooner_than_what_somebody_has_to_see_to() -> None:
    fault = delivery_fault(401, "M_UNKNOWN_TOKEN")
    assert isinstance(fault, TryLater)
    assert fault.whole_platform
    assert fault.after is not None
    assert fault.after < REFUSED_PAUSE


@pytest.mark.parametrize(
    ("status", "code"), [(403, "M_FORBIDDEN"), (404, "M_NOT_FOUND"), (403, "")]
)
def test_who_may_not_write_there_is_not_tried_again(status: int, code: str) -> None:
    assert isinstance(delivery_fault(status, code), ChatUnreachable)


@pytest.mark.parametrize("status", [0, 408, 500, 502, 504])
def test_what_may_pass_is_tried_again(status: int) -> None:
    fault = delivery_fault(status, "M_UNKNOWN")
    assert isinstance(fault, TryLater)
    assert (fault.after, fault.whole_platform) == (None, False)


@pytest.mark.parametrize(
    ("status", "code"), [(413, "M_TOO_LARGE"), (400, "M_BAD_JSON"), (400, "M_INVALID_PARAM")]
)
def test_what_will_never_be_taken_is_no_reason_to_wait(status: int, code: str) -> None:
    assert delivery_fault(status, code) is None
