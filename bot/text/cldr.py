"""Languages as CLDR, Unicode's data, knows them, through Babel."""

from functools import cache, lru_cache
from importlib import resources

from babel import Locale, UnknownLocaleError

SHORT_NAMES = "short_country_names.tsv"
"""CLDR's short forms (`alt="short"`), which Babel leaves out, of places whose full one is seldom
anybody's own word: Palestinian Territories, Hong Kong SAR China, Macao SAR China. Those of other
places abbreviate (US, UK). Made by `python -m tools.country_names`."""


@lru_cache(maxsize=64)
def locale_of(language: str) -> Locale | None:
    """The locale of a language tag (`pt-BR`) or of a catalogue's folder (`pt_BR`), in any case;
    None where CLDR has none."""
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return None


def is_right_to_left(language: str) -> bool:
    """Whether texts of that language run from right to left."""
    locale = locale_of(language)
    return locale is not None and locale.text_direction == "rtl"


def country_name(locale: Locale, code: str) -> str | None:
    """What a country is called in a language, in short where its full name says more than people
    do; None where CLDR has no name."""
    for known in (locale, locale.language):
        if (short := _short_names().get((str(known), code))) is not None:
            return short
    name = locale.territories.get(code)
    return None if name is None else str(name)


@cache
def _short_names() -> dict[tuple[str, str], str]:
    text = resources.files("bot.text").joinpath(SHORT_NAMES).read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {(language, code): name for language, code, name in rows}
