"""From one chat into another, on the whole bot through HTTP: deep links, and inline mode."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.telegram.whole import Whole, whole_bot_alone
from tests.support.botapi import Chat, InlineQuery, Person


@pytest.fixture
async def w(tmp_path: Path) -> AsyncIterator[Whole]:
    async with whole_bot_alone(tmp_path) as whole:
        yield whole


@pytest.fixture
def omar(w: Whole) -> Person:
    return w.server.person("omar")


@pytest.fixture
def amal(w: Whole) -> Person:
    return w.server.person("amal")


@pytest.fixture
def tunis(w: Whole, omar: Person, amal: Person) -> Chat:
    group = w.server.group("Tunis Readers", creator=omar)
    group.add(amal)
    return group


def link_under(w: Whole, chat: Chat) -> str:
    """Where the newest message's link leads."""
    (url,) = [button.url for button in w.server.sent(chat)[-1].buttons if button.url]
    return str(url)


class TestContinueInPrivate:
    async def test_it_carries_statement_and_language(
        self, w: Whole, amal: Person, tunis: Chat
    ) -> None:
        said = await w.say(amal, "/sign port ar", tunis)
        assert said == "Let's do this in private, where nobody else reads it."
        link = link_under(w, tunis)
        assert link == f"https://t.me/{w.server.bot.username}?start=s_port_ar"
        await amal.open(link)
        await w.settled()
        consent = w.server.sent(amal)[-1]
        assert "افتحوا الميناء" in (consent.text or "")
        assert any((button.data or "").endswith("confirm") for button in consent.buttons)

    async def test_whoever_opens_it_signs_as_themselves(
        self, w: Whole, amal: Person, tunis: Chat
    ) -> None:
        """The link says nothing of the person for whom it was made."""
        await w.say(amal, "/sign port", tunis)
        rami = w.server.person("rami")
        await rami.open(link_under(w, tunis))
        await w.settled()
        await w.press(rami, "confirm")
        await w.say(rami, "Rami Mansour")
        for button in ("skip", "skip", "public", "confirm"):
            await w.press(rami, button)
        assert "#1" in await w.say(rami, "/mine")
        await w.say(amal, "/start")
        assert "#1" not in await w.say(amal, "/mine")

    async def test_it_carries_no_right(self, w: Whole, omar: Person, tunis: Chat) -> None:
        """What an administrator may do in the group, the link does not bring into private; and in
        the group or the admin chat its payload is no command."""
        rami = w.server.person("rami")
        name = w.server.bot.username
        for payload in ("endorse", "withdraw_1", "verify_1", "s_port_en_verify", "e_port_en"):
            await rami.open(f"https://t.me/{name}?start={payload}")
            await w.settled()
            assert w.texts(rami)[-1].startswith("Hello")
        for chat in (tunis, w.admins):
            said = await w.say(rami, "/start s_port_en", chat)
            data = [button.data or "" for button in w.server.sent(chat)[-1].buttons]
            # Reading is everybody's; nothing signs, and nothing carries a token.
            assert not any(each.startswith(("/sign ", "b:")) for each in data), said
        counts = await w.counts()
        assert (counts.pending, counts.verified) == (0, 0)

    async def test_from_a_group_to_what_is_ones_own(
        self, w: Whole, amal: Person, tunis: Chat
    ) -> None:
        number = await w.sign(amal, "Amal Haddad")
        said = await w.say(amal, "/mine", tunis)
        assert "Amal" not in said
        await amal.open(link_under(w, tunis))
        await w.settled()
        assert f"#{number}" in w.texts(amal)[-1]


class TestStartgroup:
    async def test_a_group_that_is_added_by_the_link_is_greeted_with_one_line(
        self, w: Whole, omar: Person
    ) -> None:
        link = w.adapter.group_link()
        assert link is not None
        # Who would endorse in private is given the same link.
        assert "Add me there" in await w.say(omar, "/endorse", omar.private)
        assert link_under(w, omar.private) == link
        group = w.server.group("New Group", creator=omar, bot=None)
        await omar.open(link, group)
        await w.settled()
        (greeting,) = w.texts(group)
        assert greeting.startswith("Hello! An administrator can endorse")
        assert "\n" not in greeting
        # From there on by buttons alone.
        await w.press(omar, "endorse", group)
        await w.press(omar, "confirm", group)
        assert (await w.counts()).pending == 1


async def suggestions(w: Whole, person: Person, words: str) -> tuple[InlineQuery, list[Any]]:
    query = await person.inline(words)
    await w.settled()
    assert query.results is not None
    return query, query.results


class TestInline:
    async def test_a_statement_is_shared_into_a_chat_that_is_not_the_bots(
        self, w: Whole, omar: Person
    ) -> None:
        """Found by words, posted by the person, with a link to sign under it."""
        query, found = await suggestions(w, omar, "open port")
        assert found[0]["title"] == "Open the port"
        friends = w.server.group("Friends", creator=omar, bot=None)
        shared = await omar.choose(query, found[0]["id"], friends)
        assert "Open the port" in (shared.text or "")
        (button,) = shared.buttons
        rami = w.server.person("rami")
        await rami.open(str(button.url))
        await w.settled()
        assert any((b.data or "").endswith("confirm") for b in w.server.sent(rami)[-1].buttons)

    async def test_in_the_language_of_the_person(self, w: Whole) -> None:
        leila = w.server.person("leila", language="ar")
        _, found = await suggestions(w, leila, "")
        assert found[0]["title"] == "افتحوا الميناء"
        url = found[0]["reply_markup"]["inline_keyboard"][0][0]["url"]
        assert url.endswith("?start=s_port_ar")

    async def test_what_is_paused_is_shared_to_read(self, w: Whole, omar: Person) -> None:
        await w.say(w.zaid, "/close", w.admins)
        for words in ("", "keep"):
            _, found = await suggestions(w, omar, words)
            for each in found:
                (button,) = each["reply_markup"]["inline_keyboard"][0]
                assert (button["text"], button["url"][-15:]) == ("Read", "start=r_port_en")
                assert "Read and sign" not in each["input_message_content"]["message_text"]

    async def test_words_that_fit_nothing(self, w: Whole, omar: Person) -> None:
        _, found = await suggestions(w, omar, "nothing of the kind")
        assert found == []

    async def test_it_tells_no_name(self, w: Whole, amal: Person, omar: Person) -> None:
        await w.sign(amal, "Amal Haddad")
        await w.say(w.zaid, "/verify 1", w.admins)
        for words in ("", "amal", "haddad"):
            _, found = await suggestions(w, omar, words)
            assert "Haddad" not in str(found)
