"""A disk that is full, broken or read-only: at each write of one signing, and at every n-th."""

from __future__ import annotations

import itertools
import random

import pytest

from tests.faults.host import Host
from tests.faults.sizes import SOAK, tries
from tests.faults.tally import Outcome, Record
from tests.faults.test_killed_at_calls import STAYS_PENDING, points
from tests.support.mortal import SEED
from tests.support.strace import failing

WRITES = frozenset({"pwrite64", "fdatasync", "fsync", "ftruncate", "unlink", "rename"})
"""All that change files of the database, and of the folder `state`; others would fail for other
reasons."""

EVERY = {
    "pwrite64": (211, 307, 499),
    "fdatasync": (13, 17, 23),
    "unlink": (3, 5, 7),
    "rename": (2, 3),
}
"""By call: of one signing the largest transaction has some 150 writes and five syncs, and would
never get through where more of them fail. What a failed commit leaves is undone with one more
unlink: of every second one each commit would fail."""


ERRORS = ("ENOSPC", "EIO", "EROFS")


@pytest.mark.parametrize("error", ERRORS if SOAK else ERRORS[:1])
async def test_each_write_fails_once(on_sqlite: Host, record: Record, error: str) -> None:
    """The program goes on, and so does who signs; they may be told to wait."""
    print(f"CRASH_SEED={SEED}")
    host, signers = on_sqlite, itertools.count(STAYS_PENDING - 1, STAYS_PENDING)
    await host.start()
    await host.crowd.sign(next(signers))
    found = [point for point in await points(host, next(signers)) if point[0] in WRITES]
    most = tries(1, len(found))
    if most < len(found):
        found = random.Random(SEED).sample(found, most)
    outcome = Outcome(f"{error} at each write")
    for name, at in found:
        with failing(host.pid, name, error, str(at)):
            await host.crowd.sign(next(signers))
        outcome.tried += 1
    outcome.add(await host.recovered())
    record(outcome)


@pytest.mark.soak
@pytest.mark.parametrize("error", ERRORS)
async def test_every_nth_write_fails(on_sqlite: Host, record: Record, error: str) -> None:
    """Of each thread, while several sign and admins decide."""
    host, signers = on_sqlite, itertools.count()
    outcome = Outcome(f"{error} at every n-th write")
    await host.start()
    each = [(name, every) for name, some in EVERY.items() for every in some]
    for name, every in each[: tries(1, len(each))]:
        with failing(host.pid, name, error, f"{every}+{every}"):
            await host.crowd.sign(next(signers))
        outcome.tried += 1
    outcome.add(await host.recovered())
    record(outcome)
