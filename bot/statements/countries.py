"""Which country a person means: its name in any language, its code, or its flag."""

from __future__ import annotations

import functools
import re

from babel import Locale, localedata

from bot.domain.ids import Country, Language
from bot.statements.codes import country_fault
from bot.statements.importer.countries import country_of
from bot.statements.importer.scripts import fold

_FLAG_A = 0x1F1E6  # REGIONAL INDICATOR SYMBOL LETTER A
_CODE = re.compile(r"[a-z]{2}", re.IGNORECASE | re.ASCII)


def find_country(typed: str) -> Country | None:
    """The ISO 3166-1 code of what was typed, None if it names no country.

    English, Arabic, French and Spanish names and the usual short forms are looked up first; a name
    in any other language of CLDR (Unicode's data, through Babel) comes after them.
    """
    text = _unflagged(typed.strip())
    if _CODE.fullmatch(text) and country_fault(text) is None:
        return Country(text.upper())
    return country_of(text, Language("en")) or _names_everywhere().get(fold(text))


def _unflagged(text: str) -> str:
    """A flag emoji is two letters of a code; anything else stays as it is."""
    letters = [chr(ord(c) - _FLAG_A + ord("A")) for c in text if _FLAG_A <= ord(c) < _FLAG_A + 26]
    return "".join(letters) if len(letters) == len(text) == 2 else text


@functools.cache
def _names_everywhere() -> dict[str, Country]:
    """Folded names in all languages; the first language that has a name decides what it means."""
    names: dict[str, Country] = {}
    for identifier in sorted(localedata.locale_identifiers()):
        if "_" in identifier:
            continue
        for code, name in Locale.parse(identifier).territories.items():
            if country_fault(code) is None:
                names.setdefault(fold(str(name)), Country(code))
    return names
