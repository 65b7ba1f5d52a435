"""Which texts came into use, and what each changed; the names under each text are counted."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from bot.storage.tables import BigId

revision = "0015"
down_revision = "0014"

VERIFIED = sa.text("status = 'verified'")


def upgrade() -> None:
    texts = op.create_table(
        "texts",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("of", sa.Text(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_texts")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_endorsements_digest",
        "endorsements",
        ["digest", "status", "kind"],
        sqlite_where=VERIFIED,
        postgresql_where=VERIFIED,
    )
    connection = op.get_bind()
    stored = connection.scalar(sa.text("SELECT value FROM meta WHERE name = 'texts'"))
    in_use: dict[str, str] = json.loads(bytes(stored)) if stored else {}
    # What was signed before another text came was replaced by it: nobody called it a correction.
    rows = connection.execute(sa.text("SELECT statement, language, digest FROM revisions"))
    signed: dict[str, list[str]] = {}
    for statement, language, digest in sorted(tuple(row) for row in rows):
        signed.setdefault(f"{statement} {language}", []).append(digest)
    for name in sorted(signed.keys() | in_use.keys()):
        last = [in_use[name]] if name in in_use else []
        digests = [digest for digest in signed.get(name, []) if digest not in last] + last
        statement, _, language = name.partition(" ")
        for at, digest in enumerate(digests):
            row = {
                "statement": statement,
                "language": language,
                "digest": digest,
                "change": "new" if at else "first",
                "of": digests[at - 1] if at else None,
                "day": None,
            }
            connection.execute(texts.insert(), row)
    connection.execute(sa.text("DELETE FROM meta WHERE name = 'texts'"))
