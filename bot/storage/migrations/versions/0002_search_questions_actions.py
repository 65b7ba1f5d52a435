"""Word tags of names, questions to signers, wishes for updates, what admins did."""

import sqlalchemy as sa
from alembic import op

from bot.storage.tables import BigId, Moment

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column(
        "endorsements",
        sa.Column("wants_updates", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "name_words",
        sa.Column("word_tag", sa.LargeBinary(), nullable=False),
        sa.Column("number", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["endorsements.number"], name=op.f("fk_name_words_number_endorsements")
        ),
        sa.PrimaryKeyConstraint("word_tag", "number", name=op.f("pk_name_words")),
    )
    op.create_index("ix_name_words_number", "name_words", ["number"])
    op.create_table(
        "questions",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("number", BigId, nullable=False),
        sa.Column("sealed_question", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_answer", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["number"], ["endorsements.number"], name=op.f("fk_questions_number_endorsements")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_questions_number"), "questions", ["number"])
    op.create_table(
        "admin_actions",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("number", BigId, nullable=True),
        sa.Column("sealed_actor", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admin_actions")),
        sqlite_autoincrement=True,
    )
    _append_only("admin_actions")


def _append_only(table: str) -> None:
    """Refuse to change or delete a row of the table, whoever asks."""
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"EXECUTE FUNCTION {table}_append_only()"
    )
