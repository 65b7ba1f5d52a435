"""What is on the disk tells less: no exact moment stands beside a record, what is decided has a day
and no hour, and numbers are drawn, not counted."""

import datetime as dt
import json
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from bot.privacy import Keyring
from bot.storage.sealing import SealedBytes
from bot.storage.tables import BigId, Moment
from bot.storage.tags import job_tag, number_tag

revision = "0011"
down_revision = "0010"

AT_ONCE = 1000
DETAILS = "endorsements.details"
PUBLIC = "public_name IS NULL OR (status = 'verified' AND visibility = 'public'"
LISTED = sa.text("sort_key IS NOT NULL")
WAITING = sa.text("status = 'pending'")
ASIDE = sa.text("aside IS NOT NULL")
CARDED = sa.text("status = 'pending' AND carded")
FRESH = sa.text("fresh")
UNLISTED = sa.text("status = 'verified' AND visibility = 'public' AND public_name IS NULL")


def upgrade() -> None:
    keys: Keyring = context.config.attributes["keys"]
    _endorsements(keys)
    _due_jobs(keys)
    _admin_actions(keys)
    _desks(keys)


def _endorsements(keys: Keyring) -> None:
    op.add_column("endorsements", sa.Column("sealed_window", sa.LargeBinary()))
    op.add_column(
        "endorsements", sa.Column("fresh", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    before = _before()
    _seal_windows(before, keys)
    _drop_askers(before, keys)
    c = before.c
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    in_utc = sa.func.timezone("UTC", c.hour)
    day = (
        sa.func.strftime("%Y-%m-%d 00:00:00.000000", c.hour)
        if is_sqlite
        else sa.func.timezone("UTC", sa.func.date_trunc("day", in_utc))
    )
    final = before.update().where(c.status != "pending", c.undo_until.is_(None))
    op.get_bind().execute(final.values(hour=day))
    # SQLite changes a table by making it anew, which ends the counting of numbers there too.
    with op.batch_alter_table("endorsements", copy_from=before) as table:
        table.drop_constraint(op.f("ck_endorsements_public_name"), type_="check")
        table.drop_column("undo_until")
        table.drop_column("sealed_before")
        table.create_check_constraint(
            op.f("ck_endorsements_public_name"), f"{PUBLIC} AND sealed_window IS NULL)"
        )
    if not is_sqlite:
        op.execute("ALTER TABLE endorsements ALTER COLUMN number DROP DEFAULT")
        op.execute("DROP SEQUENCE IF EXISTS endorsements_number_seq")
    for name, columns, where in (
        ("fresh", ["number"], FRESH),
        ("unlisted", ["statement", "kind", "number"], UNLISTED),
    ):
        op.create_index(
            f"ix_endorsements_{name}",
            "endorsements",
            columns,
            sqlite_where=where,
            postgresql_where=where,
        )


def _seal_windows(endorsements: sa.Table, keys: Keyring) -> None:
    """Until when, and what stood before; a name that was public before is on the lists again if
    that comes back."""
    connection, c = op.get_bind(), endorsements.c
    query = sa.select(c.number, c.signer_tag, c.visibility, c.undo_until, c.sealed_before)
    for row in connection.execute(query.where(c.undo_until.is_not(None))).all():
        place = row.signer_tag.hex() if row.signer_tag else ""
        window: dict[str, Any] = {"until": row.undo_until.isoformat(), "before": None}
        if row.sealed_before is not None:
            opened = keys.open(row.sealed_before, f"endorsements.before:{place}")
            window["before"] = _with_listed(json.loads(opened), row.visibility)
        sealed = SealedBytes("endorsements.window").seal(keys, json.dumps(window).encode(), place)
        update = endorsements.update().where(c.number == row.number)
        connection.execute(update.values(sealed_window=sealed))


def _with_listed(standing: dict[str, Any], visibility: str) -> dict[str, Any]:
    shown = standing.get("visibility") or visibility
    is_final = standing.get("undo_until") is None
    standing["listed"] = standing["status"] == "verified" and shown == "public" and is_final
    if standing.get("before") is not None:
        standing["before"] = _with_listed(standing["before"], shown)
    return standing


def _drop_askers(endorsements: sa.Table, keys: Keyring) -> None:
    """Who asked in a group's name is needed until it is decided."""
    connection, c = op.get_bind(), endorsements.c
    query = sa.select(c.number, c.signer_tag, c.sealed_details).where(
        c.kind == "organisation",
        c.status != "pending",
        c.undo_until.is_(None),
        c.sealed_details.is_not(None),
    )
    for row in connection.execute(query).all():
        place, column = row.signer_tag.hex() if row.signer_tag else "", SealedBytes(DETAILS)
        details = json.loads(column.open(keys, row.sealed_details, place)) | {"asked_by": None}
        sealed = column.seal(keys, json.dumps(details).encode(), place)
        update = endorsements.update().where(c.number == row.number)
        connection.execute(update.values(sealed_details=sealed))


def _due_jobs(keys: Keyring) -> None:
    connection = op.get_bind()
    old = sa.table(
        "due_jobs",
        sa.column("key", sa.Text),
        sa.column("kind", sa.Text),
        sa.column("due", Moment()),
        sa.column("sealed_payload", sa.LargeBinary),
    )
    rows = connection.execute(sa.select(old)).all()
    op.drop_table("due_jobs")
    new = op.create_table(
        "due_jobs",
        sa.Column("key_tag", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due", Moment(), nullable=False),
        sa.Column("sealed_payload", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key_tag", name=op.f("pk_due_jobs")),
    )
    op.create_index(op.f("ix_due_jobs_due"), "due_jobs", ["due"])
    for row in rows:
        column = SealedBytes("due_jobs.payload")
        progress = column.open(keys, row.sealed_payload, row.key)
        tag, about = job_tag(keys, row.key), row.key.partition(":")[2]
        sealed = column.seal(keys, about.encode() + b"\0" + progress, tag.hex())
        values = {"key_tag": tag, "kind": row.kind, "due": row.due, "sealed_payload": sealed}
        connection.execute(new.insert(), values)


def _admin_actions(keys: Keyring) -> None:
    """The same rows in the same order, under the same protection."""
    for index in ("number", "at", "actor"):
        op.drop_index(f"ix_admin_actions_{index}", "admin_actions")
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        for event in ("update", "delete"):
            op.execute(f"DROP TRIGGER admin_actions_no_{event}")
    else:
        op.execute("DROP TRIGGER admin_actions_append_only ON admin_actions")
    op.add_column(
        "admin_actions",
        sa.Column("day", sa.Date(), nullable=False, server_default=sa.text("'1970-01-01'")),
    )
    op.add_column("admin_actions", sa.Column("number_tag", sa.LargeBinary(), nullable=True))
    _seal_actions(keys)
    op.drop_column("admin_actions", "at")
    op.drop_column("admin_actions", "number")
    op.create_index("ix_admin_actions_number", "admin_actions", ["number_tag", "id"])
    op.create_index("ix_admin_actions_day", "admin_actions", ["day", "id"])
    op.create_index("ix_admin_actions_actor", "admin_actions", ["actor_tag", "action", "day", "id"])
    if is_sqlite:
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER admin_actions_no_{event.lower()} BEFORE {event} ON admin_actions "
                "BEGIN SELECT RAISE(ABORT, 'admin_actions is append-only'); END"
            )
    else:
        op.alter_column("admin_actions", "day", server_default=None)
        op.execute(
            "CREATE TRIGGER admin_actions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
            "ON admin_actions EXECUTE FUNCTION admin_actions_append_only()"
        )


def _desks(keys: Keyring) -> None:
    connection = op.get_bind()
    old = sa.table(
        "desks",
        sa.column("desk_tag", sa.LargeBinary),
        sa.column("number", sa.BigInteger),
        sa.column("until", Moment()),
        sa.column("sealed_desk", sa.LargeBinary),
    )
    rows = connection.execute(sa.select(old)).all()
    op.drop_table("desks")
    new = op.create_table(
        "desks",
        sa.Column("desk_tag", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sealed_desk", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("desk_tag", name=op.f("pk_desks")),
    )
    for row in rows:
        place, column = row.desk_tag.hex(), SealedBytes("desks.desk")
        desk = json.loads(column.open(keys, row.sealed_desk, place))
        kept = {"desk": desk, "until": row.until.isoformat(), "number": row.number}
        sealed = column.seal(keys, json.dumps(kept).encode(), place)
        values = {"desk_tag": row.desk_tag, "day": row.until.date(), "sealed_desk": sealed}
        connection.execute(new.insert(), values)


def _seal_actions(keys: Keyring) -> None:
    connection = op.get_bind()
    table = sa.table(
        "admin_actions",
        sa.column("id", BigId),
        sa.column("at", Moment()),
        sa.column("day", sa.Date),
        sa.column("action", sa.Text),
        sa.column("number", sa.BigInteger),
        sa.column("number_tag", sa.LargeBinary),
        sa.column("actor_tag", sa.LargeBinary),
        sa.column("sealed_actor", sa.LargeBinary),
    )
    c, last = table.c, 0
    update = table.update().where(c.id == sa.bindparam("of"))
    update = update.values({name: sa.bindparam(name) for name in ("day", "number_tag")})
    update = update.values(sealed_actor=sa.bindparam("sealed"))
    query = sa.select(table).order_by(c.id).limit(AT_ONCE)
    while rows := connection.execute(query.where(c.id > last)).all():
        connection.execute(update, [_sealed_anew(keys, row) for row in rows])
        last = rows[-1].id


def _sealed_anew(keys: Keyring, row: sa.Row[Any]) -> dict[str, Any]:
    at: dt.datetime = row.at
    place = f"{at.isoformat()} {row.action}"
    if row.actor_tag is not None:
        place = f"{place} {row.number} {row.actor_tag.hex()}"
    actor = json.loads(keys.open(row.sealed_actor, f"admin_actions.actor:{place}"))
    tag = None if row.number is None else number_tag(keys, row.number)
    tags = " ".join(each.hex() if each else "" for each in (tag, row.actor_tag))
    done = {"actor": actor, "at": at.isoformat(), "number": row.number}
    sealed = SealedBytes("admin_actions.actor").seal(
        keys, json.dumps(done).encode(), f"{at.date()} {row.action} {tags}"
    )
    return {"of": row.id, "day": at.date(), "number_tag": tag, "sealed": sealed}


def _before() -> sa.Table:
    """The table as it is when its two new columns have been added."""
    meta = sa.MetaData()
    for table, key, kind in (
        ("statements", "id", sa.Text()),
        ("revisions", "digest", sa.Text()),
        ("bulks", "id", BigId),
    ):
        sa.Table(table, meta, sa.Column(key, kind, primary_key=True))

    def flag(name: str) -> sa.Column[bool]:
        return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())

    return sa.Table(
        "endorsements",
        meta,
        sa.Column("number", BigId, autoincrement=False, nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("statement", "kind", "status", "visibility", "language")
        ),
        sa.Column("digest", sa.Text()),
        sa.Column("consent", sa.Integer(), nullable=False),
        sa.Column("country", sa.Text()),
        sa.Column("hour", Moment(), nullable=False),
        sa.Column("signer_tag", sa.LargeBinary()),
        *(
            sa.Column(name, sa.Text())
            for name in ("public_name", "public_affiliation", "public_place")
        ),
        *(
            sa.Column(name, sa.LargeBinary())
            for name in (
                *("sort_key", "sealed_name", "sealed_details", "sealed_decision", "sealed_route"),
                *("sealed_before", "sealed_window", "sealed_marked"),
            )
        ),
        sa.Column("undo_until", Moment()),
        *(flag(name) for name in ("wants_updates", "entrusted", "wave", "carded", "fresh")),
        sa.Column("withdrawals", sa.Integer(), nullable=False),
        sa.Column("rejections", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("aside", BigId),
        *_checks(),
        *(
            sa.ForeignKeyConstraint(
                [column], [target], name=f"fk_endorsements_{column}_{target.partition('.')[0]}"
            )
            for column, target in (
                ("digest", "revisions.digest"),
                ("statement", "statements.id"),
                ("aside", "bulks.id"),
            )
        ),
        sa.PrimaryKeyConstraint("number", name="pk_endorsements"),
        sa.UniqueConstraint("statement", "signer_tag", name="uq_endorsements_statement"),
        *_indexes(),
    )


def _checks() -> list[sa.CheckConstraint]:
    rules = {
        "kind": "kind IN ('person', 'organisation')",
        "status": "status IN ('pending', 'verified', 'rejected', 'withdrawn')",
        "visibility": "visibility IN ('public', 'organisers', 'counted')",
        "public_name": f"{PUBLIC} AND undo_until IS NULL)",
    } | {
        column: f"{column} IS NULL OR public_name IS NOT NULL"
        for column in ("public_affiliation", "public_place", "sort_key")
    }
    return [sa.CheckConstraint(rule, name=f"ck_endorsements_{n}") for n, rule in rules.items()]


def _indexes() -> list[sa.Index]:
    waiting = ("wave", "hour", "number", "statement", "kind", "country", "language")
    found: dict[str, tuple[tuple[str, ...], sa.TextClause | None]] = {
        "statement_status": (("statement", "status", "kind", "number"), None),
        "listed": (("statement", "kind", "sort_key", "number"), LISTED),
        "listed_country": (("statement", "country", "kind", "sort_key", "number"), LISTED),
        "waiting": ((*waiting, "carded", "aside"), WAITING),
        "aside": (("aside",), ASIDE),
        "carded": (("kind", "number", "aside"), CARDED),
    }
    return [
        sa.Index(f"ix_endorsements_{name}", *columns, sqlite_where=where, postgresql_where=where)
        for name, (columns, where) in found.items()
    ]
