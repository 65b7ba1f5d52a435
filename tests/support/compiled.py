"""Statements are compiled once in a test process, not once for each bot: a program has one engine,
but a test process has hundreds, and each would compile them all anew."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

from bot.storage import sqlite_driver

_COMPILED: LRUCache[Any, Any] = LRUCache(5_000)


class Sharing(DefaultDialect):
    """All of a class are alike, and use what was compiled for each other."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: sa.Engine) -> None:
        engine._compiled_cache = _COMPILED


class SharingSqlite(Sharing, sqlite_driver.Dialect):
    supports_statement_cache = True


def share_compiled() -> None:
    """For every engine that is made from here on in this process."""
    scheme = sqlite_driver.SCHEME.replace("+", ".")
    registry.register(scheme, __name__, SharingSqlite.__name__)
    registry.register("postgresql.asyncpg", f"{__name__}_postgres", "SharingPostgres")
