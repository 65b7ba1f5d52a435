"""A group that becomes a supergroup: whatever stood under its old number follows, and its messages
do not, for a supergroup counts them anew."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.integration.telegram.whole import Whole, whole_bot
from tests.support.botapi import BotApiServer, Chat, fast
from tests.support.botapi.state import Member


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer(rules=fast()) as running:
        yield running


@pytest.fixture
def board(server: BotApiServer) -> Chat:
    return server.group("Board", creator=server.person("zaid"), kind="group")


@pytest.fixture
async def w(tmp_path: Path, server: BotApiServer, board: Chat) -> AsyncIterator[Whole]:
    """With a small group as its admin chat."""
    async with whole_bot(tmp_path, server, admin_chat=board.id) as whole:
        whole.admins = board
        yield whole


async def test_a_card_never_overwrites_what_got_its_number_in_the_supergroup(
    w: Whole, board: Chat
) -> None:
    amal, rami = w.server.person("amal"), w.server.person("rami")
    await w.sign(amal, "Amal Haddad")
    (card,) = w.server.sent(board)
    w.admins = board.upgrade()
    await w.settled()
    w.admins._ids = itertools.count(card.id)
    await w.sign(rami, "Rami Mansour")
    (other,) = w.server.sent(w.admins)
    assert other.id == card.id
    await w.say(w.zaid, "/verify 1", w.admins)
    assert (other.text or "").startswith("#2 · ")
    assert "Verified by" in w.card(1)
    press = await w.press(w.zaid, "verify", w.admins)
    assert press.answered
    assert "Verified by" in w.card(2)
    assert (await w.counts()).verified == 2


async def test_a_reply_to_a_question_in_the_supergroup_is_taken(w: Whole, board: Chat) -> None:
    """Though a message with that number stood in the group before."""
    amal, rami = w.server.person("amal"), w.server.person("rami")
    await w.sign(amal, "Amal Haddad")
    (card,) = w.server.sent(board)
    w.admins = board.upgrade()
    await w.settled()
    await w.sign(rami, "Rami Mansour")
    w.admins._ids = itertools.count(card.id)
    await w.press(w.zaid, "reject", w.admins)
    question = w.server.sent(w.admins)[-1]
    assert question.id == card.id
    await w.say(w.zaid, "We know no such person", w.admins, reply_to=question)
    assert (await w.counts()).rejected == 1


async def test_the_admin_chat_that_moved_is_known_after_a_restart_until_another_is_named(
    tmp_path: Path, server: BotApiServer, board: Chat
) -> None:
    amal, rami, sami = (server.person(name) for name in ("amal", "rami", "sami"))
    async with whole_bot(tmp_path, server, admin_chat=board.id) as w:
        new = board.upgrade()
        await w.settled()
    server.updates.clear()
    async with again(tmp_path, server, admin_chat=board.id) as w:
        await w.sign(amal, "Amal Haddad")
        assert w.texts(new)[-1].startswith("#1 ")
    other = server.group("Other board", creator=server.person("zaid"))
    server.updates.clear()
    async with again(tmp_path, server, admin_chat=other.id) as w:
        await w.sign(rami, "Rami Mansour")
        assert w.texts(other)[-1].startswith("#2 ")
        assert not [text for text in w.texts(new) if text.startswith("#2 ")]
    async with again(tmp_path, server, admin_chat=board.id) as w:
        await w.sign(sami, "Sami Aziz")
        assert w.texts(new)[-1].startswith("#3 ")


async def test_a_claimed_admin_chat_gives_way_to_one_that_is_named(
    tmp_path: Path, server: BotApiServer
) -> None:
    amal, rami, zaid = (server.person(name) for name in ("amal", "rami", "zaid"))
    claimed = server.group("Claimed", creator=zaid, kind="group")
    async with whole_bot(tmp_path, server, admin_chat=None) as w:
        code = w.bot.campaign.claims.issue(w.adapter.name)
        await w.say(zaid, f"/claim {code}", claimed)
        moved = claimed.upgrade()
        await w.settled()
    async with again(tmp_path, server, admin_chat=None) as w:
        await w.sign(amal, "Amal Haddad")
        assert w.texts(moved)[-1].startswith("#1 ")
    named = server.group("Named", creator=zaid)
    async with again(tmp_path, server, admin_chat=named.id) as w:
        await w.sign(rami, "Rami Mansour")
        assert w.texts(named)[-1].startswith("#2 ")
        assert not [text for text in w.texts(moved) if text.startswith("#2 ")]


def again(folder: Path, server: BotApiServer, **options: Any) -> AbstractAsyncContextManager[Whole]:
    """The same bot after a restart."""
    shutil.rmtree(folder / "statements")
    return whole_bot(folder, server, **options)


@pytest.mark.parametrize("gone_first", [True, False])
async def test_a_group_that_was_upgraded_can_be_reached(w: Whole, gone_first: bool) -> None:
    """Even where the server says, before or after, that the bot is in the old one no more."""
    omar = w.server.person("omar")
    old = w.server.group("Small Group", creator=omar, kind="group")
    assert await w.endorse(omar, old) == 1
    member = old.member(w.server.bot)
    for is_gone in (gone_first, not gone_first):
        if is_gone:
            w.server.world.member_changed(old, omar, member, Member(w.server.bot, "left"))
        else:
            old.upgrade()
        await w.settled()
    assert "cannot" not in w.card(1)
