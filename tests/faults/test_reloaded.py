"""SIGHUP while the configuration, or what it names, is broken."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

from tests.faults.host import Host
from tests.faults.sizes import tries
from tests.faults.tally import Outcome, Record
from tests.integration.telegram.crowd import STATEMENT
from tests.support.dialogue import SHIPPED

BROKEN = b"\xff{ : not yaml\n"


def _away(folder: Path) -> None:
    shutil.rmtree(folder / "statements")


def _settings(folder: Path) -> None:
    """Read at a start alone."""
    (folder / "config.yaml").write_bytes(BROKEN)


WAYS: tuple[Callable[[Path], object], ...] = (
    lambda folder: (folder / "statements" / STATEMENT / "statement.yaml").write_bytes(BROKEN),
    _settings,
    lambda folder: (folder / "statements" / STATEMENT / "en.md").unlink(),
    _away,
)


async def test_a_broken_configuration(on_sqlite: Host, record: Record) -> None:
    """The program goes on with what it had."""
    host, signers, told = on_sqlite, itertools.count(0, 2), 0
    host.statements = host.folder / "statements"
    shutil.copytree(SHIPPED, host.statements)
    host.configure()
    await host.start()
    outcome = Outcome("a broken configuration on reload")
    for spoil in itertools.islice(itertools.cycle(WAYS), tries(1, 40)):
        spoil(host.folder)
        os.kill(host.pid, signal.SIGHUP)
        told += spoil is not _settings
        await host.logged("the old texts stay in use", told)
        await host.crowd.sign(next(signers))
        shutil.rmtree(host.statements, ignore_errors=True)
        shutil.copytree(SHIPPED, host.statements)
        host.configure()
        os.kill(host.pid, signal.SIGHUP)
        await host.crowd.sign(next(signers))
        outcome.tried += 1
    outcome.add(await host.recovered())
    record(outcome)
