"""One organisation in several chats: an endorsement can be linked to another that stands for it."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

BEFORE = "status IN ('pending', 'verified', 'rejected', 'withdrawn')"
NOW = "status IN ('pending', 'verified', 'rejected', 'withdrawn', 'linked')"
LINKED = sa.text("linked_to IS NOT NULL")


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        _make_anew()
    else:
        op.drop_constraint(op.f("ck_endorsements_status"), "endorsements", type_="check")
        op.create_check_constraint(op.f("ck_endorsements_status"), "endorsements", NOW)
    kind = "INTEGER" if is_sqlite else "BIGINT"
    op.execute(
        f"ALTER TABLE endorsements ADD COLUMN linked_to {kind} "
        "CONSTRAINT ck_endorsements_linked_to "
        "CHECK ((linked_to IS NOT NULL) = (status = 'linked'))"
    )
    op.create_index(
        "ix_endorsements_linked",
        "endorsements",
        ["linked_to", "number"],
        sqlite_where=LINKED,
        postgresql_where=LINKED,
    )


def _make_anew() -> None:
    """With another check, and else as it stands there: SQLite changes none that is there."""
    bind = op.get_bind()
    query = "SELECT sql FROM sqlite_master WHERE tbl_name = 'endorsements' AND type = :type"
    (table,) = bind.scalars(sa.text(query), {"type": "table"})
    # What a constraint makes by itself has no text.
    indexes = [sql for sql in bind.scalars(sa.text(query), {"type": "index"}) if sql]
    _, bracket, rest = table.partition("(")
    assert rest.count(BEFORE) == 1, rest
    bind.exec_driver_sql(f"CREATE TABLE endorsements_anew {bracket}{rest.replace(BEFORE, NOW)}")
    bind.exec_driver_sql("INSERT INTO endorsements_anew SELECT * FROM endorsements")
    bind.exec_driver_sql("DROP TABLE endorsements")
    bind.exec_driver_sql("ALTER TABLE endorsements_anew RENAME TO endorsements")
    for index in indexes:
        bind.exec_driver_sql(index)
