"""Strangers who send too much, too long, or what no client sends (row 24)."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from unpaddedbase64 import encode_base64

from bot.adapters.matrix import invites, reactions, undecryptable
from bot.storage.tables import adapter_memos
from tests.integration.matrix.whole import Whole, whole_bot
from tests.support.synapse import Account, Homeserver, Person, matrix_error
from tests.support.synapse.forging import Forger, forged

UNREAD = "I couldn't read your last message"
PROMPTLY = 5.0
"""Seconds for an answer while somebody floods, on a busy machine."""


@pytest.fixture
async def forger(homeserver: Homeserver) -> AsyncIterator[Forger]:
    async with Forger(homeserver) as between:
        yield between


@pytest.fixture
async def w(
    tmp_path: Path, homeserver: Homeserver, account: Account, forger: Forger
) -> AsyncIterator[Whole]:
    async with whole_bot(tmp_path, homeserver, account, url=forger.url) as whole:
        yield whole


async def others_are_answered(w: Whole, person: Person, room: str) -> None:
    async with asyncio.timeout(PROMPTLY):
        await w.hears(person, room, "!demands port 1", "1. ")


async def memos(w: Whole, kind: str) -> int:
    async with w.database.unit() as unit:
        query = sa.select(sa.func.count()).where(adapter_memos.c.kind == kind)
        return (await unit._connection.execute(query)).scalar_one()


# -- messages that nobody can read -----------------------------------------------------------------


def nonsense(sender: str, count: int) -> list[dict[str, Any]]:
    """Each as if encrypted with a key of its own."""
    return [
        forged(
            sender,
            "m.room.encrypted",
            {
                "algorithm": "m.megolm.v1.aes-sha2",
                "ciphertext": encode_base64(secrets.token_bytes(200)),
                "sender_key": encode_base64(secrets.token_bytes(32)),
                "device_id": "PHONE",
                "session_id": secrets.token_hex(8),
            },
        )
        for _ in range(count)
    ]


async def test_row_24_hundreds_of_messages_that_cannot_be_read(
    w: Whole, forger: Forger, amal: Person, omar: Person
) -> None:
    """Of a stranger in two rooms; somebody else's message goes on waiting for its key."""
    parts = w.adapter._parts
    assert parts is not None
    chat = await amal.chat(w.id)
    await amal.hear(chat, "Hello")
    rooms = [await omar.create([w.id], name=f"Readers {number}") for number in range(2)]
    for room in rooms:
        await omar.hear(room, "!endorse")
    unread = parts.reading._unreadable
    (lost,) = nonsense(amal.id, 1)
    forger.add(chat, lost)
    await others_are_answered(w, amal, chat)
    for room in rooms:
        forger.add(room, *nonsense(omar.id, 400))
        await others_are_answered(w, omar, room)
    await others_are_answered(w, amal, chat)
    assert lost["event_id"] in unread._waiting
    assert len(unread) <= 1 + 2 * undecryptable.MOST_IN_ROOM
    assert await memos(w, "unread") == len(unread)
    for room in rooms:
        assert not any(UNREAD in heard.text for heard in omar.said_in(room, w.id))


async def test_row_24_nonsense_in_many_rooms_costs_nobody_their_message(
    w: Whole, forger: Forger, amal: Person, omar: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (undecryptable.MOST_IN_ROOM, undecryptable.MOST) == (50, 200)
    monkeypatch.setattr(undecryptable, "MOST", 12)
    parts = w.adapter._parts
    assert parts is not None
    chat = await amal.chat(w.id)
    await amal.hear(chat, "Hello")
    (lost,) = nonsense(amal.id, 1)
    forger.add(chat, lost)
    await others_are_answered(w, amal, chat)
    for number in range(3):
        room = await omar.create([w.id], name=f"Readers {number}")
        await omar.hear(room, "!endorse")
        forger.add(room, *nonsense(omar.id, 30))
        await others_are_answered(w, omar, room)
    assert len(parts.reading._unreadable) <= 12
    assert lost["event_id"] in parts.reading._unreadable._waiting


# -- huge and odd messages -------------------------------------------------------------------------


def nested(depth: int) -> object:
    found: object = "deep"
    for _ in range(depth):
        found = [found]
    return found


MESSAGE = {"msgtype": "m.text", "body": "!demands port 2"}
CLEAR: list[tuple[str, dict[str, Any]]] = [
    ("m.room.message", {"msgtype": "m.text", "body": "x" * 60_000}),
    ("m.room.message", {"msgtype": "m.text", "body": "> \n" * 20_000}),
    ("m.room.message", {"msgtype": "m.text", "body": "!" * 60_000}),
    ("m.room.message", {"msgtype": "m.text", "body": 5}),
    ("m.room.message", {"msgtype": "m.text", "body": None}),
    ("m.room.message", {"msgtype": "m.text", "body": ["!help"]}),
    ("m.room.message", {"msgtype": "m.text"}),
    ("m.room.message", {"msgtype": ["m.text"], "body": "!help"}),
    ("m.room.message", {"body": "!help"}),
    ("m.room.message", {}),
    ("m.room.message", {"msgtype": "m.text", "body": "x", "deep": nested(300)}),
    ("m.room.message", {"msgtype": "m.text", "body": nested(300)}),
    ("m.room.message", {"msgtype": "m.text", "body": "x", "formatted_body": 7, "format": []}),
    ("m.reaction", {}),
    ("m.reaction", {"m.relates_to": 3}),
    ("m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "key": "👍"}}),
    ("m.room.encrypted", {}),
    ("m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": {"a": 1}}),
    ("m.room.encrypted", {"algorithm": 1, "ciphertext": "x", "sender_key": 2, "session_id": 3}),
    ("m.room.redaction", {"redacts": ["x"]}),
    ("org.example.anything", {"m.relates_to": "x"}),
]
RELATIONS: list[Any] = [
    "x",
    7,
    None,
    [],
    {"rel_type": 5},
    {"rel_type": "m.thread", "event_id": []},
    {"rel_type": "m.replace", "event_id": {}},
    {"rel_type": ["m.replace"]},
    {"m.in_reply_to": 7},
    {"m.in_reply_to": {"event_id": 7}},
    {"m.in_reply_to": {"event_id": "$" + "x" * 10_000}},
    nested(100),
]
MENTIONS: list[Any] = ["x", {"user_ids": "everybody"}, {"user_ids": [[]]}, [nested(100)]]
STATE: list[tuple[str, Any]] = [
    ("m.room.name", {"name": 5}),
    ("m.room.name", {"name": "x" * 60_000}),
    ("m.room.topic", {"topic": nested(100)}),
    ("m.room.tombstone", {}),
    ("m.room.tombstone", {"replacement_room": 5, "body": 5}),
    ("m.room.power_levels", {"users": {"@x:test": "much"}, "users_default": "100"}),
    ("m.room.encryption", {"algorithm": 5}),
    ("m.room.join_rules", {"join_rule": []}),
]
HIDDEN: list[Any] = [
    {"type": "m.room.message"},
    {"type": "m.room.message", "content": []},
    {"type": 5, "content": {}},
    {"content": MESSAGE},
    {"type": "m.room.message", "content": MESSAGE, "unsigned": 5},
    {"type": "m.room.message", "content": {"msgtype": "m.text", "body": {"a": 1}}},
    {"type": "m.room.encrypted", "content": {}},
    {"type": "m.room.member", "state_key": "", "content": {"membership": "join"}},
    {"type": "m.room.message", "event_id": "$x", "sender": "@x:test", "origin_server_ts": "x"},
]
NOT_OBJECTS = ["[]", "5", "null", '"x"', "{", "[" * 5_000]


def in_clear(sender: str) -> list[dict[str, Any]]:
    contents = [
        *CLEAR,
        *(("m.room.message", MESSAGE | {"m.relates_to": relation}) for relation in RELATIONS),
        *(("m.reaction", {"m.relates_to": relation}) for relation in RELATIONS),
        *(("m.room.message", MESSAGE | {"m.mentions": mentions}) for mentions in MENTIONS),
    ]
    return [forged(sender, kind, content) for kind, content in contents]


async def test_row_24_huge_and_odd_messages(
    w: Whole, forger: Forger, amal: Person, omar: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a server lets through; in a group, in a private chat, and from its owner, who in the
    latter is answered to each of them first, and gets words rather than a reaction for each."""
    monkeypatch.setattr(reactions, "MOST_PLACED", 20)
    monkeypatch.setattr(reactions, "WINDOW", 600.0)
    chat = await amal.chat(w.id)
    await amal.hear(chat, "Hello")
    room = await omar.create([w.id], name="Readers of the Port")
    await omar.hear(room, "!endorse")
    private = await omar.chat(w.id)
    await omar.hear(private, "Hello")
    for where in (room, private):
        state = [forged(omar.id, kind, content, state_key="") for kind, content in STATE]
        named = [forged(omar.id, "m.room.name", {"name": "Readers"}, state_key="")]
        forger.add(where, *in_clear(omar.id), *(state if where == room else ()), *named)
        await omar.say(where, "Good morning")
        await others_are_answered(w, amal, chat)
        if where == room:
            await others_are_answered(w, omar, room)
        else:
            await w.hears(omar, private, "!signatories port", "Nobody has signed yet")
    answers = omar.said_in(private, w.id)
    placed = sum(len(heard.reactions) for heard in answers)
    offered = sum(heard.text.count(" · !") for heard in answers)
    assert placed <= 20 < offered


async def test_row_24_odd_things_inside_encrypted_messages(
    w: Whole, forger: Forger, amal: Person, omar: Person
) -> None:
    chat = await amal.chat(w.id)
    await amal.hear(chat, "Hello")
    room = await omar.create([w.id], name="Readers of the Port")
    await omar.hear(room, "!endorse")
    await w.hears(omar, room, "!demands port 1", "1. ")
    olm = omar.client.olm
    assert olm is not None
    sent = [await omar.encrypt(room, payload) for payload in HIDDEN]
    session = olm.outbound_group_sessions[room]
    sent += [{**sent[0], "ciphertext": session.encrypt(text)} for text in NOT_OBJECTS]
    forger.add(room, *(forged(omar.id, "m.room.encrypted", content) for content in sent))
    await omar.say(room, "Good morning")
    await others_are_answered(w, amal, chat)
    await others_are_answered(w, omar, room)


async def test_row_24_a_member_cannot_set_a_rooms_state_by_an_encrypted_message(
    w: Whole, amal: Person, omar: Person
) -> None:
    """Nobody checks who may: the server does not see that it is one."""
    room = await omar.create([w.id, amal.id], name="Readers of the Port", version="11")
    await omar.hear(room, "!endorse")
    await omar.wait_until_there(room, amal.id)
    await w.ask(omar, room, "!endorse")
    await omar.say(room, "!confirm")
    await omar.hear(room, "Recorded: #1")
    elsewhere = await amal.create([w.id], name="Elsewhere")
    await amal.hear(elsewhere, "!endorse")
    await w.hears(amal, room, "!demands port 1", "1. ")
    for kind, key, content in (
        ("m.room.tombstone", "", {"body": "On", "replacement_room": elsewhere}),
        ("m.room.member", w.id, {"membership": "join"}),
    ):
        payload = {"type": kind, "state_key": key, "content": content}
        sent = await amal.encrypt(room, payload)
        await amal.send(room, "m.room.encrypted", sent, clear=True)
    before = len(omar.said_in(room, w.id))
    await w.hears(omar, room, "!endorse", "already")
    assert len(omar.said_in(room, w.id)) == before + 1


# -- invites ---------------------------------------------------------------------------------------


async def test_row_24_a_flood_of_invites_from_one_person(
    w: Whole, homeserver: Homeserver, account: Account, amal: Person, omar: Person
) -> None:
    chat = await amal.chat(w.id)
    await amal.hear(chat, "Hello")
    rooms = [await room_with(homeserver, omar.account, w.id) for _ in range(invites.FROM_ONE + 4)]
    await others_are_answered(w, amal, chat)
    last = await amal.chat(w.id)
    await amal.hear(last, "Hello")
    await settled(w)
    path = "/_matrix/client/v3/joined_rooms"
    _, answer = await homeserver.ask("GET", path, account.token)
    assert len(set(answer["joined_rooms"]) & set(rooms)) == invites.FROM_ONE


async def test_row_24_a_flood_of_invites_from_many(
    w: Whole,
    forger: Forger,
    homeserver: Homeserver,
    amal: Person,
    unique: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No more wait than there is room for, and whoever writes meanwhile is answered."""
    assert (invites.MOST_WAITING, invites.AT_ONCE) == (200, 3)
    monkeypatch.setattr(invites, "MOST_WAITING", 4)
    parts = w.adapter._parts
    assert parts is not None
    chat = await amal.chat(w.id)
    await amal.hear(chat, "Hello")
    failing = forger.fail("POST .*/join/", matrix_error(503, "M_BUSY"), times=1_000)
    people = [await homeserver.register(unique("many")) for _ in range(5)]
    most = 0
    for _ in range(3):
        await asyncio.gather(*(room_with(homeserver, person, w.id) for person in people))
        most = max(most, len(parts.invites._waiting))
        await others_are_answered(w, amal, chat)
    assert most == 4
    failing.times = 0
    await settled(w)


async def test_row_24_a_room_that_is_replaced_over_and_over(
    w: Whole, forger: Forger, amal: Person, omar: Person
) -> None:
    """Each time the bot would have to go where it is sent."""
    chat = await amal.chat(w.id)
    await amal.hear(chat, "Hello")
    room = await omar.create([w.id], name="Readers of the Port")
    await omar.hear(room, "!endorse")
    for number in range(invites.FROM_ONE + 4):
        content = {"body": "On", "replacement_room": f"!{number}:elsewhere"}
        await omar.set_state(room, "m.room.tombstone", content)
    await others_are_answered(w, amal, chat)
    await settled(w)
    # One was the invite to the room itself.
    assert len(set(forger.paths("POST .*/join/!.*:elsewhere"))) == invites.FROM_ONE - 1


async def room_with(homeserver: Homeserver, founder: Account, bot: str) -> str:
    path = "/_matrix/client/v3/createRoom"
    status, answer = await homeserver.ask("POST", path, founder.token, {"invite": [bot]})
    assert status == 200, answer
    return str(answer["room_id"])


async def settled(w: Whole) -> None:
    """No invite waits any more."""
    async with asyncio.timeout(30):
        while w.adapter._parts and w.adapter._parts.invites.waits():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


# -- who is there ----------------------------------------------------------------------------------


async def test_row_24_somebody_removed_is_not_brought_back_by_old_state(
    w: Whole, forger: Forger, amal: Person, omar: Person
) -> None:
    """As Synapse gives it out where people write side by side: who was there at the beginning of
    one branch of what was said."""
    chat = await amal.chat(w.id)
    await amal.hear(chat, "Hello")
    await amal.invite(chat, omar.id)
    await omar.wait_until_there(chat, omar.id)
    await amal.hear(chat, "We aren't alone here any more")
    await amal.kick(chat, omar.id)
    content = {"membership": "join", "displayname": "Omar"}
    again = forged(omar.id, "m.room.member", content, state_key=omar.id)
    brought: list[str] = []

    def bring_back(answer: dict[str, Any]) -> None:
        joined = answer.get("rooms", {}).get("join", {}).get(chat)
        if joined and "!mine" not in str(joined):
            joined["state"]["events"].append(again)
            brought.append(chat)

    forger.changes.append(bring_back)
    await w.hears(amal, chat, "!mine", "You haven't signed anything")
    assert brought
    forger.changes.clear()
    await w.hears(amal, chat, "!demands port 1", "1. ")
    parts = w.adapter._parts
    assert parts is not None
    assert set(parts.client.rooms[chat].users) == {w.id, amal.id}
