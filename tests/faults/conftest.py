"""A host for each fault, on both databases, and where its outcome goes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.conftest import Postgres, postgres
from tests.faults.host import BOTH, Host, campaign
from tests.faults.sizes import SOAK
from tests.faults.tally import PROPERTY, Outcome, Record

__all__ = ["postgres"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each of these tests has a short and a long form: `make soak` takes them all."""
    for item in items:
        if SOAK and item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("soak")


@pytest.fixture(params=BOTH if SOAK else BOTH[:1])
def address(request: pytest.FixtureRequest) -> str | None:
    """Of an empty PostgreSQL database; None for SQLite."""
    if request.param == "sqlite":
        return None
    new: Postgres = request.getfixturevalue("postgres")
    return new(blank=True)


@pytest.fixture
async def host(tmp_path: Path, address: str | None) -> AsyncIterator[Host]:
    """On both databases; on SQLite alone where there is no time."""
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
