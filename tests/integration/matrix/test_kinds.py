"""What people send beside texts and commands, each kind with its line: stickers, polls, voices,
signs in another look, what was removed again, and what cannot be read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.adapters.matrix import sync, undecryptable
from tests.integration.matrix.test_rooms import unreadable
from tests.integration.matrix.whole import Whole, whole_bot
from tests.support.synapse import Account, Homeserver, Person

MINUTE = dt.timedelta(minutes=1)
ONLY_TEXT = "I can only read text"
UNREAD = "I couldn't read your last message"
POLL = {"org.matrix.msc3381.poll.start": {"question": {"body": "When?"}, "answers": []}}
STICKER = {"body": "A dove", "url": "mxc://test/dove", "info": {}}
VOICE = {"msgtype": "m.audio", "body": "Voice message", "url": "mxc://test/voice"}


async def test_each_kind_gets_its_line(w: Whole, zaid: Person, amal: Person, omar: Person) -> None:
    welcome = await zaid.hear(w.admins, "Welcome. New signatures come here")
    assert "!pending" in welcome.text
    chat = await amal.chat(w.id)
    await amal.hear(chat, "Hello")
    for kind, content in (
        ("m.sticker", STICKER),
        ("org.matrix.msc3381.poll.start", POLL),
        ("m.room.message", VOICE),
    ):
        # One line for a swarm: the window in which it is told once has ended.
        w.clock.ahead += MINUTE
        before = len(amal.said_in(chat, w.id))
        await amal.send(chat, kind, content)
        assert ONLY_TEXT in (await w.answer(amal, chat, before)).text
    shown = await w.hears(amal, chat, "!sign port", "You're about to sign")
    await amal.wait_for(lambda: shown.has("✅"))
    await amal.react(chat, shown.id, "✅\ufe0e")
    shown = await amal.hear(chat, "What's your name")
    w.clock.ahead += MINUTE
    before = len(amal.said_in(chat, w.id))
    await amal.send(chat, "m.room.message", VOICE)
    said = await w.answer(amal, chat, before)
    assert ONLY_TEXT in said.text
    assert "Type your answer" in said.text
    group = await omar.create([w.id], name="Readers of the Port")
    shown = await omar.hear(group, "!endorse")
    assert "!mydata" in (await w.ask(omar, group, "!mydata")).text
    shown = await w.hears(omar, group, "!endorse", "Endorse “")
    await omar.wait_for(lambda: shown.has("✅"))
    await omar.react(group, shown.id, "✅\U0001f3fd")
    await omar.hear(group, "Recorded: #1")


async def test_what_was_removed_is_not_answered(
    tmp_path: Path, homeserver: Homeserver, account: Account, amal: Person
) -> None:
    """Neither what was said while the bot was away, nor what waited for its key."""
    async with whole_bot(tmp_path, homeserver, account) as w:
        chat = await amal.chat(w.id)
        await amal.hear(chat, "Hello")
        group = await amal.create([w.id], name="Readers of the Port", encrypted=False)
        await amal.hear(group, "!endorse")
    for room in (chat, group):
        await amal.redact(room, await amal.say(room, "!signatories port"))
    lost = await amal.send(chat, "m.room.encrypted", unreadable("lost"), clear=True)
    async with whole_bot(tmp_path, homeserver, account) as w:
        parts = w.adapter._parts
        assert parts is not None
        assert parts.reading.waits()
        await amal.redact(chat, lost)
        for room in (chat, group):
            await w.hears(amal, room, "!demands port 1", "1. ")
            assert [h.text[:3] for h in amal.said_in(room, w.id)[1:]] == ["1. "]
        assert not parts.reading.waits()


async def test_who_cannot_be_read_is_told_what_helps_and_not_in_a_group(
    w: Whole, amal: Person, omar: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of somebody whose app sends keys to verified devices only."""
    monkeypatch.setattr(undecryptable, "KEY_PATIENCE", 0.3)
    monkeypatch.setattr(sync, "SHORT_POLL", 100)
    group = await omar.create([w.id], name="Readers of the Port")
    greeting = await omar.hear(group, "!endorse")
    chat = await amal.chat(w.id)
    await amal.hear(chat, "Hello")
    for number in range(3):
        await omar.send(group, "m.room.encrypted", unreadable(f"omar {number}"), clear=True)
        await amal.send(chat, "m.room.encrypted", unreadable(f"amal {number}"), clear=True)
        await amal.hear(chat, UNREAD)
    assert "verify me" in amal.said_in(chat, w.id)[-1].text
    reply = {"m.relates_to": {"m.in_reply_to": {"event_id": greeting.id}}}
    await omar.send(group, "m.room.encrypted", unreadable("reply") | reply, clear=True)
    await omar.hear(group, UNREAD)
    await w.bot.inbox.settled()
    for person, room in ((omar, group), (amal, chat)):
        assert [UNREAD in h.text for h in person.said_in(room, w.id)] == [False, True]
