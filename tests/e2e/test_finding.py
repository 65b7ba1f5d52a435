"""`find` in the admin chat: ten identities a message, and the others behind its buttons."""

from __future__ import annotations

import re

from tests.support.dialogue import Dialogue, Did
from tests.support.signed import prepare, sign_all

NUMBER = re.compile(r"^#(\d+) ", re.MULTILINE)


def numbers(did: Did) -> list[int]:
    return [int(number) for number in NUMBER.findall(did.text)]


async def fill(d: Dialogue, names: list[str]) -> None:
    await d.say("zaid@admins: /help")
    await prepare(d.database)
    await sign_all(d.database, names, "port")


async def test_all_that_was_found_is_reached_page_by_page(d: Dialogue) -> None:
    await fill(d, [f"Amal Haddad {number}" for number in range(23)])
    first = await d.answer("zaid@admins: /find amal")
    assert (numbers(first), first.names[-2:]) == (list(range(1, 11)), ("#10", "next"))
    second = await d.answer("zaid@admins: [next]")
    third = await d.answer("zaid@admins: [next]")
    assert second.message == third.message == first.message
    assert numbers(first) + numbers(second) + numbers(third) == list(range(1, 24))
    assert "3/3" in third.text
    assert numbers(await d.answer("zaid@admins: [previous]")) == numbers(second)
    # Typed as it says; a page that is not there is the last one.
    assert numbers(await d.answer("zaid@admins: /find #2 Amal")) == numbers(second)
    assert numbers(await d.answer("zaid@admins: /find #9 Amal")) == numbers(third)


async def test_words_too_long_for_a_button_are_paged_by_typing(d: Dialogue) -> None:
    name = "مجموعة القراء في المدينة القديمة بالعاصمة"
    await fill(d, [name] * 11)
    first = await d.answer(f"zaid@admins: /find {name}")
    assert (len(numbers(first)), first.names[-1]) == (10, "#10")
    assert "1/2" in first.text
    assert numbers(await d.answer(f"zaid@admins: /find #2 {name}")) == [11]


async def test_one_page_needs_no_buttons(d: Dialogue) -> None:
    await fill(d, ["Amal Haddad"])
    found = await d.answer("zaid@admins: /find amal")
    assert (found.names, "1/1" in found.text) == (("#1",), False)
