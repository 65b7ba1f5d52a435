"""Servers of another age than the library: they leave out what it insists on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.telegram.whole import Whole, whole_bot
from tests.support.botapi import BotApiServer, fast


@pytest.fixture
async def w(tmp_path: Path) -> AsyncIterator[Whole]:
    async with BotApiServer(rules=fast()) as server:
        server.rules.sparse = True
        async with whole_bot(tmp_path, server) as whole:
            yield whole


async def test_everything_works_with_what_is_there(w: Whole) -> None:
    """Roles and titles are asked for, presses and the bot's own standing are read."""
    omar, amal = w.server.person("omar"), w.server.person("amal")
    group = w.server.group("Tunis Readers", creator=omar)
    group.add(amal)
    await w.settled()
    assert w.texts(group)[0].startswith("Hello")
    assert await w.endorse(omar, group) == 1
    assert "Tunis Readers" in w.card(1)
    await w.press(w.zaid, "verify", w.admins)
    assert (await w.counts()).verified == 1
    group.restrict(amal)
    await w.say(omar, "/withdraw", group)
    refused = await w.press(amal, "confirm", group)
    assert refused.answer == "Only an administrator of this group can do that."
    group.restrict(w.server.bot)
    await w.settled()
    assert "able to write in the group" in w.card(1)
    assert w.adapter.problems() == []
