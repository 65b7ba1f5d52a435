"""The triggers that protect what admins did let a change of the key seal the actor anew."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

TABLE = "admin_actions"
ROTATING = "(SELECT count(*) FROM meta WHERE name = 'key' OR name LIKE 'key %') > 1"
"""More than one key is marked as in use only while what is sealed is sealed anew."""


def upgrade() -> None:
    columns = [column["name"] for column in sa.inspect(op.get_bind()).get_columns(TABLE)]
    others = ", ".join(f'"{name}"' for name in columns if name != "sealed_actor")
    if op.get_bind().dialect.name == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
        op.execute(f"DROP TRIGGER {TABLE}_no_update")
        op.execute(
            f"CREATE TRIGGER {TABLE}_no_update BEFORE UPDATE OF {others} ON {TABLE} {refuse}"
        )
        op.execute(
            f"CREATE TRIGGER {TABLE}_no_other_actor BEFORE UPDATE OF sealed_actor ON {TABLE} "
            f"WHEN NOT {ROTATING} {refuse}"
        )
        return
    op.execute(f"DROP TRIGGER {TABLE}_append_only ON {TABLE}")
    op.execute(
        f"CREATE TRIGGER {TABLE}_append_only BEFORE DELETE OR TRUNCATE OR UPDATE OF {others} "
        f"ON {TABLE} EXECUTE FUNCTION {TABLE}_append_only()"
    )
    op.execute(
        f"CREATE FUNCTION {TABLE}_same_actor() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF NOT {ROTATING} THEN RAISE EXCEPTION '{TABLE} is append-only'; END IF; "
        "RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {TABLE}_same_actor BEFORE UPDATE OF sealed_actor "
        f"ON {TABLE} EXECUTE FUNCTION {TABLE}_same_actor()"
    )
