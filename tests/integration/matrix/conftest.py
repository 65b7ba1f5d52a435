"""The homeserver and the people of these tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.integration.matrix.whole import Whole, whole_bot
from tests.support.synapse import Account, Homeserver, Person
from tests.support.synapse.fixtures import Meet, meet, unique

__all__ = ["Meet", "meet", "unique"]


@pytest.fixture
async def account(homeserver: Homeserver, unique: Callable[[str], str]) -> Account:
    """The bot's."""
    return await homeserver.register(unique("bot"))


@pytest.fixture
async def zaid(meet: Meet) -> Person:
    return await meet("zaid")


@pytest.fixture
async def amal(meet: Meet) -> Person:
    return await meet("amal")


@pytest.fixture
async def omar(meet: Meet) -> Person:
    return await meet("omar")


@pytest.fixture
async def w(
    tmp_path: Path, homeserver: Homeserver, account: Account, zaid: Person
) -> AsyncIterator[Whole]:
    """The whole bot, with zaid in its admin room."""
    async with whole_bot(tmp_path, homeserver, account, admins=[zaid.id]) as whole:
        yield whole
