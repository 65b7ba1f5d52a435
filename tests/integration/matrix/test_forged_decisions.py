"""Decisions in the encrypted admin room that nobody made, or nobody who may (rows 4 and 6)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.adapters.matrix import undecryptable
from bot.storage import tables
from tests.integration.matrix.whole import Whole, whole_bot
from tests.support.synapse import Account, Homeserver, Person
from tests.support.synapse.fixtures import Meet
from tests.support.synapse.forging import Forger, forged, raw_event
from tests.support.synapse.vouching import OtherDevice

NOT_PROVEN = "This changes nothing: it was not encrypted by a device that is known as yours"
UNREAD = "I couldn't read your last message"
OLD_BUTTON = "That button no longer works"
ADMINS_ONLY = "Only an admin can do that"


@pytest.fixture
async def forger(homeserver: Homeserver) -> AsyncIterator[Forger]:
    async with Forger(homeserver) as between:
        yield between


async def is_still(w: Whole, admin: Person, before: object) -> None:
    """What came before this word of an admin has changed nothing, and the admin is heard."""
    await w.hears(admin, w.admins, "!help", "!reload")
    await w.bot.inbox.settled()
    assert await w.decided() == before


async def handled_so_far(w: Whole) -> int:
    """Events that have come to the core."""
    async with w.database.unit() as unit:
        count = await unit._connection.scalar(
            sa.select(sa.func.count()).select_from(tables.handled)
        )
    return int(count or 0)


async def card(w: Whole, founder: Person, admin: Person) -> Any:
    """Of an endorsement that waits: the first one, of a group."""
    room = await founder.create([w.id], name="Readers of the Port")
    await founder.hear(room, "!endorse")
    await w.ask(founder, room, "!endorse")
    await founder.say(room, "!confirm")
    return await admin.hear(w.admins, "#1 ·")


async def replay(person: Person, room: str, event: dict[str, Any]) -> None:
    """The same ciphertext as an event of this person's."""
    await person.send(room, "m.room.encrypted", event["content"], clear=True)


async def test_row_4_what_is_in_clear_decides_nothing(
    tmp_path: Path, homeserver: Homeserver, account: Account, zaid: Person, omar: Person
) -> None:
    async with whole_bot(tmp_path, homeserver, account, admins=[zaid.id]) as w:
        shown = await card(w, omar, zaid)
        before = await w.decided()
        await w.hears(zaid, w.admins, "!verify 1", NOT_PROVEN, clear=True)
        await w.hears(zaid, w.admins, "!verify", NOT_PROVEN, clear=True, reply_to=shown.id)
        told = len(zaid.said_in(w.admins, w.id))
        await zaid.press(shown, "👍")
        said = await w.answer(zaid, w.admins, told)
        assert NOT_PROVEN in said.text
        assert "!verify 1 in this encrypted chat" in said.text
        assert said.content["m.mentions"] == {"user_ids": [zaid.id]}
        await is_still(w, zaid, before)
        await w.do(zaid, w.admins, "!verify 1")
        assert (await w.counts()).verified == 1


async def test_row_4_a_reaction_decides_where_the_server_is_trusted(
    tmp_path: Path, homeserver: Homeserver, account: Account, zaid: Person, omar: Person
) -> None:
    async with whole_bot(tmp_path, homeserver, account, admins=[zaid.id], trusts_server=True) as w:
        shown = await card(w, omar, zaid)
        await zaid.press(shown, "👍")
        await zaid.wait_for(lambda: "Verified by" in shown.text)
        assert (await w.counts()).verified == 1


async def test_row_4_a_device_that_its_account_does_not_vouch_for(
    tmp_path: Path, homeserver: Homeserver, account: Account, meet: Meet
) -> None:
    """Nor one of an account that vouches for none: neither decides or reads what is said there."""
    zaid = await meet("zaid", signs=False)
    async with whole_bot(tmp_path, homeserver, account, admins=[zaid.id]) as w:
        await w.signed("Amal Haddad")
        await zaid.wait_until_there(w.admins, zaid.id)
        before = await w.decided()
        await w.hears(zaid, w.admins, "!verify 1", NOT_PROVEN)
        async with OtherDevice(zaid, tmp_path / "other") as other:
            await w.hears(zaid, w.admins, "!verify 1", NOT_PROVEN)
            assert await w.decided() == before
            told = zaid.said_in(w.admins, w.id)
            assert all(heard.readable is (NOT_PROVEN in heard.text) for heard in told)
            await other.vouch()
            await w.do(zaid, w.admins, "!verify 1")
        assert (await w.counts()).verified == 1


async def test_row_4_a_decision_that_is_sent_again(
    tmp_path: Path,
    homeserver: Homeserver,
    account: Account,
    zaid: Person,
    omar: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As another event: by the admin's server, by another admin's, and after a restart."""
    monkeypatch.setattr(undecryptable, "KEY_PATIENCE", 0.2)
    admins = [zaid.id, omar.id]
    async with whole_bot(tmp_path, homeserver, account, admins=admins) as w:
        await w.signed("Amal Haddad")
        await zaid.wait_until_there(w.admins, omar.id)
        said = await zaid.say(w.admins, "!verify 1")
        shown = await zaid.hear(w.admins, "Verified by")
        await w.do(zaid, w.admins, "!undo 1")
        await zaid.wait_for(lambda: "Verified by" not in shown.text)
        kept = await raw_event(homeserver, zaid.account.token, w.admins, said)
        before = await w.decided()
        for person in (zaid, omar):
            await replay(person, w.admins, kept)
            await person.hear(w.admins, UNREAD)
        await is_still(w, zaid, before)
    async with whole_bot(tmp_path, homeserver, account, admins=admins) as w:
        for person in (zaid, omar):
            told = len(person.said_in(w.admins, w.id))
            await replay(person, w.admins, kept)
            assert UNREAD in (await w.answer(person, w.admins, told)).text
        await is_still(w, zaid, before)
        await w.do(zaid, w.admins, "!verify 1")
        assert (await w.counts()).verified == 1


async def test_row_4_in_another_room_and_by_somebody_else(
    tmp_path: Path,
    homeserver: Homeserver,
    account: Account,
    zaid: Person,
    omar: Person,
    forger: Forger,
) -> None:
    """Nor does it help to bring what an admin said elsewhere into the admin room, or to name a card
    of the admin room elsewhere: Synapse refuses such a reaction, another server may not."""
    async with whole_bot(tmp_path, homeserver, account, url=forger.url, admins=[zaid.id]) as w:
        shown = await card(w, omar, zaid)
        await zaid.wait_for(lambda: shown.has("👍"))
        before = await w.decided()
        group = await zaid.create([w.id], name="Readers of the Port")
        await zaid.hear(group, "!endorse")
        chat = await zaid.chat(w.id)
        await zaid.hear(chat, "Hello")
        said = await zaid.say(group, "!verify 1")
        await w.ask(zaid, chat, "!verify 1")
        press = {"rel_type": "m.annotation", "event_id": shown.id, "key": "👍"}
        for room in (group, chat):
            forger.add(room, forged(zaid.id, "m.reaction", {"m.relates_to": press}))
            await zaid.say(room, "!verify", reply_to=shown.id)
            await w.hears(zaid, room, "!help", "!read")
            assert not [said for said in zaid.said_in(room, w.id) if OLD_BUTTON in said.text]
        elsewhere = await raw_event(homeserver, zaid.account.token, group, said)
        await replay(zaid, w.admins, elsewhere)
        parts = w.adapter._parts
        assert parts is not None
        await parts.client.ask("POST", ["rooms", w.admins, "invite"], {"user_id": omar.id})
        await omar.wait_until_there(w.admins, omar.id)
        await w.hears(omar, w.admins, "!verify 1", ADMINS_ONLY)
        await is_still(w, zaid, before)


async def test_row_4_an_edit_is_no_decision(
    tmp_path: Path, homeserver: Homeserver, account: Account, zaid: Person
) -> None:
    async with whole_bot(tmp_path, homeserver, account, admins=[zaid.id]) as w:
        await w.signed("Amal Haddad")
        await zaid.wait_until_there(w.admins, zaid.id)
        before = await w.decided()
        await is_still(w, zaid, before)
        handled = await handled_so_far(w)
        said = await zaid.say(w.admins, "Good morning")
        await zaid.edit(w.admins, said, "!verify 1")
        new = {"msgtype": "m.text", "body": "!verify 1"}
        relation = {"rel_type": "m.replace", "event_id": said}
        content = new | {"m.new_content": new, "m.relates_to": relation}
        await zaid.send(w.admins, "m.room.message", content)
        await zaid.send(w.admins, "m.room.message", content, clear=True)
        await is_still(w, zaid, before)
        # The two that were said; of an edit there, the core does not even hear.
        assert await handled_so_far(w) == handled + 2


async def test_row_4_a_server_that_forges_what_an_admin_said(
    tmp_path: Path,
    homeserver: Homeserver,
    account: Account,
    zaid: Person,
    omar: Person,
    forger: Forger,
) -> None:
    """Events that nobody sent, and what a member said under the name or the key of an admin."""
    async with whole_bot(tmp_path, homeserver, account, url=forger.url, admins=[zaid.id]) as w:
        await w.signed("Amal Haddad")
        parts = w.adapter._parts
        assert parts is not None
        await parts.client.ask("POST", ["rooms", w.admins, "invite"], {"user_id": omar.id})
        await omar.wait_until_there(w.admins, omar.id)
        before = await w.decided()
        assert parts.client.olm is not None
        key = parts.client.olm.device_store[zaid.id][zaid.account.device].curve25519

        def under_another_name(answer: dict[str, Any]) -> None:
            joined = answer.get("rooms", {}).get("join", {}).get(w.admins)
            for event in joined["timeline"]["events"] if joined else ():
                if event["type"] == "m.room.encrypted" and event["sender"] == omar.id:
                    event["sender"] = zaid.id

        def under_another_key(answer: dict[str, Any]) -> None:
            joined = answer.get("rooms", {}).get("join", {}).get(w.admins)
            for event in joined["timeline"]["events"] if joined else ():
                if event["type"] == "m.room.encrypted" and event["sender"] == omar.id:
                    event["sender"], event["content"]["sender_key"] = zaid.id, key

        forger.changes.append(under_another_name)
        await w.hears(omar, w.admins, "!verify 1", NOT_PROVEN)
        forger.changes[:] = [under_another_key]
        await omar.say(w.admins, "!verify 1")
        await is_still(w, zaid, before)
        forger.changes.clear()
        typed = {"msgtype": "m.text", "body": "!verify 1"}
        forger.add(w.admins, forged(zaid.id, "m.room.message", typed))
        await w.hears(zaid, w.admins, "Good morning", NOT_PROVEN)
        await is_still(w, zaid, before)


async def test_row_4_a_room_once_encrypted_stays_so(
    tmp_path: Path, homeserver: Homeserver, account: Account, zaid: Person, forger: Forger
) -> None:
    """A server that shows it as if it had never been so can neither decide nor read."""

    def hide(answer: dict[str, Any]) -> None:
        for room in answer.get("rooms", {}).get("join", {}).values():
            for part in (room["state"], room["timeline"]):
                part["events"] = [e for e in part["events"] if e["type"] != "m.room.encryption"]

    async with whole_bot(tmp_path, homeserver, account, url=forger.url, admins=[zaid.id]) as w:
        await w.signed("Amal Haddad")
        await zaid.wait_until_there(w.admins, zaid.id)
        await w.hears(zaid, w.admins, "!help", "!reload")
        before = await w.decided()
    forger.changes.append(hide)
    async with whole_bot(tmp_path, homeserver, account, url=forger.url, admins=[zaid.id]) as w:
        said = await w.hears(zaid, w.admins, "!verify 1", NOT_PROVEN, clear=True)
        assert said.encrypted
        await is_still(w, zaid, before)


# -- who was an admin ------------------------------------------------------------------------------


async def test_row_4_words_that_the_server_turns_into_an_answer(
    tmp_path: Path, homeserver: Homeserver, account: Account, zaid: Person, forger: Forger
) -> None:
    """What a message relates to may stand outside of what is encrypted."""
    async with whole_bot(tmp_path, homeserver, account, admins=[zaid.id], url=forger.url) as w:
        await w.signed("Amal Haddad")
        await zaid.wait_until_there(w.admins, zaid.id)
        asked = await w.hears(zaid, w.admins, "!reject 1", "Why is #1 not accepted?")

        def answer_it(news: dict[str, Any]) -> None:
            for room in news.get("rooms", {}).get("join", {}).values():
                for event in room["timeline"]["events"]:
                    if (event["type"], event["sender"]) == ("m.room.encrypted", zaid.id):
                        below = {"m.in_reply_to": {"event_id": asked.id}}
                        event["content"].setdefault("m.relates_to", below)

        before = await w.decided()
        forger.changes.append(answer_it)
        await zaid.say(w.admins, "She is a cousin of mine")
        await is_still(w, zaid, before)
        forger.changes.clear()
        await zaid.say(w.admins, "We know no such person", reply_to=asked.id)
        await zaid.hear(w.admins, "#1 is not accepted")
        assert (await w.counts()).rejected == 1


async def test_row_6_a_right_withdrawn_between_card_and_press(
    tmp_path: Path, homeserver: Homeserver, account: Account, zaid: Person, omar: Person
) -> None:
    """Where nobody is named, whoever may change the room's state decides."""
    room = await zaid.create([account.user, omar.id], name="Admins")
    await zaid.wait_until_there(room, omar.id)
    await zaid.promote(room, omar.id, 50)
    async with whole_bot(tmp_path, homeserver, account, admin_room=room) as w:
        await zaid.wait_until_there(room, account.user)
        await w.signed("Amal Haddad", "Rami Saleh")
        await w.hears(omar, room, "!show 1", "#1 ·")
        await zaid.promote(room, omar.id, 0)
        before = await w.decided()
        await w.hears(omar, room, "!verify 1", ADMINS_ONLY)
        await is_still(w, zaid, before)
        await zaid.promote(room, omar.id, 50)
        await w.do(omar, room, "!verify 1")
        assert (await w.counts()).verified == 1


async def test_row_6_who_left_or_was_thrown_out_decides_nothing(
    tmp_path: Path, homeserver: Homeserver, account: Account, meet: Meet
) -> None:
    """By what they said while they were there and the bot was not."""
    zaid, omar, rami = [await meet(name) for name in ("zaid", "omar", "rami")]
    room = await zaid.create([account.user, omar.id, rami.id], name="Admins")
    for person in (omar, rami):
        await zaid.wait_until_there(room, person.id)
    admins = [zaid.id, omar.id, rami.id]
    async with whole_bot(tmp_path, homeserver, account, admin_room=room, admins=admins) as w:
        await w.signed("Amal Haddad")
        for person in (zaid, omar, rami):
            await w.ask(person, room, "!help")
        before = await w.decided()
    for person in (omar, rami):
        await person.say(room, "!verify 1")
    await zaid.kick(room, omar.id)
    await rami.leave(room)
    async with whole_bot(tmp_path, homeserver, account, admin_room=room, admins=admins) as w:
        told = await zaid.wait_for(
            lambda: [h for h in zaid.said_in(room, w.id) if ADMINS_ONLY in h.text]
        )
        await is_still(w, zaid, before)
        assert len([h for h in zaid.said_in(room, w.id) if ADMINS_ONLY in h.text]) == 2, told


async def test_row_6_who_is_named_no_more_decides_nothing(
    tmp_path: Path, homeserver: Homeserver, account: Account, zaid: Person, omar: Person
) -> None:
    async with whole_bot(tmp_path, homeserver, account, admins=[zaid.id, omar.id]) as w:
        await w.signed("Amal Haddad")
        await zaid.wait_until_there(w.admins, omar.id)
        await w.hears(omar, w.admins, "!show 1", "#1 ·")
        before = await w.decided()
    async with whole_bot(tmp_path, homeserver, account, admins=[zaid.id]) as w:
        await w.hears(omar, w.admins, "!verify 1", ADMINS_ONLY)
        await is_still(w, zaid, before)
        await w.do(zaid, w.admins, "!verify 1")
        assert (await w.counts()).verified == 1
