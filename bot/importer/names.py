"""Long lists of people and organisations who signed, with affiliations and addresses."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.ids import Language
from bot.importer.layout import Unit
from bot.importer.lexicon import fits_line
from bot.importer.located import located
from bot.importer.recognised import FoundName
from bot.importer.rows import Line
from bot.importer.scripts import stripped
from bot.statements.folding import words
from bot.text.rich import RichText, Style

MOST_SIGNATORIES = 50
"""More than this are no longer the organisations that issued a statement; in a chat, where the
signatories follow the text, they would bury it."""

_ADDRESS = re.compile(r"https?://[^\s<>()\"]+[^\s<>()\".,;:!?]")
_PARTING = re.compile(r"\s*[,،，、;；؛|]\s*|\s+[-–—]+\s+|\s*[–—]\s+|\s*[:：]\s+")
_BRACKETS = re.compile(r"(?P<name>[^(（\[]+?)\s*[(（\[](?P<inner>.*)[)）\]]")
_EDGES = " \t\u00a0,،，、;；؛:：|–—-"


def is_long(entries: Sequence[Unit]) -> bool:
    """Whether these go to a file beside the package: many, or too long for a name of one line."""
    return len(entries) > MOST_SIGNATORIES or not all(fits_line(unit.rest) for unit in entries)


def find_name(unit: Unit, language: Language) -> tuple[FoundName, tuple[Line, ...]]:
    """The entry that a line is, and the addresses in it after the first."""
    text, addresses = without_addresses(unit)
    place = located(text, language)
    if place and words(place.name):
        text = place.name
    name, affiliation = _parted(text, _linked_name(unit.rest_rich))
    label = unit.label.written if unit.label else ""
    country, printed = (place.country, place.printed) if place else (None, "")
    url = addresses[0] if addresses else ""
    found = FoundName(name, affiliation, country, printed, url, label, unit.lines)
    return found, tuple(Line(unit.lines[0].number, other) for other in addresses[1:])


def without_addresses(unit: Unit) -> tuple[str, list[str]]:
    """The text of an entry without the addresses that are written out in it, and all addresses,
    those of links too."""
    linked = [(s.start, s.end, s.url or "") for s in unit.rich.spans if s.style is Style.LINK]
    written = [] if linked else [(m.start(), m.end(), m[0]) for m in _ADDRESS.finditer(unit.text)]
    addresses = [url for _, _, url in (*linked, *written)]
    return _without(unit, written or [o for o in linked if _is_address(unit.rich, o)]), addresses


def _is_address(rich: RichText, link: tuple[int, int, str]) -> bool:
    start, end, url = link
    return rich.plain[start:end].rstrip("/") in (
        url.rstrip("/"),
        url.partition("//")[2].rstrip("/"),
    )


def _without(unit: Unit, places: Sequence[tuple[int, int, str]]) -> str:
    """The text of the entry without the addresses written out in it."""
    offset = len(unit.text) - len(unit.rest)
    text = unit.rest
    for start, end, _ in sorted(places, reverse=True):
        text = text[: max(0, start - offset)] + text[end - offset :]
    bare = stripped(re.sub(r"[(<\[（]\s*[)>\]）]", "", text)).strip(_EDGES)
    return bare or unit.rest


def _linked_name(rest: RichText) -> str:
    """The words that a link at the beginning of the entry is made of."""
    first = next((s for s in rest.spans if s.style is Style.LINK and s.start == 0), None)
    return rest.plain[: first.end] if first else ""


def _parted(text: str, linked: str) -> tuple[str, str]:
    """Name and affiliation: `Name, role, place`, `Name - place`, `Name (place)`."""
    if linked and text.startswith(linked) and not _PARTING.search(linked):
        found = _PARTING.match(text, len(linked))
        if found:
            return linked, text[found.end() :]
    if (brackets := _BRACKETS.fullmatch(text)) and not _PARTING.search(brackets["name"]):
        return brackets["name"], brackets["inner"]
    name, parting, rest = _partition(text)
    rest = rest.strip(_EDGES)
    return (name, rest) if parting and words(name) and words(rest) else (text, "")


def _partition(text: str) -> tuple[str, str, str]:
    found = _PARTING.search(text)
    return (text[: found.start()], found[0], text[found.end() :]) if found else (text, "", "")
