"""The names of one list as they were at one moment, kept aside for whoever writes them out: in a
nameless file that ends with the process, so that they are never all in memory, and nobody who signs
meanwhile waits for a reader."""

from __future__ import annotations

import datetime as dt
import itertools
import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from bot.domain.endorsement import Kind
from bot.domain.excepting import as_text, of_text
from bot.domain.ids import Country, Digest, Number
from bot.storage.endorsements import PublicEndorsement
from bot.storage.lists import Order
from bot.text.collation import sort_key

AT_ONCE = 1000
"""Names in one piece."""

_TABLES = """
CREATE TABLE names (kind TEXT, sort_key BLOB, number INTEGER, name TEXT, country TEXT, digest TEXT,
    day TEXT, affiliation TEXT, place TEXT, excepts TEXT, mandate TEXT, paper INTEGER);
CREATE TABLE refs (ref BLOB PRIMARY KEY, day TEXT) WITHOUT ROWID;
"""
_INDEX = "CREATE INDEX IF NOT EXISTS in_order ON names (kind, sort_key, number)"
_SELECT = """
SELECT number, kind, name, country, digest, day, affiliation, place, excepts, mandate, paper
FROM names
WHERE kind = ? AND sort_key >= ? AND sort_key < ? AND (? IS NULL OR country = ?)
ORDER BY sort_key, number
"""


class PublicNames:
    """Filled first, then read in any order. To be closed."""

    def __init__(self) -> None:
        # https://www.sqlite.org/inmemorydb.html#temp_db: it is on the disk once it grows, has no
        # name there, and is gone with the connection.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(_TABLES)
        self._database.execute("BEGIN")

    def close(self) -> None:
        self._database.close()

    def note(self, refs: Iterable[tuple[bytes, dt.date]]) -> None:
        """On which day each record came into the log; of several the first that is told."""
        rows = ((ref, day.isoformat()) for ref, day in refs)
        self._database.executemany("INSERT OR IGNORE INTO refs VALUES (?, ?)", rows)

    def came(self, ref: bytes) -> dt.date:
        """What was noted of it. Raises `KeyError`."""
        row = self._database.execute("SELECT day FROM refs WHERE ref = ?", (ref,)).fetchone()
        if row is None:
            raise KeyError(ref)
        return dt.date.fromisoformat(row[0])

    def add(self, names: Iterable[PublicEndorsement]) -> None:
        """More of them, in any order."""
        rows = (
            (
                *(each.kind.value, sort_key(each.name), each.number, each.name, each.country),
                *(each.digest, each.day.isoformat(), each.affiliation, each.place),
                *(as_text(each.excepts), each.mandate, each.paper),
            )
            for each in names
        )
        self._database.executemany("INSERT INTO names VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", rows)

    def pages(self, order: Order) -> Iterator[Sequence[PublicEndorsement]]:
        """All that are in that order, `AT_ONCE` at a time."""
        self._database.execute(_INDEX)
        names = itertools.chain.from_iterable(self._part(order, part) for part in order.parts)
        while page := list(itertools.islice(names, AT_ONCE)):
            yield page

    def _part(self, order: Order, part: tuple[Kind, bytes, bytes]) -> Iterator[PublicEndorsement]:
        kind, start, end = part
        wanted = (kind.value, start, end, order.country, order.country)
        return map(_read, self._database.execute(_SELECT, wanted))


def _read(
    row: tuple[int, str, str, str | None, str, str, str | None, str | None, str, str | None, int],
) -> PublicEndorsement:
    number, kind, name, country, digest, day, affiliation, place, excepts, mandate, paper = row
    at, beside = dt.date.fromisoformat(day), (affiliation, place, of_text(excepts), mandate)
    known = Number(number), Kind(kind), name, Country(country) if country else None, Digest(digest)
    return PublicEndorsement(*known, at, *beside, bool(paper))
