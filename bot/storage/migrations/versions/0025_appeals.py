"""Whether a signer has appealed, which nobody could so far."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.add_column(
        "endorsements",
        sa.Column("appealed", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
