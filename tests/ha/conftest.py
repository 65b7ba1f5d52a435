"""A server of PostgreSQL, or several under Patroni."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.conftest import postgres
from tests.support import patroni

__all__ = ["postgres"]


@pytest.fixture
def cluster() -> Iterator[patroni.Cluster]:
    """Two servers, of which the second has every commit of the first."""
    if not patroni.is_there():
        pytest.skip(f"Patroni is not installed in {patroni.VENV}")
    with patroni.Cluster() as running:
        yield running
