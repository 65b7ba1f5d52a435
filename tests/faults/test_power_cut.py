"""The power is cut while people sign: whatever of the writes has reached the disk, the database
opens, is whole, and holds every signature that was acknowledged."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bot.bootstrap.opening import open_storage
from bot.config import Settings
from bot.domain.faults import OperatorFault
from tests.faults import broken
from tests.faults.audit import names_in
from tests.faults.host import Host
from tests.faults.power import OPTIONS, Disk, Step, cuts, steps
from tests.faults.sizes import SOAK, tries
from tests.faults.tally import Outcome, Record
from tests.support.mortal import SEED
from tests.support.strace import traced

FOLDERS = ("data", "state")
SIGNERS = 3 if SOAK else 1
WHOLLY = 20
"""One of so many is opened as the program does it, with its own look at rows, sum and log; the
others as SQLite does it."""


async def recorded(host: Host) -> tuple[dict[str, bytes], list[Step]]:
    """The files before, and what became of them while people signed."""
    await host.start()
    await host.crowd.sign(0)
    assert await host.quiet()
    known = set().union(*host.heard.receipts.values())
    trace = host.folder / "trace.txt"
    os.kill(host.pid, signal.SIGSTOP)
    files = {
        str(file): file.read_bytes()
        for folder in FOLDERS
        for file in (host.folder / folder).iterdir()
    }
    with traced(host.pid, *OPTIONS, into=str(trace)):
        os.kill(host.pid, signal.SIGCONT)
        for signer in range(1, SIGNERS + 1):
            await host.crowd.sign(signer)
        assert await host.quiet()
    host.kill()
    happened = list(steps(trace, host.folder))
    disk = Disk(files)
    for step in happened:
        disk.happens(step)
    # What the model knows is all that happened.
    assert all(Path(path).read_bytes() == data for path, data in disk.now().items())  # noqa: ASYNC240
    assert disk.told == set().union(*host.heard.receipts.values()) - known != set()
    return files, happened


async def cut_off(host: Host, count: int) -> Outcome:
    print(f"CRASH_SEED={SEED}")
    files, happened = await recorded(host)
    outcome = Outcome("power cuts")
    settings = host.settings
    for told, found in cuts(files, happened, count, random.Random(SEED)):
        _write(host.folder, found)
        wholly = outcome.tried % WHOLLY == 0
        outcome.lost += await (_lost(settings, told) if wholly else _lost_plainly(host, told))
        outcome.tried += 1
    return outcome


def _write(folder: Path, found: Mapping[str, bytes]) -> None:
    for name in FOLDERS:
        shutil.rmtree(folder / name)
        (folder / name).mkdir()
    for path, data in found.items():
        Path(path).write_bytes(data)


async def _lost(settings: Settings, told: set[int]) -> int:
    """How many of those that were told so are not there; one where nothing can be read."""
    try:
        async with open_storage(settings, whole=True) as database:
            return len(told - (await names_in(database)).keys())
    except OperatorFault as fault:
        print(fault)
        return max(1, len(told))


async def _lost_plainly(host: Host, told: set[int]) -> int:
    database = sqlite3.connect(host.folder / "data" / "undersigned.db")
    try:
        if database.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            return max(1, len(told))
        return len(told - {n for (n,) in database.execute("SELECT number FROM endorsements")})
    except sqlite3.DatabaseError as error:
        print(error)
        return max(1, len(told))
    finally:
        database.close()


async def test_the_power_is_cut_at_any_moment(on_sqlite: Host, record: Record) -> None:
    record(await cut_off(on_sqlite, tries(40, 10_000)))


@pytest.mark.parametrize(
    "less", [broken.not_synced, pytest.param(broken.folder_not_synced, marks=pytest.mark.soak)]
)
async def test_with_fewer_syncs_signatures_would_be_lost(
    on_sqlite: Host, less: Callable[[], None]
) -> None:
    """The model finds what it is there for."""
    on_sqlite.break_with(less)
    assert (await cut_off(on_sqlite, tries(40, 1_000))).lost
