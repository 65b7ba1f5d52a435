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


async def test_it_is_verified_in_a_room_and_from_device_to_device(
    tmp_path: Path,
    homeserver: Homeserver,
    unique: Callable[[str], str],
    amal: Element,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whoever runs the bot sees in its log what the person sees; the bot answers with no words, and
    trusts nobody for it."""
    account = await homeserver.register(unique("bot"))
    async with whole_bot(tmp_path, homeserver, account) as w:
        parts = w.adapter._parts
        assert parts is not None

        def logged(words: str) -> int:
            return sum(words in each.message for each in caplog.records)

        async def begun(**where: str) -> None:
            found = await amal.verify(w.id, **where)
            assert found.phase == "Started", found
            shown = next(m for m in reversed(caplog.messages) if m.startswith("somebody verifies"))
            emoji, numbers = shown.partition(": ")[2].split("; in numbers ")
            # Their names may be others.
            assert [each.split()[0] for each in emoji.split(", ")] == found.emoji
            assert numbers == found.decimal

        rooms = [await amal.chat(w.id, encrypted=encrypted) for encrypted in (True, False)]
        for room in rooms:
            await amal.hear(room, "Hello")
        await begun(room=rooms[0])
        different = await amal.compare(same=False)
        assert (different.phase, different.code) == ("Cancelled", "m.mismatched_sas")
        assert not different.verified

        ways = [{"room": room} for room in rooms] + [{"device": device_of(w)}]
        for done, way in enumerate(ways, 1):
            await begun(**way)
            same = await amal.compare(same=True)
            assert (same.phase, same.verified) == ("Done", True), same
            async with asyncio.timeout(10):
                while logged("both sides have the right keys") < done:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
        assert logged("cancelled on the other side, m.mismatched_sas") == 1

        assert [len(amal._messages(room)) for room in rooms] == [1, 1]
        assert parts.client.olm is not None
        device = parts.client.olm.device_store[amal.id][amal.account.device]
        assert not device.verified


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
