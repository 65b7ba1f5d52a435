"""What a database does for a command, counted in steps of SQLite's machine: exact, and the same on
a busy machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database

STEPS = 50
"""Between two looks."""

LARGE = ("endorsements", "entries", "name_words", "admin_actions", "entrusted", "tiles")
"""Tables with rows for each record."""


class Steps:
    """Counts on every connection of a database: to its file, and to the names in memory."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._looks = 0
        self.statements: dict[str, Any] = {}
        """Every statement that was asked so far, with the last values."""

    async def begin(self) -> None:
        """To be called again for a connection that was opened since."""
        async with self._database._engine.connect() as connection:
            await self._watch(connection)
        if self._database._hidden.opened:
            await self._watch(await self._database._hidden.connection())

    async def _watch(self, connection: AsyncConnection) -> None:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        await driver.set_progress_handler(self._look, STEPS)

    def _look(self) -> int:
        self._looks += 1
        return 0

    def taken(self) -> int:
        """The steps since the last time that it was asked."""
        looks, self._looks = self._looks, 0
        return looks * STEPS

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Keep what is asked meanwhile."""
        engine = self._database._engine.sync_engine

        def note(*given: Any) -> None:
            _connection, _cursor, statement, values, _context, is_many = given
            # Many rows in one statement come as one tuple.
            is_list = is_many and isinstance(values, list)
            self.statements[statement] = values[0] if is_list else values

        sa.event.listen(engine, "before_cursor_execute", note)
        yield
        sa.event.remove(engine, "before_cursor_execute", note)

    async def scans(self) -> list[str]:
        """The statements that read a large table from its beginning to its end."""
        found = []
        async with self._database._engine.connect() as connection:
            for statement, values in self.statements.items():
                plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
                for *_, step in plan:
                    is_all = any(step.startswith(f"SCAN {table}") for table in LARGE)
                    if is_all and " LIMIT " not in statement:
                        found.append(f"{step}: {statement}")
        return found


@contextmanager
def dearest(most: int) -> Iterator[list[str]]:
    """Of what any database of SQLite is asked meanwhile, on a connection that is opened meanwhile:
    the statements that take more steps than `most`, with these."""
    looks, found = [0], list[str]()

    def look() -> int:
        looks[0] += 1
        return 0

    def watch(adapted: Any, _record: object) -> None:
        adapted._connection._conn.set_progress_handler(look, STEPS)

    def begin(*_: Any) -> None:
        looks[0] = 0

    def end(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if looks[0] * STEPS > most:
            found.append(f"{looks[0] * STEPS} steps: {statement}")

    heard = (
        (sa.pool.Pool, "connect", watch),
        (sa.Engine, "before_cursor_execute", begin),
        (sa.Engine, "after_cursor_execute", end),
    )
    for on, what, do in heard:
        sa.event.listen(on, what, do)
    try:
        yield found
    finally:
        for on, what, do in heard:
            sa.event.remove(on, what, do)
