"""Only public names have words in the database; marks are sealed, and no tag tells by
what somebody came; lengths of sealed values tell less."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from bot.privacy import Keyring
from bot.storage.sealing import Sealed, SealedBytes
from bot.storage.tables import BigId
from bot.storage.word_keys import word_keys

revision = "0010"
down_revision = "0009"

AT_ONCE = 1000
SEALED = ("name", "details", "decision", "before", "route")
MARKED = Sealed(bool, "endorsements.marked")
WAITING = sa.text("status = 'pending'")


def upgrade() -> None:
    op.drop_table("name_words")
    words = op.create_table(
        "name_words",
        sa.Column("word", sa.BigInteger(), nullable=False),
        sa.Column("number", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["endorsements.number"], name=op.f("fk_name_words_number_endorsements")
        ),
        sa.PrimaryKeyConstraint("word", "number", name=op.f("pk_name_words")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_name_words_number", "name_words", ["number"])
    assert words is not None
    op.add_column("endorsements", sa.Column("sealed_marked", sa.LargeBinary(), nullable=True))
    connection = op.get_bind()
    table = sa.table(
        "endorsements",
        sa.column("number", sa.BigInteger),
        sa.column("signer_tag", sa.LargeBinary),
        sa.column("statement", sa.Text),
        sa.column("public_name", sa.Text),
        sa.column("marked", sa.Boolean),
        sa.column("sealed_marked", sa.LargeBinary),
        *(sa.column(f"sealed_{name}", sa.LargeBinary) for name in SEALED),
    )
    keys = context.config.attributes["keys"]
    for rows in _pages(connection, table):
        found = [
            {"word": word, "number": row.number}
            for row in rows
            if row.public_name is not None
            for word in word_keys(row.statement, row.public_name)
        ]
        if found:
            connection.execute(words.insert(), found)
        _fill(connection, table, rows, keys)
    op.drop_index("ix_endorsements_waiting", "endorsements")
    for column in ("marked", "platform_tag"):
        op.drop_column("endorsements", column)
    op.create_index(
        "ix_endorsements_waiting",
        "endorsements",
        ["wave", "hour", "number", "statement", "kind", "country", "language", "carded", "aside"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )


def _pages(connection: sa.Connection, table: sa.TableClause) -> Iterator[list[sa.Row[Any]]]:
    last = 0
    query = sa.select(table).order_by(table.c.number).limit(AT_ONCE)
    while rows := list(connection.execute(query.where(table.c.number > last))):
        yield rows
        last = rows[-1].number


def _fill(
    connection: sa.Connection, table: sa.TableClause, rows: list[sa.Row[Any]], keys: Keyring
) -> None:
    """Seal the mark, and anew what was as long as it is."""
    names = ["sealed_marked", *(f"sealed_{name}" for name in SEALED)]
    update = table.update().where(table.c.number == sa.bindparam("of"))
    update = update.values({name: sa.bindparam(name, type_=sa.LargeBinary) for name in names})
    changed = []
    for row in rows:
        place = row.signer_tag.hex() if row.signer_tag else ""
        values: dict[str, object] = {"of": row.number}
        values["sealed_marked"] = MARKED.seal(keys, row.marked, place) if place else None
        for name in SEALED:
            sealed = getattr(row, f"sealed_{name}")
            if sealed is not None:
                of = SealedBytes(f"endorsements.{name}")
                sealed = of.seal(keys, of.open(keys, sealed, place), place)
            values[f"sealed_{name}"] = sealed
        changed.append(values)
    connection.execute(update, changed)
