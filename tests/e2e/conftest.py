"""What the dialogues begin with."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.support.dialogue import Dialogue, open_dialogue
from tests.support.nursery import close_nursery
from tests.support.statements import write_port


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UNDERSIGNED_KEY", raising=False)


@pytest.fixture(scope="session", autouse=True)
def _nursery() -> Iterator[None]:
    yield
    close_nursery()


@pytest.fixture
def port(tmp_path: Path) -> Path:
    """The folder with the statement `port`."""
    return write_port(tmp_path)


@pytest.fixture
async def d(tmp_path: Path, port: Path) -> AsyncIterator[Dialogue]:
    """The bot with the statement `port` alone."""
    async with open_dialogue(tmp_path, port) as dialogue:
        yield dialogue
