"""A signatory's line taken apart: the name, and the country beside it."""

import re
from dataclasses import dataclass

from bot.domain.ids import Country, Language
from bot.importer.scripts import stripped
from bot.statements.countries import country_of

_OPENING, _CLOSING = re.escape("(（[［"), re.escape(")）]］")
_BRACKETED = re.compile(
    rf"(?P<name>.*?\S)\s*[{_OPENING}]\s*(?P<country>[^{_OPENING}{_CLOSING}]+)[{_CLOSING}]"
    r"\s*[.,;،؛。；、]?"
)
_TRAILING = re.compile(
    r"(?P<name>.*\S)(?:\s*[,،，;；:：|/]\s*|\s+[-–—]\s*|\s*[–—]\s+)(?P<country>[^,،，;；|]+?)[.;؛。]?"
)
_LEADING = re.compile(r"(?P<country>[^,،:：–—]+?)(?:\s*[:：]\s*|\s+[-–—]\s+)(?P<name>.*\S)")


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
    for pattern in (_BRACKETED, _TRAILING, _LEADING):
        found = pattern.fullmatch(text)
        if found and (country := country_of(found["country"], language)):
            name, printed = stripped(found["name"]), stripped(found["country"])
            return Located(name, country, printed, pattern is _BRACKETED)
    return None
