"""What the server has taken, though the bot never heard so, is there for everybody: whoever answers
it at once is understood."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web

from bot.delivery import outbox
from tests.integration.matrix.conftest import Meet
from tests.integration.matrix.whole import whole_bot
from tests.support.synapse import Heard, Homeserver, Person, Proxy

SENDING = "PUT .*/send/m.room.encrypted/"
CONSENT = "You're about to sign"
NAME = "What's your name"

Reply = Callable[[Person, Heard], Awaitable[object]]


@pytest.fixture
async def proxy(homeserver: Homeserver) -> AsyncIterator[Proxy]:
    async with Proxy(homeserver) as between:
        yield between


async def typed(person: Person, heard: Heard) -> None:
    await person.say(heard.room, "!confirm")


async def pressed(person: Person, heard: Heard) -> None:
    await person.react(heard.room, heard.id, "✅")


def understood(person: Person, room: str, reply: Reply) -> None:
    """The bot has asked for the name once, by changing its message or below what was typed, and
    said nothing else."""
    said = [heard.text for heard in person.said_in(room)][1:]
    wanted = [NAME] if reply is pressed else [CONSENT, NAME]
    assert len(said) == len(wanted)
    assert all(words in text for words, text in zip(wanted, said, strict=True))


@pytest.mark.parametrize("reply", [typed, pressed])
async def test_the_program_ends_before_the_answer_of_the_server_comes(
    tmp_path: Path,
    homeserver: Homeserver,
    proxy: Proxy,
    meet: Meet,
    unique: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
    reply: Reply,
) -> None:
    # No answer comes, however long its end waits for one.
    monkeypatch.setattr(outbox, "LAST_ANSWERS", 0.1)
    account, amal = await homeserver.register(unique("bot")), await meet("amal")

    async def taken_and_held(request: web.Request) -> web.StreamResponse:
        await proxy.forward(request)
        await asyncio.Event().wait()
        raise AssertionError

    async with whole_bot(tmp_path, homeserver, account, url=proxy.url) as w:
        room = await amal.chat(w.id)
        await amal.hear(room, "Hello")
        await w.bot.inbox.settled()
        proxy.fail(SENDING, taken_and_held)
        await amal.say(room, "!sign port")
        consent = await amal.hear(room, CONSENT)
    await reply(amal, consent)
    async with whole_bot(tmp_path, homeserver, account, url=proxy.url) as w:
        await amal.hear(room, NAME)
        await w.bot.inbox.settled()
    understood(amal, room, reply)


@pytest.mark.parametrize("reply", [typed, pressed])
async def test_the_connection_breaks_before_the_answer_of_the_server_comes(
    tmp_path: Path,
    homeserver: Homeserver,
    proxy: Proxy,
    meet: Meet,
    unique: Callable[[str], str],
    reply: Reply,
) -> None:
    """Before the bot has tried again, which it does after a second."""
    account, amal = await homeserver.register(unique("bot")), await meet("amal")

    async def taken_and_lost(request: web.Request) -> web.StreamResponse:
        answer = await proxy.forward(request)
        assert request.transport is not None
        request.transport.abort()
        return answer

    async with whole_bot(tmp_path, homeserver, account, url=proxy.url) as w:
        room = await amal.chat(w.id)
        await amal.hear(room, "Hello")
        await w.bot.inbox.settled()
        proxy.fail(SENDING, taken_and_lost, times=2)
        await amal.say(room, "!sign port")
        consent = await amal.hear(room, CONSENT)
        await reply(amal, consent)
        await amal.hear(room, NAME)
        await w.bot.inbox.settled()
    understood(amal, room, reply)


@pytest.mark.parametrize("status", [502, None])
async def test_a_question_is_answered_before_its_sending_is(
    tmp_path: Path,
    homeserver: Homeserver,
    proxy: Proxy,
    meet: Meet,
    unique: Callable[[str], str],
    status: int | None,
) -> None:
    """By an admin who replies at once, while the answer to the edit that shows the question is on
    its way; or as that went wrong, and the one to the event before it."""
    account, zaid = await homeserver.register(unique("bot")), await meet("zaid")
    replied, is_edit = asyncio.Event(), iter([False, True])

    async def taken(request: web.Request) -> web.StreamResponse:
        answer = await proxy.forward(request)
        if status is not None:
            return web.Response(status=status, text="<html>bad gateway</html>")
        if next(is_edit):
            await replied.wait()
        return answer

    async with whole_bot(tmp_path, homeserver, account, url=proxy.url, admins=[zaid.id]) as w:
        await w.signed("Amal Haddad")
        await zaid.wait_until_there(w.admins, zaid.id)
        await w.ask(zaid, w.admins, "!help")
        await w.bot.inbox.settled()
        proxy.fail(SENDING, taken, times=2)
        question = await w.hears(zaid, w.admins, "!reject 1", "Why is #1 not accepted?")
        await zaid.say(w.admins, "We know no such person", reply_to=question.id)
        await asyncio.sleep(0.3)
        replied.set()
        await zaid.hear(w.admins, "#1 is not accepted", within=6.0)
        assert [h.text for h in zaid.said_in(w.admins, w.id)].count(question.text) == 1
