"""A signatory's line taken apart: the name, the country beside it, what they are, addresses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.ids import Country, Language
from bot.importer.folding import words
from bot.importer.model import Unit
from bot.importer.scripts import stripped, wide_scripted
from bot.statements.countries import country_of
from bot.text.rich import RichText, Style

_OPENING, _CLOSING = re.escape("(（[［"), re.escape(")）]］")
_BRACKETED = re.compile(
    rf"(?P<name>[^\s].*?)\s*[{_OPENING}]\s*(?P<country>[^{_OPENING}{_CLOSING}]+)[{_CLOSING}]"
    r"\s*[.,;،؛。；、]?"
)
_TRAILING = re.compile(
    r"(?P<name>.*\S)(?:\s*[,،，;；:：|/]\s*|\s+[-–—]\s*|\s*[–—]\s+)(?P<country>[^,،，;；|]+?)[.;؛。]?"
)
_LEADING = re.compile(r"(?P<country>[^,،:：–—]+?)(?:\s*[:：]\s*|\s+[-–—]\s+)(?P<name>.*\S)")
_LONGEST = 400
_ADDRESS = re.compile(r"https?://[^\s<>()\"]+[^\s<>()\".,;:!?]")
_PARTING = re.compile(r"\s*[,،，、;；؛|]\s*|\s+[-–—]+\s+|\s*[–—]\s+|\s*[:：]\s+")
_BRACKETS = re.compile(r"(?P<name>[^(（\[]+?)\s*[(（\[](?P<inner>.*)[)）\]]")
_EDGES = " \t\u00a0,،，、;；؛:：|–—-"
_SEMICOLONS = re.compile(r"\s*[;；؛]\s*")
_DOTS = re.compile(r"\s+[·•∙]\s+")
_AND = re.compile(r"\s+(?:and|et|y|und|e|ve|и|&)\s+|\s+و\s*")
_COLUMNS = re.compile(r"\t+|(?<=\S)\s{3,}(?=\S)")
_COMMAS = re.compile(r"((?:[^,،，、(（]|[(（][^()（）]*[)）]|[(（])+)")
# Only behind a bracket does a comma or an "and" part one organisation from the next; names hold
# both themselves.
_BRACKET_COMMAS = re.compile(
    r"(?<=[)）])\s*(?:[,،，、]\s*(?:(?:and|et|y|und|e)\s+)?|(?:and|et|y|und|e)\s+|(?<=\s)و\s*)"
)
_IN_BRACKETS = re.compile(r"\S+ \S.*[(（][^()（）]{2,80}[)）]")


@dataclass(frozen=True, slots=True)
class Located:
    """A signatory's line taken apart: `printed` is the country as it stands there."""

    name: str
    country: Country
    printed: str
    bracketed: bool


def located(text: str, language: Language) -> Located | None:
    """Name and country of `Name (Country)`, `Name, Country`, `Name - Country` or
    `Country: Name`; None when no country is named in one of these places."""
    if len(text) > _LONGEST:
        return None
    for pattern in (_BRACKETED, _TRAILING, _LEADING):
        found = pattern.fullmatch(text)
        if found and (country := country_of(found["country"], language)):
            name, printed = stripped(found["name"]), stripped(found["country"])
            return Located(name, country, printed, pattern is _BRACKETED)
    return None


def pieces(text: str, language: Language, *, is_item: bool = False) -> list[str]:
    """The signatories of one line: several only where their borders are plain. The item of a list
    is one, unless each piece of it names a country."""
    for separator in (_SEMICOLONS, _COLUMNS, _DOTS, _BRACKET_COMMAS):
        found = [piece for piece in separator.split(text) if words(piece)]
        if len(found) < 2:
            continue
        bracketed = separator is _BRACKET_COMMAS and not is_item
        whole = not (is_item or separator is _BRACKET_COMMAS) or all(
            located(piece, language) or (bracketed and _IN_BRACKETS.fullmatch(piece))
            for piece in found
        )
        if whole:
            return found
    return [text]


def listed(text: str, language: Language) -> list[str]:
    """The names of a line behind a label, such as `A, B, C`: one where its commas rather part a
    name from a role or a place."""
    found = pieces(text, language)
    if len(found) > 1:
        return found
    found = [one.strip() for one in _COMMAS.findall(text.rstrip(" .。")) if words(one)]
    # Of one person `Jane Doe, nurse, Canada` tells the role and the country.
    if len(found) < 2 or any(country_of(piece, language) for piece in found):
        return [text]
    if any(piece[0].islower() for piece in found):
        return [text]
    long = [len(words(piece)) > 1 or wide_scripted(piece[0]) for piece in found]
    last = _AND.split(found[-1])
    if len(last) == 2 and all(len(words(one)) > 1 for one in last):
        found[-1:] = last  # `A B, C D and E F`
    alike = all(long) or (len(found) > 2 and (not any(long) or sum(long) * 2 > len(found)))
    return found if alike else [text]


def taken_apart(text: str, linked: str, language: Language) -> tuple[str, str, Country | None, str]:
    """Name, affiliation, country and its printed name, of an entry of a long list."""
    place = located(text, language)
    if place and words(place.name):
        text = place.name
    name, affiliation = _parted(text, linked)
    return name, affiliation, place.country if place else None, place.printed if place else ""


def without_addresses(unit: Unit) -> tuple[str, list[str]]:
    """The text of an entry without the addresses that are written out in it, and all addresses,
    those of links too."""
    linked = [(s.start, s.end, s.url or "") for s in unit.rich.spans if s.style is Style.LINK]
    written = [] if linked else [(m.start(), m.end(), m[0]) for m in _ADDRESS.finditer(unit.text)]
    addresses = [url for _, _, url in (*linked, *written)]
    return _without(unit, written or [o for o in linked if _is_address(unit.rich, o)]), addresses


def _is_address(rich: RichText, link: tuple[int, int, str]) -> bool:
    start, end, url = link
    bare = url.partition("//")[2].rstrip("/")
    return rich.plain[start:end].rstrip("/") in (url.rstrip("/"), bare)


def _without(unit: Unit, places: Sequence[tuple[int, int, str]]) -> str:
    """The text of the entry without the addresses written out in it."""
    offset = len(unit.text) - len(unit.rest)
    text = unit.rest
    for start, end, _ in sorted(places, reverse=True)[:20]:
        text = text[: max(0, start - offset)] + text[end - offset :]
    bare = stripped(re.sub(r"[(<\[（]\s*[)>\]）]", "", text)).strip(_EDGES)
    return bare or unit.rest


def linked_name(rest: RichText) -> str:
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
    parting = _PARTING.search(text)
    if parting is None:
        return text, ""
    name, rest = text[: parting.start()], text[parting.end() :].strip(_EDGES)
    return (name, rest) if words(name) and words(rest) else (text, "")
