"""Refusals that nobody knows: one plainer try, then it is given up, and the admins know of it."""

from __future__ import annotations

import datetime as dt
import logging
from pathlib import Path

import pytest

from bot.delivery import outbox
from bot.domain.ids import MessageRef
from bot.ports import Button, Delete, Edit, Outgoing, Send, SendFile, Undeliverable
from bot.text.rich import RichText, bold
from tests.integration.telegram.conftest import EN, NEXT, Rig
from tests.integration.telegram.whole import Whole, whole_bot_alone
from tests.support.botapi import BotApiServer, Person, faults

NAME = "Nadia Canary"
REFUSED = faults.refusal(400, f'Bad Request: ODD_THING_INVALID in "{NAME}" or {NAME}')
METHODS = ("sendMessage", "editMessageText", "sendDocument", "deleteMessage")


def told(caplog: pytest.LogCaptureFixture, since: int = logging.WARNING) -> list[str]:
    """The lines of the log about what was sent: no traceback, nothing private."""
    assert not any(record.exc_info for record in caplog.records)
    for word in NAME.split():
        assert word not in caplog.text
    names = ("bot.adapters.telegram.sending", outbox.__name__)
    found = [r for r in caplog.records if r.name in names and r.levelno >= since]
    return [record.getMessage() for record in found]


async def met(rig: Rig, amal: Person) -> MessageRef:
    await amal.say("/start")
    await rig.message()
    return await rig.send(amal, "Card")


def outgoing(rig: Rig, amal: Person, ref: MessageRef) -> dict[str, Outgoing]:
    chat, buttons = rig.chat(amal), ((NEXT, Button("say", NAME, "say")),)
    return {
        "sendMessage": Send(chat, bold(NAME), EN, buttons),
        "editMessageText": Edit(chat, ref, bold(NAME), EN, buttons),
        "sendDocument": SendFile(chat, f"{NAME}.csv", b"a,b", bold(NAME), EN),
        "deleteMessage": Delete(chat, ref, RichText(NAME), EN),
    }


@pytest.mark.parametrize("method", METHODS[:3])
async def test_it_goes_plainer(
    server: BotApiServer, rig: Rig, amal: Person, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    ref = await met(rig, amal)
    server.fail(method, REFUSED)
    found = await rig.adapter.deliver(outgoing(rig, amal, ref)[method], "k")
    message = server.sent(amal)[-1]
    assert found == str(message.id)
    assert (message.text, message.entities, message.buttons) == (NAME, [], [])
    (line,) = told(caplog)
    assert "ODD_THING_INVALID" in line.upper()


async def test_a_message_that_is_not_deleted_is_emptied(
    server: BotApiServer, rig: Rig, amal: Person, caplog: pytest.LogCaptureFixture
) -> None:
    ref = await met(rig, amal)
    server.fail("deleteMessage", REFUSED)
    await rig.adapter.deliver(Delete(rig.chat(amal), ref, RichText("Deleted"), EN), "k")
    assert [message.text for message in server.sent(amal)] == ["Deleted"]
    assert told(caplog) == []


@pytest.mark.parametrize("method", METHODS)
async def test_it_is_given_up(
    server: BotApiServer, rig: Rig, amal: Person, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    ref = await met(rig, amal)
    for each in (method, "editMessageText"):
        server.fail(each, REFUSED, times=None)
    before = len(server.calls())
    with pytest.raises(Undeliverable) as raised:
        await rig.adapter.deliver(outgoing(rig, amal, ref)[method], "k")
    calls = [call for call in server.calls()[before:] if call.method in METHODS]
    assert len(calls) == (3 if method == "deleteMessage" else 2)
    assert "ODD_THING_INVALID" in raised.value.reason.upper()
    for word in (*NAME.split(), str(amal.id)):
        assert word not in raised.value.reason
    assert told(caplog) == []


def lines(w: Whole) -> int:
    """How often the admins were told."""
    return sum("didn't arrive" in text for text in w.texts(w.admins))


async def test_the_admins_know_of_a_swarm_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with whole_bot_alone(tmp_path) as w:
        amal = w.server.person(NAME)
        w.server.fail(
            "sendMessage",
            REFUSED,
            times=None,
            when=lambda call: str(call.parameters.get("chat_id")) == str(amal.id),
        )
        for _ in range(4):
            assert await w.say(amal, "/read port") == ""
        assert lines(w) == 1
        assert len(told(caplog, logging.ERROR)) == 4
        (line,) = [m for m in w.server.sent(w.admins) if "didn't arrive" in (m.text or "")]
        assert line.quiet
        assert NAME not in (line.text or "")

        w.clock.ahead += dt.timedelta(hours=2)
        for _ in range(2):
            await w.say(amal, "/read port")
        assert lines(w) == 2

        w.server.faults.clear()
        assert await w.say(amal, "/read port")


async def test_where_the_admins_cannot_be_told_either_it_ends(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with whole_bot_alone(tmp_path) as w:
        w.server.fail("sendMessage", REFUSED, times=None)
        amal = w.server.person(NAME)
        await w.say(amal, "/read port")
        await w.settled()
        assert await w.rows("select count(*) from outbox") == [(0,)]
        # The answer and the line about it, each with its plainer try.
        assert len(w.server.calls("sendMessage")) == 4
    told(caplog)
