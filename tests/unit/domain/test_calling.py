"""When admins are called: quiet hours, and who has room for a card."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from bot.domain.calling import CALM, Calling, Uncarded, quiet_until
from bot.domain.endorsement import Kind

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = (dt.time(22), dt.time(7))
NOON = (dt.time(12), dt.time(14, 30))


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("hours", "now", "end"),
    [
        (None, "2026-01-10 02:00", None),
        (NIGHT, "2026-01-10 20:59", None),
        (NIGHT, "2026-01-10 21:00", "2026-01-11 06:00"),
        (NIGHT, "2026-01-10 23:30", "2026-01-11 06:00"),
        (NIGHT, "2026-01-11 05:59", "2026-01-11 06:00"),
        (NIGHT, "2026-01-11 06:00", None),
        (NOON, "2026-07-10 10:00", "2026-07-10 12:30"),
        (NOON, "2026-07-10 12:30", None),
        # Into summer time, and out of it: the night is an hour shorter, and longer.
        (NIGHT, "2026-03-28 21:30", "2026-03-29 05:00"),
        (NIGHT, "2026-10-24 20:30", "2026-10-25 06:00"),
        ((dt.time(7), dt.time(7)), "2026-01-11 06:00", None),
    ],
)
def test_quiet_hours(hours: tuple[dt.time, dt.time] | None, now: str, end: str | None) -> None:
    assert quiet_until(hours, utc(now), BERLIN) == (None if end is None else utc(end))


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_quiet_hours_that_end_while_the_clocks_are_changed(day: str) -> None:
    """At 02:30, which there is never or twice: the end is always ahead, and comes."""
    hours = (dt.time(22), dt.time(2, 30))
    now = utc(f"{day} 00:00") - dt.timedelta(hours=3)
    for _ in range(60 * 8):
        now += dt.timedelta(minutes=1)
        end = quiet_until(hours, now, BERLIN)
        assert end is None or now < end < now + dt.timedelta(hours=7)
    assert quiet_until(hours, now, BERLIN) is None


def test_a_quarter_of_the_places_is_for_organisations() -> None:
    state = Calling()
    for most, persons in ((0, 0), (1, 1), (2, 1), (4, 3), (10, 7), (50, 37)):
        standing = {Kind.PERSON: persons}
        assert not state.has_room(Kind.PERSON, most, standing, flood=False)
        assert state.has_room(Kind.ORGANISATION, most, standing, flood=False) == (persons < most)
        if persons:
            fewer = {Kind.PERSON: persons - 1}
            assert state.has_room(Kind.PERSON, most, fewer, flood=False)
    assert state.has_room(Kind.ORGANISATION, 10, {Kind.ORGANISATION: 9}, flood=False)
    assert not state.has_room(Kind.ORGANISATION, 10, {Kind.ORGANISATION: 10}, flood=False)


def test_in_a_flood_only_what_is_kept_for_organisations_is_given() -> None:
    state = Calling()
    assert not state.has_room(Kind.PERSON, 10, {}, flood=True)
    assert state.has_room(Kind.ORGANISATION, 10, {Kind.ORGANISATION: 2}, flood=True)
    assert not state.has_room(Kind.ORGANISATION, 10, {Kind.ORGANISATION: 3}, flood=True)


def test_no_more_cards_come_in_half_an_hour_than_stand_open() -> None:
    now = utc("2026-01-10 12:00")
    state = Calling(given=(now - CALM, *[now - dt.timedelta(minutes=1)] * 9))
    assert not state.has_room(Kind.ORGANISATION, 10, {}, flood=False)
    assert state.at(now).has_room(Kind.ORGANISATION, 10, {}, flood=False)


def test_a_digest_is_heard_for_twice_as_many_or_for_any_that_came_in_the_night() -> None:
    state = Calling(least=20)
    assert not state.has_grown(Uncarded(39))
    assert state.has_grown(Uncarded(40))
    assert not Calling(least=20, hushed=True).has_grown(Uncarded(20))
    assert Calling(least=20, hushed=True).has_grown(Uncarded(21))
    assert Calling().has_grown(Uncarded(1))
