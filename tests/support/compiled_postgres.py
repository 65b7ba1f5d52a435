"""`compiled.py` for PostgreSQL, where its driver is installed."""

from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from tests.support.compiled import Sharing


class SharingPostgres(Sharing, PGDialect_asyncpg):
    supports_statement_cache = True
