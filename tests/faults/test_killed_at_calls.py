"""SIGKILL at each system call of one whole signing, from its first update to its receipt."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.faults.host import Host
from tests.faults.sizes import tries
from tests.faults.tally import Outcome, Record
from tests.support.mortal import SEED
from tests.support.strace import traced

CALLS = "write,writev,pwrite64,fsync,fdatasync,ftruncate,unlink,rename,openat,sendto,sendmsg"
"""All that leave a trace, in a file or on the way to a server."""

STAYS_PENDING = 10
"""Of the crowd one of so many is decided by nobody: the signing ends with its receipt."""

LOOK_EVERY = 5
"""After so many kills all that is left is looked at."""

Point = tuple[str, int]
"""A system call by its name, and the how many of its thread."""

_CALL = re.compile(r"(\d+) +(\w+)\(")


async def points(host: Host, signer: int) -> list[Point]:
    """All of one signing, which is not disturbed."""
    trace = host.folder / "trace.txt"
    with traced(host.pid, "-e", f"trace={CALLS}", into=str(trace)):
        await host.crowd.sign(signer)
        assert await host.quiet()
    return _counted(trace)


def _counted(trace: Path) -> list[Point]:
    calls = map(_CALL.match, trace.read_text(encoding="utf-8", errors="replace").splitlines())
    of_thread = Counter((call[1], call[2]) for call in calls if call)
    most: Counter[str] = Counter()
    for (_, name), count in of_thread.items():
        most[name] = max(most[name], count)
    return [(name, at) for name, count in most.items() for at in range(1, count + 1)]


async def killed_at(host: Host, point: Point, signer: int) -> bool:
    """One whole signing in which the program dies there, and goes on; whether it came to that."""
    name, at = point
    signing = asyncio.create_task(host.crowd.sign(signer))
    dying = asyncio.create_task(host.ended())
    inject = f"inject={name}:signal=KILL:when={at}"
    with traced(host.pid, "-e", f"trace={name}", "-e", inject):
        await asyncio.wait({signing, dying}, return_when=asyncio.FIRST_COMPLETED)
        if not dying.done():
            await host.quiet()
    is_dead = dying.done()
    dying.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await dying
    if is_dead:
        assert host.buried() < 0
        await host.start()
    await signing
    return is_dead


async def test_killed_at_each_system_call(host: Host, record: Record) -> None:
    print(f"CRASH_SEED={SEED}")
    signers = itertools.count(STAYS_PENDING - 1, STAYS_PENDING)
    await host.start()
    await host.crowd.sign(next(signers))
    found: Sequence[Point] = await points(host, next(signers))
    assert len(found) > 100
    most = tries(1, len(found))
    if most < len(found):
        found = random.Random(SEED).sample(found, most)
    outcome = Outcome("killed at system calls", host.kind)
    for place, point in enumerate(found, 1):
        outcome.tried += await killed_at(host, point, next(signers))
        if place % LOOK_EVERY == 0 or place == len(found):
            outcome.add(await host.recovered())
            assert outcome.is_clean, (point, outcome)
            await host.start()
    assert outcome.tried >= 0.8 * len(found), "a signing makes the same calls each time"
    record(outcome)
