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


WAYS: tuple[Callable[[Path], object], ...] = (
    lambda folder: (folder / "statements" / STATEMENT / "statement.yaml").write_bytes(BROKEN),
    lambda folder: (folder / "config.yaml").write_bytes(BROKEN),
    lambda folder: (folder / "statements" / STATEMENT / "en.md").unlink(),
    _away,
)


async def test_a_broken_configuration(on_sqlite: Host, record: Record) -> None:
    """The program goes on with what it had."""
    host, signers = on_sqlite, itertools.count(0, 2)
    host.statements = host.folder / "statements"
    shutil.copytree(SHIPPED, host.statements)
    host.configure()
    await host.start()
    outcome = Outcome("a broken configuration on reload")
    for spoil in itertools.islice(itertools.cycle(WAYS), tries(1, 40)):
        spoil(host.folder)
        os.kill(host.pid, signal.SIGHUP)
        await host.crowd.sign(next(signers))
        shutil.rmtree(host.statements, ignore_errors=True)
        shutil.copytree(SHIPPED, host.statements)
        host.configure()
        os.kill(host.pid, signal.SIGHUP)
        await host.crowd.sign(next(signers))
        outcome.tried += 1
    outcome.add(await host.recovered())
    record(outcome)
