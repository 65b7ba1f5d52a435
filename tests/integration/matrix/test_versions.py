"""A room's history as another member reads it: what was erased is in no version of a message."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from nio import MegolmEvent

from tests.integration.matrix.conftest import Meet
from tests.integration.matrix.whole import whole_bot
from tests.support.synapse import Heard, Homeserver, Person

CANARY, WORD = "Zahra Canarini", "Canarini"


async def history(person: Person, room: str) -> list[dict[str, Any]]:
    """Every event of the room's timeline, and what is related to any, decrypted."""
    path = f"/_matrix/client/v3/rooms/{room}/messages?dir=b&limit=1000"
    found: dict[str, dict[str, Any]] = {}
    for event in (await person._ask("GET", path))["chunk"]:
        found[event["event_id"]] = event
    for event_id in list(found):
        path = f"/_matrix/client/v1/rooms/{room}/relations/{event_id}"
        for event in (await person._ask("GET", path))["chunk"]:
            found.setdefault(event["event_id"], event)
    return [_decrypted(person, room, event) for event in found.values()]


def _decrypted(person: Person, room: str, raw: dict[str, Any]) -> dict[str, Any]:
    if raw["type"] != "m.room.encrypted" or "ciphertext" not in raw["content"]:
        return raw
    event = MegolmEvent.from_dict(raw)
    assert isinstance(event, MegolmEvent), event
    event.room_id = room
    source: dict[str, Any] = person.client.decrypt_event(event).source
    return source


async def naming(person: Person, room: str) -> list[str]:
    """What names the canary, in any event."""
    return [str(event["content"]) for event in await history(person, room) if WORD in str(event)]


async def versions(person: Person, heard: Heard) -> list[str]:
    """What the message says and has ever said."""
    return [
        str(event["content"])
        for event in await history(person, heard.room)
        if heard.id in (event["event_id"], _changes(event))
    ]


def _changes(event: dict[str, Any]) -> str | None:
    changed: str | None = event["content"].get("m.relates_to", {}).get("event_id")
    return changed


async def test_what_was_erased_stands_in_no_version(
    tmp_path: Path, homeserver: Homeserver, meet: Meet, unique: Callable[[str], str]
) -> None:
    account = await homeserver.register(unique("bot"))
    zaid, omar, amal = [await meet(name) for name in ("zaid", "omar", "amal")]
    async with whole_bot(tmp_path, homeserver, account, admins=[zaid.id, omar.id]) as w:
        for person in (zaid, omar):
            await person.wait_until_there(w.admins, person.id)
        await w.signed("Rami Mansour")
        chat = await w.sign(amal, CANARY)
        card = await omar.hear(w.admins, CANARY)
        found = await w.hears(zaid, w.admins, "!find Zahra", CANARY)
        desk = await w.hears(zaid, w.admins, "!pending", "Waiting: 2 people")
        assert "Rami Mansour" in desk.text
        assert len(await naming(omar, w.admins)) == 2
        # A decision changes its card, and what the card said before is gone.
        await w.hears(zaid, w.admins, "!verify 2", "is verified")
        await omar.wait_for(lambda: "Verified by" in card.text)
        await w.bot.inbox.settled()
        assert len(await naming(omar, w.admins)) == 2
        await w.hears(amal, chat, "!forget", "!confirm")
        await amal.say(chat, "!confirm")
        await omar.wait_for(lambda: card.text == "#2: withdrawn")
        await zaid.wait_for(lambda: "The names here have been erased." in found.text)
        await w.hears(zaid, w.admins, "!help", "!reload")
        await w.bot.inbox.settled()
        assert await naming(omar, w.admins) == []
        assert await naming(zaid, w.admins) == []


async def test_a_desk_leaves_nothing_behind_when_it_turns(
    tmp_path: Path, homeserver: Homeserver, meet: Meet, unique: Callable[[str], str]
) -> None:
    account = await homeserver.register(unique("bot"))
    zaid = await meet("zaid")
    async with whole_bot(tmp_path, homeserver, account, admins=[zaid.id], trusts_server=True) as w:
        await zaid.wait_until_there(w.admins, zaid.id)
        await w.signed(CANARY, "Rami Mansour")
        desk = await w.hears(zaid, w.admins, "!pending", CANARY)
        assert any(WORD in said for said in await versions(zaid, desk))
        await zaid.press(desk, "⏭️")
        await zaid.wait_for(lambda: "Rami Mansour" in desk.text)
        await w.hears(zaid, w.admins, "!help", "!reload")
        # Cards name her too, and come when they come.
        said = await versions(zaid, desk)
        assert any("Rami Mansour" in each for each in said)
        assert not any(WORD in each for each in said)
