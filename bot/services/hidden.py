"""Names that are not public, read by admins outside the queue: few in an hour, and each noted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal

from bot.domain.admin import Admin
from bot.domain.endorsement import Endorsement, Status, Visibility
from bot.domain.errors import TooManyNames
from bot.storage.unit import Unit

MOST = 50
"""Names in `PERIOD`; one that is read again counts once."""

PERIOD = dt.timedelta(hours=1)
_READING = ("find", "show")


async def note_reading(
    unit: Unit,
    by: Admin,
    how: Literal["find", "show"],
    records: Sequence[Endorsement],
    now: dt.datetime,
) -> None:
    """Before these are shown. Raises `TooManyNames`, and nothing is noted, where they would be too
    many."""
    hidden = [record.number for record in records if _is_hidden(record, how, now)]
    if not hidden:
        return
    read = await unit.actions.numbers(by.account, _READING, now - PERIOD)
    others = sorted(at for number, at in read.items() if number not in hidden)
    if (over := len(others) + len(hidden) - MOST) > 0:
        raise TooManyNames(MOST, others[over - 1] + PERIOD)
    for number in hidden:
        await unit.actions.add(now, by, how, number)


def _is_hidden(record: Endorsement, how: str, now: dt.datetime) -> bool:
    """Whether its name is, or will be, for the organisers at most. What waits, or has just been
    decided, is in the queue, where admins read it anyway; who looks for a name looks past that."""
    if record.name is None:
        return False
    is_in_queue = record.status is Status.PENDING or record.in_window(now)
    if how == "show" and is_in_queue:
        return False
    is_public = record.visibility is Visibility.PUBLIC
    return not (is_public and record.stands)
