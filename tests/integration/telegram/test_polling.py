"""Fetching updates: nothing is lost, nothing is held up, nothing is hurried."""

from __future__ import annotations

import asyncio
import json
import logging
from itertools import pairwise

import pytest

from bot.adapters.telegram import TelegramFault
from bot.adapters.telegram.intake import UNREADABLE
from bot.adapters.telegram.poller import CALM, LONG_POLL
from bot.adapters.telegram.refs import NAME
from bot.ports import Message
from tests.contract.inbox import WITHIN, MemoryInbox
from tests.integration.telegram.conftest import Rig, Rigs, inbox_closed
from tests.support.botapi import BotApiServer, Person, faults
from tests.support.botapi.faults import Fault
from tests.support.botapi.updates import Update


def texts(inbox: MemoryInbox) -> list[str]:
    return [event.text for event in inbox.events if isinstance(event, Message)]


async def test_the_offset_moves_once_the_inbox_has_committed(
    server: BotApiServer, rig: Rig, amal: Person
) -> None:
    async with inbox_closed(rig):
        await amal.say("/start")
        await rig.inbox.held()
        assert len(server.updates.pending) == 1
        assert not rig.inbox.stored_cursor
    await server.wait_for(lambda: not server.updates.pending)
    assert rig.inbox.stored_cursor == str(server.updates.last + 1)
    assert texts(rig.inbox) == ["/start"]


async def test_a_kill_before_the_commit_loses_nothing(
    server: BotApiServer, rigs: Rigs, amal: Person
) -> None:
    first = rigs()
    await first.ready()
    first.inbox.open.clear()
    await amal.say("/sign")
    await first.inbox.held()
    await first.stop()
    second = rigs(first.inbox)
    first.inbox.open.set()
    assert (await second.message()).text == "/sign"


async def test_a_kill_between_the_commit_and_the_offset_doubles_nothing(
    server: BotApiServer, rigs: Rigs, amal: Person
) -> None:
    """The committed cursor is the offset of the next start."""
    first = rigs()
    await first.ready()
    await amal.say("/sign")
    await first.message()
    await first.stop()
    second = rigs(first.inbox)
    await amal.say("/help")
    await second.message(after=1)
    assert texts(second.inbox) == ["/sign", "/help"]
    offsets = [call.parameters.get("offset") for call in server.calls("getUpdates")]
    assert all(int(b or 0) >= int(a or 0) for a, b in pairwise(offsets))


async def test_a_failing_inbox_keeps_the_offset(
    server: BotApiServer, rig: Rig, amal: Person, quick: list[float]
) -> None:
    rig.inbox.failing = RuntimeError("no")
    await amal.say("/start")
    await server.wait_for(lambda: len(quick) > 2)
    assert len(server.updates.pending) == 1
    rig.inbox.failing = None
    assert (await rig.message()).text == "/start"


async def test_what_cannot_be_read_holds_up_nothing_and_is_not_logged(
    server: BotApiServer, rig: Rig, amal: Person, caplog: pytest.LogCaptureFixture
) -> None:
    async with inbox_closed(rig):
        await amal.say("/start")
        await rig.inbox.held()
        secret = "canary of what somebody wrote"
        server.updates.inject({"message": {"text": secret, "chat": 7}})
        server.updates.inject({"callback_query": [secret]})
        server.updates.inject({"message": {"message_id": 1, "date": "x", "text": secret}})
        await amal.say("/help")
    await server.wait_for(lambda: texts(rig.inbox) == ["/start", "/help"])
    await server.wait_for(lambda: not server.updates.pending)
    assert caplog.text.count("cannot be read") == 3
    assert "of kind callback_query" in caplog.text
    assert secret not in caplog.text
    # For whoever finds out why they could not be read.
    letters = await rig.inbox.recall(NAME, UNREADABLE)
    assert [secret in letter for letter in letters.values()] == [True, True, True]
    assert all(number.isdecimal() and number in letter for number, letter in letters.items())


async def test_halves_of_characters_do_not_poison_the_inbox(
    server: BotApiServer, rig: Rig, amal: Person
) -> None:
    person = {"id": amal.id, "is_bot": False, "first_name": "\ud83d"}
    chat = {"id": amal.id, "type": "private", "first_name": "\ud83d"}
    body = {"message_id": 5, "date": 1, "from": person, "chat": chat, "text": "a\ud83d b"}
    server.updates.last += 1
    text = json.dumps({"update_id": server.updates.last, "message": body})
    expires = server.clock.now() + 60
    server.updates.repeat(Update(server.updates.last, "message", text, expires, "amal"))
    event = await rig.message()
    event.text.encode()
    event.origin.name.encode()
    assert event.text.startswith("a")


@pytest.mark.parametrize(
    "fault",
    [
        faults.drop(),
        faults.bad_gateway(),
        faults.garbage(effect=False),
        faults.server_error(),
        faults.too_many(),
        faults.not_ok_with_200(),
        faults.refusal(400, "Bad Request: whatever"),
    ],
    ids=lambda fault: fault.name,
)
async def test_what_goes_wrong_is_tried_again(
    server: BotApiServer, rigs: Rigs, amal: Person, quick: list[float], fault: Fault
) -> None:
    server.fail("getUpdates", fault, times=3)
    rig = rigs()
    await amal.say("/start")
    await server.wait_for(lambda: server.faults.left == 0, within=20)
    assert (await rig.message()).text == "/start"
    assert len(quick) >= 3
    await rig.ready()
    assert rig.adapter.problems() == [
        "no admin chat is set, so endorsements wait; set telegram.admin_chat, or claim a chat"
    ]


async def test_a_start_without_the_server_waits_for_it(
    server: BotApiServer, rigs: Rigs, amal: Person, quick: list[float]
) -> None:
    async with server.down():
        rig = rigs()
        await server.wait_for(lambda: len(quick) > 1)
        assert not rig.ended.done()
        assert "Telegram has not answered yet" in rig.adapter.problems()
    await amal.say("/start")
    assert (await rig.message()).text == "/start"


async def test_an_outage_in_the_middle(
    server: BotApiServer, rig: Rig, amal: Person, quick: list[float]
) -> None:
    async with server.down():
        await amal.say("/start")
        await server.wait_for(lambda: quick)
    assert (await rig.message()).text == "/start"


@pytest.mark.parametrize("token", ["7000000001:wrong-token-of-the-right-length-0123", "nonsense"])
async def test_a_token_that_is_refused_ends_it_with_the_remedy(
    rigs: Rigs, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    rig = rigs(token=token)
    with pytest.raises(TelegramFault, match="copy it from BotFather"):
        await rig.ended
    assert "copy it from BotFather" in caplog.text
    assert token not in caplog.text


async def test_the_database_of_another_account_is_left_alone(rigs: Rigs, rig: Rig) -> None:
    """What it knows of its place among updates makes it miss those of the other one."""
    await rig.stop()
    async with BotApiServer(token="7000000002:another-test-token-of-the-double-0123") as other:
        with pytest.raises(TelegramFault, match="of another Telegram account; put that one's"):
            await rigs(rig.inbox, api_url=other.url, token=other.token).ended
        assert not other.updates.polling
    await rigs(rig.inbox).ready()


@pytest.mark.parametrize("code", [401, 404])
async def test_a_token_that_is_revoked_ends_it(
    server: BotApiServer, rig: Rig, quick: list[float], code: int
) -> None:
    server.fail("*", faults.refusal(code, "Unauthorized"), times=None)
    server.updates.end_poll("x")
    with pytest.raises(TelegramFault):
        async with asyncio.timeout(WITHIN):
            await rig.ended


@pytest.mark.parametrize("code", [401, 404])
async def test_a_single_refusal_of_a_token_that_is_good_does_not_end_it(
    server: BotApiServer, rigs: Rigs, amal: Person, quick: list[float], code: int,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    """A server that restarts answers so; whether the bot is known is asked before it ends."""
    server.fail("getUpdates", faults.refusal(code, "Unauthorized"), times=2)
    server.fail("getMe", faults.bad_gateway(), skip=1)
    rig = rigs()
    await amal.say("/start")
    assert (await rig.message()).text == "/start"
    assert caplog.text.count("no updates from Telegram") == 2


async def test_a_web_page_with_404_is_an_outage(
    server: BotApiServer, rigs: Rigs, amal: Person, quick: list[float]
) -> None:
    server.fail("getUpdates", Fault("page", 404, body=b"<html>", content_type="text/html"))
    rig = rigs()
    await amal.say("/start")
    assert (await rig.message()).text == "/start"


async def test_another_program_on_the_same_token_is_told_once(
    server: BotApiServer, rigs: Rigs, amal: Person, quick: list[float],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    fault = faults.refusal(409, "Conflict: terminated by other getUpdates request; make sure")
    server.fail("getUpdates", fault, times=4)
    rig = rigs()
    await server.wait_for(lambda: server.faults.left < 2)
    assert any("another program" in problem for problem in rig.adapter.problems())
    await amal.say("/start")
    assert (await rig.message()).text == "/start"
    told = [r for r in caplog.records if "another program fetches" in r.getMessage()]
    assert [record.levelno for record in told] == [logging.ERROR]
    assert "stop it" in told[0].getMessage()


async def test_a_webhook_that_is_in_the_way_is_removed_and_loses_nothing(
    server: BotApiServer, rigs: Rigs, amal: Person, quick: list[float]
) -> None:
    await server._call("setWebhook", {"url": "http://127.0.0.1:9/hook"})
    await amal.say("/start")
    rig = rigs()
    assert (await rig.message()).text == "/start"
    await rig.ready()
    await server._call("setWebhook", {"url": "http://127.0.0.1:9/hook"})
    await amal.say("/help")
    await server.wait_for(lambda: texts(rig.inbox) == ["/start", "/help"])


async def slowly(server: BotApiServer, rigs: Rigs, calls: int) -> None:
    """The last of so many requests comes only after a pause."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    rigs()
    await server.wait_for(lambda: len(server.calls("getUpdates")) >= calls, WITHIN)
    assert loop.time() - began > 0.9 * CALM


async def test_empty_answers_at_once_do_not_make_it_spin(server: BotApiServer, rigs: Rigs) -> None:
    server.fail("getUpdates", Fault("empty", 200, body=b'{"ok":true,"result":[]}'), times=None)
    await slowly(server, rigs, 2)


async def test_the_same_answer_again_and_again_does_not_make_it_spin(
    server: BotApiServer, rigs: Rigs
) -> None:
    body = b'{"ok":true,"result":[{"update_id":5}]}'
    server.fail("getUpdates", Fault("stuck", 200, body=body), times=None)
    await slowly(server, rigs, 3)


async def test_answers_that_go_back_and_forth_do_not_make_it_spin(
    server: BotApiServer, rigs: Rigs
) -> None:
    for number in range(40):
        body = b'{"ok":true,"result":[{"update_id":%d}]}' % (5 + number % 2)
        server.fail("getUpdates", Fault("swing", 200, body=body))
    await slowly(server, rigs, 6)


async def test_a_server_that_counts_anew_is_followed(
    server: BotApiServer, rigs: Rigs, amal: Person
) -> None:
    inbox = MemoryInbox()
    inbox.stored_cursor = str(server.updates.last + 100_000)
    rig = rigs(inbox)
    await amal.say("/start")
    await rig.message()
    await amal.say("/help")
    await rig.message(after=1)
    assert texts(inbox) == ["/start", "/help"]
    assert inbox.stored_cursor == str(server.updates.last + 1)


async def test_a_cursor_that_is_no_number_starts_from_the_beginning(
    server: BotApiServer, rigs: Rigs, amal: Person
) -> None:
    inbox = MemoryInbox()
    inbox.stored_cursor = "s123_456"
    await amal.say("/start")
    assert (await rigs(inbox).message()).text == "/start"


async def test_a_backlog_comes_in_order(server: BotApiServer, rigs: Rigs, amal: Person) -> None:
    for number in range(250):
        await amal.say(f"/show {number}")
    rig = rigs()
    await server.wait_for(lambda: len(rig.inbox.events) == 250)
    assert texts(rig.inbox) == [f"/show {number}" for number in range(250)]


async def test_what_is_asked_for_is_named(server: BotApiServer, rig: Rig) -> None:
    asked = server.calls("getUpdates")[0].parameters["allowed_updates"]
    assert set(asked) == {
        "message",
        "edited_message",
        "callback_query",
        "inline_query",
        "my_chat_member",
        "chat_member",
        "channel_post",
    }
    (removed,) = server.calls("deleteWebhook")
    assert not removed.parameters.get("drop_pending_updates")


async def test_it_stops_at_once(server: BotApiServer, rig: Rig) -> None:
    loop = asyncio.get_running_loop()
    started = loop.time()
    await rig.stop()
    assert loop.time() - started < LONG_POLL / 2
    assert rig.ended.cancelled()
