"""Several pictures sent as one: each comes as a message of its own, and the bot answers once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.adapters.telegram import Webhook
from bot.ports import Message
from tests.contract.inbox import MemoryInbox
from tests.integration.telegram.conftest import Rig, Rigs
from tests.integration.telegram.whole import whole_bot_alone
from tests.support.botapi import BotApiServer, Chat, File, Person


def album(person: Person, chat: Chat, pictures: int, name: str = "13579") -> None:
    for number in range(pictures):
        file = File(f"photo{number}.jpg", b"x")
        chat.service(person, {"media_group_id": name}, file=file, service=False)


def messages(inbox: MemoryInbox) -> list[Message]:
    return [event for event in inbox.events if isinstance(event, Message)]


async def test_one_event_for_each_album(rig: Rig, amal: Person) -> None:
    await amal.say("/start")
    album(amal, amal.private, 10)
    album(amal, amal.private, 3, "24680")
    await amal.send(amal.private, "", file=File("photo.jpg", b"x"))
    await amal.send(amal.private, "", file=File("photo.jpg", b"x"))
    await amal.say("/help")
    await rig.said("/help")
    assert [event.text for event in messages(rig.inbox)] == ["/start", "", "", "", "", "/help"]


async def test_two_people_with_an_album_of_the_same_name(
    server: BotApiServer, rig: Rig, amal: Person
) -> None:
    for person in (amal, server.person("rami")):
        await person.say("/start")
        album(person, person.private, 2)
    await amal.say("/help")
    await rig.said("/help")
    assert sum(not event.text for event in messages(rig.inbox)) == 2


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_an_album_that_could_not_be_saved_at_first_is_answered_still(
    server: BotApiServer, rigs: Rigs, amal: Person, hook: Webhook, quick: list[float], mode: str
) -> None:
    rig = rigs(mode=mode, webhook=hook)
    await server.wait_for(lambda: server.updates.polling or server.webhook.target)
    rig.inbox.failing = RuntimeError("no")
    album(amal, amal.private, 4)
    await server.wait_for(lambda: quick or server.webhook.last_error)
    rig.inbox.failing = None
    await server.settled()
    assert [event.text for event in messages(rig.inbox)] == [""]


async def test_the_bot_answers_an_album_once(tmp_path: Path) -> None:
    async with whole_bot_alone(tmp_path) as w:
        amal = w.server.person("amal")
        await w.say(amal, "/start")
        before = len(w.texts(amal))
        album(amal, amal.private, 10)
        await w.settled()
        assert len(w.texts(amal)) == before + 1
