"""Everything that is read before anything runs: configuration, statements, keys, the database."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from functools import partial
from pathlib import Path

from bot import logs
from bot.bootstrap.upgrade_copies import KEPT, UpgradeCopies
from bot.config import KEY_VARIABLE, Settings, load_settings
from bot.domain.faults import Fault, OperatorFault
from bot.privacy import Keyring, make_key, read_keys
from bot.statements.apart import load_apart
from bot.statements.model import Library, Statement
from bot.storage.database import Database
from bot.storage.numbers import Draw, at_random
from bot.storage.opening import is_new, open_database
from bot.storage.standby import open_in_turn
from bot.wording.voice import available_languages

ROOT = Path(__file__).parents[2]
SHARES = (ROOT / "bot" / "share", ROOT)
"""Where what the project ships is: in an installed distribution, in a checkout."""
SHIPPED = tuple(share / "statements" for share in SHARES)


NO_PLATFORM = (
    "No platform is configured: add the section telegram or matrix to config.yaml "
    "(config.example.yaml shows how), or try `undersigned console`."
)


class NotConfigured(OperatorFault):
    """What was asked for has no section in the configuration; the message says what to add."""


class UnknownStatement(OperatorFault):
    """No statement has the id that was named; the message says which there are."""


class StatementFaults(OperatorFault):
    """The statements on disk cannot be used; one fault a line."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))


def tell(sentence: str) -> None:
    """To the operator, once."""
    print(sentence, file=sys.stderr, flush=True)  # noqa: T201


def read_settings(
    config: Path | None, data: Path | None = None, database: str | None = None
) -> Settings:
    """The configuration of a file, or the defaults of the current folder. `data` is a folder for
    the database in place of the configured one; without a file its key lies beside it. `database`
    is another URL for it.

    Raises `ConfigFaults`.
    """
    environ = dict(os.environ)
    base = Path.cwd()
    default = base / "config.yaml"
    if config is None and default.exists():
        config = default
    if data is not None:
        environ["UNDERSIGNED_DATABASE"] = f"sqlite:///{data.resolve() / 'undersigned.db'}"
    if database is not None:
        environ["UNDERSIGNED_DATABASE"] = database
    if config is None:
        if not environ.get("UNDERSIGNED_STATEMENTS"):
            places = (base / "statements", *SHIPPED)
            found = next((place for place in places if place.is_dir()), places[0])
            environ["UNDERSIGNED_STATEMENTS"] = str(found)
        if data is not None:
            base = data.resolve().parent
    return load_settings(config, environ, available_languages(), base)


def read_library(settings: Settings) -> Library:
    """Raises `StatementFaults`."""
    loaded = load_apart(settings.statements, settings.timezone)
    if loaded.faults:
        raise StatementFaults(loaded.faults)
    return loaded.library


def read_statement(settings: Settings, wanted: str) -> Statement:
    """The one of that id. Raises `StatementFaults` or `UnknownStatement`."""
    library = read_library(settings)
    if (found := library.get(wanted)) is None:
        known = ", ".join(known.id for known in library)
        raise UnknownStatement(f"there is no statement {wanted}; there are: {known}")
    return found


async def keyring(settings: Settings) -> tuple[Keyring, Path | None]:
    """The host's keys, made at the very first start (then the new file is named, to be told once).

    Raises `KeyFault`; a database that exists never gets a new key.
    """
    made = None
    if not os.environ.get(KEY_VARIABLE) and await is_new(settings.database.url):
        made = settings.key_file if make_key(settings.key_file) else None
    return read_keys(os.environ, KEY_VARIABLE, settings.key_file), made


def key_place(settings: Settings) -> str:
    """Where the keys come from, as the operator knows it."""
    return KEY_VARIABLE if os.environ.get(KEY_VARIABLE) else str(settings.key_file)


@contextlib.asynccontextmanager
async def open_storage(
    settings: Settings,
    *,
    reader: bool = False,
    draw: Draw = at_random,
    whole: bool = False,
    accepted: str | None = None,
    in_turn: bool = False,
) -> AsyncIterator[Database]:
    """The database of the configuration; `draw`, `whole` and `accepted` as in `open_database`.
    `in_turn`: once no other instance works on it.

    Raises `KeyFault` or `StorageFault`.
    """
    if reader or in_turn:
        keys, made = read_keys(os.environ, KEY_VARIABLE, settings.key_file), None
    else:
        keys, made = await keyring(settings)
    if made is not None:
        logs.conceal(made.read_text(encoding="ascii").split())
        tell(
            f"A new key for personal fields was made: {made}. Keep a copy of it, apart from the "
            "database: without it nobody can read what signers gave."
        )
    url, place = settings.database.url, key_place(settings)
    state = None if reader else settings.state
    copies = UpgradeCopies(settings)
    before = partial(_copy_first, copies)
    if in_turn:
        database = await open_in_turn(
            url, keys, key_place=place, state=settings.state, before_upgrade=before
        )
    else:
        database = await open_database(
            url,
            keys,
            key_place=place,
            reader=reader,
            state=state,
            draw=draw,
            whole=whole,
            accepted=accepted,
            before_upgrade=before,
        )
    if not reader:
        copies.erase(dt.datetime.now(dt.UTC) - KEPT)
    for sentence in _remarks(database, settings.state, place):
        tell(sentence)
    if database.has_moved and not reader and settings.moved_to is None:
        await database.close()
        raise NotConfigured(
            "this database has been handed over, and its campaign goes on elsewhere: write where, "
            "as moved_to: into the configuration (docs/moving.md)"
        )
    try:
        yield database
    finally:
        await database.close()


def _remarks(database: Database, state: Path, place: str) -> Iterator[str]:
    """What the operator has to know of a database that was opened."""
    if database.ledger_is_new:
        yield (
            f"The ledger of what was erased is not in {state} any more, and a new one is "
            "begun: after a restore of an older backup, what was erased between that and now would "
            "be back. Put the folder back if you have it (docs/backups.md)."
        )
    elif database.copy_is_missing:
        yield (
            f"The copy of the heads is not in {state} any more, or cannot be read, and a "
            "new one is begun: nothing tells whether an older copy of the database was put in its "
            "place (docs/backups.md)."
        )
    if database.is_alone:
        yield (
            "The database has several servers, and none of them waits for another "
            "(synchronous_standby_names is empty): when one is lost, what was confirmed last may "
            "be lost with it (docs/postgresql.md)."
        )
    if database.spare_keys:
        yield (
            f"In {place} the last keys, {database.spare_keys} of them, open nothing in the "
            "database any more. Take them out; keep them elsewhere for as long as older backups."
        )


async def _copy_first(copies: UpgradeCopies, keys: Keyring) -> None:
    tell(
        "This database is of an older version. It is copied, then brought up to date: a matter of "
        "seconds, or of some ten minutes with a million signatures."
    )
    file = await copies.make(keys)
    tell(
        f"The copy of the database as it was is in {file}; it is erased after {KEPT.days} days "
        "(docs/operating.md)."
    )
