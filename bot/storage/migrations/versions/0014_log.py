"""The logs, their trees, and heads. What the log of each statement is to begin with is marked here,
and written at the next start (`bot.services.entries`), as it depends on the configuration."""

import sqlalchemy as sa
from alembic import op

from bot.storage.tables import BigId

revision = "0014l"
down_revision = "0013"

UNLOGGED = sa.text("unlogged")


def upgrade() -> None:
    op.create_table(
        "entries",
        sa.Column("log", sa.Text(), nullable=False),
        sa.Column("position", BigId, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ref", sa.LargeBinary(), nullable=False),
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_opening", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("log", "position", name=op.f("pk_entries")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_entries_ref", "entries", ["log", "ref", "position"])
    op.create_table(
        "tiles",
        sa.Column("log", sa.Text(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("position", BigId, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("log", "level", "position", name=op.f("pk_tiles")),
    )
    op.create_table(
        "heads",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sealed_head", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heads")),
    )
    op.add_column(
        "endorsements",
        sa.Column("unlogged", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_index(
        "ix_endorsements_unlogged",
        "endorsements",
        ["number"],
        sqlite_where=UNLOGGED,
        postgresql_where=UNLOGGED,
    )
    # Whoever counts, on the list or without a name; while a window is open the end of that decides.
    op.execute(
        "UPDATE endorsements SET unlogged = true "
        "WHERE status = 'verified' AND sealed_window IS NULL"
    )
