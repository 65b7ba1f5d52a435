"""How often one record may be changed in a day: nobody keeps the admins busy by it.

Counted in the database, so that a restart forgets nothing: a memo that is gone a day later."""

from __future__ import annotations

import datetime as dt
import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.errors import ChangedTooOften
from bot.domain.ids import ChatRef, Number, UserRef
from bot.domain.memo import Memo
from bot.storage.unit import Unit

DAY = dt.timedelta(days=1)
"""From the first change on."""

_MEMO = "changes"


class Change(enum.StrEnum):
    """Of what kind, which is whether the admins must look at the record again."""

    WORDS = "words"
    """A name, an affiliation or a place; also to sign again."""
    OTHER = "other"


MOST: Mapping[Change, int] = {Change.WORDS: 5, Change.OTHER: 20}


@dataclass(frozen=True, slots=True)
class _Counted:
    ends: dt.datetime
    counts: Mapping[str, int]

    def of(self, change: Change) -> int:
        return self.counts.get(change, 0)


async def check_change(
    unit: Unit, signer: UserRef | ChatRef, number: Number, change: Change, now: dt.datetime
) -> None:
    """Raises `ChangedTooOften` where the signer's record takes no more changes of the kind now."""
    counted = await _counted(unit, signer, number, now)
    if counted.of(change) >= MOST[change]:
        raise ChangedTooOften(number, counted.ends)


async def count_change(
    unit: Unit, signer: UserRef | ChatRef, number: Number, change: Change, now: dt.datetime
) -> None:
    """Note one that is made now. Raises as `check_change`."""
    await check_change(unit, signer, number, change, now)
    before = await _counted(unit, signer, number, now)
    counts = {**before.counts, change: before.of(change) + 1}
    value = json.dumps([before.ends.isoformat(), counts])
    memo = Memo(_MEMO, str(number), value, before.ends.date())
    await unit.memos.write(signer.adapter, [memo])


async def forget_changes(unit: Unit, signer: UserRef | ChatRef, number: Number) -> None:
    await unit.memos.write(signer.adapter, [Memo(_MEMO, str(number), None)])


async def _counted(
    unit: Unit, signer: UserRef | ChatRef, number: Number, now: dt.datetime
) -> _Counted:
    found = await unit.memos.one(signer.adapter, _MEMO, str(number))
    if found is not None:
        ends, counts = json.loads(found)
        counted = _Counted(dt.datetime.fromisoformat(ends), counts)
        if now < counted.ends:
            return counted
    return _Counted(now + DAY, {})
