"""Who signed as a spreadsheet (XLSX): every cell is text, and none a formula or a link."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from bot.documents import content
from bot.documents.content import TooLong
from bot.domain.excepting import as_text
from bot.services.snapshot import Snapshot
from bot.statements.model import Revision
from bot.storage.endorsements import PublicEndorsement
from bot.text.breaks import shortened
from bot.text.cldr import is_right_to_left
from bot.wording import documents, paper
from bot.wording.voice import Voice

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 1_048_575
"""Names that a sheet holds below its head."""

LONGEST_SHEET_NAME = 31

WIDTHS = (10, 14, 36, 36, 20, 20, 12, 16, 20, 16, 10)

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
"""Rows go to a temporary file, so that a list of any length needs the same memory."""


async def write_table(
    say: Voice, snapshot: Snapshot, revision: Revision, file: Path, page: str | None = None
) -> None:
    """Write the list, and a second sheet with what it can be checked by, into `file`, beside which
    it needs as much room again; the same bytes for the same snapshot. Raises `TooLong` or
    `OSError`."""
    import xlsxwriter  # noqa: PLC0415 - for whoever writes one

    book = xlsxwriter.Workbook(file, {**_OPTIONS, "tmpdir": str(file.parent)})
    # Else it is dated by the clock.
    book.set_properties({"title": revision.title, "created": snapshot.as_of.replace(tzinfo=None)})
    try:
        await _write_names(say, snapshot, revision, book)
        _write_about(say, snapshot, revision, book, page)
    finally:
        # Whatever became of it: only this takes the temporary files away.
        _close(book)


def _close(book: Workbook) -> None:
    from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415 - as above

    try:
        book.close()
    except FileCreateError as error:
        raise OSError(*error.args) from None


def _sheet(book: Workbook, name: str, revision: Revision) -> Worksheet:
    sheet = book.add_worksheet(shortened(name, LONGEST_SHEET_NAME))
    if is_right_to_left(revision.language):
        sheet.right_to_left()
    return sheet


async def _write_names(say: Voice, snapshot: Snapshot, revision: Revision, book: Workbook) -> None:
    sheet = _sheet(book, documents.signatories(say).plain, revision)
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    for at, (column, width) in enumerate(zip(documents.columns(say), WIDTHS, strict=True)):
        sheet.set_column(at, at, width)
        sheet.write_string(0, at, column, bold)
    sheet.freeze_panes(1, 0)
    number = 0
    async for rows in snapshot.names(snapshot.order(revision.language)):
        if number + len(rows) > MOST_ROWS:
            raise TooLong(
                f"The list has more than {MOST_ROWS} names, which is all that a sheet holds; "
                "export it as csv."
            )
        for row in rows:
            number += 1
            _write_row(say, sheet, number, row, day)
    sheet.autofilter(0, 0, number, len(WIDTHS) - 1)


def _write_row(say: Voice, sheet: Worksheet, at: int, row: PublicEndorsement, day: Format) -> None:
    sheet.write_number(at, 0, row.number)
    sheet.write_datetime(at, 6, dt.datetime.combine(row.day, dt.time()), day)
    for column, text in (
        (1, documents.kind(say, row.kind)),
        (2, row.name),
        (3, row.affiliation),
        (4, say.country(row.country) if row.country else None),
        (5, row.place),
        (7, as_text(row.excepts)),
        (8, row.digest),
        (9, row.mandate),
        (10, paper.beside(say).plain if row.paper else None),
    ):
        if text:
            _write_text(sheet, at, column, text)


def _write_text(sheet: Worksheet, at: int, column: int, text: str) -> None:
    """The text as it is. The library takes what begins with `<r>` for its own XML and does not
    escape it, unless it comes in three pieces."""
    if text.startswith("<r>"):
        sheet.write_rich_string(at, column, text[:1], text[1:2], text[2:])
    else:
        sheet.write_string(at, column, text)


def _write_about(
    say: Voice, snapshot: Snapshot, revision: Revision, book: Workbook, page: str | None
) -> None:
    sheet = _sheet(book, documents.proof(say).plain, revision)
    sheet.set_column(0, 0, 100, book.add_format({"text_wrap": True, "valign": "top"}))
    said = content.around(say, snapshot, revision, page)
    parts = (*said.about, *said.remarks, *said.proof)
    lines = [revision.title, *(part.plain for part in parts), snapshot.checkpoint.strip("\n")]
    for at, line in enumerate(lines):
        _write_text(sheet, at, 0, line)
