"""The next version of the program: this one with one migration more."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.storage import migrate

HEAD = "next"

MIGRATION = f'''
"""What a later version needs."""

import sqlalchemy as sa
from alembic import op

revision = "{HEAD}"
down_revision = "{migrate.HEAD}"


def upgrade() -> None:
    op.create_table("of_the_next_version", sa.Column("number", sa.Integer, primary_key=True))
'''


def write_migrations(folder: Path) -> Path:
    """All its migrations, in that folder."""
    if not folder.exists():
        shutil.copytree(migrate.MIGRATIONS, folder)
        (folder / "versions" / "9999_next.py").write_text(MIGRATION, encoding="utf-8")
    return folder


def become() -> None:
    """For `ALTERED`: the program is of the next version; it keeps the migrations where it runs."""
    migrate.MIGRATIONS = write_migrations(Path("next-version").resolve())
    migrate.HEAD = HEAD
