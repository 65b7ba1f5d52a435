"""What the desk goes by: marks, waves, holds, bulk decisions; who did what; priorities."""

import sqlalchemy as sa
from alembic import op

from bot.storage.tables import BigId, Moment

revision = "0008"
down_revision = "0007"

WAITING = sa.text("status = 'pending'")
ASIDE = sa.text("aside IS NOT NULL")
CARDED = sa.text("status = 'pending' AND carded")


def upgrade() -> None:
    _bulks()
    _waiting()
    op.create_table(
        "desks",
        sa.Column("desk_tag", sa.LargeBinary(), nullable=False),
        sa.Column("number", BigId, nullable=True),
        sa.Column("until", Moment(), nullable=False),
        sa.Column("sealed_desk", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["endorsements.number"], name=op.f("fk_desks_number_endorsements")
        ),
        sa.PrimaryKeyConstraint("desk_tag", name=op.f("pk_desks")),
    )
    op.create_index(op.f("ix_desks_number"), "desks", ["number"])
    op.add_column("admin_actions", sa.Column("actor_tag", sa.LargeBinary(), nullable=True))
    op.create_index("ix_admin_actions_number", "admin_actions", ["number", "id"])
    op.create_index("ix_admin_actions_at", "admin_actions", ["at"])
    op.create_index("ix_admin_actions_actor", "admin_actions", ["actor_tag", "at"])
    _flag("inbox", "admin")
    op.create_index("ix_inbox_admin", "inbox", ["admin", "id"])
    _priorities()


def _bulks() -> None:
    op.create_table(
        "bulks",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sealed_bulk", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulks")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_bulks_day"), "bulks", ["day"])
    op.create_table(
        "bulk_records",
        sa.Column("bulk", BigId, nullable=False),
        sa.Column("number", BigId, nullable=False),
        sa.ForeignKeyConstraint(["bulk"], ["bulks.id"], name=op.f("fk_bulk_records_bulk_bulks")),
        sa.ForeignKeyConstraint(
            ["number"], ["endorsements.number"], name=op.f("fk_bulk_records_number_endorsements")
        ),
        sa.PrimaryKeyConstraint("bulk", "number", name=op.f("pk_bulk_records")),
    )


def _waiting() -> None:
    """What waits already was never looked through for marks, so it counts as marked; and it has its
    card."""
    for column in ("marked", "wave", "carded"):
        _flag("endorsements", column)
    op.add_column("endorsements", sa.Column("platform_tag", sa.LargeBinary(), nullable=True))
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE endorsements ADD COLUMN aside {kind} "
        "CONSTRAINT fk_endorsements_aside_bulks REFERENCES bulks (id)"
    )
    op.execute("UPDATE endorsements SET marked = true, carded = true WHERE status = 'pending'")
    op.create_index(
        "ix_endorsements_waiting",
        "endorsements",
        [
            *("wave", "hour", "number", "statement", "kind", "country", "language"),
            *("marked", "carded", "platform_tag", "aside"),
        ],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.create_index(
        "ix_endorsements_aside",
        "endorsements",
        ["aside"],
        sqlite_where=ASIDE,
        postgresql_where=ASIDE,
    )
    op.create_index(
        "ix_endorsements_carded",
        "endorsements",
        ["kind", "number", "aside"],
        sqlite_where=CARDED,
        postgresql_where=CARDED,
    )


def _flag(table: str, column: str) -> None:
    op.add_column(table, sa.Column(column, sa.Boolean(), nullable=False, server_default=sa.false()))


def _priorities() -> None:
    """Broadcasts are announcements, all else is an answer."""
    for index in ("kind", "chat"):
        op.drop_index(f"ix_outbox_{index}", "outbox")
    op.add_column("outbox", sa.Column("priority", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE outbox SET priority = 3 WHERE broadcast")
    op.drop_column("outbox", "broadcast")
    op.create_index("ix_outbox_kind", "outbox", ["adapter", "priority", "id"])
    op.create_index("ix_outbox_chat", "outbox", ["chat_tag", "priority", "id"])
