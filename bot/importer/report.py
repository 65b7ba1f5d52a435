"""What was recognised, told to the person at the terminal."""

from collections.abc import Sequence

from bot.importer.model import Line, Part, Recognised
from bot.importer.names import NAMES_FILE, groups
from bot.importer.table_file import FoundList

_KINDS = {"person": " (people)", "organisation": " (organisations)"}


def report(found: Recognised) -> list[str]:
    """Lines for the terminal: each part with its count, notes, and at the end every line that
    has no place, word for word."""
    lines = [
        f"title: {_text(found.title)}",
        f"attribution: {_text(found.attribution)}",
        f"original language: {found.original_language or _assumed(found)}",
        *_outside(found),
        f"paragraphs: {sum(not one.shape.heading for one in found.paragraphs)}",
        *_heading("demands", found.demands_heading),
        f"demands: {len(found.demands)}",
        *([f"paragraphs after the demands: {n}"] if (n := len(found.after_demands)) else ()),
        *_heading("closing", found.closing_heading),
        f"closing lines: {len(found.closing)}",
        f"signatories: {len(found.signatories)}{_countries(found)}",
        *([f"names for {NAMES_FILE}: {len(found.names)}"] if found.names else ()),
        *grouped(found),
        *remarks(found),
    ]
    return list(map(printable, lines))


def grouped(found: Recognised) -> list[str]:
    """How many stand under each heading."""
    every = groups([*found.signatories, *found.names])
    return [f"  {size} under '{group}'{_KINDS.get(kind, '')}" for group, kind, size in every]


def remarks(found: Recognised | FoundList) -> list[str]:
    """What to look at before publishing, and every line that has no place."""
    lines = [
        *(f"note: {note}" for note in found.notes),
        f"not placed: {len(found.unplaced)}",
        *(f"  line {line.number}: {line.text}" for line in found.unplaced),
    ]
    return list(map(printable, lines))


def list_report(found: FoundList) -> list[str]:
    """Lines for the terminal about a list of signatories: which column is what, each cell that has
    no place."""
    lines = [*found.columns, f"names for {NAMES_FILE}: {len(found.names)}", *remarks(found)]
    return list(map(printable, lines))


def _text(part: Part | None) -> str:
    return part.text if part else "none found"


def _heading(what: str, part: Part | None) -> list[str]:
    return [f"heading of the {what}: {part.text}"] if part else []


def _assumed(found: Recognised) -> str:
    return f"{found.language} (no line names it; taken from --lang)"


def _outside(found: Recognised) -> list[str]:
    lines: list[str] = []
    if found.issued:
        lines.append(f"issued: {found.issued.date} (from {_said(found.issued.said_by)})")
    if found.source:
        lines.append(f"source: {found.source.text}{_beside(found.source)}")
    return lines


def _beside(source: Part) -> str:
    whole = " ".join(line.text.strip() for line in source.lines)
    return "" if whole in ("", source.text) else f" (from {_said(source.lines)})"


def _countries(found: Recognised) -> str:
    """The codes in order, each once; nothing for a list without countries."""
    codes = [one.country or "no country" for one in found.signatories]
    return f" ({', '.join(dict.fromkeys(codes))})" if set(codes) - {"no country"} else ""


def _said(lines: Sequence[Line]) -> str:
    return f"line {lines[0].number}: {' '.join(line.text.strip() for line in lines)}"


def reasons(found: Recognised) -> list[str]:
    """Why each part was taken for what it is, a line each."""
    return [printable(f"why: {one}") for one in found.evidence]


def printable(text: str) -> str:
    """Control characters in a text from elsewhere must not steer the terminal."""
    return "".join(c if c.isprintable() or ord(c) > 0x9F else f"\\x{ord(c):02x}" for c in text)
