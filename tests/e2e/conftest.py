"""What the dialogues begin with."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.dialogue import Dialogue, dialogue_in
from tests.support.elsewhere import elsewhere

__all__ = ["elsewhere"]


@pytest.fixture
async def d(tmp_path: Path, port: Path) -> AsyncIterator[Dialogue]:
    """The bot with the statement `port` alone, which starts with what is said to it first: many go
    on from what others have left, and a start that nobody needs is a tenth of a second."""
    async with dialogue_in(tmp_path, port) as dialogue:
        yield dialogue


@pytest.fixture
async def started(d: Dialogue) -> None:
    """Of a bot whose inside is looked at before anything is said to it."""
    await d.be_there()
