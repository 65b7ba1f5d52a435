"""Who acts in an admin chat, and what they did."""

import datetime as dt
from dataclasses import dataclass

from bot.domain.ids import Number, UserRef


@dataclass(frozen=True, slots=True)
class Admin:
    """`name` is the display name at that moment; the `account` is kept as a tag only."""

    name: str
    account: UserRef


@dataclass(frozen=True, slots=True)
class Action:
    """What somebody did (to the record of `number`, if any), under the name that they had then.
    `sign` is the same for all that one account did, whatever it was called, and leads to nobody;
    None for what an earlier version wrote."""

    at: dt.datetime
    action: str
    number: Number | None
    actor: str
    sign: str | None
