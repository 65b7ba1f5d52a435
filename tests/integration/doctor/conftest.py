"""The set-up of these tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.doctor import keeping
from bot.statements import loader
from tests.integration.doctor.setup import SetUp, healthy
from tests.support.botapi import BotApiServer, fast


@pytest.fixture
async def setup(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[SetUp]:
    """Of nothing that is wrong."""
    # What the program has a process of its own do, which takes longer than all else here.
    monkeypatch.setattr(keeping, "load_apart", loader.load)
    before = tmp_path_factory.getbasetemp() / "healthy"
    async with BotApiServer(rules=fast()) as server:
        yield await healthy(tmp_path, server, before)
