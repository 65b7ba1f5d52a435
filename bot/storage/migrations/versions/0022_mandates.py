"""What groups are asked before they endorse, with their members' votes, and what of that is public;
one administrator was enough so far."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    # A check that comes with its column spares SQLite making the table anew.
    op.execute(
        "ALTER TABLE endorsements ADD COLUMN public_mandate TEXT "
        "CONSTRAINT ck_endorsements_public_mandate "
        "CHECK (public_mandate IS NULL OR public_name IS NOT NULL)"
    )
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "proposals",
        sa.Column("id", big, autoincrement=True, nullable=False),
        sa.Column("chat_tag", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_proposal", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_proposals_chat_tag"), "proposals", ["chat_tag"])
    op.create_table(
        "votes",
        sa.Column("proposal", big, nullable=False),
        sa.Column("member_tag", sa.LargeBinary(), nullable=False),
        sa.Column("presence", sa.Text(), nullable=False),
        sa.Column("vote", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal"], ["proposals.id"], name=op.f("fk_votes_proposal_proposals")
        ),
        sa.PrimaryKeyConstraint("proposal", "member_tag", name=op.f("pk_votes")),
        sqlite_with_rowid=False,
    )
