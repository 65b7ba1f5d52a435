"""The numbers that a word processor draws in front of the items of its lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from docx.document import Document
from docx.oxml.ns import qn

from bot.importer.scripts import lettered, roman

_Element = Any
_ABJAD = "ابجدهوزحطي"
_ALPHA = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"


@dataclass(frozen=True, slots=True)
class Number:
    """`written` is "" for a bullet; `begins` says that the list counts from its start here."""

    written: str
    value: int
    level: int
    begins: bool


@dataclass(frozen=True, slots=True)
class _Level:
    form: str
    text: str
    start: int


class Numbers:
    """Counts the items of every list of a document, in the order in which they stand."""

    def __init__(self, document: Document) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._restarts: dict[str, dict[int, int]] = {}
        for relation in document.part.rels.values():
            if not relation.is_external and relation.reltype.endswith("/numbering"):
                self._read(relation.target_part.element)

    def _read(self, root: _Element) -> None:
        for abstract in root.iter(qn("w:abstractNum")):
            levels = {
                whole(one.get(qn("w:ilvl"))): _level(one) for one in abstract.iter(qn("w:lvl"))
            }
            self._levels[abstract.get(qn("w:abstractNumId"))] = levels
        for num in root.iter(qn("w:num")):
            name = num.get(qn("w:numId"))
            self._lists[name] = value_of(num, "w:abstractNumId") or ""
            for override in num.iter(qn("w:lvlOverride")):
                if override.find(qn("w:startOverride")) is not None:
                    level = whole(override.get(qn("w:ilvl")))
                    start = whole(value_of(override, "w:startOverride") or 1)
                    self._restarts.setdefault(name, {})[level] = start

    def next(self, name: str, level: int) -> Number | None:
        """The number of the next item of that list; None where the document defines none."""
        abstract = self._lists.get(name, "")
        known = self._levels.get(abstract, {}).get(level)
        if known is None:
            return None
        if known.form in ("bullet", "none"):
            return Number("", 0, level, begins=False)
        counts = self._counts.setdefault(abstract, {})
        start = self._restarts.get(name, {}).pop(level, None)
        begins = level not in counts or start is not None
        counts[level] = (known.start if start is None else start) if begins else counts[level] + 1
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]
        return Number(self._written(abstract, known, counts), counts[level], level, begins)

    def _written(self, abstract: str, known: _Level, counts: dict[int, int]) -> str:
        def number(found: re.Match[str]) -> str:
            level = int(found[1]) - 1
            form = self._levels[abstract].get(level, known).form
            return _numeral(form, counts.get(level, 1))

        written = re.sub(r"%(\d)", number, known.text).strip()
        return written or f"{counts[max(counts)]}."


def _level(element: _Element) -> _Level:
    start = whole(value_of(element, "w:start") or 1)
    form = value_of(element, "w:numFmt") or "decimal"
    return _Level(form, (value_of(element, "w:lvlText") or "")[:40], start)


def value_of(holder: _Element, name: str) -> str | None:
    """What that property of an element is set to, None where it is not there."""
    found = holder.find(qn(name))
    written = None if found is None else found.get(qn("w:val"))
    return None if written is None else str(written)


def whole(written: object) -> int:
    """The number that an attribute holds, 0 for none."""
    return int(str(written)) if re.fullmatch(r"[0-9]{1,6}", str(written)) else 0


def _numeral(form: str, value: int) -> str:
    match form:
        case "lowerLetter" | "upperLetter":
            return lettered(value, "a" if form == "lowerLetter" else "A")
        case "lowerRoman" | "upperRoman":
            return roman(value) if form == "upperRoman" else roman(value).lower()
        case "arabicAbjad" | "arabicAlpha":
            letters = _ABJAD if form == "arabicAbjad" else _ALPHA
            return letters[value - 1] if 0 < value <= len(letters) else str(value)
        case "decimalZero":
            return f"{value:02}"
        case "hindiNumbers":
            return "".join(chr(0x660 + int(digit)) for digit in str(value))
        case _:
            return str(value)
