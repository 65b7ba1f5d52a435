"""A text as published, taken apart: each line placed in the package, or reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.ids import Language
from bot.importer import demands as demand_lists
from bot.importer import doubts
from bot.importer.around import without_surroundings
from bot.importer.blocks import level_of
from bot.importer.check import lost
from bot.importer.dates import dateline
from bot.importer.folding import words
from bot.importer.found_demands import collect
from bot.importer.head import Head, find_head
from bot.importer.inline import lost_addresses
from bot.importer.layout import plain_rows, units
from bot.importer.lexicon import is_contact, source_of
from bot.importer.markdown_file import markdown_file
from bot.importer.model import Choice, Issued, Line, Page, Part, Recognised, Unit, part
from bot.importer.names import Named, addresses, named
from bot.importer.scripts import ends_sentence
from bot.importer.signatories import find_signatories
from bot.importer.tongues import original_language
from bot.text.rich import RichText, concat

# A slogan behind demands, and (stricter) at the end of a text that has none.
_SLOGAN_WIDTH, _SLOGAN_WORDS = 140, 24
_LONE_SLOGAN_WIDTH, _LONE_SLOGAN_WORDS = 100, 16
_LONGER_THAN_SLOGAN = 1.5
_LONGEST_ASIDE = 100


def recognise(text: str, language: Language, notes: Sequence[str] = ()) -> Recognised:
    """Takes a plain `text`, published in `language`, apart; `notes` say how it was decoded."""
    return recognise_page(Page(plain_rows(text), text, notes=notes, plain=True), language)


def recognise_page(page: Page, language: Language, choice: Choice | None = None) -> Recognised:
    """Takes a text of any format apart. Never fails: what has no place is reported. `choice` is
    what a person said of its lists."""
    choice = choice or Choice()
    every = units(page.rows)
    letter, around, evidence = without_surroundings(
        demand_lists.table_items(every, language), language
    )
    found, name_lists, unmet = find_signatories(letter, language, choice)
    signed = named(found, language)
    main = [unit for unit in (letter[: found.start] if found else letter) if not unit.cells]
    tables = [unit for unit in (letter[: found.start] if found else letter) if unit.cells]
    lists = demand_lists.find_demands(main, language, choice)
    starts = lists.chosen.starts if lists.chosen else ()
    names = [one.name for one in signed.signatories]
    head = find_head(main, starts[0] if starts else len(main), language, names)
    body = _body(main, head, starts, language)
    tail = letter[found.end :] if found else []
    asides = [*head.scraps, *body.asides, *signed.strays, *tail, *around, *tables]
    result = Recognised(
        language,
        title=part(*head.title) if head.title else None,
        attribution=part(head.attribution) if head.attribution else None,
        paragraphs=tuple(map(part, body.paragraphs)),
        demands_heading=part(body.heading) if body.heading else None,
        demands=collect(main, lists.chosen, body.groups),
        after_demands=_after_demands(body),
        closing_heading=part(body.closing_heading) if body.closing_heading else None,
        closing=tuple(map(part, body.closing)),
        signatories=signed.signatories,
        names=signed.names,
        everything=page.everything,
        signs=page.signs,
        demand_lists=tuple(demand_lists.candidate(main, run) for run in lists.lists),
        name_lists=name_lists,
    )
    result = _with_asides(
        result, head, asides, [*page.left_out, *_lost_links(result, head, signed)]
    )
    unsure = doubts.unsure(lists, found, name_lists) if choice == Choice() else ()
    if found:
        evidence = [f"signatories: {found.reason}", *evidence]
    if lists.chosen:
        where = demand_lists.candidate(main, lists.chosen)
        evidence = [f"demands: the list at line {where}, {lists.chosen.reason}", *evidence]
    is_told = choice.demands is not None
    told = [*lists.notes, *unmet, *doubts.notes(result, every, plain=page.plain, is_told=is_told)]
    if page.has_lines:
        result = _with_lost_lines(result)
    return replace(
        result,
        notes=(*page.notes, *result.notes, *told),
        evidence=(*_title(result), *evidence),
        unsure=unsure,
    )


def _with_lost_lines(found: Recognised) -> Recognised:
    """What the format takes away without a word, such as the cells of a row that are more than its
    table has columns: the lines with such words count as not placed."""
    missing = lost(found, markdown_file(found, ""))
    lines: list[Line] = []
    for number, text in enumerate(found.everything.split("\n") if missing else (), 1):
        here = Counter(words(text)) & missing
        if here:
            missing -= here
            lines.append(Line(number, text))
    every = sorted((*found.unplaced, *lines), key=lambda line: line.number)
    return replace(found, unplaced=tuple(every))


def _title(found: Recognised) -> Iterator[str]:
    if found.title:
        kind = "the heading" if found.title.shape.heading else "the line above the text"
        yield f"title: {kind} at line {found.title.lines[0].number}"


def _lost_links(found: Recognised, head: Head, signed: Named) -> list[Line]:
    """Where links lead to whose words alone are kept."""
    bare = [*head.title, *([head.attribution] if head.attribution else ())]
    lost = [line for unit in bare for line in addresses(unit)]
    inner = [p for demand in found.demands for p in (*demand.above, *demand.paragraphs)]
    headings = [p for p in (found.demands_heading, found.closing_heading) if p]
    for one in (*found.paragraphs, *headings, *inner, *found.after_demands, *found.closing):
        number = one.lines[0].number if one.lines else 1
        lost += [Line(number, address) for address in lost_addresses(one.rich)]
    return [*lost, *signed.addresses]


def _after_demands(body: _Body) -> tuple[Part, ...]:
    """A list with numbers below the demands would count as demands: its numbers become text, up to
    a heading that ends their section."""
    level = level_of(part(body.heading) if body.heading else None)
    parts: list[Part] = []
    ended = False
    for one in map(part, body.after):
        ended = ended or (one.shape.heading > 0 and level_of(one) <= level)
        if one.shape.ordered and one.shape.depth == 1 and not ended:
            text = concat((f"{one.shape.marker} ", one.rich))
            first = replace(one.lines[0], shown=f"{one.shape.marker}{one.lines[0].visible}")
            one = Part(text, (first, *one.lines[1:]), apart=one.apart)  # noqa: PLW2901
        parts.append(one)
    return tuple(parts)


@dataclass(frozen=True, slots=True)
class _Body:
    """The text below the head; `groups` are headings over the first demand under the `heading` of
    all, and `asides` at the end say when or where it was published."""

    paragraphs: Sequence[Unit]
    heading: Unit | None
    groups: Sequence[Unit]
    after: Sequence[Unit]
    closing_heading: Unit | None
    closing: Sequence[Unit]
    asides: Sequence[Unit]


def _body(main: Sequence[Unit], head: Head, starts: Sequence[int], language: Language) -> _Body:
    paragraphs = [*head.rest, *main[head.end : starts[0] if starts else len(main)]]
    rest = list(main[demand_lists.end_of_last(main, starts) :]) if starts else paragraphs
    asides: list[Unit] = []
    while rest and _is_aside(rest[-1], language):
        asides.insert(0, rest.pop())
    heading: Unit | None = None
    groups: list[Unit] = []
    if starts and paragraphs and demand_lists.is_heading(paragraphs[-1]):
        heading = paragraphs.pop()
        if paragraphs and 0 < paragraphs[-1].shape.heading < heading.shape.heading:
            groups, heading = [heading], paragraphs.pop()
    closing = _slogans(rest) if starts else _lone_slogans(rest)
    after = rest[: len(rest) - len(closing)]
    closing_heading = None
    if len(closing) > 1 and closing[0].text[-1:] in tuple(":："):
        closing_heading, *closing = closing
    if starts:
        return _Body(paragraphs, heading, groups, after, closing_heading, closing, asides)
    return _Body(after, None, (), (), closing_heading, closing, asides)


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
    """The short lines at the end, unless they stand under a heading of their own."""
    first = len(rest)
    while first > 0 and _is_short(rest[first - 1], _SLOGAN_WIDTH, _SLOGAN_WORDS):
        first -= 1
    if first > 0 and rest[first - 1].shape.heading:
        return []
    closing = list(rest[first:])
    alone = len(closing) == 1 and closing[0].text[-1:] in tuple(".。।")
    return [] if alone and len(words(closing[0].text)) > _LONE_SLOGAN_WORDS else closing


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
    if body[first - 1].shape.heading:
        return []
    if body[first - 1].width < _LONGER_THAN_SLOGAN * max(unit.width for unit in closing):
        return []
    only = closing[0].text if len(closing) == 1 else ""
    return [] if only and ends_sentence(only) and only[-1] not in tuple("!！") else closing


def _is_short(unit: Unit, widest: int, most_words: int) -> bool:
    whole = not (unit.shape.heading or unit.shape.code or unit.shape.depth)
    return whole and unit.width <= widest and len(words(unit.text)) <= most_words


def _with_asides(
    result: Recognised, head: Head, asides: Sequence[Unit], left_out: Sequence[Line]
) -> Recognised:
    """Takes date, source and original language from the lines around the text. Those that say
    nothing else count as placed; the others, and all other lines, stay reported."""
    issued, issued_notes = _issued(asides, result.language)
    source = next((unit for unit in asides if source_of(unit.text)), None)
    held = {id(unit) for unit in asides if issued and unit.lines == issued.lines}
    source_part: Part | None = None
    if source and (address := source_of(source.text)):
        source_part = Part(RichText(address), source.lines)
        held.add(id(source))
    spoken = [*([head.attribution] if head.attribution else []), *asides]
    original = (original_language(unit.text, result.language) for unit in spoken)
    unplaced = [line for unit in asides if id(unit) not in held for line in _reported(unit)]
    unplaced += left_out
    return replace(
        result,
        issued=issued,
        source=source_part,
        original_language=next(filter(None, original), None),
        unplaced=tuple(sorted(unplaced, key=lambda line: line.number)),
        notes=issued_notes,
    )


def _reported(unit: Unit) -> list[Line]:
    """The lines of a unit without a place, and the addresses that its links have elsewhere."""
    written = " ".join(line.text for line in unit.lines)
    elsewhere = (line for line in addresses(unit) if line.text not in written)
    return [*unit.lines, *elsewhere]


def _issued(asides: Iterable[Unit], language: Language) -> tuple[Issued | None, tuple[str, ...]]:
    """The one date that the lines around the text agree on."""
    dates = [(unit, found) for unit in asides if (found := dateline(unit.text, language))]
    unclear = [
        f"line {unit.number} gives no clear date, day and month can be exchanged: {unit.text}"
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
