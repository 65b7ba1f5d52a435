"""Backups: a consistent copy of a database in one file, encrypted to public keys of age.

A copy that the bot itself makes may open with the host's key instead: its first line is then the
secret key of this one file, encrypted as the database's fields are.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import gzip
import os
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from io import BufferedIOBase
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.privacy import KeyFault, Keyring
from bot.storage import portable
from bot.storage.engines import BUSY_SECONDS, make_engine, sqlite_file
from bot.storage.errors import StorageFault

if TYPE_CHECKING:
    from pyrage.x25519 import Identity

_SQLITE = b"SQLite format 3\0"

_OURS = b"undersigned copy"
"""What a file begins with that opens with the host's key; as long as that of SQLite."""

_MOST_SEALED = 1000
"""Bytes of its first line."""

_CONTEXT = "copies.identity"


async def back_up(url: str, file: Path, recipients: Sequence[str]) -> None:
    """Write what the database holds now, also while the bot runs; the host's key is not needed.

    Raises `StorageFault` where the file is there already, cannot be written, or the database not
    read; then there is no file of that name.
    """
    with new_copy(file) as out, encrypted(out, recipients) as plain:
        await dump(url, plain)


async def back_up_here(url: str, file: Path, keys: Keyring) -> None:
    """As `back_up`, for this host, whose key opens the file. Destroying its first line destroys
    all of it."""
    import pyrage  # noqa: PLC0415 - only where it is used

    identity = pyrage.x25519.Identity.generate()
    sealed = base64.b64encode(keys.seal(str(identity).encode(), _CONTEXT))
    with new_copy(file) as out:
        out.write(_OURS + b" " + sealed + b"\n")
        with encrypted(out, [str(identity.to_public())]) as plain:
            await dump(url, plain)


@contextlib.contextmanager
def new_copy(file: Path) -> Iterator[BufferedIOBase]:
    """A file that gets its name once all of it is on the disk. Raises `StorageFault` as
    `back_up`."""
    try:
        with _new(file) as out:
            yield out
    except FileExistsError:
        raise StorageFault(f"{file} is there already; give the backup another name") from None
    except (sa.exc.DBAPIError, sqlite3.Error, OSError) as error:
        text = getattr(error, "strerror", None) or str(getattr(error, "orig", error))
        raise StorageFault(f"the backup {file} cannot be made: {text}") from error


@contextlib.contextmanager
def lines_of(file: Path, identity: Path | None, keys: Keyring) -> Iterator[BufferedIOBase]:
    """The lines of a backup, which the secret key in the file `identity` opens, of a copy for this
    host, which `keys` open, or of a SQLite database that was copied as it is. Raises
    `StorageFault`."""
    try:
        with file.open("rb") as given:
            begin = given.read(len(_SQLITE))
            given.seek(0)
            if begin == _SQLITE:
                source = _copied(file)
            elif begin == _OURS:
                source = _opened(given, file, _identity_in(given, file, keys), "the host's key")
            else:
                source = decrypted(given, file, identity)
            with source as lines:
                yield lines
    except OSError as error:
        raise StorageFault(f"{file} cannot be read: {error.strerror or error}") from None


async def dump(url: str, out: BufferedIOBase, without: Collection[str] = ()) -> None:
    """One moment of the database, but for the tables `without`, however long it takes to write it.
    Raises `StorageFault`."""
    file = sqlite_file(url)
    if file is not None:
        if not file.exists():
            raise StorageFault(f"there is no database at {file}")
        _dump_sqlite(file, out, without)
        return
    engine, _durability = make_engine(url, None)
    try:
        snapshot = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        async with snapshot.connect() as connection:
            await connection.run_sync(portable.dump, out, without)
    finally:
        await engine.dispose()


def _dump_sqlite(file: Path, out: BufferedIOBase, without: Collection[str] = ()) -> None:
    """From a copy that is made in one go, as a reader may keep the bot from writing. It has no
    name, so that a kill leaves none."""
    copy = sqlite3.connect("")
    try:
        with contextlib.closing(sqlite3.connect(file, timeout=BUSY_SECONDS)) as live:
            live.backup(copy)
        engine = sa.create_engine(
            "sqlite://", creator=lambda: copy, poolclass=sa.StaticPool, hide_parameters=True
        )
        with engine.connect() as connection:
            portable.dump(connection, out, without)
    finally:
        copy.close()


@contextlib.contextmanager
def _new(file: Path) -> Iterator[BufferedIOBase]:
    """As `new_copy`. Raises `FileExistsError`."""
    if file.exists():
        raise FileExistsError
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        os.link(part, file)
    finally:
        part.unlink()
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextlib.contextmanager
def encrypted(out: BufferedIOBase, recipients: Sequence[str]) -> Iterator[BufferedIOBase]:
    """What is written there reaches `out` encrypted, as it comes. Raises `StorageFault` for a
    recipient that is no key."""
    import pyrage  # noqa: PLC0415 - only where it is used

    try:
        known = [pyrage.x25519.Recipient.from_str(each) for each in recipients]
    except pyrage.RecipientError:
        raise StorageFault("a key under backup.recipients has a mistake; copy it again") from None
    with _reading(lambda source: pyrage.encrypt_io(source, out, known)) as (plain, done):
        with gzip.GzipFile(fileobj=plain, mode="wb", compresslevel=1, mtime=0) as packed:
            yield packed
        plain.close()
        done.result()


@contextlib.contextmanager
def decrypted(given: BufferedIOBase, file: Path, identity: Path | None) -> Iterator[BufferedIOBase]:
    """What the age file in `given` holds, which is called `file`. Raises `StorageFault`."""
    if identity is None:
        raise StorageFault(f"{file} is encrypted: name the file of its secret key, --identity FILE")
    with _opened(given, file, _identities(identity), str(identity)) as lines:
        yield lines


@contextlib.contextmanager
def _opened(
    given: BufferedIOBase, file: Path, known: Sequence[Identity], place: str
) -> Iterator[BufferedIOBase]:
    """As `decrypted`; the keys come from `place`."""
    import pyrage  # noqa: PLC0415

    with _writing(lambda sink: pyrage.decrypt_io(given, sink, known)) as (plain, done):
        try:
            with gzip.GzipFile(fileobj=plain) as lines:
                yield lines
                while lines.read(1 << 16):
                    pass
            done.result()
        except (EOFError, OSError, StorageFault, pyrage.DecryptError) as error:
            # Behind a wrong key, or a cut, there is no sense in what is read: age knows better.
            plain.close()
            why = done.exception()
            if isinstance(why, BrokenPipeError | None):
                raise
            raise StorageFault(f"{file} does not open with {place}: {why}") from error


@contextlib.contextmanager
def _copied(file: Path) -> Iterator[BufferedIOBase]:
    with _writing(lambda sink: _dump_sqlite(file, sink)) as (lines, done):
        yield lines
        done.result()


@contextlib.contextmanager
def _reading(
    work: Callable[[BufferedIOBase], object],
) -> Iterator[tuple[BufferedIOBase, Future[object]]]:
    """Does the work in a thread, on what is written into the end of a pipe that this gives."""
    reader, writer = os.pipe()

    def run() -> object:
        with os.fdopen(reader, "rb") as end:
            return work(end)

    with ThreadPoolExecutor(1) as beside:
        done = beside.submit(run)
        with os.fdopen(writer, "wb") as end:
            yield end, done


@contextlib.contextmanager
def _writing(
    work: Callable[[BufferedIOBase], object],
) -> Iterator[tuple[BufferedIOBase, Future[object]]]:
    """The same the other way round: what the work writes can be read."""
    reader, writer = os.pipe()

    def run() -> object:
        with os.fdopen(writer, "wb") as end:
            return work(end)

    with ThreadPoolExecutor(1) as beside:
        done = beside.submit(run)
        with os.fdopen(reader, "rb") as end:
            yield end, done


def _identity_in(given: BufferedIOBase, file: Path, keys: Keyring) -> list[Identity]:
    import pyrage  # noqa: PLC0415

    line = given.readline(_MOST_SEALED).removeprefix(_OURS)
    try:
        found = keys.open(base64.b64decode(line), _CONTEXT)
    except (KeyFault, binascii.Error):
        raise StorageFault(
            f"{file} does not open with the host's key: put the key back that the database had "
            "when this copy was made"
        ) from None
    return [pyrage.x25519.Identity.from_str(found.decode())]


def _identities(file: Path) -> list[Identity]:
    """Of a file as `age-keygen` makes it."""
    import pyrage  # noqa: PLC0415

    try:
        lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line.startswith("AGE-")]
    except (OSError, UnicodeDecodeError, pyrage.IdentityError) as error:
        raise StorageFault(f"the secret key {file} cannot be read: {error}") from None
    if not found:
        raise StorageFault(f"{file} holds no secret key of age (AGE-SECRET-KEY-1…)")
    return found
