"""A statement can be finished: the day of it, and then no key any more."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    with op.batch_alter_table("statements") as batch:
        batch.add_column(sa.Column("finished", sa.Date(), nullable=True))
        batch.alter_column("sealed_key", existing_type=sa.LargeBinary(), nullable=True)
