"""Who asked for news, which nobody could so far; and of what is said to many, what is under way."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "news",
        sa.Column("chat_tag", sa.LargeBinary(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("record_tag", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("sealed_route", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("chat_tag", "statement", name=op.f("pk_news")),
        sa.UniqueConstraint("record_tag", name=op.f("uq_news_record_tag")),
        sqlite_with_rowid=False,
    )
    op.add_column(
        "outbox", sa.Column("begun", sa.Boolean(), nullable=False, server_default=sa.false())
    )
