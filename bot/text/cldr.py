"""Languages as CLDR, Unicode's data, knows them, through Babel."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError


@lru_cache(maxsize=64)
def locale_of(language: str) -> Locale | None:
    """The locale of a language tag (`pt-BR`) or of a catalogue's folder (`pt_BR`), in any case;
    None where CLDR has none."""
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return None
