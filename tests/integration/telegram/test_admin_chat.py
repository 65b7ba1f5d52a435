"""The admin chat: known by its number, found later, claimed, moved."""

from __future__ import annotations

import pytest

from bot.ports import Moved, Place, Press
from tests.integration.telegram.conftest import NEXT, Rig, Rigs
from tests.support.botapi import BotApiServer, Chat, Person


@pytest.fixture
async def admins(server: BotApiServer, amal: Person, rigs: Rigs) -> tuple[Chat, Rig]:
    chat = server.group("Admins", creator=amal)
    rig = rigs(admin_chat=chat.id)
    await rig.ready()
    return chat, rig


async def test_its_events_say_so(
    admins: tuple[Chat, Rig], amal: Person, server: BotApiServer
) -> None:
    chat, rig = admins
    await amal.send(chat, "/pending")
    assert (await rig.said("/pending")).origin.place is Place.ADMIN
    await rig.send(chat, "Card", buttons=((NEXT,),))
    await amal.press(server.sent(chat)[-1], "next")
    assert (await rig.inbox.next(Press)).origin.place is Place.ADMIN


async def test_one_that_is_found_later(
    server: BotApiServer,
    rigs: Rigs,
    amal: Person,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("bot.adapters.telegram.admin_chat.LOOK_EVERY", 0.05)
    chat = server.group("Admins", creator=amal, bot=None)
    rig = rigs(admin_chat=chat.id)
    await server.wait_for(lambda: len(server.calls("getChat")) > 3)
    assert caplog.text.count("the admin chat cannot be reached") == 1
    chat.add_bot()
    await server.wait_for(lambda: rig.adapter.problems() == [])


async def test_one_that_is_claimed(
    server: BotApiServer, rig: Rig, amal: Person, tunis: Chat
) -> None:
    rig.adapter.admin_chat = rig.chat(tunis)
    await amal.send(tunis, "/pending")
    assert (await rig.said("/pending")).origin.place is Place.ADMIN
    await server.wait_for(lambda: rig.adapter.problems() == [])


async def test_one_that_has_become_a_supergroup_while_the_bot_was_away(
    server: BotApiServer, rigs: Rigs, amal: Person
) -> None:
    old = server.group("Admins", creator=amal, kind="group")
    rig = rigs(admin_chat=old.id)
    await rig.ready()
    new = old.upgrade()
    moved = await rig.inbox.next(Moved)
    assert (moved.origin.place, moved.to) == (Place.ADMIN, rig.chat(new))
