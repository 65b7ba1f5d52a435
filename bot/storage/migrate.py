"""Bringing a database up to date with the numbered migrations."""

from __future__ import annotations

import ast
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.privacy import Keyring
from bot.storage.errors import StorageFault

HEAD = "0023"
"""The newest migration; a test compares it with the folder. Kept here because reading the folder
takes alembic, and every start but the first can do without."""

MIGRATIONS = Path(__file__).parent / "migrations"

COPYING, MOVED = "copying ", "moved "
"""What stands before the revision in a copy that is not whole yet, and in a database that has been
copied for good: no version of the program uses either (`bot.storage.database_copy`)."""


async def found_revision(engine: AsyncEngine) -> str | None:
    """The revision that the database is at, None for an empty one. Writes nothing."""
    async with engine.connect() as connection:
        return await connection.run_sync(revision_of)


def revision_of(connection: sa.Connection) -> str | None:
    """The same, on a connection."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return revision


def is_known(revision: str) -> bool:
    """Whether this version of the program has that migration; a newer database has others."""
    line = f'revision = "{revision}"'
    files = (MIGRATIONS / "versions").glob("*.py")
    return any(line in file.read_text(encoding="utf-8").splitlines() for file in files)


def behind(revision: str) -> list[str]:
    """What the migrations say of themselves that a database at that revision lacks, in order; each
    with its own revision in front."""
    found = []
    for file in sorted((MIGRATIONS / "versions").glob("[0-9]*.py")):
        text = file.read_text(encoding="utf-8")
        if f'\ndown_revision = "{revision}"\n' in text:
            _, _, rest = text.partition('\nrevision = "')
            revision = rest.partition('"')[0]
            said = ast.get_docstring(ast.parse(text)) or ""
            found.append(f"{revision}: {' '.join(said.split())}")
    return found


def refuse_unknown(revision: str) -> None:
    """Raises `StorageFault` for a database that this version of the program does not use."""
    if revision.startswith(COPYING):
        raise StorageFault(
            "this is half of a database: `undersigned migrate-database FROM TO` was stopped before "
            "its end; run it again and it goes on, or delete this and stay with FROM"
        )
    if revision.startswith(MOVED):
        raise StorageFault(
            "this database has moved (`undersigned migrate-database`), and the campaign goes on in "
            "the other one: name that under database: in the configuration. To stay with this one, "
            "`undersigned migrate-database FROM --undo`, and delete the other"
        )
    if not is_known(revision):
        raise StorageFault(
            f"this database was written by a newer version of the program (schema {revision}, and "
            f"this one has {HEAD}): install that version or a later one. To go back, move the "
            "database away and restore the copy that the upgrade left (docs/operating.md, Going "
            "back); nothing was changed"
        )


def upgrade(connection: sa.Connection, keys: Keyring, revision: str = "head") -> None:
    """Run what is missing up to that revision; the record of a migration commits together with its
    changes. On SQLite foreign keys must be off, as a table may be made anew; they are checked in
    the end."""
    from alembic import command  # noqa: PLC0415 - 0.2 s that only a new or old database costs
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    config.attributes["keys"] = keys
    command.upgrade(config, revision)
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        assert not broken, broken
