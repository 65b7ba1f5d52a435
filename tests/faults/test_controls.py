"""The suite finds what it is there for: with one thing broken, the same fault that the program
stands otherwise loses, doubles or keeps silent about a signature."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults import broken
from tests.faults.host import Host
from tests.faults.stage import SCRIPT, Signing, staged
from tests.faults.tally import Outcome
from tests.support.mortal import rows

WHOLE = pytest.param(None, marks=pytest.mark.soak)


async def until(condition: Callable[[], bool]) -> None:
    """Looked at so often that nothing else comes between."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.002)


async def killed_when(host: Host, condition: Callable[[], bool]) -> Outcome:
    """Somebody's last press, and SIGKILL as soon as that holds."""
    await host.start()
    person = await host.crowd.to_preview(0)
    message = host.crowd.with_button(person.private, "confirm", "")
    assert message is not None
    await person.press(message, "confirm")
    await until(condition)
    host.kill()
    await host.start()
    outcome = await host.recovered()
    outcome.lost += not host.heard.receipts and not outcome.unsent
    return outcome


@pytest.mark.parametrize("less", [broken.inbox_not_committed, WHOLE])
async def test_inbox_not_committed(on_sqlite: Host, less: Callable[[], None] | None) -> None:
    host = on_sqlite
    host.break_with(less)
    outcome = await killed_when(host, lambda: not host.server.updates.pending)
    assert outcome.lost == (less is not None)


@pytest.mark.parametrize("less", [broken.outbox_apart, WHOLE])
async def test_outbox_outside_the_transaction(
    on_sqlite: Host, less: Callable[[], None] | None
) -> None:
    host = on_sqlite
    host.break_with(less)
    count = "SELECT count(*) FROM endorsements"
    outcome = await killed_when(host, lambda: rows(host.folder, count) == [(1,)])
    assert outcome.unsent == (less is not None)


@pytest.mark.parametrize("less", [broken.repeats_unknown, WHOLE])
async def test_repeats_unknown(tmp_path: Path, less: Callable[[], None] | None) -> None:
    async with staged(tmp_path, None, less) as stage:
        signing = Signing(stage, 0)
        for _ in SCRIPT:
            await signing.act()
            await stage.bring([-1], 1)
        said = stage.said.total
        for place in range(len(stage.courier.brought)):
            await stage.bring([place], 1, again=True)
        assert (stage.said.total > said) == (less is not None)
        outcome = await stage.host.recovered()
        assert outcome.is_clean
