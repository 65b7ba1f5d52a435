"""Texts and entities as people see them in the end."""

from __future__ import annotations

import pytest

from tests.support.botapi import Person
from tests.support.botapi.texts import find_entities, formatted, units
from tests.unit.botapi.conftest import Raw, sent


def bold(offset: int, length: int) -> dict[str, object]:
    return {"type": "bold", "offset": offset, "length": length}


@pytest.mark.parametrize(
    ("text", "entities", "shown", "kept"),
    [
        ("  a  ", [bold(0, 5)], "  a", [bold(0, 3)]),
        ("  a  ", [bold(2, 1)], "a", [bold(0, 1)]),
        ("a  ", [bold(1, 2)], "a", []),
        ("a\r\nb", [bold(3, 1)], "a\nb", [bold(2, 1)]),
        ("a\u202bb\u202cc", [bold(2, 3)], "abc", [bold(1, 2)]),
        ("👍\tb", [bold(3, 1)], "👍 b", [bold(3, 1)]),
        ("ab", [bold(0, 0), bold(1, 1)], "ab", [bold(1, 1)]),
        ("a @b", [{"type": "mention", "offset": 2, "length": 2}], "a @b", []),
    ],
)
def test_cleaning(text: str, entities: list[object], shown: str, kept: list[object]) -> None:
    assert formatted(text, entities, limit=4096, strict=True) == (shown, kept)


async def test_limits_count_code_points(raw: Raw, amal: Person) -> None:
    """Twice as many UTF-16 units as the limit says."""
    assert units((await sent(raw, amal, "👍" * 4096)).text or "") == 8192


async def test_only_a_hundred_entities_count(raw: Raw, amal: Person) -> None:
    message = await sent(raw, amal, "ab" * 101, entities=[bold(2 * i, 1) for i in range(101)])
    assert [e["offset"] for e in message.entities] == [2 * i for i in range(100)]


def test_what_is_found_in_peoples_texts() -> None:
    found = find_entities("👍 /start@some_bot @amal see https://a.org/b #peace a/b")
    assert [(e["type"], e["offset"], e["length"]) for e in found] == [
        ("bot_command", 3, 15),
        ("mention", 19, 5),
        ("url", 29, 15),
        ("hashtag", 45, 6),
    ]
