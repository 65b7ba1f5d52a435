"""Makes bot/statements/country_names.tsv: every name of a country in every language of CLDR.

`python -m tools.country_names` writes it anew, which is needed after Babel brings another CLDR; a
test fails until then. Each line has a code and its names as `bot.statements.countries.name_key`
gives them. Where two languages call two countries the same, the earlier one decides: those of
`FIRST_LANGUAGES`, then by code.

`python -m tools.country_names FOLDER` first takes the short forms of `bot.text.cldr` out of an
unpacked npm package cldr-localenames-full of the same CLDR, since Babel does not ship them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from babel import localedata
from babel.core import get_cldr_version

from bot.domain.ids import Country
from bot.statements import countries
from bot.text import cldr
from bot.text.cldr import SHORT_NAMES, locale_of

SHORTENED = ("HK", "MO", "PS")
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


def short_names(folder: Path) -> str:
    """The content of `SHORT_NAMES`: language, code, name; a region's only where it differs."""
    found: dict[tuple[str, str], str] = {}
    for file in sorted((folder / "main").glob("*/territories.json")):
        tag = file.parent.name
        names = json.loads(file.read_text("utf-8"))["main"][tag]["localeDisplayNames"]
        for code in SHORTENED:
            name = names["territories"].get(f"{code}-alt-short")
            language = tag.replace("-", "_")
            if name and found.get((tag.split("-")[0], code)) != name and locale_of(tag):
                found[language, code] = name
    head = f"# CLDR {get_cldr_version()}, made by python -m tools.country_names FOLDER\n"
    return head + "".join("\t".join((*key, name)) + "\n" for key, name in found.items())


if __name__ == "__main__":
    if sys.argv[1:]:
        Path(cldr.__file__).with_name(SHORT_NAMES).write_text(
            short_names(Path(sys.argv[1])), "utf-8"
        )
    PLACE.write_text(table(), "utf-8")
