"""How many there are of what is kept as it changes, and what is looked for has an index by which
it costs the same among a million. What is counted so far is counted up behind the migrations."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

GONE = (
    "statement_status",
    "waiting",
    "carded",
    "fresh",
    "digest",
    "unlisted",
    "excepts",
    "unlogged",
)
PLACE = ("wave", "hour", "number")
FILTERS = ("statement", "kind", "country", "language")
WAITING = "status = 'pending' AND aside IS NULL"
WAITING_ASIDE = "status = 'pending' AND aside IS NOT NULL"
INDEXES = (
    ("waiting", PLACE, WAITING),
    ("waiting_by", (*FILTERS, *PLACE), WAITING),
    ("waiting_aside", PLACE, WAITING_ASIDE),
    ("waiting_aside_by", (*FILTERS, *PLACE), WAITING_ASIDE),
    ("carded", ("kind", "number"), "status = 'pending' AND carded AND aside IS NULL"),
    ("fresh", ("wave", "kind", "number"), "fresh"),
    (
        "aging",
        ("status", "hour", "number"),
        "(sealed_name IS NOT NULL OR entrusted) AND public_name IS NULL AND sealed_window IS NULL",
    ),
    (
        "told",
        ("digest", "number"),
        "status IN ('pending', 'verified') AND sealed_route IS NOT NULL",
    ),
    (
        "unlisted",
        ("number",),
        "status = 'verified' AND visibility = 'public' AND public_name IS NULL "
        "AND sealed_window IS NULL AND sealed_name IS NOT NULL",
    ),
    ("unlogged", ("statement", "number"), "unlogged"),
)


def upgrade() -> None:
    texts = ("of", "statement", "kind", "state", "key", "country", "language")
    flags = ("wave", "carded", "aside")
    op.create_table(
        "tallies",
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in flags),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(*texts, *flags, name=op.f("pk_tallies")),
        sqlite_with_rowid=False,
    )
    _index("ix_tallies_none", "tallies", ("count",), "count = 0")
    for name in GONE:
        op.drop_index(f"ix_endorsements_{name}", "endorsements")
    for name, columns, where in INDEXES:
        _index(f"ix_endorsements_{name}", "endorsements", columns, where)
    op.create_index("ix_due_jobs_kind", "due_jobs", ["kind", "due"])


def _index(name: str, table: str, columns: tuple[str, ...], where: str) -> None:
    op.create_index(
        name, table, list(columns), sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )
