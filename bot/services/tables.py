"""Lists of names that admins send, read in a process of its own (`bot.importer.table_apart`)."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any

from bot.domain.errors import BadName
from bot.domain.ids import Country
from bot.domain.names import clean_name
from bot.domain.paper import MOST_ROWS, LeftOut, RowFault, Signed, Table, TableFault
from bot.text.folding import fold

log = logging.getLogger(__name__)

ENDINGS = (".csv", ".tsv", ".xlsx", ".ods")
SECONDS = 30.0
"""In which a list must have been read, however busy the machine is."""

MOST_SAID = 16 * 1024 * 1024
"""Bytes of what the process may say."""

_ROOT = Path(__file__).parents[2]
_READER = "bot.importer.table_apart"


async def read_table(data: bytes, name: str) -> Table | TableFault:
    """The list in the file, which never touches the disk. Takes as long as it takes: outside of any
    transaction."""
    ending = PurePath(name).suffix.lower()
    if ending not in ENDINGS:
        return TableFault.KIND
    said = await _said(data, f"list{ending}")
    try:
        found = json.loads(said)
        return _table(found) if found.get("names") else TableFault.UNREADABLE
    except (ValueError, KeyError, TypeError, AttributeError):
        return TableFault.UNREADABLE


def apart(table: Table) -> tuple[list[Signed], list[LeftOut]]:
    """The rows that can be added, each once, and the lines that cannot."""
    rows: list[Signed] = []
    left_out = [LeftOut(line, RowFault.NAMELESS) for line in table.nameless]
    seen: dict[tuple[str, str], int] = {}
    for row in table.rows:
        try:
            clean = _clean(row)
        except BadName:
            left_out.append(LeftOut(row.line, RowFault.BAD_NAME))
            continue
        key = fold(clean.name), clean.country or clean.place or ""
        if key in seen:
            left_out.append(LeftOut(row.line, RowFault.TWICE, seen[key]))
        else:
            seen[key] = row.line
            rows.append(clean)
    return rows, sorted(left_out, key=lambda each: each.line)


def _clean(row: Signed) -> Signed:
    """Raises `BadName`."""
    place, affiliation = (text and clean_name(text) for text in (row.place, row.affiliation))
    return replace(row, name=clean_name(row.name), place=place, affiliation=affiliation)


def _table(found: dict[str, Any]) -> Table | TableFault:
    rows = tuple(_row(*each) for each in found["names"])
    nameless = sorted(set(found["unplaced"]) - {row.line for row in rows})
    if len(rows) + len(nameless) > MOST_ROWS:
        return TableFault.TOO_MANY
    return Table(rows, tuple(map(_column, found["columns"])), tuple(nameless))


def _row(line: int, name: str, affiliation: str, country: str | None, printed: str) -> Signed:
    if country is not None:
        return Signed(name, Country(country), None, affiliation or None, line)
    # What names no country stands behind the affiliation too.
    affiliation = affiliation.removesuffix(printed).removesuffix(", ")
    return Signed(name, None, printed or None, affiliation or None, line)


def _column(told: str) -> tuple[str, tuple[str, ...]]:
    """Of such as `column for name: 'Full name', 'Family'`."""
    what, _, heads = told.partition(": ")
    return what.rpartition(" ")[2], tuple(head.strip("'\"") for head in heads.split(", "))


async def _said(data: bytes, name: str) -> bytes:
    # It needs no secret of ours.
    environ = {key: value for key, value in os.environ.items() if "UNDERSIGNED_" not in key}
    environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(_ROOT), environ.get("PYTHONPATH"))))
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", _READER, name),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=environ,
            limit=MOST_SAID,
        )
    except OSError as error:
        # No memory or no process left: whoever asked waits for an answer.
        log.warning("what reads lists could not be started: %s", type(error).__name__)
        return b""
    try:
        said, _ = await asyncio.wait_for(process.communicate(data), SECONDS)
    except TimeoutError:
        log.warning("a list could not be read in time")
        return b""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return said if len(said) <= MOST_SAID else b""
