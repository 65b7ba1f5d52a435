"""What no statement that people wrote has, and what would cost a reader of Markdown seconds or
gigabytes: refused before the text is normalised or parsed."""

from __future__ import annotations

import re
import unicodedata

from bot.statements.report import Report
from bot.strict.text import KIB

TEXT_LIMIT = 256 * KIB
"""Bytes of one text: about a hundred printed pages, thirty times the longest letter of this kind
that we know."""

LINES = 10_000
MARKS, MARKS_TOGETHER = 5_000, 500
"""Signs that may be markup, in a text and in one paragraph: the work grows with the square of those
in one paragraph. A list counts once an item."""

ACCENTS = 30
"""Accents over one letter: what UAX #15 calls stream-safe. Sorting them takes the square."""

LEVELS = 10
"""Quotes and lists in one another, as the beginning of one line can open them."""

HEADINGS = 500
"""Where to cut between headings is weighed for each against all that follow it."""

BLANKS = 500
"""In a row."""

# A word may stand between three asterisks; of a longer row each one counts.
_MARK = re.compile(r"\*{1,3}|_{1,3}|~~|`{1,3}|[!\[\]<&\\{]")
_BLANKS = re.compile(rf"[ \t\u00a0\u2000-\u200a\u3000]{{{BLANKS + 1}}}")
_HEADING = re.compile(r"#|(?:=+|-+)[ \t]*$")
_SIGNS = "{} signs such as * _ [ and ` at most; make it plain text."
_OPENING = re.compile(r"[ \t]*(?:(?:>|(?:[-+*]|[0-9]{1,9}[.)])(?![^ \t]))[ \t]*)*")
_CONTAINER = re.compile(r"[-+*>]|[0-9]+[.)]")
_RULE = re.compile(r"[ \t]*([-*_])[ \t]*(?:\1[ \t]*){2,}")


def is_within_caps(text: str, report: Report, first_line: int) -> bool:
    """Whether `text`, Markdown as its file has it, may be parsed; otherwise one fault is told, in
    the line where it becomes too much. Takes time in proportion to the text."""
    found = _too_much(text)
    if found is not None:
        line, message = found
        report.fault(first_line + line, message)
    return found is None


def _too_much(text: str) -> tuple[int, str] | None:
    marks = together = headings = 0
    for number, line in enumerate(text.split("\n")):
        if fault := _fault_of(line):
            return number, fault
        together = together if line.strip(" \t>") else 0
        opening = _opening(line)
        headings += bool(_HEADING.match(line, opening))
        if not _RULE.fullmatch(line):
            inline = len(_MARK.findall(line))
            together += inline
            marks += inline + len(_CONTAINER.findall(line, 0, opening))
        for found, most, what in (
            (number + 1, LINES, "A text has {} lines at most; shorten it."),
            (headings, HEADINGS, "A text has {} headings at most; make some of them text."),
            (together, MARKS_TOGETHER, f"One paragraph has {_SIGNS}"),
            (marks, MARKS, f"A text has {_SIGNS}"),
        ):
            if found > most:
                return number, what.format(most)
    return None


def _fault_of(line: str) -> str | None:
    """What is too much in one line."""
    if accents_in_a_row(line) > ACCENTS:
        return f"More than {ACCENTS} accents stand over one letter here; delete them."
    if _BLANKS.search(line):
        return f"More than {BLANKS} blanks stand in a row here; delete them."
    if len(_CONTAINER.findall(line, 0, _opening(line))) > LEVELS:
        return f"More than {LEVELS} quotes or lists begin in this line; take some out."
    return None


def _opening(line: str) -> int:
    """Where what opens quotes and lists ends."""
    found = _OPENING.match(line)
    return found.end() if found else 0


def accents_in_a_row(line: str) -> int:
    """The longest row of combining marks."""
    if line.isascii():
        return 0
    longest = row = 0
    for character in line:
        row = row + 1 if unicodedata.combining(character) else 0
        longest = max(longest, row)
    return longest
