"""A text as published, taken apart: each line placed in the package, or reported."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.domain.ids import Language
from bot.statements.importer import demands as numbered_demands
from bot.statements.importer import signatories as signatory_lists
from bot.statements.importer.dates import dateline
from bot.statements.importer.head import Head, find_head
from bot.statements.importer.layout import Unit, units
from bot.statements.importer.lexicon import is_contact
from bot.statements.importer.recognised import Issued, Part, Recognised, part
from bot.statements.importer.scripts import ends_sentence, words
from bot.statements.importer.sources import source_of
from bot.statements.importer.tongues import original_language

# A slogan behind demands, and (stricter) at the end of a text that has none.
_SLOGAN_WIDTH, _SLOGAN_WORDS = 140, 24
_LONE_SLOGAN_WIDTH, _LONE_SLOGAN_WORDS = 100, 16
_LONGER_THAN_SLOGAN = 1.5
_LONGEST_ASIDE = 100
_MARKDOWN = re.compile(r"^#{1,6} |\*\*\S")


def recognise(text: str, language: Language, notes: Sequence[str] = ()) -> Recognised:
    """Takes `text`, published in `language`, apart. Never fails: what has no place is reported.

    `notes` are put in front of the notes of the result (how the file was decoded).
    """
    everything = units(text)
    found = signatory_lists.find_signatories(everything, language)
    main = everything[: found.start] if found else everything
    starts = numbered_demands.find_demands(main)
    head = find_head(
        main,
        starts[0] if starts else len(main),
        language,
        [one.name for one in found.signatories] if found else [],
    )
    body = _body(main, head, starts, language)
    tail = everything[found.end :] if found else []
    asides = [*head.scraps, *body.asides, *(found.strays if found else ()), *tail]
    result = Recognised(
        language,
        title=part(*head.title) if head.title else None,
        attribution=part(head.attribution) if head.attribution else None,
        paragraphs=tuple(map(part, body.paragraphs)),
        demands_heading=part(body.heading) if body.heading else None,
        demands=numbered_demands.collect(main, starts),
        after_demands=tuple(map(part, body.after)),
        closing_heading=part(body.closing_heading) if body.closing_heading else None,
        closing=tuple(map(part, body.closing)),
        signatories=found.signatories if found else (),
    )
    result = _with_asides(result, head, asides)
    return replace(result, notes=(*notes, *result.notes, *_notes(result, everything)))


@dataclass(frozen=True, slots=True)
class _Body:
    """The text below the head; `asides` at its end say when or where it was published."""

    paragraphs: Sequence[Unit]
    heading: Unit | None
    after: Sequence[Unit]
    closing_heading: Unit | None
    closing: Sequence[Unit]
    asides: Sequence[Unit]


def _body(main: Sequence[Unit], head: Head, starts: Sequence[int], language: Language) -> _Body:
    paragraphs = [*head.rest, *main[head.end : starts[0] if starts else len(main)]]
    rest = list(main[numbered_demands.end_of_last(main, starts[-1]) :]) if starts else paragraphs
    asides: list[Unit] = []
    while rest and _is_aside(rest[-1], language):
        asides.insert(0, rest.pop())
    heading: Unit | None = None
    if starts and paragraphs and numbered_demands.is_heading(paragraphs[-1]):
        heading = paragraphs.pop()
    closing = _slogans(rest) if starts else _lone_slogans(rest)
    after = rest[: len(rest) - len(closing)]
    closing_heading = None
    if len(closing) > 1 and closing[0].text[-1:] in tuple(":："):
        closing_heading, *closing = closing
    if starts:
        return _Body(paragraphs, heading, after, closing_heading, closing, asides)
    return _Body(after, None, (), closing_heading, closing, asides)


def _is_aside(unit: Unit, language: Language) -> bool:
    """Whether a line at the end of the text is not of it: a date, an address, a contact."""
    if unit.width > _LONGEST_ASIDE or ends_sentence(unit.text):
        return False
    return (
        dateline(unit.text, language) is not None
        or is_contact(unit.text)
        or original_language(unit.text, language) is not None
    )


def _slogans(rest: Sequence[Unit]) -> list[Unit]:
    """The short lines at the end."""
    first = len(rest)
    while first > 0 and _is_short(rest[first - 1], _SLOGAN_WIDTH, _SLOGAN_WORDS):
        first -= 1
    return list(rest[first:])


def _lone_slogans(body: Sequence[Unit]) -> list[Unit]:
    """The slogans at the end of a text without demands: short next to the prose before them, and
    not a single sentence or the items of a list."""
    first = len(body)
    while first > 0 and _is_short(body[first - 1], _LONE_SLOGAN_WIDTH, _LONE_SLOGAN_WORDS):
        if body[first - 1].text[-1:] in tuple(":："):
            return []
        first -= 1
    closing = list(body[first:])
    if not closing or first == 0 or body[first - 1].text[-1:] in tuple(":："):
        return []
    if body[first - 1].width < _LONGER_THAN_SLOGAN * max(unit.width for unit in closing):
        return []
    only = closing[0].text if len(closing) == 1 else ""
    return [] if only and ends_sentence(only) and only[-1] not in tuple("!！") else closing


def _is_short(unit: Unit, widest: int, most_words: int) -> bool:
    return unit.width <= widest and len(words(unit.text)) <= most_words


def _with_asides(result: Recognised, head: Head, asides: Sequence[Unit]) -> Recognised:
    """Takes date, source and original language from the lines around the text. Those that say
    nothing else count as placed; the others, and all other lines, stay reported."""
    issued, issued_notes = _issued(asides, result.language)
    source = next((unit for unit in asides if source_of(unit.text)), None)
    held = {unit for unit in asides if issued and unit.lines == issued.lines}
    source_part: Part | None = None
    if source and (address := source_of(source.text)):
        source_part = Part(address[0], source.lines if address[1] else ())
        held |= {source} if address[1] else set()
    spoken = [*([head.attribution] if head.attribution else []), *asides]
    original = (original_language(unit.text, result.language) for unit in spoken)
    unplaced = (line for unit in asides if unit not in held for line in unit.lines)
    return replace(
        result,
        issued=issued,
        source=source_part,
        original_language=next(filter(None, original), None),
        unplaced=tuple(sorted(unplaced, key=lambda line: line.number)),
        notes=issued_notes,
    )


def _issued(asides: Iterable[Unit], language: Language) -> tuple[Issued | None, tuple[str, ...]]:
    """The one date that the lines around the text agree on."""
    dates = [(unit, found) for unit in asides if (found := dateline(unit.text, language))]
    unclear = [
        f"line {unit.lines[0].number} gives no clear date, day and month can be exchanged:"
        f" {unit.text}"
        for unit, found in dates
        if found.date is None
    ]
    known = [(unit, found.date, found.alone) for unit, found in dates if found.date]
    if len({date for _, date, _ in known}) > 1:
        numbers = ", ".join(str(unit.lines[0].number) for unit, _, _ in known)
        return None, (*unclear, f"the lines {numbers} give different dates, none is taken")
    if not known:
        return None, tuple(unclear)
    unit, date, alone = next((one for one in known if one[2]), known[0])
    return Issued(date, unit.lines, unit.lines if alone else ()), tuple(unclear)


def _notes(result: Recognised, everything: Sequence[Unit]) -> list[str]:
    told: list[str] = []
    if result.title is None:
        told.append("no title was found; put it on the first line, with a blank line below it")
    if any(len(unit.lines) > 1 for unit in everything) and _runs_on(everything):
        told.append(
            "the lines are wrapped and no blank lines part the paragraphs: check where each begins"
        )
    if any(_MARKDOWN.search(unit.text) for unit in everything):
        told.append(
            "marks of Markdown (#, **) are kept as characters of the text; remove them first"
        )
    told += numbered_demands.notes(result.demands)
    bullets = [u for u in everything if u.bullet and part(u) in result.paragraphs]
    if not result.demands and len(bullets) > 1:
        first, last = bullets[0].lines[0].number, bullets[-1].lines[-1].number
        told.append(f"lines {first} to {last} have no numbers; number them if they are demands")
    told += signatory_lists.notes(result.signatories, result.language)
    for unit in everything:
        if unit.hyphen:
            told.append(f"line {unit.hyphen.number} ends with a hyphen and is joined to the next")
    return told


def _runs_on(everything: Sequence[Unit]) -> bool:
    """Whether paragraphs follow each other without blank lines."""
    return sum(unit.after_blank for unit in everything) * 3 < len(everything)
