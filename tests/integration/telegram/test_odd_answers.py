"""What was sent, described as no server should: the message is known, its buttons work."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.adapters.telegram import floods
from bot.dispatch import dispatcher
from bot.domain.ids import MessageRef
from bot.ports import Edit, Outgoing, Send, SendFile
from bot.text.rich import RichText, bold
from tests.integration.telegram.conftest import EN, NEXT, Rig
from tests.integration.telegram.whole import whole_bot_alone
from tests.support.botapi import BotApiServer, Person, faults
from tests.support.botapi.faults import ODDITIES

NO_NUMBER = {"true", "null", "a number in a word"}


def lines(caplog: pytest.LogCaptureFixture) -> int:
    """How often an odd answer is told, with never a traceback."""
    assert not any(record.exc_info for record in caplog.records)
    return caplog.text.count("is odd")


@pytest.mark.parametrize("name", ODDITIES)
@pytest.mark.parametrize("method", ["sendMessage", "sendDocument", "editMessageText"])
async def test_each_kind(
    server: BotApiServer,
    rig: Rig,
    amal: Person,
    method: str,
    name: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await amal.say("/start")
    await rig.message()
    ref = await rig.send(amal, "Card")
    chat, buttons = rig.chat(amal), ((NEXT,),)
    outgoing: dict[str, Outgoing] = {
        "sendMessage": Send(chat, bold("Page"), EN, buttons),
        "sendDocument": SendFile(chat, "list.csv", b"a,b", bold("Page"), EN),
        "editMessageText": Edit(chat, ref, bold("Page"), EN, buttons),
    }
    server.fail(method, faults.odd(name), times=2)
    for _ in range(2):
        found = await rig.adapter.deliver(outgoing[method], "k")
        newest = MessageRef(str(server.sent(amal)[-1].id))
        assert found == (None if name in NO_NUMBER and method != "editMessageText" else newest)
    assert server.faults.left == 0
    # What is not read of it can be as odd as it likes.
    assert lines(caplog) == (name in NO_NUMBER)


@pytest.mark.parametrize("name", ["date in milliseconds", "true"])
async def test_buttons_and_later_edits(
    tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A message without a number is known by the press on it; what was to change one before
    anybody pressed is said anew."""
    async with whole_bot_alone(tmp_path) as w:
        for method in ("sendMessage", "editMessageText"):
            w.server.fail(method, faults.odd(name), times=None)
        amal, rami = w.server.person("amal"), w.server.person("rami")
        assert await w.sign(amal, "Amal Haddad") == 1
        await w.press(w.zaid, "verify", w.admins)
        assert "erified" in w.texts(amal)[-1]
        assert await w.sign(rami, "Rami Saleh") == 2
        await w.say(w.zaid, "/verify 2", w.admins)
        assert "erified" in w.card(2)
        assert (await w.counts()).verified == 2
        said = [text for chat in (amal, rami, w.admins) for text in w.texts(chat)]
        assert not [text for text in said if "went wrong" in text]
    assert lines(caplog) <= 4
    assert "could not be handled" not in caplog.text


async def test_a_press_on_what_is_still_on_its_way_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is handled after a while, though the bot does not know yet that the message arrived."""
    monkeypatch.setattr(dispatcher, "DELIVERY_WAIT", 0.001)
    monkeypatch.setattr(floods, "FIRST_STEP", 0.5)
    async with whole_bot_alone(tmp_path) as w:
        amal = w.server.person("amal")
        w.server.fail("sendMessage", faults.drop(effect=True))
        w.server.fail("sendMessage", faults.too_many(3600), times=None)
        await amal.say("/sign port")
        await w.server.wait_for(lambda: len(w.server.calls("sendMessage")) > 1)
        message, data = w.with_button(amal.private, "confirm")
        press = await amal.press(message, data)
        await w.server.wait_for(lambda: not w.server.updates.pending)
        async with asyncio.timeout(10):
            while await w.rows("select count(*) from inbox") != [(0,)]:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        w.server.faults.clear()
        await w.settled()
        assert press.answered
        assert "name" in w.texts(amal)[0]
    assert lines(caplog) == 0
    assert "could not be handled" not in caplog.text


async def test_an_edit_that_is_said_to_be_none_is_done(
    server: BotApiServer, rig: Rig, amal: Person
) -> None:
    await amal.say("/start")
    await rig.message()
    ref = await rig.send(amal, "Card")
    server.fail("editMessageText", faults.odd("true"))
    edit = Edit(rig.chat(amal), ref, RichText("Changed"), EN)
    assert await rig.adapter.deliver(edit, "k") == ref
    assert server.sent(amal)[-1].text == "Changed"
