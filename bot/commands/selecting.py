"""What stands behind `pending` and `aside`: a button's name, or words that select records."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from typing import Any

from bot.commands.choices import ways_on
from bot.commands.context import Context
from bot.commands.parameters import ParameterError, Parameters
from bot.commands.typed import Words, parse_number
from bot.domain.endorsement import Kind
from bot.domain.ids import AdapterName, Country, Language, Number, StatementId
from bot.domain.selection import EVERYTHING, PAPER, Selection
from bot.statements.countries import find_country
from bot.wording import desk as wording
from bot.wording.voice import N_

ACTIONS = frozenset(
    {"skip", "previous", "next", "undo", "filter", "bulk", "put_aside", "confirm", "back"}
)
"""What a desk's buttons do that decide nothing about the record, and choose no filter."""

LONGEST_COUNTRY = 4
"""Words of a country's name."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"(\d{1,2}):(\d{2})")

_FLAGS: dict[str, dict[str, Any]] = {
    **{name: {"kind": kind} for kind in Kind for name in (kind.value, f"{kind}s")},
    "marked": {"marked": True},
    "unmarked": {"marked": False},
    "wave": {"wave": True},
    "aside": {"aside": True},
}


def narrowed(context: Context, selection: Selection, word: str) -> Selection | None:
    """The selection with what a word, or a button of that name, adds; None where it is no such
    word. A language is one that the texts have; in capitals it is a country's code first."""
    name = word.casefold()
    if name == "all":
        return EVERYTHING
    if name in _FLAGS:
        return dataclasses.replace(selection, **_FLAGS[name])
    if context.campaign.library.get(name) is not None:
        return dataclasses.replace(selection, statement=StatementId(name))
    if name in {*context.campaign.adapters, PAPER}:
        return dataclasses.replace(selection, platform=AdapterName(name))
    country = find_country(word)
    texts = {tag for each in context.campaign.library for tag in each.revisions}
    language = next((tag for tag in texts if tag.casefold() == name), None)
    if language is not None and not (country and word.isupper()):
        return dataclasses.replace(selection, language=Language(language))
    return dataclasses.replace(selection, country=Country(country)) if country else None


def _read(context: Context, words: Words) -> Selection:
    selection = EVERYTHING
    while words.rest:
        if words.next.casefold() == "name":
            words.take()
            return dataclasses.replace(selection, name=" ".join(words.take_all().split()))
        if words.next.casefold() in {"since", "before"}:
            selection = _at(context, selection, words)
        else:
            selection = _next(context, selection, words)
    return selection


def _next(context: Context, selection: Selection, words: Words) -> Selection:
    """A country's name may be of several words."""
    typed = words.rest.split()
    for length in range(min(LONGEST_COUNTRY, len(typed)), 0, -1):
        found = narrowed(context, selection, " ".join(typed[:length]))
        if found is not None:
            words.rest = " ".join(typed[length:])
            return found
    raise _unknown(context, words.next)


def _at(context: Context, selection: Selection, words: Words) -> Selection:
    """`since 14:00` (of today), `before 2026-03-01`, `since 2026-03-01 14:00`, in the campaign's
    time zone."""
    which = words.take().casefold()
    zone = context.campaign.zone
    local = context.now.astimezone(zone)
    day = local.date()
    given = False
    try:
        if _DAY.fullmatch(words.next):
            day, given = dt.date.fromisoformat(words.take()), True
        time = _TIME.fullmatch(words.next)
        if time is not None:
            words.take()
        elif not given:
            raise _unknown(context, words.next or which)
        hour, minute = map(int, time.groups()) if time else (0, 0)
        moment = dt.datetime.combine(day, dt.time(hour, minute), zone).astimezone(dt.UTC)
    except ValueError:
        raise _unknown(context, words.next or which) from None
    # Hours are all that is kept: the one that it falls into counts whole.
    hour_began = moment.replace(minute=0)
    if which == "since":
        return dataclasses.replace(selection, since=hour_began)
    is_whole = moment == hour_began
    before = hour_began if is_whole else hour_began + dt.timedelta(hours=1)
    return dataclasses.replace(selection, before=before)


def _unknown(context: Context, word: str) -> ParameterError:
    return ParameterError(wording.filter_words(context.say, word), ways_on(context))


def _desk(context: Context, words: Words) -> tuple[Number | None, str, Selection]:
    only = words.rest.strip().casefold()
    number = parse_number(only)
    if number is not None or only in ACTIONS:
        words.take_all()
        return number, "" if number else only, EVERYTHING
    return None, "", _read(context, words)


SELECTION: Parameters[Selection] = Parameters(
    lambda context, words: (_read(context, words),), N_("[what is selected]")
)

DESK: Parameters[Number | None, str, Selection] = Parameters(_desk, N_("[what is selected]"))
"""The number of a record, or the name of a desk's button, else what is selected."""
