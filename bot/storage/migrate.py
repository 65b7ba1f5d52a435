"""Bringing a database up to date with the numbered migrations."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.privacy import Keyring

HEAD = "0018"
"""The newest migration; a test compares it with the folder. Kept here because reading the folder
takes alembic, and every start but the first can do without."""

MIGRATIONS = Path(__file__).parent / "migrations"


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
