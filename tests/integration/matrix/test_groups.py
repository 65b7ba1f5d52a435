"""Groups on Matrix: who may endorse, threads, what is meant for the bot, rooms that change."""

from __future__ import annotations

import pytest

from tests.integration.matrix.conftest import Meet
from tests.integration.matrix.whole import Whole
from tests.support.synapse import Person

PREVIEW = "Endorse “\u2068Open the port\u2069” as:"


async def group(w: Whole, founder: Person, **how: str) -> str:
    room = await founder.create([w.id], name="Readers of the Port", **how)  # type: ignore[arg-type]
    await founder.wait_until_there(room, w.id)
    await founder.hear(room, "!endorse")
    return room


@pytest.mark.parametrize("version", [pytest.param("11", marks=pytest.mark.soak), "12"])
async def test_the_founder_endorses_for_a_group(w: Whole, omar: Person, version: str) -> None:
    """Also in a room of version 12, whose creator stands in no list of power levels."""
    room = await group(w, omar, version=version)
    preview = await w.ask(omar, room, "!endorse")
    assert preview.text.startswith(PREVIEW)
    await omar.press(preview, "✅")
    await omar.hear(room, "Recorded: #1")
    assert (await w.counts()).pending == 1


async def test_a_member_may_not_endorse_and_who_was_demoted_neither(
    w: Whole, omar: Person, meet: Meet
) -> None:
    room = await group(w, omar)
    amal = await meet("amal")
    await omar.invite(room, amal.id)
    await amal.wait_for(lambda: room in amal.client.rooms)
    assert "Only an administrator" in (await w.ask(amal, room, "!endorse")).text
    await omar.promote(room, amal.id, 50)
    preview = await w.ask(amal, room, "!endorse")
    assert preview.text.startswith(PREVIEW)
    await omar.promote(room, amal.id, 0)
    before = len(amal.said_in(room, w.id))
    await amal.press(preview, "✅")
    assert "Only an administrator" in (await w.answer(amal, room, before)).text
    assert (await w.counts()).pending == 0


async def test_what_is_not_for_the_bot_is_left_alone(w: Whole, omar: Person) -> None:
    room = await group(w, omar)
    before = len(omar.said_in(room, w.id))
    event = await omar.say(room, "Shall we endorse it?")
    await omar.edit(room, event, "!endorse")
    await omar.say(room, "!confirm")
    root = await omar.say(room, "About the port")
    await omar.say(room, "!demands port 1", thread=root)
    answer = await w.answer(omar, room, before)
    relation = answer.content["m.relates_to"]
    assert (relation["rel_type"], relation["event_id"]) == ("m.thread", root)
    assert answer.content["m.mentions"] == {}
    mentioned = await w.ask(omar, room, f"{w.id}: demands port 2", mention=w.id)
    assert mentioned.text != answer.text
    assert len(omar.said_in(room, w.id)) == before + 2


async def test_a_room_that_is_upgraded_keeps_its_endorsement(
    w: Whole, omar: Person, zaid: Person
) -> None:
    room = await group(w, omar, version="11")
    preview = await w.ask(omar, room, "!endorse")
    await omar.press(preview, "✅")
    await omar.hear(room, "Recorded: #1")
    new = await omar.upgrade(room, "12")
    await omar.invite(new, w.id)
    await omar.wait_until_there(new, w.id)
    assert w.adapter.admin_room.id is not None
    await zaid.say(w.adapter.admin_room.id, "!verify 1")
    await omar.hear(new, "Verified: #")


async def test_the_admin_room_made_public_decides_nothing(
    w: Whole, omar: Person, zaid: Person
) -> None:
    room = await group(w, omar)
    preview = await w.ask(omar, room, "!endorse")
    await omar.press(preview, "✅")
    admins = w.adapter.admin_room.id
    assert admins is not None
    await zaid.hear(admins, "#1 ·")
    parts = w.adapter._parts
    assert parts is not None
    path = ["rooms", admins, "state", "m.room.join_rules", ""]
    await parts.client.ask("PUT", path, {"join_rule": "public"})
    await zaid.say(admins, "!verify 1")
    await zaid.hear(admins, "Nobody can decide there")
    assert (await w.counts()).verified == 0
    await parts.client.ask("PUT", path, {"join_rule": "invite"})
    await zaid.say(admins, "!verify 1")
    await omar.hear(room, "Verified: #")
