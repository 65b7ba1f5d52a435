"""One homeserver for all tests of a process; accounts that no other test has.

A conftest that imports these gives them to its folder.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from tests.support.synapse.homeserver import Homeserver
from tests.support.synapse.people import Person


class Meet(Protocol):
    """Somebody new, whose account `signs` its device or not."""

    def __call__(self, name: str, *, signs: bool = True) -> Awaitable[Person]: ...


_COUNT = itertools.count(1)


@pytest.fixture(scope="session")
def homeserver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Homeserver]:
    server = Homeserver(tmp_path_factory.mktemp("synapse"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def unique() -> Callable[[str], str]:
    """A name that nobody on the server has."""
    return unique_name


def unique_name(name: str) -> str:
    return f"{name}{next(_COUNT)}"


@pytest.fixture
async def meet(
    homeserver: Homeserver, tmp_path: Path, unique: Callable[[str], str]
) -> AsyncIterator[Meet]:
    """People who are there until the test ends."""
    async with contextlib.AsyncExitStack() as stack:

        async def person(name: str, *, signs: bool = True) -> Person:
            account = await homeserver.register(unique(name))
            folder = tmp_path / "people" / account.user
            return await stack.enter_async_context(Person(homeserver, account, folder, signs=signs))

        yield person
