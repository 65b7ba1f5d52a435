"""The parameters of commands that name records, days and pages by numbers."""

from __future__ import annotations

import datetime as dt
import re

from bot.commands.choices import ways_on
from bot.commands.context import Context
from bot.commands.parameters import ParameterError, Parameters
from bot.commands.typed import Words, parse_number
from bot.domain.ids import Number
from bot.wording import admin, audit, deciding, own, signing
from bot.wording.voice import N_

_NUMBERS = re.compile(
    r"[\s,،、]*(?P<first>#?\d+)(?:\s*[-–—]\s*(?P<last>#?\d+))?(?=[\s,،、]|$)[\s,،、]*"
)
MOST_AT_ONCE = 20
"""Numbers behind one command."""

_TODAY = "today"


def _page_of(_context: Context, words: Words) -> tuple[Number | None]:
    """Such as `#2`: without the sign it is a word like any other (Local 12)."""
    number = parse_number(words.next) if words.next.startswith("#") else None
    if number is not None:
        words.take()
    return (number,)


def _record(context: Context, words: Words, typed: str) -> tuple[Number]:
    if (number := parse_number(typed)) is None:
        raise _no_number(context, words)
    return (number,)


def _record_or_none(context: Context, words: Words) -> tuple[Number | None]:
    return _record(context, words, words.take_all()) if words.rest else (None,)


def _audited(context: Context, words: Words) -> tuple[Number | dt.date, int]:
    """`12`, `#12`, `today`, `2026-03-01`, and the page behind it."""
    what, page, rest = words.take() or _TODAY, words.take(), words.take_all()
    asked = _day(context, what) or parse_number(what)
    at = parse_number(page) if page else Number(1)
    if asked is None or at is None or rest:
        raise ParameterError(audit.usage(context.say), ways_on(context))
    return asked, max(1, at)


def _day(context: Context, typed: str) -> dt.date | None:
    if typed.casefold() == _TODAY:
        return context.now.astimezone(context.campaign.zone).date()
    try:
        return dt.date.fromisoformat(typed) if "-" in typed else None
    except ValueError:
        return None


def _records(context: Context, words: Words) -> tuple[list[Number]]:
    """`1 2, #3` and `4-7`, each once; what comes behind stays. None are refused, and more than
    `MOST_AT_ONCE`."""
    found: dict[Number, None] = {}
    while (match := _NUMBERS.match(words.rest)) is not None:
        first, last = parse_number(match["first"]), parse_number(match["last"] or match["first"])
        if first is None or last is None or last < first:
            break
        if last - first + len(found) >= MOST_AT_ONCE:
            raise ParameterError(deciding.too_many(context.say, MOST_AT_ONCE))
        found |= dict.fromkeys(map(Number, range(first, last + 1)))
        words.rest = words.rest[match.end() :]
    if not found:
        raise _no_number(context, words)
    return (list(found),)


def _only_records(context: Context, words: Words) -> tuple[list[Number]]:
    found = _records(context, words)
    if words.rest:
        raise _no_number(context, words)
    return found


def _no_number(context: Context, words: Words) -> ParameterError:
    example = f"{context.say.prefix}{words.command} 12"
    return ParameterError(admin.which_number(context.say, example))


def _withdrawn(context: Context, words: Words) -> tuple[Number | None, bool]:
    is_undone = words.next == "undo"
    if is_undone:
        words.take()
    number = parse_number(words.rest)
    if number is None and (words.rest or is_undone):
        raise ParameterError(signing.number_expected(context.say))
    return number, is_undone


def _appealed(context: Context, words: Words) -> tuple[Number | None, str]:
    number = parse_number(words.next)
    if number is None and words.rest:
        raise _no_number(context, words)
    words.take()
    return number, words.take_all()


def _own(context: Context, words: Words) -> tuple[Number | None, str, str]:
    number = parse_number(words.next)
    if number is None and words.rest:
        raise ParameterError(own.mine_usage(context.say))
    words.take()
    return number, words.take(), words.take_all()


PAGE_OF: Parameters[Number | None] = Parameters(_page_of)
"""The number of a page (`#2`), or None, and something else behind it."""

RECORDS: Parameters[list[Number]] = Parameters(_only_records, "12")
"""The numbers of one record or several, and nothing behind them."""

RECORDS_FIRST: Parameters[list[Number]] = Parameters(_records)
"""As `RECORDS`, and something else behind them."""

RECORD_FIRST: Parameters[Number] = Parameters(
    lambda context, words: _record(context, words, words.take())
)
"""The number of a record, and something else behind it."""

BULK: Parameters[Number | None, str] = Parameters(
    lambda _context, words: (parse_number(words.take()), words.take().casefold())
)
"""The number of a list, if one is named, and what is to become of it."""

RECORD: Parameters[Number] = Parameters(
    lambda context, words: _record(context, words, words.take_all()), "12"
)
"""The number of a record, and nothing behind it."""

RECORD_OR_NONE: Parameters[Number | None] = Parameters(_record_or_none, N_("[number]"))
"""The number of a record, or nothing."""

AUDITED: Parameters[Number | dt.date, int] = Parameters(_audited, N_("[12 or today]"))
"""A record's number or a day, today if none is named; and the number of a page, from 1 on."""

WITHDRAWN: Parameters[Number | None, bool] = Parameters(_withdrawn, N_("[number]"))
"""The number of an own record, and whether its withdrawal is to be undone (`undo 12`)."""

APPEALED: Parameters[Number | None, str] = Parameters(_appealed, N_("[number]"))
"""The number of an own record, if one is named, and why it should be accepted."""

OWN: Parameters[Number | None, str, str] = Parameters(_own)
"""The number of an own record, what is to be done with it, and the new value."""
