"""The first schema."""

import sqlalchemy as sa
from alembic import op

from bot.storage.tables import BigId, Moment

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("chat_tag", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed_state", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("chat_tag", name=op.f("pk_conversations")),
    )
    op.create_table(
        "cursors",
        sa.Column("adapter", sa.Text(), nullable=False),
        sa.Column("sealed_cursor", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("adapter", name=op.f("pk_cursors")),
    )
    op.create_table(
        "dead_letters",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("adapter", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("event_tag", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_event", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_letters")),
    )
    op.create_table(
        "due_jobs",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due", Moment(), nullable=False),
        sa.Column("sealed_payload", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_due_jobs")),
    )
    op.create_index(op.f("ix_due_jobs_due"), "due_jobs", ["due"], unique=False)
    op.create_table(
        "handled",
        sa.Column("event_tag", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("event_tag", name=op.f("pk_handled")),
    )
    op.create_index(op.f("ix_handled_day"), "handled", ["day"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("adapter", sa.Text(), nullable=False),
        sa.Column("event_tag", sa.LargeBinary(), nullable=False),
        sa.Column("chat_tag", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_event", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("event_tag", name=op.f("uq_inbox_event_tag")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "languages",
        sa.Column("person_tag", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person_tag", name=op.f("pk_languages")),
    )
    op.create_table(
        "live_messages",
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("chat_tag", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_chat", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_message", sa.LargeBinary(), nullable=True),
        sa.Column("message_tag", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_token", sa.LargeBinary(), nullable=False),
        sa.Column("token_tag", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("slot", name=op.f("pk_live_messages")),
        sa.UniqueConstraint("token_tag", name=op.f("uq_live_messages_token_tag")),
    )
    op.create_index(op.f("ix_live_messages_chat_tag"), "live_messages", ["chat_tag"], unique=False)
    op.create_index(
        op.f("ix_live_messages_message_tag"), "live_messages", ["message_tag"], unique=False
    )
    op.create_table(
        "meta",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_meta")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("adapter", sa.Text(), nullable=False),
        sa.Column("chat_tag", sa.LargeBinary(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("broadcast", sa.Boolean(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=True),
        sa.Column("sealed_outgoing", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "revisions",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("attribution", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_revisions")),
    )
    op.create_table(
        "statements",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statements")),
    )
    op.create_table(
        "endorsements",
        sa.Column("number", BigId, autoincrement=True, nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("consent", sa.Integer(), nullable=False),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("hour", Moment(), nullable=False),
        sa.Column("signer_tag", sa.LargeBinary(), nullable=True),
        sa.Column("public_name", sa.Text(), nullable=True),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_details", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_decision", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_route", sa.LargeBinary(), nullable=True),
        sa.Column("undo_until", Moment(), nullable=True),
        sa.Column("before_undo", sa.Text(), nullable=True),
        sa.Column("withdrawals", sa.Integer(), nullable=False),
        sa.Column("rejections", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('person', 'organisation')", name=op.f("ck_endorsements_kind")),
        sa.CheckConstraint(
            "public_name IS NULL OR (status = 'verified' AND visibility = 'public')",
            name=op.f("ck_endorsements_public_name"),
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'verified', 'rejected', 'withdrawn')",
            name=op.f("ck_endorsements_status"),
        ),
        sa.CheckConstraint(
            "visibility IN ('public', 'organisers', 'counted')",
            name=op.f("ck_endorsements_visibility"),
        ),
        sa.ForeignKeyConstraint(
            ["digest"],
            ["revisions.digest"],
            name=op.f("fk_endorsements_digest_revisions"),
        ),
        sa.ForeignKeyConstraint(
            ["statement"],
            ["statements.id"],
            name=op.f("fk_endorsements_statement_statements"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_endorsements")),
        sa.UniqueConstraint("statement", "signer_tag", name=op.f("uq_endorsements_statement")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_endorsements_statement_status",
        "endorsements",
        ["statement", "status", "number"],
        unique=False,
    )
