"""What a cover says of the signing, in each state in which it can be."""

from __future__ import annotations

import dataclasses
import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from bot.domain.counts import PublicCounts
from bot.domain.ids import Language
from bot.text.rich import RichText
from bot.wording.cover import Standing, cover, signers
from bot.wording.suggesting import statement
from bot.wording.voice import Voice, available_languages

PARIS = ZoneInfo("Europe/Paris")
EN = Voice(Language("en"), zone=PARIS)
NOW = dt.datetime(2026, 4, 30, 10, 0, tzinfo=dt.UTC)
OPEN = Standing(PublicCounts(), None, None, None, is_paused=False, for_organisations=False, now=NOW)
MANY = PublicCounts(persons=1234, organisations=12)


def plain(text: RichText) -> str:
    return text.plain.replace("\u2068", "").replace("\u2069", "")


def said(say: Voice = EN, /, **state: object) -> list[str]:
    """The lines below the reading time."""
    standing = dataclasses.replace(OPEN, **state)  # type: ignore[arg-type]
    text = cover(say, title="T", attribution="", issuers=(), minutes=3, standing=standing)
    return plain(text).split("\n")[3:]


def paris(*when: int) -> dt.datetime:
    return dt.datetime(*when, tzinfo=PARIS).astimezone(dt.UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("counts", "line"),
    [
        (PublicCounts(), "No verified signatures yet."),
        (PublicCounts(persons=1), "1 person has signed."),
        (PublicCounts(persons=2), "2 people have signed."),
        (PublicCounts(organisations=1), "1 organisation has signed."),
        (
            PublicCounts(persons=1, organisations=1),
            "1 person and 1 organisation have signed.",
        ),
        (MANY, "1,234 people and 12 organisations have signed."),
    ],
)
def test_people_and_organisations_are_counted_apart(counts: PublicCounts, line: str) -> None:
    assert said(counts=counts) == [line]


@pytest.mark.parametrize(
    ("closes", "line"),
    [
        (paris(2026, 6, 1), "Open until May 31, 2026"),
        (paris(2026, 5, 9, 18), "Open until May 9, 2026, 18:00 (Paris)"),
        (paris(2026, 5, 3, 18), "Open until May 3, 2026, 18:00 (Paris) · closes in 3 days"),
        (
            paris(2026, 4, 30, 17, 30),
            "Open until April 30, 2026, 17:30 (Paris) · closes in 5 hours",
        ),
        (paris(2026, 5, 1), "Open until April 30, 2026 · closes in 12 hours"),
        (
            paris(2026, 4, 30, 12, 0, 1),
            "Open until April 30, 2026, 12:00 (Paris) · closes in 1 minute",
        ),
    ],
)
def test_until_when_it_is_open(closes: dt.datetime, line: str) -> None:
    assert said(counts=MANY, closes=closes)[1:] == [line]


def test_what_is_read_later_stays_true() -> None:
    """A page that was kept, or a count that is edited no more."""
    state = {"closes": paris(2026, 5, 3), "is_fresh": False}
    assert said(**state)[1:] == ["Signatures are taken until May 2, 2026."]
    assert said(**state | {"now": paris(2026, 5, 4)}) == ["Closed on May 2, 2026."]


def test_before_it_opens() -> None:
    assert said(opens=paris(2026, 5, 3))[1:] == ["Opens on May 3, 2026."]
    later = {"opens": paris(2026, 5, 3, 18), "closes": paris(2026, 5, 4), "is_paused": True}
    assert said(**later)[1:] == ["Opens on May 3, 2026, 18:00 (Paris)."]


def test_after_its_end() -> None:
    over = {"closes": paris(2026, 4, 1), "is_paused": True}
    assert said(**over) == ["Closed on March 31, 2026."]
    assert said(counts=MANY, **over) == [
        "Closed on March 31, 2026. 1,234 people and 12 organisations signed."
    ]
    assert said(closes=NOW) == ["Closed on April 30, 2026, 12:00 (Paris)."]
    assert said(for_organisations=True, **over) == ["Closed on March 31, 2026."]


def test_days_are_counted_across_summer_time() -> None:
    """Paris loses an hour on 29 March 2026: from noon to noon are 71 hours, no whole three days."""
    state = {"now": paris(2026, 3, 27, 12), "closes": paris(2026, 3, 30, 12)}
    assert said(**state)[1] == "Open until March 30, 2026, 12:00 (Paris) · closes in 2 days"


def test_paused_is_said_in_place_of_a_date() -> None:
    assert said(is_paused=True, closes=paris(2026, 5, 3)) == [
        "No verified signatures yet.",
        "Signing is paused for now.",
    ]


def test_for_organisations_only() -> None:
    assert said(for_organisations=True)[1:] == [
        "For organisations only. They send /endorse in their group."
    ]


@pytest.mark.parametrize(
    ("persons", "goal", "bar"),
    [
        (0, 500, "▱▱▱▱▱▱▱▱▱▱ 0% · 0 of 500"),
        (1704, 5000, "▰▰▰▱▱▱▱▱▱▱ 34% · 1,704 of 5,000"),
        (4999, 5000, "▰▰▰▰▰▰▰▰▰▱ 99% · 4,999 of 5,000"),
        (5000, 5000, "▰▰▰▰▰▰▰▰▰▰ 100% · 5,000 of 5,000"),
        (600, 500, "▰▰▰▰▰▰▰▰▰▰ 120% · 600 of 500"),
    ],
)
def test_a_goal_is_a_bar(persons: int, goal: int, bar: str) -> None:
    assert said(counts=PublicCounts(persons=persons), goal=goal)[0] == bar


@pytest.mark.parametrize("language", available_languages())
def test_every_state_can_be_said_in_every_language(language: Language) -> None:
    say = Voice(language, zone=PARIS)
    for state in (
        {"counts": MANY, "goal": 5000, "closes": paris(2026, 5, 3, 18)},
        {"counts": MANY, "closes": paris(2026, 4, 1)},
        {"opens": paris(2026, 5, 3)},
    ):
        assert all("{" not in line for line in said(say, **state))


def test_a_suggestion_says_what_there_is() -> None:
    assert statement(EN, 3, MANY).plain == "3 demands · 1,234 people and 12 organisations"
    assert statement(EN, 1, PublicCounts()).plain == "1 demand · No verified signatures yet."
    assert statement(EN, 0, PublicCounts(persons=1)).plain == "1 person"
    assert signers(EN, 0, 0) is None
