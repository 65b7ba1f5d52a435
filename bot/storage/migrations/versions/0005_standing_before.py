"""What an undo brings back is kept whole, and changes are counted.

Until now the former status alone was kept, in clear. What it lacks of rows whose window is open at
this moment is filled in on the safe side: a former verification gets the window that is open now,
so that no name is published sooner than it would have been.
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from bot.privacy import Keyring
from bot.storage.tables import BigId, Moment

revision = "0005"
down_revision = "0004"

PUBLIC = "public_name IS NULL OR (status = 'verified' AND visibility = 'public'"


def upgrade() -> None:
    op.add_column("endorsements", sa.Column("sealed_before", sa.LargeBinary()))
    op.add_column(
        "endorsements", sa.Column("version", sa.Integer(), nullable=False, server_default="0")
    )
    before = _before()
    _seal_former(before, context.config.attributes["keys"])
    # SQLite changes a table by making it anew; PostgreSQL needs the same said differently.
    with op.batch_alter_table("endorsements", copy_from=before) as table:
        table.alter_column("digest", existing_type=sa.Text(), nullable=True)
        table.drop_column("before_undo")
        table.drop_constraint(op.f("ck_endorsements_public_name"), type_="check")
        table.create_check_constraint(
            op.f("ck_endorsements_public_name"), f"{PUBLIC} AND undo_until IS NULL)"
        )
    _make_alike_what_is_forgotten()


def _seal_former(endorsements: sa.Table, keys: Keyring) -> None:
    connection, c = op.get_bind(), endorsements.c
    for row in connection.execute(sa.select(endorsements).where(c.before_undo.is_not(None))).all():
        place = row.signer_tag.hex() if row.signer_tag else ""
        former: dict[str, Any] = {"status": row.before_undo}
        if row.before_undo == "verified":
            former["undo_until"] = row.undo_until.isoformat()
            # A withdrawal left the decision as it was; a rejection wrote over it.
            if row.status == "withdrawn" and row.sealed_decision:
                decision = keys.open(row.sealed_decision, f"endorsements.decision:{place}")
                former["decision"] = json.loads(decision)
        sealed = keys.seal(json.dumps(former).encode(), f"endorsements.before:{place}")
        update = endorsements.update().where(c.number == row.number)
        connection.execute(update.values(sealed_before=sealed))


def _make_alike_what_is_forgotten() -> None:
    op.execute(
        "UPDATE endorsements SET kind = 'person', visibility = 'counted', language = '', "
        "digest = NULL, consent = 0, country = NULL, withdrawals = 0, rejections = 0 "
        "WHERE signer_tag IS NULL"
    )


def _before() -> sa.Table:
    """The table as it is when its two new columns have been added."""
    return sa.Table(
        "endorsements",
        sa.MetaData(),
        sa.Column("number", BigId, autoincrement=True, nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("consent", sa.Integer(), nullable=False),
        sa.Column("country", sa.Text()),
        sa.Column("hour", Moment(), nullable=False),
        sa.Column("signer_tag", sa.LargeBinary()),
        sa.Column("public_name", sa.Text()),
        sa.Column("sealed_name", sa.LargeBinary()),
        sa.Column("sealed_details", sa.LargeBinary()),
        sa.Column("sealed_decision", sa.LargeBinary()),
        sa.Column("sealed_route", sa.LargeBinary()),
        sa.Column("undo_until", Moment()),
        sa.Column("before_undo", sa.Text()),
        sa.Column("wants_updates", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("withdrawals", sa.Integer(), nullable=False),
        sa.Column("rejections", sa.Integer(), nullable=False),
        sa.Column("sealed_before", sa.LargeBinary()),
        sa.Column("version", sa.Integer(), nullable=False, server_default="0"),
        sa.CheckConstraint("kind IN ('person', 'organisation')", name=op.f("ck_endorsements_kind")),
        sa.CheckConstraint(f"{PUBLIC})", name=op.f("ck_endorsements_public_name")),
        sa.CheckConstraint(
            "status IN ('pending', 'verified', 'rejected', 'withdrawn')",
            name=op.f("ck_endorsements_status"),
        ),
        sa.CheckConstraint(
            "visibility IN ('public', 'organisers', 'counted')",
            name=op.f("ck_endorsements_visibility"),
        ),
        sa.ForeignKeyConstraint(
            ["digest"], ["revisions.digest"], name=op.f("fk_endorsements_digest_revisions")
        ),
        sa.ForeignKeyConstraint(
            ["statement"], ["statements.id"], name=op.f("fk_endorsements_statement_statements")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_endorsements")),
        sa.UniqueConstraint("statement", "signer_tag", name=op.f("uq_endorsements_statement")),
        sa.Index("ix_endorsements_statement_status", "statement", "status", "number"),
        sqlite_autoincrement=True,
    )
