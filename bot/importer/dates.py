"""Lines that say when a statement was issued."""

import datetime as dt
import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from babel import Locale

from bot.domain.ids import Language
from bot.importer.folding import fold, words
from bot.importer.lexicon import languages, single_words
from bot.text.cldr import locale_of

# Arabic has four sets of month names in use, from Morocco to Iraq.
_LOCALES = ("ar_SY", "ar_MA", "ar_DZ")
_CONNECTED = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|ère|º|ª|°)(?![^\W\d_])", re.IGNORECASE)
_EAST_ASIAN = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日号號일]")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,4})\s?([-./])\s?(\d{1,2})\s?\2\s?(\d{1,4})(?!\d)")
_PLACE = re.compile(r"[,،，/–—|]|\s-\s")
_LONGEST_PLACE = 3
"""Words."""
_LONGEST_LINE = 100
_YEARS = range(1900, 2200)


@dataclass(frozen=True, slots=True)
class Dated:
    """A date found in a line. `date` is None when day and month cannot be told apart; `alone`
    says that the line holds nothing else."""

    date: dt.date | None
    alone: bool


def dated(text: str, language: Language) -> Dated | None:
    """The date that a short line gives, else None. Digits of every script are read."""
    if len(text) > _LONGEST_LINE:
        return None
    plain = _CONNECTED.sub(" ", fold(text))
    plain = "".join(str(int(c)) if c.isdecimal() else c for c in plain)
    if found := _EAST_ASIAN.search(plain):
        year, month, day = map(int, found.groups())
        return _result(year, month, day, _left(plain, found.span(), language))
    if found := _NUMERIC.search(plain):
        return _numeric(found, _left(plain, found.span(), language))
    return _written(words(plain), language)


def dateline(text: str, language: Language) -> Dated | None:
    """The date of a line that is nothing but a date, or a place and a date; None for other lines,
    such as a title that names a day."""
    whole = dated(text, language)
    if whole is None or whole.alone:
        return whole
    for before, after in ((text[: m.start()], text[m.end() :]) for m in _PLACE.finditer(text)):
        for place, rest in ((before, after), (after, before)):
            found = dated(rest, language)
            if found and found.alone and len(words(place)) <= _LONGEST_PLACE:
                return whole
    return None


def _numeric(found: re.Match[str], left: Sequence[str]) -> Dated | None:
    first, middle, last = int(found[1]), int(found[3]), int(found[4])
    if first in _YEARS:
        return _result(first, middle, last, left)
    if last not in _YEARS or not (1 <= first <= 31 and 1 <= middle <= 31):
        return None
    if first > 12 or first == middle:
        return _result(last, middle, first, left)
    if middle > 12:
        return _result(last, first, middle, left)
    return Dated(None, alone=not left)


def _written(tokens: list[str], language: Language) -> Dated | None:
    """`24 June 2014`, `June 24, 2014`, `24 de junio de 2014`; month names of two words too."""
    months = _months(language)
    for size in (2, 1):
        for at in range(len(tokens) - size + 1):
            month = months.get(" ".join(tokens[at : at + size]))
            if month is None:
                continue
            others = tokens[:at] + tokens[at + size :]
            numbers = [token for token in others if token.isdecimal()]
            years = [number for number in numbers if int(number) in _YEARS]
            days = [number for number in numbers if len(number) <= 2]
            if len(years) != 1 or len(days) != 1 or len(numbers) != 2:
                continue
            left = [
                token
                for token in others
                # `حزيران/يونيو`: the month once more, in another calendar's words.
                if token not in numbers
                and not _passes(token, language)
                and months.get(token) != month
            ]
            return _result(int(years[0]), month, int(days[0]), left)
    return None


def _result(year: int, month: int, day: int, left: Sequence[str]) -> Dated | None:
    try:
        return Dated(dt.date(year, month, day), alone=not left)
    except ValueError:  # the 31st of February is no date
        return None


def _left(plain: str, span: tuple[int, int], language: Language) -> list[str]:
    rest = words(plain[: span[0]] + " " + plain[span[1] :])
    return [word for word in rest if not _passes(word, language)]


def _passes(word: str, language: Language) -> bool:
    return word in single_words("connectors") or word in _weekdays(language)


def _locales(language: Language) -> list[Locale]:
    """Of the language first: one without month names of its own has dates in the others."""
    found = map(locale_of, (language, "en", "ar", *_LOCALES, *languages()))
    return [locale for locale in found if locale is not None]


@functools.cache
def _months(language: Language) -> dict[str, int]:
    months: dict[str, int] = {}
    for locale in _locales(language):
        for context in ("format", "stand-alone"):
            for size in ("wide", "abbreviated"):
                for number, name in locale.months[context][size].items():
                    months.setdefault(" ".join(words(name)), number)
    return {name: number for name, number in months.items() if not name.isdecimal()}


@functools.cache
def _weekdays(language: Language) -> frozenset[str]:
    return frozenset(
        word
        for locale in _locales(language)
        for context in ("format", "stand-alone")
        for size in ("wide", "abbreviated")
        for name in locale.days[context][size].values()
        for word in words(name)
    )
