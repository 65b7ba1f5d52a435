"""The bot's voice in one language: messages from the catalogue, numbers, dates, country names.

Source strings are English and are the keys of the catalogues. `{cmd}` in them becomes the sign
that a command begins with on the platform at hand.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gettext
import io
import logging
import string
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale, dates, lists, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.domain.ids import Country, Language
from bot.text.cldr import country_name, locale_of
from bot.text.rich import RichText, Textual, concat, isolated, join
from bot.wording.placeholders import unspeakable

log = logging.getLogger(__name__)

LOCALES = Path(__file__).parent.parent / "locales"
DOMAIN = "undersigned"
RIGHT_TO_LEFT_MARK = "\u200f"
SOURCE_LANGUAGE = Language("en")
UTC = ZoneInfo("UTC")
_DAY = dt.timedelta(days=1)
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
    English, with numbers, dates and names as that language has them. `zone` is the campaign's, and
    `names_at` the time of day at which names come onto its lists together, if they do."""

    def __init__(
        self,
        language: Language,
        prefix: str = "/",
        zone: ZoneInfo = UTC,
        names_at: dt.time | None = None,
    ) -> None:
        self.language = language
        self.prefix = prefix
        self.zone = zone
        self.names_at = names_at
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
        if "{" not in message and "}" not in message:
            return RichText(message)
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

    def moment(
        self, moment: dt.datetime, now: dt.datetime | None = None, *, placed: bool = False
    ) -> str:
        """Time to the minute in the campaign's zone, with the date unless `now` is on that day.
        `placed` says where that is the time, for readers elsewhere, and writes the month out; UTC,
        which is on nobody's wall, is always named."""
        local = moment.astimezone(self.zone)
        time = self._clock(local.time(), placed=placed)
        if now is not None and now.astimezone(self.zone).date() == local.date():
            return time
        pattern = str(dates.get_datetime_format("medium", locale=self._locale))
        day = dates.format_date(local, "long" if placed else "medium", locale=self._locale)
        return pattern.replace("'", "").replace("{1}", day).replace("{0}", time)

    def time_of_day(self, time: dt.time) -> str:
        """Such as 12:00 (Paris)."""
        return self._clock(time, placed=True)

    def _clock(self, local: dt.time, *, placed: bool) -> str:
        time = dates.format_time(local, "HH:mm", locale=self._locale)
        place = dates.get_timezone_location(self.zone, locale=self._locale, return_city=True)
        city = place.rpartition("/")[2]
        if city == "UTC":
            return f"{time} {city}"
        return f"{time} ({isolated(city).plain})" if placed else time

    def from_moment(self, moment: dt.datetime) -> str:
        """When something begins: the day alone where it is the day's first moment."""
        local, is_whole = self._day_begins(moment)
        return self.date(local) if is_whole else self.moment(moment, placed=True)

    def until_moment(self, moment: dt.datetime) -> str:
        """When something is over at `moment`: the last day alone where it ends with the day."""
        local, is_whole = self._day_begins(moment)
        return self.date(local - _DAY) if is_whole else self.moment(moment, placed=True)

    def _day_begins(self, moment: dt.datetime) -> tuple[dt.date, bool]:
        """The day of a moment, and whether the day begins with it, which is not always at 00:00:
        where summer time begins at midnight, the day begins at 01:00."""
        local = moment.astimezone(self.zone).date()
        before = (moment.astimezone(dt.UTC) - dt.timedelta.resolution).astimezone(self.zone).date()
        return local, before < local

    def coming(self, left: dt.timedelta) -> str:
        """Such as "in 3 days", in whole days, hours or minutes, never more than is left."""
        return dates.format_timedelta(
            _whole(left), add_direction=True, threshold=1, locale=self._locale
        )

    def lasting(self, length: dt.timedelta) -> str:
        """Such as "3 days", in whole days, hours or minutes."""
        return dates.format_timedelta(_whole(length), threshold=1, locale=self._locale)

    def percent(self, part: float) -> str:
        """Such as 34%."""
        return numbers.format_percent(part, locale=self._locale)

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


def _whole(length: dt.timedelta) -> dt.timedelta:
    """In whole days, hours or minutes, at least one."""
    minute = dt.timedelta(minutes=1)
    unit = next((u for u in (_DAY, 60 * minute) if length >= u), minute)
    return max(length // unit, 1) * unit


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
    for name in dict.fromkeys((language.replace("-", "_"), language.split("-")[0])):
        file = LOCALES / name / "LC_MESSAGES" / f"{DOMAIN}.po"
        if file.exists():
            try:
                return _read(file, name)
            except (OSError, ValueError, LookupError) as error:
                log.error("%s cannot be used, so English is spoken: %s", file, error)  # noqa: TRY400
    return gettext.NullTranslations()


def _read(file: Path, name: str) -> gettext.NullTranslations:
    """The catalogue without the sentences that cannot be spoken: those are said in English."""
    compiled = io.BytesIO()
    # What the reader makes of a broken line it prints, where the console's answers go.
    with file.open("rb") as source, contextlib.redirect_stdout(io.StringIO()):
        catalogue = read_po(source, locale=name)
    for message, fault in unspeakable(catalogue):
        log.error("%s:%s: said in English: %s", file, message.lineno, fault)
        message.string = ""
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
