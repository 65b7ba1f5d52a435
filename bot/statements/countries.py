"""Which country a name means, and what a country is called: CLDR (Unicode's data, through Babel)
and the names in everyday use that it lacks."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from importlib import resources

from babel import Locale

from bot.domain.ids import Country, Language
from bot.statements.codes import country_fault
from bot.text import cldr
from bot.text.cldr import locale_of
from bot.text.folding import fold

FIRST_LANGUAGES = ("en", "ar", "fr", "es")
"""Where two languages call two countries the same, the earlier of these decides."""

_FLAG_A = 0x1F1E6  # REGIONAL INDICATOR SYMBOL LETTER A
_PARTS = re.compile(r"[,،、，;؛/()（）]|\s[-–—]\s")
LIKE_ENOUGH = 80.0
"""Of 100: one slip in five letters. Kurdistan is not like Pakistan (67), nor Catalonia like
Estonia."""
SHORTEST_TYPO = 4
_CODE = re.compile(r"[a-z]{2}", re.IGNORECASE | re.ASCII)
TABLE = "country_names.tsv"
"""Names in all languages, made by `python -m tools.country_names`: to ask Babel for them means
reading some 290 files, two seconds in which a chat would wait."""

# Names in everyday use that CLDR has not, or has only as a variant.
_ALIASES = {
    "AE": "UAE|Emirates|الإمارات|Émirats|EAU",
    "BA": "Bosnia|Bosnie|البوسنة",
    "CD": "DR Congo|DRC|Democratic Republic of Congo|Democratic Republic of the Congo|RDC"
    "|RD Congo|République démocratique du Congo|الكونغو الديمقراطية|刚果民主共和国",
    "CG": "Republic of the Congo|Congo-Brazzaville",
    "CI": "Ivory Coast|Cote d'Ivoire|Costa de Marfil|كوت ديفوار",
    "CV": "Cape Verde|Cap-Vert|Cabo Verde",
    "CZ": "Czech Republic|République tchèque|República Checa",
    "DO": "Dominican Republic",
    "EH": "Sahrawi Republic|الصحراء الغربية",
    "GB": "UK|Britain|Great Britain|England|Scotland|Wales|Northern Ireland|بريطانيا|إنجلترا"
    "|انكلترا|اسكتلندا|Grande-Bretagne|Angleterre|Écosse|Pays de Galles|Gran Bretaña"
    "|Inglaterra|Escocia|Gales|英格兰|苏格兰|Großbritannien",
    "HK": "Hong Kong|هونغ كونغ|香港",
    "IR": "Islamic Republic of Iran",
    "KP": "DPRK",
    "KR": "Korea|Republic of Korea|Corée|كوريا|韩国",
    "LA": "Lao",
    "LY": "Libia|ليبية",
    "MK": "Macedonia|FYROM|Macédoine",
    "MM": "Burma|Birmanie|Birmania|بورما",
    "MO": "Macau|Macao|澳门",
    "NL": "Holland|Hollande|Holanda|هولندة|The Netherlands",
    "PH": "The Philippines",
    "PS": "Palestine|State of Palestine|Occupied Palestine|Palestina|Palästina|فلسطين"
    "|فلسطين المحتلة|巴勒斯坦",
    "RU": "Russian Federation",
    "SA": "KSA|السعودية|Arabie saoudite",
    "SY": "Syrian Arab Republic|سورية",
    "SZ": "Swaziland",
    "TL": "East Timor",
    "TR": "Turkey|Turkiye|Turquie|Turquía",
    "TW": "台灣",
    "TZ": "Tanzanie",
    "US": "US|USA|United States of America|America|أمريكا|الولايات المتحدة الأمريكية|EUA|EEUU"
    "|EE UU|États-Unis d'Amérique|Estados Unidos de América|美利坚合众国",
    "VA": "Vatican|Vaticano",
}


def find_country(typed: str) -> Country | None:
    """The ISO 3166-1 code of what a person typed: a code, a flag, or a name in any language of
    CLDR; None if it names no country. English, Arabic, French and Spanish names come first."""
    text = _unflagged(typed.strip())
    if _CODE.fullmatch(text) and country_fault(text) is None:
        return Country(text.upper())
    return _named(text)


def _named(text: str) -> Country | None:
    key = name_key(text)
    return _aliases().get(key) or _everywhere().get(key)


def country_in(typed: str) -> Country | None:
    """As `find_country`, and the country of a place: `Baghdad, Iraq`. The last part that names one
    decides. A code is none there: `Los Angeles, CA` is not in Canada."""
    if (whole := find_country(typed)) is not None:
        return whole
    parts = _PARTS.split(typed)
    return (
        next(filter(None, (_named(part) for part in reversed(parts))), None)
        if len(parts) > 1
        else None
    )


def nearest_country(typed: str, language: Language) -> Country | None:
    """The country whose name, in that language or one of the four above, is most like `typed`;
    None if none is like it."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - 6 MiB, for who mistypes

    key = name_key(typed)
    names = _names(language)
    nearest = process.extractOne(key, names.keys(), scorer=fuzz.ratio, score_cutoff=LIKE_ENOUGH)
    return names[nearest[0]] if nearest and len(key) >= SHORTEST_TYPO else None


def country_of(printed: str, language: Language) -> Country | None:
    """The code of the one country that `printed` names in a text of that language, else None.
    Only the text's own language and the four above count: a rare one may mean something else."""
    return _names(language).get(name_key(printed))


def country_name(country: Country, language: Language) -> str:
    """What CLDR calls the country in that language; the code itself where it has no name."""
    locale = locale_of(language)
    return (cldr.country_name(locale, country) if locale else None) or country


def name_key(name: str) -> str:
    """`name` for looking up: folded, and `U.S.A.` one word."""
    return fold(name.replace(".", ""))


def names_of(locale: Locale) -> Iterator[tuple[str, Country]]:
    """The keys under which the countries of one language are found."""
    for code, territory in locale.territories.items():
        name = str(territory)
        if country_fault(code) is None:
            yield name_key(name), Country(code)
            yield name_key(cldr.country_name(locale, code) or name), Country(code)
            # `Congo - Kinshasa`, `Myanmar (Burma)`: what stands before the bracket names it too.
            if "(" in name:
                yield name_key(name.partition("(")[0]), Country(code)


def _unflagged(text: str) -> str:
    """A flag emoji is two letters of a code; anything else stays as it is."""
    letters = [chr(ord(c) - _FLAG_A + ord("A")) for c in text if _FLAG_A <= ord(c) < _FLAG_A + 26]
    return "".join(letters) if len(letters) == len(text) == 2 else text


@functools.cache
def _aliases() -> dict[str, Country]:
    return {
        name_key(alias): Country(code)
        for code, aliases in _ALIASES.items()
        for alias in aliases.split("|")
    }


@functools.cache
def _everywhere() -> dict[str, Country]:
    text = resources.files("bot.statements").joinpath(TABLE).read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {name: Country(code) for code, *names in rows for name in names}


@functools.cache
def _names(language: Language) -> dict[str, Country]:
    names = dict(_aliases())
    for locale in filter(None, map(locale_of, (language, *FIRST_LANGUAGES))):
        for key, country in names_of(locale):
            names.setdefault(key, country)
    return names
