"""The playground: the main dialogue on its page, in a real browser; and who may open it."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.adapters.matrix import MatrixAdapter
from bot.adapters.playground.people import EVERYBODY
from bot.adapters.telegram import TelegramAdapter
from bot.services.pages import Paginator, text_key, whole_text
from bot.text.flow import flow
from tests.support import bot_process
from tests.support.browser import chromium
from tests.support.dialogue import settings_in
from tests.support.playground import Program, Visitor, running, visit
from tests.support.statements import library_of, write_port

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    folder = tmp_path_factory.mktemp("playground")
    with running(folder, statements=write_port(folder)) as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as found:
        yield found


async def _well(visitor: Visitor, program: Program) -> None:
    """Nothing was asked of another host, nobody complained, and everybody can use it."""
    assert {url for url in visitor.asked if not url.startswith((program.origin, "data:,"))} == set()
    assert visitor.faults == []
    assert await visitor.violations() == ""


async def test_the_main_dialogue(program: Program, browser: Browser) -> None:
    """Three phones at once: Amal reads and signs, Omar's group endorses in Arabic, Zaid verifies
    both by buttons and takes one back."""
    visitor = await visit(browser, program.address)
    signer, group, admins = map(visitor.phone, ("signer", "group", "admins"))
    await signer.root.locator(".begin").click()
    await signer.hears("Open the port")
    await signer.press("Read")
    await signer.hears("Reading time")
    await signer.press("Sign")
    await signer.press("Agree")
    await signer.say("Amal Haddad")
    await signer.press("Skip")
    await signer.press("Skip")
    await signer.press("Public")
    await signer.press("Confirm")
    await signer.hears("Recorded")

    assert await group.root.locator(".title").get_attribute("dir") == "rtl"
    await group.root.locator(".begin").click()
    await group.hears(re.compile("[\u0600-\u06ff]"))
    await group.whose("lina@tunis")
    await group.say("/endorse")
    await expect(group.root.locator(".bubble")).to_have_count(3)
    await group.whose("omar@tunis")
    await group.say("/endorse")
    await group.hears("افتحوا الميناء")
    await group.press("أؤكّد")

    await admins.root.locator(".begin").click()
    await admins.press("Verify")
    await _well(visitor, program)
