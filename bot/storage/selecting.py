"""What a selection asks of the database: of the columns of what waits, and of the tallies of it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from bot.domain.selection import Selection
from bot.storage.desks import Place
from bot.storage.tables import endorsements, tallies
from bot.storage.tallies import Of

_T = endorsements.c
_O = tallies.c
# Written out as in the indexes, which SQLite would not use otherwise.
WAITING = sa.text("endorsements.status = 'pending' AND endorsements.aside IS NULL")
ASIDE = sa.text("endorsements.status = 'pending' AND endorsements.aside IS NOT NULL")
COLUMNS = ("statement", "kind", "country", "language")


def columns_of(selection: Selection) -> dict[str, Any]:
    """What it wants of the columns that are counted, but for the two halves of the queue."""
    wanted = {name: getattr(selection, name) for name in COLUMNS}
    return {name: value for name, value in wanted.items() if value is not None}


def tallied_by(selection: Selection) -> dict[str, Any]:
    """The same for the tallies, with the halves."""
    return {**columns_of(selection), "wave": selection.wave, "aside": selection.aside}


def is_sealed(selection: Selection) -> bool:
    """Whether any of it is not in clear in the database."""
    sealed = (selection.platform, selection.marked)
    return bool(selection.name) or any(value is not None for value in sealed)


def is_tallied(selection: Selection) -> bool:
    """Whether tallies alone tell how many there are."""
    dated = selection.since is not None or selection.before is not None
    return not (dated or is_sealed(selection))


def combinations(selection: Selection) -> list[sa.ColumnElement[bool]]:
    """The tallies of what waits, of those that are selected."""
    wanted = {**columns_of(selection), "aside": selection.aside}
    return [_O.of == Of.WAITING, *(_O[name] == value for name, value in wanted.items())]


def place_in(row: Any) -> Place:
    return row.wave, row.hour, row.number


def part(
    selection: Selection,
    wave: bool,
    behind: Place | None,
) -> list[Any] | None:
    """The part of that queue which is behind a place and in the time that is selected; None where
    there is none."""
    if selection.wave not in {None, wave} or (behind is not None and behind[0] > wave):
        return None
    where: list[Any] = [ASIDE if selection.aside else WAITING, _T.wave == wave]
    if behind is not None and behind[0] == wave:
        place = (sa.literal(behind[1], _T.hour.type), sa.literal(behind[2]))
        where.append(sa.tuple_(_T.hour, _T.number) > sa.tuple_(*place))
    if selection.since is not None:
        where.append(_T.hour >= selection.since)
    if selection.before is not None:
        where.append(_T.hour < selection.before)
    return where
