"""The demands that a public signature does not stand for; nobody could except any so far."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

EXCEPTING = sa.text("public_excepts IS NOT NULL")


def upgrade() -> None:
    # A check that comes with its column spares SQLite making the table anew.
    op.execute(
        "ALTER TABLE endorsements ADD COLUMN public_excepts TEXT "
        "CONSTRAINT ck_endorsements_public_excepts "
        "CHECK (public_excepts IS NULL OR public_name IS NOT NULL)"
    )
    op.create_index(
        "ix_endorsements_excepts",
        "endorsements",
        ["statement", "digest", "public_excepts"],
        sqlite_where=EXCEPTING,
        postgresql_where=EXCEPTING,
    )
