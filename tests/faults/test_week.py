"""A week of life in simulated time: what the program takes of the machine does not grow."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from tests.faults.host import Host
from tests.faults.sizes import SOAK, tries
from tests.faults.tally import Outcome, Record

DAY = 24 * 3600.0
STEPS = 8
"""Of a day; in each something is read, and what is due is done."""

SETTLED = 2
"""Days after which everything that is loaded once is there, and so are all who sign."""

MEMORY = 6_000
"""KiB that the memory may grow by from then on."""

FILES = 3
"""That may be open just now and were not before: a journal, a connection."""

AN_UPDATE = 400
"""Bytes of the file for each update: that it was handled is known for fourteen days."""


@dataclass(frozen=True)
class Taken:
    """KiB of memory, open files, bytes of the database and of the folder `state`."""

    memory: int
    files: int
    database: int

    @classmethod
    def by(cls, host: Host) -> Taken:
        process = Path("/proc") / str(host.pid)
        status = (process / "status").read_text(encoding="ascii")
        memory = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        files = [*(host.folder / "data").iterdir(), *(host.folder / "state").iterdir()]
        return cls(
            int(memory.split()[1]),
            len(list((process / "fd").iterdir())),
            sum(file.stat().st_size for file in files),
        )


async def test_a_week(on_sqlite: Host, record: Record) -> None:
    host, hand = on_sqlite, on_sqlite.clock_hand()
    await host.start()
    days: list[tuple[Taken, int]] = []
    for day in range(tries(SETTLED + 1, 7)):
        if day < SETTLED:
            await asyncio.gather(*(host.crowd.sign(10 * day + at) for at in range(tries(1, 10))))
        for step in range(STEPS if SOAK else 2):
            await host.crowd.read(step % 4)
            await host.crowd.say(host.crowd.admin, host.admins, "/pending")
            hand.pass_(DAY / STEPS)
            host.server.clock.advance(DAY / STEPS)
        assert await host.quiet()
        days.append((Taken.by(host), host.server.updates.last))
    (settled, first), (last, newest) = days[SETTLED - 1], days[-1]
    print([taken for taken, _ in days])
    assert last.memory <= settled.memory + MEMORY
    assert last.files <= settled.files + FILES
    assert last.database <= settled.database + AN_UPDATE * (newest - first) + 4096
    outcome = Outcome("a week of life", tried=len(days))
    outcome.add(await host.recovered())
    record(outcome)
