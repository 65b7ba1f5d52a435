"""The list of public endorsements as a file, in pieces: the whole of it is never in memory."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

from bot.domain import public_list
from bot.domain.excepting import as_text
from bot.statements.model import Statement, Terms
from bot.storage.endorsements import PublicEndorsement
from bot.storage.lists import Order
from bot.storage.unit import Unit

AT_ONCE = 500
"""Names that are read in one transaction, between which the bot goes on. A process of its own,
which holds up no chat, reads more at a time."""

MOST_IN_CHAT = 10_000
"""Names, or entries of a log: some two megabytes, which are encrypted, stored and read again as one
in some ten milliseconds; platforms take files of 50 MB."""

_CLOSE = "\n]\n"

Units = Callable[[], AbstractAsyncContextManager[Unit]]


async def export(
    units: Units, statement: Statement, form: str, at_once: int = AT_ONCE
) -> AsyncIterator[str]:
    """The list as `csv` or `json`, piece by piece. A name that comes or goes meanwhile may be in it
    or not; no other is left out or repeated."""
    async for piece in written(_pages(units, statement, at_once), form):
        yield piece


async def written(
    pages: AsyncIterator[Sequence[PublicEndorsement]], form: str
) -> AsyncIterator[str]:
    """The same of pages that were read elsewhere."""
    if form == "csv":
        yield as_csv([])
        async for page in pages:
            yield public_list.lines(map(_cells, page))
        return
    before = "["
    async for page in pages:
        yield before + as_json(page)[1 : -len(_CLOSE)]
        before = ","
    yield as_json([]) if before == "[" else _CLOSE


def as_csv(rows: Sequence[PublicEndorsement]) -> str:
    return public_list.as_csv(public_list.COLUMNS, map(_cells, rows))


def as_json(rows: Sequence[PublicEndorsement]) -> str:
    """A list of objects with the columns of the table, days as in ISO 8601."""
    found = [dict(zip(public_list.COLUMNS, _cells(row), strict=True)) for row in rows]
    return json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n"


async def _pages(
    units: Units, statement: Statement, at_once: int
) -> AsyncIterator[Sequence[PublicEndorsement]]:
    order, last = Order(statement.id), None
    while True:
        async with units() as unit:
            page = await unit.lists.page(order, at_once, last)
            if page:
                last = await unit.lists.anchor(statement.id, page[-1].number)
        if page:
            yield _shown(page, statement.terms)
        if len(page) < at_once:
            return


def _shown(rows: Sequence[PublicEndorsement], terms: Terms) -> Sequence[PublicEndorsement]:
    """As the organisers want the list: without affiliations where they have turned them off."""
    if terms.affiliation_shown:
        return rows
    return [replace(row, affiliation=None) for row in rows]


def _cells(row: PublicEndorsement) -> tuple[int | str | dt.date, ...]:
    """In the order of the columns."""
    return (
        row.number,
        row.kind.value,
        row.name,
        row.country or "",
        row.digest,
        row.day,
        row.affiliation or "",
        row.place or "",
        as_text(row.excepts),
        row.mandate or "",
        public_list.YES if row.paper else "",
    )
