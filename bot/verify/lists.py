"""Whether a published list of names is what the log says: no line more, none less."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path

from bot.domain.excepting import as_text
from bot.domain.faults import OperatorFault
from bot.domain.log import Body
from bot.domain.public_list import COLUMNS, YES, safe_cell
from bot.verify.exports import tally
from bot.verify.files import Broken, Export, Findings

Row = tuple[str, ...]


def compare(export: Export, file: Path, findings: Findings) -> None:
    """Add whether the list in the file (CSV or JSON, as the bot writes them) and the log agree.
    Raises `Broken` where it is no list, and `OperatorFault` where it cannot be read."""
    rows, is_csv = _rows(file)
    mark = safe_cell if is_csv else str
    known = Counter(
        tuple(mark(_cell(says, column)) for column in COLUMNS) for says in tally(export).listed
    )
    listed = Counter(rows)
    for row in (listed - known).elements():
        findings.faults.append(f"On the list, but not in the log: #{row[0]} {row[2]}")
    for row in (known - listed).elements():
        findings.faults.append(f"In the log, but not on the list: #{row[0]} {row[2]}")
    findings.said.append(f"Lines on the list: {len(rows)}")


def _cell(says: Body, column: str) -> str:
    value = says.get(column, [])
    if value is True:
        return YES
    return as_text(value) if isinstance(value, list) else str(value)


def _rows(file: Path) -> tuple[list[Row], bool]:
    try:
        text = file.read_text(encoding="utf-8-sig")
        if text.startswith("["):
            lines = json.loads(text)
            return [tuple(str(line[column]) for column in COLUMNS) for line in lines], False
        head, *rows = map(tuple, csv.reader(io.StringIO(text, newline="")))
        if head == COLUMNS and all(len(row) == len(COLUMNS) for row in rows):
            return rows, True
    except OSError as error:
        raise OperatorFault(f"{file} cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, ValueError, KeyError, TypeError):
        pass
    raise Broken(f"{file.name} is no list that `undersigned export` has written.")
