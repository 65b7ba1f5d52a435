"""Waiting events are found by chat."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_index("ix_inbox_chat", "inbox", ["chat_tag", "id"])
