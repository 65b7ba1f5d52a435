"""The running bot publishes its page after a change, in a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.bootstrap import publisher
from bot.bootstrap.opening import read_settings
from bot.bootstrap.running import run_platforms
from tests.integration.telegram.test_whole_dialogue import Talk, write_config
from tests.support.botapi import BotApiServer
from tests.support.statements import write_port

WITHIN = 60.0
"""Seconds, for each thing."""

PAGE = """\
publish:
  folder: page
  address: https://example.org/port
  command: [sh, -c, "test -e well && touch pushed"]
"""


@contextlib.asynccontextmanager
async def running(folder: Path) -> AsyncIterator[None]:
    config = folder / "config.yaml"
    task = asyncio.create_task(run_platforms(read_settings(config), config))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task)


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN):
        while True:
            if is_so():
                return
            await asyncio.sleep(0.05)


async def test_the_page_follows_the_campaign(
    tmp_path: Path, server: BotApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "MINUTE", 0.01)
    admins = server.group("Admins", creator=server.person("zaid"))
    write_port(tmp_path)
    write_config(tmp_path, server, admins.id, "polling")
    with (tmp_path / "config.yaml").open("a", encoding="utf-8") as file:
        file.write(PAGE)
    page, talk = tmp_path / "page", Talk(server)
    async with running(tmp_path):
        # The command fails; the admins learn of it, and the page is there.
        await until(lambda: any("page could not be" in text for text in talk.texts(admins)))
        assert (page / "index.html").exists()
        (tmp_path / "well").touch()
        await until((tmp_path / "pushed").exists)
        text = (page / "port" / "en.html").read_text(encoding="utf-8")
        assert f"https://t.me/{server.bot.username}?start=s_port_en" in text
    told = [text for text in talk.texts(admins) if "page could not be" in text]
    assert len(told) == 1
