"""What only the organisers may see can be sealed to a key of theirs."""

import sqlalchemy as sa
from alembic import op

from bot.storage.tables import BigId

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column(
        "endorsements",
        sa.Column("entrusted", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "entrusted",
        sa.Column("number", BigId, nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("age", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["endorsements.number"], name=op.f("fk_entrusted_number_endorsements")
        ),
        sa.PrimaryKeyConstraint("number", "part", name=op.f("pk_entrusted")),
        sqlite_with_rowid=False,
    )
