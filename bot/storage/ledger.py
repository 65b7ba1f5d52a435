"""The ledger: what was erased, kept apart from the database, so that no older copy brings it back.

A text file for each database, called after its id. `e 12 <tag>` says that something was erased with
the checkpoint 12; `c 12` that the database has committed it. The checkpoint is a number that only
grows, in the database and here: a copy of the database that is behind `c` is an older one. A tag is
an HMAC, so that the file tells how much was erased, and nothing more.

On PostgreSQL, where another machine may go on with the database, the lines with `e` stand in it
too, and each machine's ledger is brought up to it.
"""

from __future__ import annotations

import asyncio
import base64
import logging
import os
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.erasure import Erased
from bot.domain.ids import Number, StatementId
from bot.privacy import Keyring
from bot.storage.errors import StorageFault
from bot.storage.tables import erasures, meta

log = logging.getLogger(__name__)

ID, CHECKPOINT = "database", "checkpoint"
"""Values in `meta`: the database's id in hex, and its checkpoint in digits."""

STEP_COMMITS, STEP_SECONDS = 5000, 3600.0
"""After so many commits, or so long, the checkpoint moves on though nothing is erased."""

TAG_BYTES = 16

Erasure = tuple[Erased, StatementId, Number]


def erasure_tag(keys: Keyring, database: str, erasure: Erasure) -> str:
    """What stands for it in the ledger, in base64; the subkey of tags outlives every rotation."""
    what, statement, number = erasure
    tag = keys.tag("erased", f"{database}\0{what}\0{statement}\0{number}")
    return base64.urlsafe_b64encode(tag[:TAG_BYTES]).decode().rstrip("=")


class Ledger:
    """The file of one database. `confirmed` is what the database has committed for certain, `last`
    the highest number that was ever used."""

    def __init__(self, folder: Path, database: str) -> None:
        """Reads it, if it is there. Raises `StorageFault` where that is not possible."""
        self.database = database
        self.file = folder / f"{database}.ledger"
        self.confirmed = self.last = 0
        try:
            self.exists = self.file.exists()
            for kind, number, _tag in self._lines():
                self.last = max(self.last, number)
                if kind == "c":
                    self.confirmed = max(self.confirmed, number)
        except OSError as error:
            raise _unusable(folder, error) from None

    def refuse_older(self, checkpoint: int) -> None:
        """Raises `StorageFault` for a database that has not come further."""
        if checkpoint < self.confirmed:
            raise StorageFault(
                "this is an older copy of the database, which does not know what was erased since; "
                "move it away and bring it back with `undersigned restore` (docs/backups.md), "
                "nothing was changed"
            )

    def erased_after(self, checkpoint: int) -> dict[str, int]:
        """The tags of what was erased later, with the last checkpoint that each came with."""
        return {
            tag: number
            for kind, number, tag in self._lines()
            if kind == "e" and number > checkpoint
        }

    def open(self) -> None:
        """Make it ready to be written. Raises `StorageFault`."""
        folder = self.file.parent
        try:
            if not folder.exists():
                folder.mkdir(parents=True, mode=0o700)
            with self.file.open("ab+") as file:
                self.file.chmod(0o600)
                # The last line may have been cut off by a kill, before it was of any consequence.
                file.seek(0)
                file.truncate(file.read().rfind(b"\n") + 1)
            _sync(folder)
        except OSError as error:
            raise _unusable(folder, error) from None

    def erase(self, number: int, tags: Iterable[str]) -> None:
        """Before the commit that erases; it has reached the disk when this returns."""
        self.last = max(self.last, number)
        self._append("".join(f"e {number} {tag}\n" for tag in tags), sync=True)

    def confirm(self, number: int, *, sync: bool = False) -> None:
        """The database has committed this checkpoint."""
        self.last = max(self.last, number)
        self.confirmed = max(self.confirmed, number)
        self._append(f"c {number}\n", sync=sync)

    def follow(self, lines: Iterable[tuple[int, str]], number: int) -> None:
        """What another instance has erased, and the checkpoint that the database has come to."""
        erased = "".join(f"e {at} {tag}\n" for at, tag in lines)
        self.last = max(self.last, number)
        self.confirmed = max(self.confirmed, number)
        self._append(f"{erased}c {number}\n", sync=True)

    def _append(self, text: str, *, sync: bool) -> None:
        descriptor = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            if sync:
                os.fsync(file.fileno())

    def _lines(self) -> Iterator[tuple[str, int, str]]:
        if not self.exists:
            return
        with self.file.open(encoding="ascii", errors="replace") as file:
            for line in file:
                kind, number, tag = (*line.split(), "", "", "")[:3]
                # What a kill has cut off was never acknowledged.
                if line.endswith("\n") and kind in {"e", "c"} and number.isdecimal():
                    yield kind, int(number), tag


class Checkpoints:
    """Moves the checkpoint on, in the database and in the ledger."""

    def __init__(self, ledger: Ledger, keys: Keyring) -> None:
        self._ledger = ledger
        self._keys = keys
        self._commits = 0
        self._moved = time.monotonic()

    async def before_commit(
        self, connection: AsyncConnection, erased: Iterable[Erasure]
    ) -> int | None:
        """What is erased here is in the ledger when this returns, so that no kill can come between;
        a commit that fails then leaves a line that says too much, which only a restore reads. The
        checkpoint that the commit brings, None for none."""
        tags = [erasure_tag(self._keys, self._ledger.database, each) for each in erased]
        self._commits += 1
        is_time = time.monotonic() - self._moved >= STEP_SECONDS
        if not tags and not is_time and self._commits < STEP_COMMITS:
            return None
        number = self._ledger.last + 1
        if tags:
            await asyncio.to_thread(self._ledger.erase, number, tags)
            await _put_lines(connection, dict.fromkeys(tags, number))
        await put_checkpoint(connection, number)
        return number

    def after_commit(self, number: int | None) -> None:
        """Must not raise: it is committed. A line that is missing here is made up for by the next
        one; until then an older copy could pass for this database."""
        if number is None:
            return
        self._commits, self._moved = 0, time.monotonic()
        try:
            self._ledger.confirm(number)
        except OSError as error:
            log.warning("the ledger %s cannot be written: %s", self._ledger.file, error)


async def database_id(connection: AsyncConnection) -> str | None:
    """None for a database that never had a ledger."""
    value = await connection.scalar(sa.select(meta.c.value).where(meta.c.name == ID))
    return None if value is None else bytes(value).decode()


async def checkpoint(connection: AsyncConnection) -> int:
    """The database's; 0 for one that never had a ledger."""
    value = await connection.scalar(sa.select(meta.c.value).where(meta.c.name == CHECKPOINT))
    return 0 if value is None else int(bytes(value))


async def put_checkpoint(connection: AsyncConnection, number: int) -> None:
    """In the place of the one before."""
    await connection.execute(meta.delete().where(meta.c.name == CHECKPOINT))
    await connection.execute(meta.insert().values(name=CHECKPOINT, value=str(number).encode()))


async def attach(connection: AsyncConnection, folder: Path) -> tuple[Ledger, bool]:
    """The ledger of a database that is opened, and whether one that it once had is missing. Raises
    `StorageFault` for an older copy of the database, and where the folder cannot be used."""
    name, number = await refuse_older(connection, folder)
    if name is None:
        name = secrets.token_hex(16)
        await connection.execute(meta.insert().values(name=ID, value=name.encode()))
    ledger = Ledger(folder, name)
    ledger.open()
    if connection.dialect.name != "sqlite":
        await _level(connection, ledger, number)
    return ledger, number > 0 and not ledger.last


async def _level(connection: AsyncConnection, ledger: Ledger, number: int) -> None:
    """Let the ledger and the database each have the lines that only the other has."""
    newest = await connection.scalar(sa.select(sa.func.max(erasures.c.checkpoint)))
    ours = ledger.erased_after(newest or 0)
    if theirs := await lines_after(connection, ledger.confirmed):
        await asyncio.to_thread(ledger.follow, theirs, number)
    await _put_lines(connection, ours)


async def lines_after(connection: AsyncConnection, number: int) -> list[tuple[int, str]]:
    """The lines that the database has with later checkpoints: these and the tags."""
    c = erasures.c
    query = sa.select(c.checkpoint, c.tag).where(c.checkpoint > number).order_by(c.checkpoint)
    return [(at, tag) for at, tag in await connection.execute(query)]


async def _put_lines(connection: AsyncConnection, lines: Mapping[str, int]) -> None:
    """Tags with their checkpoints; SQLite has one instance and its ledger alone."""
    if lines and connection.dialect.name != "sqlite":
        rows = [{"checkpoint": number, "tag": tag} for tag, number in lines.items()]
        await connection.execute(erasures.insert(), rows)


async def refuse_older(connection: AsyncConnection, folder: Path) -> tuple[str | None, int]:
    """Raises `StorageFault` for an older copy of a database, and changes nothing. Its id and its
    checkpoint."""
    name, number = await database_id(connection), await checkpoint(connection)
    if name is not None:
        Ledger(folder, name).refuse_older(number)
    return name, number


async def move_on(connection: AsyncConnection, ledger: Ledger) -> int:
    """A checkpoint above all that there were; to be confirmed once it is committed."""
    number = max(await checkpoint(connection), ledger.last) + 1
    await put_checkpoint(connection, number)
    return number


def _sync(folder: Path) -> None:
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _unusable(folder: Path, error: OSError) -> StorageFault:
    return StorageFault(
        f"the folder of the ledger, {folder}, cannot be used: {error.strerror}; mend its rights, "
        "or name another folder under state: in the configuration"
    )
