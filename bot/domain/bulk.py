"""What admins decide about many records at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from bot.domain.admin import Admin
from bot.domain.ids import ChatRef
from bot.domain.selection import Selection

Verb = Literal["verify", "aside"]
Stage = Literal["asked", "doing", "done", "undoing", "undone"]


@dataclass(frozen=True, slots=True)
class Bulk:
    """`asked` in `chat` at a moment (UTC); `of` records are meant, of which `done` were done so far
    and `missed` had changed, or wait for another admin already. Of those that were done `agreed`
    wait for another admin, as they take two. `last` is the number up to which it is done, or
    undone."""

    verb: Verb
    by: Admin
    chat: ChatRef
    at: dt.datetime
    selection: Selection
    of: int = 0
    stage: Stage = "asked"
    done: int = 0
    missed: int = 0
    last: int = 0
    undone_by: Admin | None = None
    agreed: int = 0
