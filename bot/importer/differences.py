"""Where the texts of one statement in several languages do not match in number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bot.domain.ids import STATEMENT_ID
from bot.importer.markdown_file import markdown
from bot.importer.model import Recognised
from bot.statements.loader import METADATA_FILE, load
from bot.statements.model import Revision, Statement
from bot.text.document import Block, Document, Heading, ItemList, Quote
from bot.text.markdown import parse


@dataclass(frozen=True, slots=True)
class _Counts:
    paragraphs: int
    demands: int
    closing_lines: int


def beside(found: Recognised, statement: str, out: Path) -> Recognised:
    """`found` with a note for each count in which it differs from the package `out/statement`; the
    same where there is no such package, or one with faults."""
    if not STATEMENT_ID.fullmatch(statement) or not (out / statement / METADATA_FILE).exists():
        return found
    existing = load(out).library.get(statement)
    if existing is None:
        return found
    notes = tuple(_differences(found, existing))
    return replace(found, notes=(*found.notes, *notes))


def _differences(found: Recognised, existing: Statement) -> Iterator[str]:
    here = _counts(parse(markdown(found)))
    other = _other(found, existing)
    if other is not None:
        there = _counts(other.document)
        for what in ("paragraphs", "demands", "closing_lines"):
            one, two = getattr(there, what), getattr(here, what)
            if one != two:
                words = what.replace("_", " ")
                yield f"{other.language} has {one} {words}, {found.language} has {two}"
    listed, count = len(existing.signatories), len(found.signatories)
    if listed != count and not found.names:
        name = METADATA_FILE if other is None else other.language
        yield f"{name} has {listed} signatories, {found.language} has {count}"


def _other(found: Recognised, existing: Statement) -> Revision | None:
    """The text to compare with: the original, else the first of another language."""
    others = {k: v for k, v in existing.revisions.items() if k != found.language}
    return others.get(existing.original_language) or next(iter(others.values()), None)


def _counts(document: Document) -> _Counts:
    closing = sum(map(_paragraphs, document.section("closing")))
    demands = sum(_paragraphs(block) for demand in document.demands for block in demand.item.blocks)
    every = sum(map(_paragraphs, document.blocks))
    return _Counts(every - demands - closing, len(document.demands), closing)


def _paragraphs(block: Block) -> int:
    match block:
        case Heading():
            return 0
        case Quote(blocks=blocks):
            return sum(map(_paragraphs, blocks))
        case ItemList(items=items):
            return sum(_paragraphs(inner) for item in items for inner in item.blocks)
        case _:
            return 1
