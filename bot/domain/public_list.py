"""The file of the public list: its columns, and what is done to its cells."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

COLUMNS = (
    *("number", "kind", "name", "country", "digest", "day", "affiliation", "place", "except"),
    *("mandate", "paper"),
)
"""Programs read them by their place too: a new one comes last. Nothing here, nor the order of the
rows, tells who signed before whom."""

YES = "yes"
"""In a column that says whether something is so; empty where it is not."""

_FORMULA = re.compile(r'(^|[;,|\t\r\n])(?=[\s"]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r])')
"""Where a spreadsheet finds a cell that it takes for a formula (OWASP, CSV injection): at the
beginning of ours, or behind what splits it where semicolons, tabs or lines are what separates."""


_SIGN = re.compile("[=+\\-@\uff1d\uff0b\uff0d\uff20\t\r]")
"""Without one of them no formula is found."""


def safe_cell(cell: str) -> str:
    """The cell with a mark wherever a formula would begin."""
    return _FORMULA.sub(r"\1'", cell)


def as_csv(columns: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """With a byte order mark, without which spreadsheets misread UTF-8."""
    return "\ufeff" + lines([columns]) + lines(rows)


def lines(rows: Iterable[Iterable[object]]) -> str:
    """The rows alone, to be put behind others. In numbers and days there is no formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        cells = [*row]
        # Hardly any row has one: looked for in all texts at once.
        if _SIGN.search("\n".join([cell for cell in cells if isinstance(cell, str)])):
            cells = [safe_cell(str(cell)) for cell in cells]
        writer.writerow(cells)
    return out.getvalue()
