"""The words of names that are not public: in memory, and gone with the process."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.domain.endorsement import UNNUMBERED
from bot.domain.ids import Number
from bot.storage.sqlite_driver import SCHEME
from bot.storage.tables import name_words

MOST_HELD = 8_000_000
"""Words held at most, in some 450 MB: those of a million names, with a little room."""

_ADD = "INSERT OR IGNORE INTO name_words (word, number) VALUES (?, ?)"


class HiddenNames:
    """A table like `name_words`, in a database of its own that is in no file. Nothing is there
    before the first name comes: who only reads the stored state puts none in.

    It knows of no transaction. What a unit changes here is `unsure` until that is committed.
    """

    def __init__(self) -> None:
        self.unsure: set[Number] = set()
        """Records whose names may be others in the database than here."""
        self.complete = False
        """Whether all that was stored at the start has been read, or as much as there is room for;
        so far it is all up to the number `read_to`."""
        self.read_to = UNNUMBERED
        self.early: set[Number] = set()
        """Records whose names came before it was complete."""
        self._held = 0
        self._engine: AsyncEngine | None = None
        self._connection: AsyncConnection | None = None

    @property
    def full(self) -> bool:
        """Whether no more names are taken in."""
        return self._held >= MOST_HELD

    @property
    def opened(self) -> bool:
        """Whether any name ever came."""
        return self._connection is not None

    async def connection(self) -> AsyncConnection:
        """To be queried as the one to the stored words is."""
        if self._connection is None:
            self._engine = create_async_engine(f"{SCHEME}://", hide_parameters=True)
            opened = await self._engine.connect()
            await opened.execution_options(isolation_level="AUTOCOMMIT")
            # Nothing is rolled back here, and what is sorted must not get onto a disk either.
            for pragma in ("journal_mode=OFF", "temp_store=MEMORY"):
                await opened.exec_driver_sql(f"PRAGMA {pragma}")
            await opened.run_sync(name_words.create)
            self._connection = opened
        return self._connection

    async def add(self, names: Mapping[Number, Collection[int]]) -> None:
        """Take in the words (`word_keys`) of names, as far as there is room."""
        rows = [(word, number) for number, words in names.items() for word in words]
        if rows and not self.full:
            result = await (await self.connection()).exec_driver_sql(_ADD, rows)
            self._held += result.rowcount

    async def drop(self, numbers: Collection[Number]) -> None:
        """Forget the words of these records' names."""
        if not self.opened:
            return
        delete = name_words.delete().where(name_words.c.number.in_(numbers))
        result = await (await self.connection()).execute(delete)
        self._held -= result.rowcount

    async def close(self) -> None:
        """All is gone."""
        if self._connection is not None and self._engine is not None:
            await self._connection.close()
            await self._engine.dispose()
