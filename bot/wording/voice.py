"""The bot's voice in one language: messages from the catalogue, numbers, dates, country names.

Source strings are English and are the keys of the catalogues. `{cmd}` in them becomes the sign
that a command begins with on the platform at hand.
"""

from __future__ import annotations

import datetime as dt
import gettext
import io
import string
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from babel import Locale, dates, lists, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.domain.ids import Country, Language
from bot.text.cldr import country_name, locale_of
from bot.text.rich import RichText, Textual, concat, isolated, join

LOCALES = Path(__file__).parent.parent / "locales"
DOMAIN = "undersigned"
RIGHT_TO_LEFT_MARK = "\u200f"
SOURCE_LANGUAGE = Language("en")
MOST_ECHOED = 40
"""Characters of what a person typed that a sentence repeats."""


def available_languages() -> tuple[Language, ...]:
    """The languages that the bot speaks: English and every one with a catalogue."""
    found = sorted(path.parts[-3] for path in LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
    return (SOURCE_LANGUAGE, *(Language(name.replace("_", "-")) for name in found))


def N_(message: str) -> str:  # noqa: N802 - gettext's usual name for "translate this later"
    """Mark a message that is translated where it is shown."""
    return message


class Voice:
    """What the wording functions speak through. Without a catalogue of the language it speaks
    English, with numbers, dates and names as that language has them."""

    def __init__(self, language: Language, prefix: str = "/") -> None:
        self.language = language
        self.prefix = prefix
        self._locale = _locale(language)
        self._catalogue = _catalogue(language)

    def gettext(self, message: str, /, **values: Textual | int) -> RichText:
        """The message in this language, its `{fields}` filled in."""
        return self._fill(self._catalogue.gettext(message), values)

    def ngettext(
        self, singular: str, plural: str, count: int, /, **values: Textual | int
    ) -> RichText:
        """The form for `count`, which `{count}` stands for."""
        message = self._catalogue.ngettext(singular, plural, count)
        return self._fill(message, {"count": self.number(count), **values})

    def _fill(self, message: str, values: Mapping[str, Textual | int]) -> RichText:
        parts: list[Textual] = []
        for literal, field, _spec, _conversion in string.Formatter().parse(message):
            parts.append(literal)
            if field == "cmd":
                parts.append(self.prefix)
            elif field is not None:
                value = values[field]
                parts.append(str(value) if isinstance(value, int) else value)
        return concat(parts)

    def number(self, number: int) -> str:
        """Such as 12,345: Latin digits, grouped as in this language."""
        return numbers.format_decimal(number, locale=self._locale)

    def country(self, country: Country) -> str:
        """The country's name in this language, its code where Babel knows none."""
        return country_name(self._locale, country) or country

    def language_name(self, language: Language) -> str:
        """The name of a language in this one."""
        return _locale(language).get_display_name(self._locale) or language

    def date(self, day: dt.date) -> str:
        """Such as March 1, 2025."""
        return dates.format_date(day, "long", locale=self._locale)

    def moment(self, moment: dt.datetime) -> str:
        """Date and time to the minute, in UTC."""
        utc = moment.astimezone(dt.UTC)
        pattern = str(dates.get_datetime_format("medium", locale=self._locale))
        day = dates.format_date(utc, "medium", locale=self._locale)
        time = dates.format_time(utc, "HH:mm", locale=self._locale)
        return pattern.replace("{1}", day).replace("{0}", f"{time} UTC").replace("'", "")

    def listed(self, items: Iterable[str]) -> str:
        """Items as a list in a sentence, each isolated."""
        return lists.format_list([isolated(item).plain for item in items], locale=self._locale)

    def alone(self, text: Textual) -> RichText:
        """What fills a line by itself, isolated, and the line in this language's direction: a line
        without a strong character outside of isolates would run from left to right (UAX #9)."""
        return concat((self.mark, isolated(text)))

    @property
    def mark(self) -> str:
        """Begins a line of isolates, so that they stand in this language's direction."""
        return RIGHT_TO_LEFT_MARK if self._locale.text_direction == "rtl" else ""


def own_name(language: Language) -> str:
    """The name of a language in itself, as people look for it."""
    return _locale(language).get_display_name() or language


def lines(*parts: Textual | None) -> RichText:
    """The parts that are not empty, one below the other."""
    return join("\n", filter(None, parts))


def paragraphs(*parts: Textual | None) -> RichText:
    """The parts that are not empty, a blank line between them."""
    return join("\n\n", filter(None, parts))


def echoed(typed: str) -> RichText:
    """What a person typed, isolated and no longer than a sentence can bear."""
    return isolated(typed if len(typed) <= MOST_ECHOED else typed[: MOST_ECHOED - 1] + "…")


def _locale(language: Language) -> Locale:
    return locale_of(language) or Locale(SOURCE_LANGUAGE)


@lru_cache(maxsize=64)
def _catalogue(language: Language) -> gettext.NullTranslations:
    """The catalogue of a language, that of its base language, else the English source."""
    for name in (language.replace("-", "_"), language.split("-")[0]):
        file = LOCALES / name / "LC_MESSAGES" / f"{DOMAIN}.po"
        if file.exists():
            compiled = io.BytesIO()
            with file.open("rb") as source:
                write_mo(compiled, read_po(source, locale=name))
            compiled.seek(0)
            return gettext.GNUTranslations(compiled)
    return gettext.NullTranslations()
