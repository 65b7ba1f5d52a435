"""Lists are paged by a stored key, and what stands beside a name in public is in clear as it is."""

import sqlalchemy as sa
from alembic import op

from bot.text.collation import sort_key

revision = "0006"
down_revision = "0005"

AT_ONCE = 1000
LISTED = sa.text("sort_key IS NOT NULL")


def upgrade() -> None:
    # A check that comes with its column spares SQLite making the table anew.
    binary = "BLOB" if op.get_bind().dialect.name == "sqlite" else "BYTEA"
    for column, kind in (
        ("public_affiliation", "TEXT"),
        ("public_place", "TEXT"),
        ("sort_key", binary),
    ):
        op.execute(
            f"ALTER TABLE endorsements ADD COLUMN {column} {kind} "
            f"CONSTRAINT ck_endorsements_{column} "
            f"CHECK ({column} IS NULL OR public_name IS NOT NULL)"
        )
    _fill()
    op.drop_index("ix_endorsements_statement_status", "endorsements")
    op.create_index(
        "ix_endorsements_statement_status",
        "endorsements",
        ["statement", "status", "kind", "number"],
    )
    for name, country in (("listed", []), ("listed_country", ["country"])):
        op.create_index(
            f"ix_endorsements_{name}",
            "endorsements",
            ["statement", *country, "kind", "sort_key", "number"],
            sqlite_where=LISTED,
            postgresql_where=LISTED,
        )


def _fill() -> None:
    """The key of every name that is public; no affiliation was so far."""
    connection = op.get_bind()
    table = sa.table(
        "endorsements",
        sa.column("number", sa.BigInteger),
        sa.column("public_name", sa.Text),
        sa.column("sort_key", sa.LargeBinary),
    )
    c = table.c
    query = sa.select(c.number, c.public_name).where(c.public_name.is_not(None))
    update = (
        table.update()
        .where(c.number == sa.bindparam("of"))
        .values(sort_key=sa.bindparam("key", type_=sa.LargeBinary))
    )
    last = 0
    while rows := connection.execute(
        query.where(c.number > last).order_by(c.number).limit(AT_ONCE)
    ).all():
        connection.execute(
            update, [{"of": row.number, "key": sort_key(row.public_name)} for row in rows]
        )
        last = rows[-1].number
