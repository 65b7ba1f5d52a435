"""Waiting rows are found by platform and by chat."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_index("ix_outbox_kind", "outbox", ["adapter", "broadcast", "id"])
    op.create_index("ix_outbox_chat", "outbox", ["chat_tag", "broadcast", "id"])
