"""The lines of the ledger, for that of a second instance; the next start puts in what there is."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("checkpoint", sa.BigInteger, primary_key=True),
        sa.Column("tag", sa.Text, primary_key=True),
    )
