"""Signatures that came on paper, which nobody could add so far."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.add_column(
        "endorsements", sa.Column("paper", sa.Boolean(), nullable=False, server_default=sa.false())
    )
