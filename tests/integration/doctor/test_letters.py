"""What is given up is kept, says nothing that was taken back, and is tried again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.delivery.letters import dead_letters, try_again
from bot.domain.priority import Priority
from bot.ports import Notice, Undeliverable
from bot.privacy import Keyring
from bot.services.posting import edit_live, end_live, post, post_live
from bot.storage.opening import open_database
from bot.text.rich import RichText
from tests.integration.test_outbox import CHAT, HERE, SLOT, VOICE, Running

REFUSED = "Bad Request: whatever"


async def letters(running: Running) -> list[tuple[str, str, str]]:
    async with running.database.unit() as unit:
        found = await dead_letters(unit)
    return [(letter.kind, letter.error, letter.text) for letter in found]


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    url = f"sqlite:///{tmp_path / 'data' / 'outbox.db'}"
    database = await open_database(url, Keyring([b"k" * 32]), key_place="the test")
    running = Running(database, "admins")
    running.start()
    await running.all_told()
    yield running
    await running.close()
    await database.close()


async def again(running: Running) -> tuple[int, int, int]:
    counted = await try_again(running.database)
    await running.all_told()
    return counted


async def card(running: Running, text: str) -> None:
    async with running.database.unit() as unit:
        await post_live(unit, SLOT, CHAT, VOICE, RichText(text), ())
    await running.all_told()


async def change(running: Running, text: str, *, erases: bool = False) -> None:
    async with running.database.unit() as unit:
        assert await edit_live(unit, SLOT, VOICE, RichText(text), (), erases=erases)
    await running.all_told()


async def test_what_a_platform_refuses_is_kept_and_tried_again(running: Running) -> None:
    running.here.raising.append(Undeliverable(REFUSED))
    await running.post(HERE, [("omar", "Hello Omar")])
    assert await running.all_told() == []
    assert await letters(running) == [("send", REFUSED, "Hello Omar")]
    assert await again(running) == (0, 1, 0)
    assert running.here.told == [("omar", "Hello Omar")]
    assert await letters(running) == []


async def test_what_fails_as_often_again_is_kept_again(running: Running) -> None:
    await running.post(HERE, [])
    for _ in range(2):
        running.here.raising.append(Undeliverable(REFUSED))
        await running.post(HERE, [("omar", "Hello")] if not await letters(running) else [])
        await running.all_told()
        assert await letters(running) == [("send", REFUSED, "Hello")]
        running.here.raising.append(Undeliverable(REFUSED))
        assert await again(running) == (0, 1, 0)
        assert await letters(running) == [("send", REFUSED, "Hello")]
        running.here.raising.clear()


async def test_an_answer_to_a_press_is_worth_nothing_later(running: Running) -> None:
    running.here.raising.append(Undeliverable(REFUSED))
    async with running.database.unit() as unit:
        post(unit, Notice(CHAT, "press", VOICE.language, "Saved"))
    await running.all_told()
    assert await letters(running) == []


async def test_what_was_said_later_takes_the_place_of_what_was_given_up(running: Running) -> None:
    """Nothing that is tried again shows an older state."""
    await card(running, "waits")
    running.here.raising.append(Undeliverable(REFUSED))
    await change(running, "verified")
    assert await letters(running) == [("edit", REFUSED, "verified")]
    await change(running, "withdrawn")
    assert await letters(running) == []
    assert running.here.told[-1] == (CHAT.key, "withdrawn")


async def test_the_same_after_a_restart(running: Running) -> None:
    await card(running, "waits")
    running.here.raising.append(Undeliverable(REFUSED))
    await change(running, "verified")
    await running.close()
    other = Running(running.database, "admins")
    other.here.shown = running.here.shown
    other.start()
    await change(other, "withdrawn")
    assert await letters(other) == []
    await other.close()


async def test_what_is_erased_is_erased_in_it_too(running: Running) -> None:
    for ending in (True, False):
        running.here.raising.append(Undeliverable(REFUSED))
        await card(running, "#12 Amal Haddad")
        assert await letters(running) == [("send", REFUSED, "#12 Amal Haddad")]
        async with running.database.unit() as unit:
            if ending:
                await end_live(unit, SLOT, VOICE, RichText("Names are erased."))
            else:
                assert await edit_live(unit, SLOT, VOICE, RichText("#12"), (), erases=True)
            assert await dead_letters(unit) == []
        await running.all_told()


async def test_a_message_that_is_no_more_is_not_sent(running: Running) -> None:
    """Another stands in its slot: the buttons of the one that was given up would do nothing."""
    running.here.raising.append(Undeliverable(REFUSED))
    await card(running, "the first")
    await card(running, "the second")
    assert await letters(running) == [("send", REFUSED, "the first")]
    assert await again(running) == (0, 0, 1)
    assert [text for _, text in running.here.told] == ["the second"]


async def test_they_are_kept_for_a_while_only(running: Running) -> None:
    running.here.raising.append(Undeliverable(REFUSED))
    await running.post(HERE, [("omar", "Hello")], Priority.CARD)
    await running.all_told()
    async with running.database.unit() as unit:
        (letter,) = await dead_letters(unit)
        await unit.letters.forget_before(letter.day)
        assert await dead_letters(unit) == [letter]
        await unit.letters.forget_before(letter.day.replace(year=letter.day.year + 1))
        assert await dead_letters(unit) == []
