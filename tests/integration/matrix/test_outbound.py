"""What the bot sends, whatever it is: whom it calls, who can read it, and who vouches for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from unpaddedbase64 import encode_base64

from bot.adapters.matrix.client import Client
from bot.adapters.matrix.cross_signing import USES
from bot.adapters.matrix.devices import device_is_signed, query_keys
from tests.integration.matrix.whole import Whole
from tests.support.synapse import Account, Homeserver, Person


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """Room and content of each message that the bot sends, before it is encrypted."""
    found: list[tuple[str, dict[str, Any]]] = []
    send = Client.send_event

    async def noted(self: Client, room: str, kind: str, content: Any, *rest: Any) -> str:
        if kind == "m.room.message":
            found.append((room, dict(content)))
        return await send(self, room, kind, content, *rest)

    monkeypatch.setattr(Client, "send_event", noted)
    return found


async def test_row_21_every_message_says_whom_it_calls(
    sent: list[tuple[str, dict[str, Any]]], w: Whole, zaid: Person, amal: Person, omar: Person
) -> None:
    """Answers, edits, cards, notices, files, receipts, the last word about a button."""
    room = await w.sign(amal, f"Amal of {zaid.id}")
    card = await zaid.hear(w.admins, "#1 ·")
    reading = await w.ask(amal, room, "!read port")
    before = reading.text
    await amal.press(reading, "➡️")
    await amal.wait_for(lambda: reading.text != before)
    await zaid.press(card, "👍")
    await zaid.hear(w.admins, "This changes nothing")
    await w.hears(zaid, w.admins, "!verify 1", "#1 is verified")
    await amal.hear(room, "has been verified")
    await zaid.say(w.admins, "!export")
    group = await omar.create([w.id], name="Readers of the Port")
    await omar.hear(group, "!endorse")
    await w.hears(
        omar, group, "!endorse Readers of @room", "An administrator of this group confirms"
    )
    await zaid.wait_for(lambda: any(h.kind == "m.file" for h in zaid.said_in(w.admins, w.id)))
    kinds = {content["msgtype"] for _, content in sent}
    assert kinds == {"m.notice", "m.text", "m.file"}
    assert any("m.new_content" in content for _, content in sent)
    for where, content in sent:
        mentions = content["m.mentions"]
        assert mentions in ({}, {"user_ids": [zaid.id]})
        assert "room" not in mentions
        assert where == w.admins or mentions == {}
        new = content.get("m.new_content")
        assert new is None or new["m.mentions"] == {}


async def test_somebody_who_comes_later_can_read_the_next_answer(
    w: Whole, omar: Person, amal: Person
) -> None:
    room = await omar.create([w.id], name="Readers of the Port")
    await omar.hear(room, "!endorse")
    await w.hears(omar, room, "!demands port 1", "1. ")
    await omar.invite(room, amal.id)
    await amal.wait_until_there(room, amal.id)
    answer = await w.hears(amal, room, "!demands port 2", "2. ")
    assert answer.encrypted
    assert all(heard.readable for heard in amal.said_in(room, w.id) if heard.text)
    assert (await omar.hear(room, "2. ")).id == answer.id


async def test_a_public_group_that_is_not_encrypted(w: Whole, omar: Person, amal: Person) -> None:
    room = await omar.create([w.id], name="Readers of the Port", encrypted=False)
    await omar.set_state(room, "m.room.join_rules", {"join_rule": "public"})
    await omar.hear(room, "!endorse")
    joined = await amal.client.join(room)
    assert hasattr(joined, "room_id"), joined
    await amal.wait_until_there(room, amal.id)
    answer = await w.hears(amal, room, "!demands port 2", "2. ")
    assert not answer.encrypted
    assert answer.kind == "m.notice"
    await w.hears(amal, room, "!endorse", "Only an administrator")
    await w.hears(omar, room, "!endorse", "An administrator of this group confirms")
    await omar.say(room, "!confirm")
    await omar.hear(room, "Recorded: #1")


async def test_row_13_the_first_start_signs_the_bots_device(
    w: Whole, homeserver: Homeserver, account: Account, tmp_path: Path
) -> None:
    """With the account's own keys; what makes them stands nowhere in clear."""
    parts = w.adapter._parts
    assert parts is not None
    published = await query_keys(parts.client, w.id)
    for use in USES:
        assert published[f"{use}_keys"][w.id]["usage"] == [use]
    assert device_is_signed(published, w.id, parts.client.own_device)
    keys = await parts.vouching.cross_signing._kept()
    assert keys is not None
    assert set(keys) == set(USES)
    for file in files_in(tmp_path):
        data = file.read_bytes()
        for key in keys.values():
            for seed in (key.seed, key.seed.hex().encode(), encode_base64(key.seed).encode()):
                assert seed not in data, file


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_row_13_another_device_of_the_account_is_not_signed(
    w: Whole, homeserver: Homeserver, account: Account
) -> None:
    """The account vouches for what the bot signed, not for whatever the server lists."""
    parts = w.adapter._parts
    assert parts is not None
    published = await query_keys(parts.client, w.id)
    own = published["device_keys"][w.id][parts.client.own_device]
    forged = {**own, "device_id": "OTHER"}
    published["device_keys"][w.id]["OTHER"] = forged
    assert not device_is_signed(published, w.id, "OTHER")
