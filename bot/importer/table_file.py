"""Lists of signatories from a spreadsheet or a form: CSV, TSV, XLSX, ODS, JSON, YAML."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from python_calamine import CalamineError, CalamineWorkbook

from bot.domain.ids import Language
from bot.importer.columns import MOST_COLUMNS, Columns, guess_columns
from bot.importer.decode import decode
from bot.importer.folding import words
from bot.importer.model import FoundName, ImportFault, Line
from bot.statements.countries import country_of, find_country

_SHEETS = (".xlsx", ".xls", ".ods")
ENDINGS = (".csv", ".tsv", *_SHEETS, ".json", ".yaml", ".yml")
_MOST_ROWS = 100_000
_LARGEST = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FoundList:
    """The names of a list, which column was taken for what, and each cell that has no place."""

    names: tuple[FoundName, ...]
    columns: tuple[str, ...]
    unplaced: tuple[Line, ...]
    notes: tuple[str, ...] = ()


_Table = list[tuple[int, list[str]]]
"""Rows with their numbers; the first one names the columns, if any does."""


def is_list(path: Path) -> bool:
    """Whether the file is a list of signatories, by its name."""
    return path.suffix.lower() in ENDINGS


def read_list(data: bytes, name: str, language: Language) -> FoundList:
    """The signatories that the file `data` lists. Raises `ImportFault` when it is damaged, larger
    than lists are, or has no names."""
    if len(data) > _LARGEST:
        raise ImportFault("This list is larger than 8 MB, the most that is read; part it.")
    ending = Path(name).suffix.lower()
    notes: tuple[str, ...] = ()
    if ending in _SHEETS:
        table = _sheet(data)
    else:
        decoded = decode(data, language)
        text, notes = decoded.text.removeprefix("\ufeff"), decoded.notes
        table = _entries(text, ending) if ending in ENDINGS[5:] else _separated(text)
    if len(table) > _MOST_ROWS or any(len(row) > MOST_COLUMNS for _, row in table):
        raise ImportFault("This list has more than 100,000 rows or 100 columns; part it.")
    if not table:
        raise ImportFault("This list is empty; check that it is the right file.")
    return _found(table, language, notes)


def _separated(text: str) -> _Table:
    """CSV with the separator that parts the first lines most evenly."""
    lines = text.splitlines()
    head = [line for line in lines[:20] if line.strip()]
    scores = {sep: min((line.count(sep) for line in head), default=0) for sep in "\t;,|"}
    separator = max(scores, key=lambda sep: scores[sep])
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False)
        rows = [(reader.line_num, row) for row in reader if any(map(str.strip, row))]
    except csv.Error as error:
        raise ImportFault(f"This list cannot be read ({error}); save it again as CSV.") from error
    return [(number, [cell.strip() for cell in row]) for number, row in rows]


def _sheet(data: bytes) -> _Table:
    """The first sheet with words in it."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in workbook.sheet_names:
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            table = [(n, [_cell(c) for c in row]) for n, row in enumerate(rows, 1) if any(row)]
            if table:
                return table
    except (CalamineError, ValueError, OSError) as error:
        raise ImportFault("This spreadsheet cannot be read; save it as CSV.") from error
    return []


def _cell(value: object) -> str:
    whole = isinstance(value, float) and value.is_integer()
    return " ".join(str(int(value) if isinstance(value, float) and whole else value).split())


def _entries(text: str, ending: str) -> _Table:
    """A list of entries, alone or as the one list in an object."""
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        value = json.loads(text) if ending == ".json" else yaml.load(text, Loader=loader)  # noqa: S506
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        kind = ending[1:].upper()
        raise ImportFault(f"This list is no {kind} ({str(error)[:200]}); mend it.") from error
    if isinstance(value, dict):
        lists = [one for one in value.values() if isinstance(one, list)]
        value = max(lists, key=len, default=[value])
    entries = value if isinstance(value, list) else []
    heads = list(dict.fromkeys(str(key) for one in entries if isinstance(one, dict) for key in one))
    if not heads:
        return [(n, [_cell(one)]) for n, one in enumerate(entries, 1) if isinstance(one, str)]
    table: _Table = [(0, heads)]
    for number, one in enumerate(entries, 1):
        if isinstance(one, dict):
            held = {str(key): _plain(value) for key, value in one.items()}
            table.append((number, [held.get(head, "") for head in heads]))
        elif isinstance(one, str):
            table.append((number, [one, *[""] * (len(heads) - 1)]))
    return table


def _plain(value: object) -> str:
    if isinstance(value, dict | list):
        inner = list(value.values()) if isinstance(value, dict) else value
        if any(isinstance(one, dict | list) for one in inner):
            raise ImportFault("The entries of this list hold lists in lists; give them one level.")
        return json.dumps(value, ensure_ascii=False, default=str)
    return "" if value is None else _cell(value)


def _found(table: _Table, language: Language, notes: tuple[str, ...]) -> FoundList:
    heads = table[0][1]
    columns = guess_columns(heads)
    body = table[1:]
    if columns.name is None:
        # No column has a name that is known: the first one with words in it is the names.
        columns = Columns(name=_first_with_words([row for _, row in table]))
        body, heads = table, [f"column {place + 1}" for place in range(len(heads))]
        notes = (*notes, "no heading says which column has the names; check what was taken")
    names: list[FoundName] = []
    unplaced: list[Line] = []
    for number, row in body:
        for part in columns.apart(row):
            one = _name(number, part, columns, language)
            names += [one] if one else []
            unplaced += _rest(number, part, heads, columns if one else Columns())
    if not names:
        raise ImportFault("This list has no names; call the column that has them 'Name'.")
    told = _told(heads[: columns.width], columns)
    return FoundList(tuple(names), tuple(told), tuple(unplaced), notes)


def _first_with_words(rows: Sequence[Sequence[str]]) -> int:
    filled = [
        sum(bool(words(cell)) and not cell.isdigit() for cell in column)
        for column in zip(*rows[:200], strict=False)
    ]
    return next((place for place, count in enumerate(filled) if count * 2 >= len(rows[:200])), 0)


def _name(
    number: int, row: Sequence[str], columns: Columns, language: Language
) -> FoundName | None:
    def cell(place: int | None) -> str:
        return row[place] if place is not None and place < len(row) else ""

    name = " ".join(filter(None, (cell(columns.name), cell(columns.family))))
    if not words(name):
        return None
    printed = cell(columns.country)
    country = (country_of(printed, language) or find_country(printed)) if printed else None
    kept = [cell(place) for place in columns.affiliation] + ([] if country else [printed])
    affiliation = ", ".join(filter(None, kept))
    line = Line(number, " | ".join(row))
    return FoundName(name, affiliation, country, printed, cell(columns.url), "", (line,))


def _rest(
    number: int, row: Sequence[str], heads: Sequence[str], columns: Columns
) -> Iterator[Line]:
    """The cells that have no place."""
    used = {columns.name, columns.family, columns.country, columns.url, *columns.affiliation}
    for place, text in enumerate(row):
        if place not in used and text:
            head = heads[place] if place < len(heads) else f"column {place + 1}"
            yield Line(number, f"{head}: {text}")


def _told(heads: Sequence[str], columns: Columns) -> Iterator[str]:
    """Which column is what."""
    places = {
        "name": [p for p in (columns.name, columns.family) if p is not None],
        "affiliation": list(columns.affiliation),
        "country": [p for p in (columns.country,) if p is not None],
        "url": [p for p in (columns.url,) if p is not None],
    }
    used = {place for several in places.values() for place in several}
    places["not used"] = [place for place in range(len(heads)) if place not in used]
    for what, several in places.items():
        if several:
            kind = "columns not used" if what == "not used" else f"column for {what}"
            yield f"{kind}: {', '.join(repr(heads[place]) for place in several)}"
