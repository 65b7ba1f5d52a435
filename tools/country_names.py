"""Makes bot/statements/country_names.tsv: every name of a country in every language of CLDR.

`python -m tools.country_names` writes it anew, which is needed after Babel brings another CLDR; a
test fails until then. Each line has a code and its names as `bot.statements.countries.name_key`
gives them. Where two languages call two countries the same, the earlier one decides: those of
`FIRST_LANGUAGES`, then by code.
"""

from __future__ import annotations

from pathlib import Path

from babel import localedata
from babel.core import get_cldr_version

from bot.domain.ids import Country
from bot.statements import countries
from bot.text.cldr import locale_of

PLACE = Path(countries.__file__).with_name(countries.TABLE)


def table() -> str:
    """The content of the file."""
    found: dict[str, Country] = {}
    languages = [name for name in sorted(localedata.locale_identifiers()) if "_" not in name]
    for locale in filter(None, map(locale_of, (*countries.FIRST_LANGUAGES, *languages))):
        for key, country in countries.names_of(locale):
            found.setdefault(key, country)
    names: dict[Country, list[str]] = {}
    for key, country in found.items():
        names.setdefault(country, []).append(key)
    head = f"# CLDR {get_cldr_version()}, made by python -m tools.country_names\n"
    lines = ("\t".join((code, *sorted(keys))) + "\n" for code, keys in sorted(names.items()))
    return head + "".join(lines)


if __name__ == "__main__":
    PLACE.write_text(table(), "utf-8")
