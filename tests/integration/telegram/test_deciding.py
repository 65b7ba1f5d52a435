"""Who decides in the admin chat, and by which buttons: asked of Telegram at the press."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.telegram.whole import Whole, whole_bot
from tests.support.botapi import BotApiServer, Person, fast

ONLY = "Only "


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer(rules=fast()) as running:
        yield running


@pytest.fixture
def amal(server: BotApiServer) -> Person:
    return server.person("amal")


@pytest.fixture
def omar(server: BotApiServer) -> Person:
    return server.person("omar")


class TestThoseWhoAreNamed:
    """The ids in `admins`, whoever else administers the group."""

    async def test_they_alone_decide_and_only_while_they_are_there(
        self, tmp_path: Path, server: BotApiServer, amal: Person, omar: Person
    ) -> None:
        async with whole_bot(tmp_path, server, admins=[omar.id]) as w:
            w.admins.add(omar)
            await w.sign(amal, "Amal Haddad")
            refused = await w.press(w.zaid, "verify", w.admins)
            assert (refused.answer or "").startswith(ONLY)
            await w.press(omar, "verify", w.admins)
            assert (await w.counts()).verified == 1
            w.admins.remove(omar, by=w.zaid)
            refused = await w.press(omar, "undo", w.admins)
            assert (refused.answer or "").startswith(ONLY)
            assert (await w.counts()).verified == 1


class TestButtons:
    """A button acts only as what it was made for: this record, this message, this chat."""

    @pytest.fixture
    async def w(self, tmp_path: Path, server: BotApiServer) -> AsyncIterator[Whole]:
        async with whole_bot(tmp_path, server) as whole:
            yield whole

    async def test_an_administrator_demoted_between_card_and_press(
        self, w: Whole, amal: Person, omar: Person
    ) -> None:
        w.admins.promote(omar)
        await w.sign(amal, "Amal Haddad")
        w.admins.demote(omar)
        refused = await w.press(omar, "verify", w.admins)
        assert (refused.answer or "").startswith(ONLY)
        assert (await w.counts()).verified == 0

    async def test_one_of_another_message_or_chat_changes_nothing_and_is_answered(
        self, w: Whole, amal: Person, omar: Person
    ) -> None:
        await w.sign(amal, "Amal Haddad")
        card, data = w.with_button(w.admins, "verify")
        await w.sign(omar, "Omar Said")
        other, _ = w.with_button(w.admins, "verify")
        group = w.server.group("Readers", creator=w.zaid)
        await w.say(w.zaid, "/demands", group)
        token = data.split(":")[1]
        for message, pressed in (
            (other, data),
            (w.server.sent(group)[-1], data),
            (w.server.sent(amal)[-1], data),
            (card, data.replace(token, token[::-1])),
            (card, f"b:{token}:nonsense"),
            (card, "b::verify"),
            (card, "b"),
            (card, "\x00" * 10),
            (card, "p:r:port,en,8a5f516095:99999999999999999999"),
            (card, "p:"),
            (card, "c:" + "x" * 60),
        ):
            press = await w.zaid.forge(message, pressed)
            await w.settled()
            assert press.answered, pressed
        counts = await w.counts()
        assert (counts.pending, counts.verified) == (2, 0)
        assert await w.rows("select count(*) from dead_letters") == [(0,)]

    async def test_a_command_that_is_forwarded_decides_nothing(
        self, w: Whole, amal: Person
    ) -> None:
        """Somebody may send it to an admin, who shows it to the others."""
        await w.sign(amal, "Amal Haddad")
        trap = await w.zaid.say("/verify 1")
        await w.zaid.forward(trap, w.admins)
        await w.settled()
        assert (await w.counts()).pending == 1
        await w.say(w.zaid, "/verify 1", w.admins)
        assert (await w.counts()).verified == 1

    async def test_a_forwarded_card_has_no_buttons_and_a_reply_to_it_decides_nothing(
        self, w: Whole, amal: Person
    ) -> None:
        await w.sign(amal, "Amal Haddad")
        card, _ = w.with_button(w.admins, "verify")
        copy = await w.zaid.forward(card, w.admins)
        assert copy.buttons == []
        await w.say(w.zaid, "No such person", w.admins, reply_to=copy)
        assert (await w.counts()).pending == 1
