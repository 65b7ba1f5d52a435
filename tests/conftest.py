"""What all tests begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.nursery import close_nursery
from tests.support.statements import write_port
from tests.support.synapse.fixtures import homeserver

__all__ = ["homeserver"]


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
