"""A host for each fault, on both databases, and where its outcome goes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.conftest import Postgres, postgres
from tests.faults.host import Host, campaign
from tests.faults.tally import PROPERTY, Outcome, Record

__all__ = ["postgres"]


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest) -> str | None:
    """Of an empty PostgreSQL database; None for SQLite."""
    if request.param == "sqlite":
        return None
    new: Postgres = request.getfixturevalue("postgres")
    return new(blank=True)


@pytest.fixture
async def host(tmp_path: Path, address: str | None) -> AsyncIterator[Host]:
    """On both databases, one after the other."""
    async with campaign(tmp_path, address) as made:
        yield made


@pytest.fixture
async def on_sqlite(tmp_path: Path) -> AsyncIterator[Host]:
    """For what happens to files."""
    async with campaign(tmp_path) as made:
        yield made


@pytest.fixture
def record(request: pytest.FixtureRequest) -> Record:
    def put_down(outcome: Outcome) -> None:
        request.node.user_properties.append((PROPERTY, outcome.as_json()))
        assert outcome.is_clean, outcome

    return put_down
