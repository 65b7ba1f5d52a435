"""Those who signed, from the lines that name them; a long list for the file beside the package."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import yaml

from bot.domain.ids import Country, Language
from bot.importer.columns import Columns
from bot.importer.folding import fold, words
from bot.importer.lexicon import fits_line
from bot.importer.located import linked_name, located, taken_apart, without_addresses
from bot.importer.markdown_file import quoted
from bot.importer.model import FoundName, FoundSignatory, ImportFault, Line, Unit
from bot.importer.name_lines import bare
from bot.importer.runs import MOST_SIGNATORIES
from bot.importer.scripts import stripped
from bot.importer.signatories import Entry, NameList, said
from bot.statements.countries import country_name, country_of
from bot.text.rich import Style

NAMES_FILE = "signatories.yaml"


@dataclass(frozen=True, slots=True)
class Named:
    """Who signed: in the package, or in the file beside it where they are many."""

    signatories: tuple[FoundSignatory, ...] = ()
    names: tuple[FoundName, ...] = ()
    strays: tuple[Unit, ...] = ()
    addresses: tuple[Line, ...] = ()
    """Addresses on these lines that have no place beside the names."""


def named(found: NameList | None, language: Language) -> Named:
    """The people and organisations of a list."""
    if found is None:
        return Named()
    short = all(fits_line(text) for entry in found.entries for text in entry.texts)
    if sum(len(entry.texts) for entry in found.entries) > MOST_SIGNATORIES or not short:
        return _long(found, language)
    signatories: list[FoundSignatory] = []
    strays = list(found.strays)
    used: set[int] = set()
    for entry in found.entries:
        for text in entry.texts:
            one = _signatory(entry, text, language)
            if entry.country is not None and one.country is None:
                one = _of_group(one, entry.country, language, first=id(entry.country) not in used)
                used.add(id(entry.country))
            signatories.append(one)
    strays = [unit for unit in strays if id(unit) not in used]
    lost = tuple(line for entry in found.entries for line in addresses(entry.unit))
    return Named(tuple(signatories), (), tuple(strays), lost)


def _signatory(entry: Entry, text: str, language: Language) -> FoundSignatory:
    unit, label = entry.unit, entry.unit.label.written if entry.unit.label else ""
    if unit.cells:
        return _of_table(entry, language)
    place = located(text, language)
    named: tuple[str, Country | None, str] = (text, None, "")
    if place and words(place.name):
        named = (place.name, place.country, place.printed)
    return FoundSignatory(
        *named, unit.lines, _whole(entry), label, group=entry.group, kind=entry.kind
    )


def _whole(entry: Entry) -> str:
    """All words of the entry's lines; those of a label in front of names count too."""
    several = bool(entry.unit.parts) and len(entry.texts) > 1
    return entry.unit.text if several or _is_inline(entry) else said(entry.unit)


def _is_inline(entry: Entry) -> bool:
    """Whether the heading of the group stands in front of the names."""
    unit = entry.unit
    return bool(entry.group) and unit.text.startswith(entry.group) and not unit.label


def _of_table(entry: Entry, language: Language) -> FoundSignatory:
    name, affiliation, country, label, _ = _cells(entry, language)
    text = ", ".join(filter(None, (name, affiliation)))
    if not country and (place := located(text, language)) and words(place.name):
        text, country = place.name, place.printed
    code = country_of(country, language) if country else None
    kept = text if code or not country else f"{text} ({country})"
    printed = country if code else ""
    lines = entry.unit.lines
    return FoundSignatory(
        kept, code, printed, lines, entry.unit.text, label, entry.group, entry.kind
    )


def _cells(entry: Entry, language: Language) -> tuple[str, str, str, str, str]:
    """Name, affiliation, country, number and address of a row of a table. Without headings that
    tell, the first column with words is the name and a country stands where one is named."""
    texts = entry.unit.cells.texts if entry.unit.cells else ()
    columns = entry.columns or Columns()
    cell = dict(enumerate(texts))
    number = columns.number
    if number is None and len(texts) > 1 and texts[0].strip("().").isdigit():
        number = 0
    label = cell.pop(number, "") if number is not None else ""
    filled = [place for place, text in cell.items() if words(text)]
    name = columns.name if columns.name in filled else next(iter(filled), 0)
    country = columns.country
    if country is None:
        country = next((p for p in filled if p != name and country_of(texts[p], language)), None)
    url = columns.url
    kept = cell.pop(name, "")
    printed = cell.pop(country, "") if country is not None else ""
    address = cell.pop(url, "") if url is not None else ""
    return kept, ", ".join(text for text in cell.values() if text), printed, label, address


def _of_group(
    one: FoundSignatory, group: Unit, language: Language, *, first: bool
) -> FoundSignatory:
    country = country_of(bare(group), language)
    lines = (group.lines if first else ()) + one.lines
    whole = f"{group.text} {one.said}" if first else one.said
    return FoundSignatory(
        one.name, country, bare(group), lines, whole, one.label, one.group, one.kind
    )


def _long(found: NameList, language: Language) -> Named:
    names: list[FoundName] = []
    lost: list[Line] = []
    for entry in found.entries:
        group = country_of(bare(entry.country), language) if entry.country else None
        if _is_inline(entry):
            lost.append(Line(entry.unit.number, entry.group))
        several, told = _names(entry, language)
        names += [n if n.country or not group else replace(n, country=group) for n in several]
        lost += told
    return Named((), tuple(names), tuple(found.strays), tuple(lost))


def _names(entry: Entry, language: Language) -> tuple[list[FoundName], list[Line]]:
    """Those whom an entry names, and addresses in it that are of none of them."""
    unit = entry.unit
    if unit.cells:
        name, affiliation, printed, label, url = _cells(entry, language)
        code = country_of(printed, language) if printed else None
        affiliation = (
            affiliation if code or not printed else ", ".join(filter(None, (affiliation, printed)))
        )
        one = (name, affiliation, code, printed, url, label)
        return [FoundName(*one, unit.lines, entry.group, entry.kind)], []
    label = unit.label.written if unit.label else ""
    texts: Sequence[str] = entry.texts
    bare_text, urls = without_addresses(unit)
    if len(texts) == 1 and not _is_inline(entry):
        texts, of = (bare_text,), {bare_text: urls[0]} if urls else {}
        linked = linked_name(unit.rest_rich)
    else:
        links = (s for s in unit.rich.spans if s.style is Style.LINK)
        of, linked = {stripped(unit.text[s.start : s.end]): s.url or "" for s in links}, ""
    made: list[FoundName] = []
    for text in texts:
        apart = taken_apart(text, linked, language)
        url = of.get(text) or of.get(apart[0]) or ""
        made.append(FoundName(*apart, url, label, unit.lines, entry.group, entry.kind))
    kept = {one.url for one in made}
    return made, [Line(unit.number, url) for url in urls if url not in kept]


def addresses(unit: Unit) -> tuple[Line, ...]:
    """Where the links of a line lead to, of which only its words are kept."""
    links = (span.url or "" for span in unit.rich.spans if span.style is Style.LINK)
    return tuple(Line(unit.number, url) for url in links)


def groups(found: Sequence[FoundSignatory | FoundName]) -> list[tuple[str, str, int]]:
    """Heading, kind and size of each group, in order; empty where all are in one without a kind."""
    sizes: dict[tuple[str, str], int] = {}
    for one in found:
        sizes[one.group, one.kind] = sizes.get((one.group, one.kind), 0) + 1
    told = [(group, kind, size) for (group, kind), size in sizes.items()]
    return told if len(told) > 1 or any(kind for _, kind, _ in told) else []


def notes(
    signatories: Sequence[FoundSignatory], names: Sequence[FoundName], language: Language
) -> list[str]:
    """What a person should check: countries not found, names of countries that change, and words
    beside the names that a package has no place for."""
    told: list[str] = []
    for one in signatories:
        if one.country is None:
            told.append(f"no country was recognised for the signatory: {one.name}")
        elif fold(one.printed) != fold(name := country_name(one.country, language)):
            told.append(f"the country '{one.printed}' is kept as {one.country} ({name})")
    told = [*dict.fromkeys(told), *not_kept(signatories, names)]
    if names:
        told.append(f"{len(names)} names are too many for a chat; they go to {NAMES_FILE}")
    return told


def not_kept(signatories: Sequence[FoundSignatory], names: Sequence[FoundName]) -> Iterator[str]:
    """What beside the names has no place."""
    for lines, left in _left(signatories):
        yield f"line {lines[0].number} names signatories; not kept: {' '.join(left)}"
    if any(one.label for one in signatories) or any(one.label for one in names):
        yield "the numbers in front of the signatories are not kept"


def left_out(signatories: Sequence[FoundSignatory]) -> list[str]:
    """Words on the lines of signatories that are in no name: numbers, "and", an inline heading."""
    labels = [one.label for one in signatories]
    return labels + [word for _, left in _left(signatories) for word in left]


def _left(
    signatories: Sequence[FoundSignatory],
) -> Iterator[tuple[tuple[Line, ...], list[str]]]:
    for lines, together in itertools.groupby(signatories, key=lambda one: one.lines):
        group = list(together)
        left = words(group[0].said)
        for word in words(" ".join(f"{one.name} {one.printed} {one.label}" for one in group)):
            if word in left:
                left.remove(word)
        if left:
            yield lines, left


def names_yaml(names: Sequence[FoundName]) -> str:
    """The file, read back to prove that it holds each entry."""
    text = "".join(line + "\n" for name in names for line in _entry(name))
    # Events and no values: to make Python's objects of them takes ten times as long.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    events = yaml.parse(text, Loader=loader)
    held = [one.value for one in events if isinstance(one, yaml.ScalarEvent)]
    if held != [text for name in names for pair in _plain(name).items() for text in pair]:
        raise ImportFault(
            f"{NAMES_FILE} would not hold every name of the text, so nothing is written; report"
            " this with the text."
        )
    return text


def count(text: str) -> int:
    """How many entries there are in a file of this form."""
    return sum(line.startswith("- ") for line in text.splitlines())


def _plain(name: FoundName) -> dict[str, str]:
    fields = {
        "name": name.name,
        "affiliation": name.affiliation,
        "country": name.country or "",
        "url": name.url,
        "kind": name.kind,
    }
    return {key: value for key, value in fields.items() if value}


def _entry(name: FoundName) -> Iterator[str]:
    for index, (key, value) in enumerate(_plain(name).items()):
        yield f"{'  ' if index else '- '}{key}: {quoted(value)}"
