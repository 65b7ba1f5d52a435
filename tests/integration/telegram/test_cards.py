"""Cards and the digest in a group on Telegram, and in the admin chat of another platform too."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.console import ConsoleAdapter, Platform
from bot.adapters.console.printing import JsonPrinter
from bot.domain.endorsement import Kind
from tests.integration.telegram.whole import WITHIN, Whole, whole_bot, whole_bot_alone
from tests.support.arrivals import arrive
from tests.support.botapi import BotApiServer, Message, fast

APART = dt.timedelta(seconds=15)
A_MINUTE = 20
"""Messages and edits that a group takes from a bot in a minute."""


async def come(w: Whole, count: int, kind: Kind = Kind.PERSON) -> None:
    """So many sign, once the bot knows that it is in the group."""
    await w.settled()
    await arrive(w.bot, w.database, w.clock.now(), w.adapter.name, count, kind)


async def later(w: Whole, time: dt.timedelta = APART) -> None:
    w.clock.ahead += time
    await w.settled()


def digests(w: Whole) -> list[Message]:
    return [m for m in w.server.sent(w.admins) if (m.text or "").startswith("+ ")]


async def test_a_digest_that_was_deleted_is_sent_anew_without_a_sound(tmp_path: Path) -> None:
    async with whole_bot_alone(tmp_path) as w:
        await come(w, 9)
        (first,) = digests(w)
        assert first.quiet
        first.deleted = True
        await come(w, 1)
        await later(w)
        second = digests(w)[-1]
        assert (second.id > first.id, second.quiet) == (True, True)
        await come(w, 1)
        await later(w)
        assert digests(w)[-1].id == second.id
        assert (second.text or "").startswith("+ \u20684\u2069") or (second.text or "")[2] == "4"


async def test_of_all_that_comes_the_first_is_heard(tmp_path: Path) -> None:
    async with whole_bot_alone(tmp_path) as w:
        await come(w, 12)
        await come(w, 2, Kind.ORGANISATION)
        await later(w)
        sent = w.server.sent(w.admins)
        assert len(sent) == 10
        assert [message.quiet for message in sent] == [False, *[True] * 9]


@pytest.mark.parametrize("at_once", [80, pytest.param(250, marks=pytest.mark.soak)])
async def test_a_flood_keeps_the_pace_of_a_group(tmp_path: Path, at_once: int) -> None:
    """With the limits of Telegram and those that the bot keeps, it has nothing to wait for."""
    async with BotApiServer() as server, whole_bot(tmp_path, server, paced=True) as w:
        for _ in range(4):
            await come(w, at_once)
            await later(w)
        calls = [
            call
            for method in ("sendMessage", "editMessageText")
            for call in server.calls(method)
            if str(call.parameters["chat_id"]) == str(w.admins.id)
        ]
        assert len(calls) <= A_MINUTE
        assert all(call.status == 200 for call in calls)
        assert str(4 * at_once - 7) in (digests(w)[-1].text or "")


async def no_lines() -> AsyncIterator[str]:
    await asyncio.Event().wait()
    yield ""


async def test_two_admin_chats_of_two_platforms(tmp_path: Path) -> None:
    out = io.StringIO()
    printer = JsonPrinter(out, lambda: None)
    console = ConsoleAdapter(Platform(tmp_path / "console.json"), no_lines(), printer)

    def there() -> dict[int, str]:
        """What each message in the other admin chat says now."""
        shown = [json.loads(line) for line in out.getvalue().splitlines()]
        return {did["message"]: did["text"] for did in shown if did["chat"] == "@admins"}

    async with (
        BotApiServer(rules=fast()) as server,
        whole_bot(tmp_path, server, console) as w,
    ):
        await come(w, 9)
        await come(w, 1, Kind.ORGANISATION)
        await later(w)
        assert len(there()) == len(w.texts(w.admins)) == 9
        assert list(there().values()) == w.texts(w.admins)
        await w.say(w.zaid, "/verify 1 8 9", w.admins)
        await w.press(w.zaid, "confirm", w.admins)
        await later(w)
        await server.wait_for(
            lambda: "Nothing that was counted here is waiting any more." in there().values(),
            WITHIN,
        )
        assert set(there().values()) <= set(w.texts(w.admins))
        assert "Verified by" in there()[min(there())]
