"""What is known of the program as it runs: one object, which outlives a beginning anew."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.delivery.blocks import Blocks
from bot.delivery.counts import Counts
from bot.delivery.health import Health
from bot.domain.ids import AdapterName
from bot.ports import Adapter, ReportsProblems
from bot.storage.commits import Commits


class Stage(enum.Enum):
    """How far it has come."""

    OPENING = enum.auto()
    """It opens the database."""
    STANDING_BY = enum.auto()
    """It waits until no other instance works on the database."""
    WORKING = enum.auto()


@dataclass
class Program:
    """Counts are those since the process began."""

    health: Health = field(default_factory=Health)
    blocks: Blocks = field(default_factory=Blocks)
    counts: Counts = field(default_factory=Counts)
    commits: Commits = field(default_factory=Commits)
    adapters: Mapping[AdapterName, Adapter] = field(default_factory=dict)
    stage: Stage = Stage.OPENING
    last_backup: Callable[[], dt.datetime | None] = lambda: None
    """When the newest backup was begun, as far as that is known; may raise `OSError`."""

    def problems(self) -> list[str]:
        """A sentence each; nothing when all is well. Who stands by does not ask the platforms."""
        found = self.health.problems()
        if self.stage is Stage.OPENING:
            found.append("the database is being opened")
        if self.stage is Stage.WORKING:
            for name in self.adapters:
                found += self.problems_of(name)
        return found

    def problems_of(self, name: AdapterName) -> Sequence[str]:
        """Those of one platform."""
        adapter = self.adapters[name]
        return adapter.problems() if isinstance(adapter, ReportsProblems) else ()
