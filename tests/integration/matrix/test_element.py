"""The bot as Element's crypto sees it, in the mode that leaves out insecure devices."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.adapters.matrix.cross_signing import CrossSigning
from tests.integration.matrix.whole import Whole, whole_bot
from tests.support.element import Element, Shielded, missing
from tests.support.synapse import Homeserver

WHY = missing()
pytestmark = pytest.mark.skipif(WHY is not None, reason=str(WHY))


@pytest.fixture
async def amal(
    homeserver: Homeserver, tmp_path: Path, unique: Callable[[str], str]
) -> AsyncIterator[Element]:
    account = await homeserver.register(unique("amal"))
    async with Element(homeserver, account, tmp_path / "element") as person:
        yield person


def device_of(w: Whole) -> str:
    assert w.adapter._parts is not None
    return w.adapter._parts.client.own_device


async def without_shield(w: Whole, amal: Element, room: str) -> list[Shielded]:
    """All that the bot said there, each of it encrypted, readable and beyond doubt."""
    shields = await amal.shields(room, w.id)
    assert {each.colour for each in shields} == {"NONE"}, shields
    theirs = [each for each in amal.seen.values() if (each.room, each.sender) == (room, w.id)]
    assert all(each.encrypted for each in theirs if each.type == "m.room.message")
    return shields


async def test_a_signer_who_is_an_admin_too(
    tmp_path: Path, homeserver: Homeserver, unique: Callable[[str], str], amal: Element
) -> None:
    account = await homeserver.register(unique("bot"))
    async with whole_bot(tmp_path, homeserver, account, admins=[amal.id]) as w:
        room = await amal.chat(w.id)
        await amal.hear(room, "Hello")
        opening = await amal.ask(room, "!read port")
        await amal.press(opening, "➡️")
        await amal.wait_for(
            lambda: any(e.relates_to(opening.id, "m.replace") for e in amal.seen.values())
        )

        consent = await amal.ask(room, "!sign port")
        await amal.press(consent, "✅")
        await amal.hear(room, "What's your name")
        for typed in ("Amal Haddad", "!skip", "!skip", "!public", "!confirm"):
            await amal.ask(room, typed)
        await amal.hear(room, "Recorded. Your number is #1")

        admins = w.adapter.admin_room.id
        assert admins is not None
        await amal.hear(admins, "#1 ·")
        # In this room the bot believes nobody whose device is not signed.
        await amal.say(admins, "!verify 1")
        await amal.hear(room, "has been verified")
        assert (await w.counts()).verified == 1

        assert await amal.signed(w.id, device_of(w))
        assert len(await without_shield(w, amal, room)) > 8
        await without_shield(w, amal, admins)


async def test_a_bot_that_is_not_signed_can_neither_be_read_nor_read(
    tmp_path: Path,
    homeserver: Homeserver,
    unique: Callable[[str], str],
    amal: Element,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And nothing else kept them apart."""

    async def not_at_all(_: CrossSigning) -> None:
        pass

    monkeypatch.setattr(CrossSigning, "set_up", not_at_all)
    account = await homeserver.register(unique("bot"))
    async with whole_bot(tmp_path, homeserver, account) as w:
        room = await amal.chat(w.id)
        hello = await amal.fail_to_read(room)
        assert hello.failure == "UNSIGNED_SENDER_DEVICE"
        assert await amal.signed(w.id, device_of(w)) is False
        parts = w.adapter._parts
        assert parts is not None
        await amal.say(room, "!read port")
        async with asyncio.timeout(10):
            while not parts.reading.waits():  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.02)

        monkeypatch.undo()
        await parts.vouching.cross_signing.set_up()
        await amal.wait_until_signed(w.id, device_of(w))
        await amal.say(room, "!read port")
        opening = await amal.hear(room, "Issued by")
        shields = {each.id: each.colour for each in await amal.shields(room, w.id)}
        assert shields == {hello.id: None, opening.id: "NONE"}
