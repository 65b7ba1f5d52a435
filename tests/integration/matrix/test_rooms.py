"""What people see in rooms: who is let in, what is said to whom, what cannot be read."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from nio import RoomMessagesResponse
from unpaddedbase64 import encode_base64

from bot.adapters.matrix import Account, MatrixAdapter, invites, sync, undecryptable
from bot.adapters.matrix.store import Memory
from tests.contract.inbox import MemoryInbox
from tests.integration.matrix.conftest import Meet
from tests.integration.matrix.test_program import program, sign_on_matrix
from tests.integration.matrix.whole import WITHIN, Whole, whole_bot
from tests.support import bot_process
from tests.support.statements import write_port
from tests.support.synapse import Account as Registered
from tests.support.synapse import Heard, Homeserver, Person, Proxy

SIGNER_GONE = "able to reach the signer since"
GROUP_GONE = "able to write in the group since"
UNKNOWN = "I don't know that command"
UNREAD = "I couldn't read your last message"


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    deadline = time.monotonic() + WITHIN
    while not await condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def rooms_of(homeserver: Homeserver, account: Registered) -> set[str]:
    path = "/_matrix/client/v3/joined_rooms"
    _, answer = await homeserver.ask("GET", path, account.token)
    return set(answer["joined_rooms"])


def admin_room(w: Whole) -> str:
    assert w.adapter.admin_room.id is not None
    return w.adapter.admin_room.id


def texts(person: Person, room: str, bot: str) -> list[str]:
    return [heard.text for heard in person.said_in(room, bot)]


async def group(w: Whole, founder: Person, name: str = "Readers of the Port") -> str:
    room = await founder.create([w.id], name=name)
    await founder.hear(room, "!endorse")
    return room


# -- who is in the room ----------------------------------------------------------------------------


async def test_a_third_person_in_a_private_chat_is_told_nothing_of_the_signer(
    w: Whole, zaid: Person, amal: Person, meet: Meet
) -> None:
    rami = await meet("rami")
    room, _ = await sign_on_matrix(amal, w.id, "Amal Haddad")
    card = await zaid.hear(admin_room(w), "#1 ·")
    await w.bot.inbox.settled()
    await amal.invite(room, rami.id)
    await amal.hear(room, "We aren't alone here any more")
    await rami.wait_until_there(room, rami.id)
    await zaid.wait_for(lambda: SIGNER_GONE in card.text)
    before = len(amal.said_in(room, w.id))
    await zaid.say(admin_room(w), "!verify 1")
    await zaid.wait_for(lambda: "Verified by" in card.text)
    # It answers there as in any group, and what was decided before that has been tried by then.
    answer = await w.ask(rami, room, "!mine")
    assert "private chat" in answer.text
    assert "#1" not in answer.text
    await amal.wait_for(lambda: len(amal.said_in(room, w.id)) > before)
    assert len(amal.said_in(room, w.id)) == before + 1

    await amal.kick(room, rami.id)
    await zaid.wait_for(lambda: SIGNER_GONE not in card.text)
    assert "#1" in (await w.ask(amal, room, "!mine")).text


async def test_a_group_that_kicks_the_bot_takes_it_back_and_bans_it(
    w: Whole, zaid: Person, omar: Person
) -> None:
    room = await group(w, omar)
    await w.ask(omar, room, "!endorse")
    await omar.say(room, "!confirm")
    await omar.hear(room, "Recorded: #1")
    card = await zaid.hear(admin_room(w), "#1 ·")
    await omar.kick(room, w.id)
    await zaid.wait_for(lambda: GROUP_GONE in card.text)
    before = len(omar.said_in(room, w.id))
    await omar.invite(room, w.id)
    assert "!endorse" in (await w.answer(omar, room, before)).text
    await zaid.wait_for(lambda: GROUP_GONE not in card.text)
    await omar.ban(room, w.id)
    await zaid.wait_for(lambda: GROUP_GONE in card.text)
    await zaid.say(admin_room(w), "!verify 1")
    await zaid.wait_for(lambda: "Verified by" in card.text)
    assert (await w.counts()).verified == 1


async def test_the_bot_stays_alone_in_no_room_but_the_admin_room(
    w: Whole, homeserver: Homeserver, account: Registered, zaid: Person, amal: Person, omar: Person
) -> None:
    async def has_left(room: str) -> bool:
        return room not in await rooms_of(homeserver, account)

    admins = admin_room(w)
    room, _ = await sign_on_matrix(amal, w.id, "Amal Haddad")
    card = await zaid.hear(admins, "#1 ·")
    await w.bot.inbox.settled()
    await amal.leave(room)
    await until(lambda: has_left(room))
    await zaid.wait_for(lambda: SIGNER_GONE in card.text)
    await zaid.leave(admins)
    other = await group(w, omar)
    await omar.leave(other)
    await until(lambda: has_left(other))
    assert await rooms_of(homeserver, account) == {admins}


# -- invites ---------------------------------------------------------------------------------------


async def test_a_group_hears_one_line_and_then_what_it_asks_for(w: Whole, omar: Person) -> None:
    room = await group(w, omar)
    await omar.say(room, "Shall we endorse it?")
    await omar.say(room, "!weather tomorrow")
    assert (await w.ask(omar, room, "!demands port 1")).text.startswith("1. ")
    assert len(omar.said_in(room, w.id)) == 2
    chat = await omar.chat(w.id)
    assert (await omar.hear(chat, "Hello")).encrypted
    assert UNKNOWN in (await w.ask(omar, chat, "!weather tomorrow")).text


async def refused(w: Whole, person: Person, room: str) -> None:
    """The bot does not come: it has taken itself off the list of those invited."""

    async def is_off() -> bool:
        member = await person.state(room, "m.room.member", w.id)
        assert member["membership"] != "join"
        return bool(member["membership"] == "leave")

    await until(is_off)


async def test_rooms_with_strange_names_are_not_entered(w: Whole, omar: Person) -> None:
    for name in ("x" * (invites.MOST_NAME + 1), "Readers\x07 of the port", "Two\nlines"):
        await refused(w, omar, await omar.create([w.id], name=name, encrypted=False))
    # Persian needs joiners, and so do families.
    await group(w, omar, "ما می\u200cخواهیم 👩\u200d👩\u200d👧")


async def test_somebody_who_invites_too_often_is_refused(
    w: Whole, omar: Person, amal: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (invites.FROM_ONE, invites.HOUR) == (10, 3600)
    monkeypatch.setattr(invites, "FROM_ONE", 3)
    for _ in range(3):
        room = await omar.create([w.id], name="Readers", encrypted=False)
        await omar.wait_until_there(room, w.id)
    await refused(w, omar, await omar.create([w.id], name="Readers", encrypted=False))
    await amal.chat(w.id)


async def test_an_invite_that_could_not_be_followed_outlives_a_restart(
    tmp_path: Path, homeserver: Homeserver, account: Registered, amal: Person
) -> None:
    async with Proxy(homeserver) as proxy:
        async with whole_bot(tmp_path, homeserver, account, url=proxy.url):
            failing = proxy.fail("POST .*/join/", 502, times=1000)
            room = await amal.create([account.user], direct=True)
            await asyncio.wait_for(failing.begun.wait(), WITHIN)
        failing.times = 0
        async with whole_bot(tmp_path, homeserver, account, url=proxy.url):
            await amal.hear(room, "Hello")


# -- what cannot be read ---------------------------------------------------------------------------


def unreadable(session: str) -> dict[str, Any]:
    return {
        "algorithm": "m.megolm.v1.aes-sha2",
        "ciphertext": encode_base64(secrets.token_bytes(200)),
        "sender_key": encode_base64(secrets.token_bytes(32)),
        "device_id": "PHONE",
        "session_id": session,
    }


async def test_who_cannot_be_read_is_told_so_once_for_a_session(
    w: Whole, amal: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await amal.chat(w.id)
    await amal.hear(room, "Hello")
    monkeypatch.setattr(undecryptable, "KEY_PATIENCE", 1.0)
    monkeypatch.setattr(sync, "SHORT_POLL", 100)
    parts = w.adapter._parts
    assert parts is not None

    async def waits() -> bool:
        return parts.reading.waits()

    async def waits_no_more() -> bool:
        return not parts.reading.waits()

    for session in ("one", "two"):
        before = len(amal.said_in(room, w.id))
        await amal.send(room, "m.room.encrypted", unreadable(session), clear=True)
        await until(waits)
        # Not in the same look as the first.
        for _ in range(2):
            await amal.send(room, "m.room.encrypted", unreadable(session), clear=True)
        assert UNREAD in (await w.answer(amal, room, before)).text
        await until(waits_no_more)
        await w.ask(amal, room, "!help")
        assert len(amal.said_in(room, w.id)) == before + 2


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_message_whose_key_comes_late_is_answered_then(
    tmp_path: Path,
    homeserver: Homeserver,
    account: Registered,
    amal: Person,
    monkeypatch: pytest.MonkeyPatch,
    restarted: bool,
) -> None:
    send = amal.client.send
    withheld: list[str] = []

    async def without_keys(method: str, path: str, data: Any = None, *rest: Any) -> Any:
        if "/sendToDevice/" in path:
            withheld.append(data)
            data = '{"messages": {}}'
        return await send(method, path, data, *rest)

    async def deliver_keys() -> None:
        for number, data in enumerate(withheld):
            path = f"/_matrix/client/v3/sendToDevice/m.room.encrypted/late{number}"
            status, _ = await homeserver.ask("PUT", path, amal.account.token, json.loads(data))
            assert status == 200

    async def is_waited_for(w: Whole) -> bool:
        return w.adapter._parts is not None and w.adapter._parts.reading.waits()

    async def said(w: Whole, room: str) -> None:
        await amal.hear(room, "1. ")
        await w.bot.inbox.settled()
        assert not any(UNREAD in text for text in texts(amal, room, w.id))

    async with whole_bot(tmp_path, homeserver, account) as w:
        room = await amal.chat(w.id)
        await amal.hear(room, "Hello")
        monkeypatch.setattr(amal.client, "send", without_keys)
        await amal.say(room, "!demands port 1")
        await until(lambda: is_waited_for(w))
        if not restarted:
            await deliver_keys()
            await said(w, room)
    if restarted:
        async with whole_bot(tmp_path, homeserver, account) as w:
            assert await is_waited_for(w)
            await deliver_keys()
            await said(w, room)


# -- what is typed ---------------------------------------------------------------------------------


async def test_words_in_place_of_buttons(w: Whole, amal: Person) -> None:
    room = await amal.chat(w.id)
    await amal.hear(room, "Hello")
    await w.ask(amal, room, "!sign port")
    assert "Cancelled" in (await w.ask(amal, room, "!cancel")).text
    assert "no longer works" in (await w.ask(amal, room, "!confirm")).text
    reading_one = await w.ask(amal, room, "!read port en")
    reading_two = await w.ask(amal, room, "!read port ar")
    shown = [reading_one.text, reading_two.text]
    # Below a message its own button is meant, whichever has it too.
    await amal.say(room, "!next", reply_to=reading_one.id)
    await amal.wait_for(lambda: reading_one.edits)
    assert reading_two.text == shown[1]


async def test_who_edits_an_answer_corrects_it(w: Whole, amal: Person) -> None:
    room = await amal.chat(w.id)
    await amal.hear(room, "Hello")
    for typed in ("!sign port", "!confirm"):
        await w.ask(amal, room, typed)
    name = await amal.say(room, "Amal Hadad")
    await amal.hear(room, "Step 3 of 5")
    for typed in ("!skip", "!skip"):
        await w.ask(amal, room, typed)
    preview = await w.ask(amal, room, "!public")
    assert "Amal Hadad" in preview.text
    await amal.edit(room, name, "Amal Haddad")
    # In the preview itself, or in a new one where that is still getting its reactions.
    await amal.wait_for(lambda: any("Amal Haddad" in h.text for h in amal.said_in(room, w.id)))
    await w.do(amal, room, "!confirm")
    await amal.hear(room, "Recorded")


async def test_who_types_is_answered_below_and_who_presses_on_the_spot(
    w: Whole, amal: Person, omar: Person
) -> None:
    room = await amal.chat(w.id)
    await amal.hear(room, "Hello")
    consent = await w.ask(amal, room, "!sign port")
    await amal.press(consent, "✅")
    await amal.wait_for(lambda: "What's your name" in consent.text)
    for typed in ("Amal Haddad", "!skip", "!skip", "!public"):
        assert "✅" not in consent.text
        await w.ask(amal, room, typed)
    receipt = await w.ask(amal, room, "!confirm")
    assert "Recorded" in receipt.text
    assert all(heard.edits == 0 for heard in amal.said_in(room, w.id) if heard is not consent)
    # A group hears no more than it has to.
    readers = await group(w, omar)
    preview = await w.ask(omar, readers, "!endorse")
    await omar.say(readers, "!confirm")
    await omar.wait_for(lambda: "Recorded" in preview.text)


async def test_the_bot_is_called_by_its_name(w: Whole, omar: Person) -> None:
    room = await group(w, omar)
    local = w.id[1:].partition(":")[0]
    for number, words in enumerate(
        (f"{w.id}: demands port 1", f"@{local} demands port 2", f"{local.upper()}, demands port 3"),
        start=1,
    ):
        assert (await w.ask(omar, room, words)).text.startswith(f"{number}. ")
    # Named, it does not leave what it does not know to another bot.
    assert UNKNOWN in (await w.ask(omar, room, f"{w.id} weather")).text
    assert UNKNOWN in (await w.ask(omar, room, "!weather", mention=w.id)).text


# -- whom a message calls --------------------------------------------------------------------------


async def all_of(person: Person, room: str, sender: str) -> list[dict[str, Any]]:
    """The contents of all messages there, edits too, decrypted, the oldest first."""
    answer = await person.client.room_messages(room, limit=100)
    assert isinstance(answer, RoomMessagesResponse), answer
    return [
        event.source["content"]
        for event in reversed(answer.chunk)
        if (event.source["sender"], event.source["type"]) == (sender, "m.room.message")
    ]


async def test_only_what_asks_for_a_decision_calls_anybody(
    w: Whole, zaid: Person, omar: Person
) -> None:
    room = await group(w, omar)
    await w.ask(omar, room, f"!endorse Readers of {zaid.id}")
    await omar.say(room, "!confirm")
    card = await zaid.hear(admin_room(w), "#1 ·")
    await w.ask(zaid, admin_room(w), "!pending")
    await zaid.say(admin_room(w), "!verify 1")
    await zaid.wait_for(lambda: "Verified by" in card.text)
    await omar.hear(room, "Verified: #")

    assert zaid.id in card.text
    assert card.kind == "m.text"
    assert card.content["m.mentions"] == {"user_ids": [zaid.id]}
    calls = [c for c in await all_of(zaid, admin_room(w), w.id) if c["m.mentions"]]
    assert calls == [card.content]
    edits = [c["m.new_content"] for c in await all_of(zaid, admin_room(w), w.id) if _edits(c)]
    assert edits
    others = [*edits, *await all_of(omar, room, w.id)]
    assert [c["m.mentions"] for c in others] == [{}] * len(others)
    assert {c["msgtype"] for c in others} == {"m.notice"}


def _edits(content: dict[str, Any]) -> bool:
    return bool(content.get("m.relates_to", {}).get("rel_type") == "m.replace")


# -- the admin room --------------------------------------------------------------------------------


async def test_the_admin_room_is_made_once_whenever_it_is_killed(
    tmp_path: Path,
    homeserver: Homeserver,
    account: Registered,
    zaid: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inbox, made = MemoryInbox(), asyncio.Event()

    def start() -> tuple[MatrixAdapter, asyncio.Task[None]]:
        there = Account(homeserver.url, account.user, password=account.password)
        adapter = MatrixAdapter(there, tmp_path / "matrix", admins=[zaid.id])
        return adapter, asyncio.create_task(adapter.run(inbox))

    async def end(running: asyncio.Task[None]) -> None:
        running.cancel()
        await asyncio.wait({running})

    keep = Memory.keep_secrets

    async def killed(self: Memory, **kept: str | None) -> None:
        if "admin_room" in kept:
            made.set()
            await asyncio.Event().wait()
        await keep(self, **kept)

    with monkeypatch.context() as patched:
        patched.setattr(Memory, "keep_secrets", killed)
        _, running = start()
        await asyncio.wait_for(made.wait(), WITHIN)
        await end(running)
    (room,) = await rooms_of(homeserver, account)
    adapter, running = start()
    await asyncio.wait_for(adapter.prepared(), WITHIN)
    assert adapter.admin_room.id == room
    assert await rooms_of(homeserver, account) == {room}
    await zaid.wait_until_there(room, account.user)
    await end(running)


async def test_a_room_is_claimed_by_the_code_that_the_program_prints(
    tmp_path: Path, homeserver: Homeserver, account: Registered, omar: Person, amal: Person
) -> None:
    config = {
        "homeserver": homeserver.url,
        "user_id": account.user,
        "password": account.password,
    }
    (tmp_path / "config.yaml").write_text(json.dumps({"matrix": config}), encoding="utf-8")
    write_port(tmp_path)

    async def ask(person: Person, text: str) -> Heard:
        before = len(person.said_in(room, account.user))
        await person.say(room, text)
        return await person.wait_for(
            lambda: next(iter(person.said_in(room, account.user)[before:]), None)
        )

    async with talking(tmp_path) as told:
        room = await omar.create([account.user], name="Admins")
        await omar.hear(room, "!endorse")
        await omar.invite(room, amal.id)
        await amal.wait_until_there(room, amal.id)
        code = await told(r"on matrix yet\. .* send there: !claim (\S+)")
        assert "Only an administrator" in (await ask(amal, f"!claim {code}")).text
        await omar.hear(room, "Only an administrator")
        assert UNKNOWN in (await ask(omar, f"{account.user} claim 0123456789abcdef")).text
        assert "This is the admin chat now" in (await ask(omar, f"!claim {code}")).text
        assert "!verify" in (await ask(omar, "!help")).text
    async with program(tmp_path):
        assert "!verify" in (await ask(omar, "!help")).text
    assert "!claim" not in (tmp_path / "log.txt").read_text(encoding="utf-8")


@contextlib.asynccontextmanager
async def talking(folder: Path) -> AsyncIterator[Callable[[str], Awaitable[str]]]:
    """The program; gives what a line that it writes says at the first group of a pattern."""
    running = await asyncio.create_subprocess_exec(
        *bot_process.PROGRAM,
        "run",
        cwd=folder,
        env=bot_process.environment(folder / "statements"),
        stderr=asyncio.subprocess.PIPE,
    )

    async def told(pattern: str) -> str:
        assert running.stderr is not None
        async for line in running.stderr:
            if found := re.search(pattern, line.decode()):
                return found[1]
        raise AssertionError(f"the program has ended without {pattern}")

    try:
        yield told
    finally:
        running.terminate()
        assert await running.wait() == 0
