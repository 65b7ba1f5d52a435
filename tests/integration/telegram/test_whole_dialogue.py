"""The program on Telegram, as an operator runs it: `undersigned run`, and the server elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.botapi import BotApiServer, Chat, Person, fast
from tests.support.dialogue import number_in
from tests.support.listening import free_port
from tests.support.statements import write_port


def write_config(folder: Path, server: BotApiServer, admin_chat: int, mode: str) -> None:
    port = free_port()
    webhook = f"""
  webhook:
    url: http://127.0.0.1:{port}/hook
    secret: a-secret-of-thirty-two-characters
    listen: 127.0.0.1:{port}"""
    text = f"""\
telegram:
  token: "{server.token}"
  api_url: {server.url}
  admin_chat: {admin_chat}
  mode: {mode}{webhook if mode == "webhook" else ""}
"""
    (folder / "config.yaml").write_text(text, encoding="utf-8")


def environment() -> dict[str, str]:
    """Without what a developer may have set for the bot."""
    return {name: value for name, value in os.environ.items() if not name.startswith("UNDERSIGNED")}


@contextlib.asynccontextmanager
async def bot(folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=folder, env=environment()
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 20) == 0


async def stats(folder: Path) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "stats", "--json"),
        cwd=folder,
        env=environment(),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    found: dict[str, Any] = json.loads(out)
    return found


class Talk:
    """People and the bot; each step waits for what it changes in the chat."""

    def __init__(self, server: BotApiServer) -> None:
        self.server = server

    def texts(self, chat: Person | Chat) -> list[str]:
        return [message.text or "" for message in self.server.sent(chat)]

    async def says(self, person: Person, chat: Person | Chat, text: str) -> str:
        """The bot's answer to what is written."""
        before = self.texts(chat)
        await person.send(chat.private if isinstance(chat, Person) else chat, text)
        await self.server.wait_for(lambda: len(self.texts(chat)) > len(before), within=30)
        return self.texts(chat)[-1]

    async def presses(self, person: Person, chat: Person | Chat, button: str) -> str:
        """What the newest message with that button has become."""
        found = [
            (message, pressed.data)
            for message in self.server.sent(chat)
            for pressed in message.buttons
            if pressed.data and pressed.data.endswith(f":{button}")
        ]
        message, data = found[-1]
        before = message.text

        def now() -> str:
            return next(m.text or "" for m in self.server.sent(chat) if m.id == message.id)

        press = await person.press(message, data)
        await self.server.wait_for(lambda: press.answered and now() != before, within=30)
        return now()

    async def signs(self, person: Person, name: str) -> str:
        await self.says(person, person, "/sign port")
        await self.presses(person, person, "confirm")
        await self.says(person, person, name)
        for button in ("skip", "skip", "public"):
            await self.presses(person, person, button)
        return await self.presses(person, person, "confirm")


@pytest.mark.parametrize("mode", ["polling", pytest.param("webhook", marks=pytest.mark.soak)])
async def test_the_dialogue_of_the_console_through_http(tmp_path: Path, mode: str) -> None:
    """Two sign, a group endorses, an admin verifies two and rejects one, a signer withdraws."""
    write_port(tmp_path)
    async with BotApiServer(rules=fast()) as server:
        zaid = server.person("zaid", language="en")
        admins = server.group("Admins", creator=zaid, kind="supergroup", bot="member")
        write_config(tmp_path, server, admins.id, mode)
        async with bot(tmp_path):
            talk = Talk(server)
            amal = server.person("amal", language="en")
            rami = server.person("rami", language="ar")
            omar = server.person("omar", language="en")
            tunis = server.group("Tunis Readers", creator=omar, bot="member")
            await talk.says(amal, amal, "/start")
            await talk.says(rami, rami, "/start")
            first = number_in(await talk.signs(amal, "Amal Haddad"))
            second = number_in(await talk.signs(rami, "رامي منصور"))
            assert "Tunis Readers" in await talk.says(omar, tunis, "/endorse")
            third = number_in(await talk.presses(omar, tunis, "confirm"))
            await server.wait_for(lambda: any("Tunis Readers" in t for t in talk.texts(admins)))
            await talk.says(zaid, admins, f"/verify {first}")
            await talk.says(zaid, admins, f"/verify {third}")
            await talk.says(zaid, admins, f"/reject {second} We could not reach you")
            await server.wait_for(lambda: "We could not reach you" in talk.texts(rami)[-1])
            await talk.says(amal, amal, "/withdraw")
            await talk.presses(amal, amal, "confirm")
            await server.settled()
    assert (await stats(tmp_path))["port"] == {
        "pending": 0,
        "verified": 1,
        "rejected": 1,
        "withdrawn": 1,
        "persons": 0,
        "organisations": 1,
    }
