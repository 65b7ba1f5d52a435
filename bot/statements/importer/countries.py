"""Which country a word names: Babel's names in several languages, and the usual other ones."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError

from bot.domain.ids import Country, Language
from bot.statements.codes import country_fault
from bot.statements.importer.scripts import fold, stripped

_LANGUAGES = ("en", "ar", "fr", "es")

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


def country_of(printed: str, language: Language) -> Country | None:
    """The ISO 3166-1 code of the one country that `printed` names, else None."""
    return _names(language).get(_key(printed))


def country_name(country: Country, language: Language) -> str:
    """What Babel calls the country in that language; the code itself where it has no name."""
    locale = _locale(language)
    name = locale.territories.get(country) if locale else None
    return str(name) if name else country


def located(text: str, language: Language) -> Located | None:
    """Name and country of `Name (Country)`, `Name, Country`, `Name - Country` or
    `Country: Name`; None when no country is named in one of these places."""
    for pattern in (_BRACKETED, _TRAILING, _LEADING):
        found = pattern.fullmatch(text)
        if found and (country := country_of(found["country"], language)):
            name, printed = stripped(found["name"]), stripped(found["country"])
            return Located(name, country, printed, pattern is _BRACKETED)
    return None


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", " ", fold(name).replace(".", "")).strip()


@functools.cache
def _names(language: Language) -> dict[str, Country]:
    names: dict[str, Country] = {}
    for code, aliases in _ALIASES.items():
        names.update((_key(alias), Country(code)) for alias in aliases.split("|"))
    for locale in filter(None, map(_locale, (language, *_LANGUAGES))):
        for code, name in _territories(locale):
            names.setdefault(_key(name), Country(code))
            # `Congo - Kinshasa`, `Myanmar (Burma)`: what stands before the bracket names it too.
            if "(" in name:
                names.setdefault(_key(name.partition("(")[0]), Country(code))
    return names


def _territories(locale: Locale) -> Iterator[tuple[str, str]]:
    for code, name in locale.territories.items():
        if country_fault(code) is None:
            yield code, str(name)


def _locale(language: str) -> Locale | None:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return None
