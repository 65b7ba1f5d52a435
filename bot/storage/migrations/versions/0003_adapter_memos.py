"""What adapters must still know after a restart."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "adapter_memos",
        sa.Column("adapter", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key_tag", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_memo", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("adapter", "kind", "key_tag", name=op.f("pk_adapter_memos")),
    )
    op.create_index(op.f("ix_adapter_memos_until"), "adapter_memos", ["until"])
