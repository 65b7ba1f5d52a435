"""A unit of work that is cancelled at each of its awaits, as by the end of the program."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Coroutine, Generator, Sequence
from pathlib import Path
from typing import Any

from bot.storage.database import Database
from bot.storage.unit import Unit
from tests.faults.audit import RECEIPT, Heard, compare, names_in
from tests.faults.host import BOTH
from tests.faults.sizes import tries
from tests.faults.tally import Outcome, Record
from tests.support.blank import write_blank
from tests.support.dialogue import Dialogue, settings_in
from tests.support.mortal import SEED

SIGNING = ("/sign port", "[confirm]", "Signer Number {}", "[skip]", "[skip]", "[public]")
LAST = "[confirm]"

ENDING = 1.0
"""Seconds."""


class Cut:
    """Cancels the task that comes to the given await (from 1) in any unit of work; 0 only counts
    them, in `met`."""

    def __init__(self, at: int) -> None:
        self._at = at
        self.met = 0
        self.done: asyncio.Future[asyncio.Future[Any]] = asyncio.get_running_loop().create_future()
        self._inside: set[asyncio.Task[Any] | None] = set()

    def watch(self, database: Database) -> None:
        self._unit = database.unit
        setattr(database, "unit", self.unit)  # noqa: B010

    @contextlib.asynccontextmanager
    async def unit(self) -> AsyncIterator[Unit]:
        task = asyncio.current_task()
        self._inside.add(task)
        try:
            async with self._unit() as unit:
                yield unit
        finally:
            self._inside.discard(task)

    def suspended(self) -> None:
        task = asyncio.current_task()
        if task not in self._inside or task is None:
            return
        self.met += 1
        if self.met == self._at:
            self.done.set_result(task)
            task.cancel()

    def factory(
        self, loop: asyncio.AbstractEventLoop, work: Any, **options: Any
    ) -> asyncio.Future[Any]:
        """Makes tasks that tell when they wait."""

        async def watched() -> Any:
            return await _Watched(work, self)

        return asyncio.Task(watched(), loop=loop, **options)


class _Watched:
    def __init__(self, work: Coroutine[Any, Any, Any], cut: Cut) -> None:
        self._work = work
        self._cut = cut

    def __await__(self) -> Generator[Any, Any, Any]:
        step = self._work.send
        value: Any = None
        while True:
            try:
                waits_for = step(value)
            except StopIteration as end:
                return end.value
            self._cut.suspended()
            try:
                value, step = (yield waits_for), self._work.send
            except GeneratorExit:
                self._work.close()
                raise
            except BaseException as error:  # noqa: BLE001 - handed to whoever waits
                value, step = error, self._work.throw


async def last_line(d: Dialogue, signer: int, at: int) -> int:
    """Somebody's receipt is cut off there, and the bot goes on after a start; how many awaits it
    came to."""
    name, loop, cut = f"signer{signer}", asyncio.get_running_loop(), Cut(at)
    await d.say(*(f"{name}: {line.format(signer)}" for line in SIGNING))
    await d.stop()
    before = asyncio.all_tasks()
    # From here on, so that the bot's own loops are watched too.
    loop.set_task_factory(cut.factory)
    try:
        await d.start()
        cut.watch(d.database)
        said = asyncio.ensure_future(d.say(f"{name}: {LAST}"))
        both: set[asyncio.Future[Any]] = {said, cut.done}
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if cut.done.done():
            await asyncio.wait({cut.done.result()}, timeout=ENDING)
            # One of the bot's loops takes the others with it, and has to be given the time.
            await asyncio.wait({d._running}, timeout=ENDING)
        said.cancel()
        await asyncio.gather(said, return_exceptions=True)
    finally:
        loop.set_task_factory(None)
    await d.kill()
    # Where the end of the bot itself was cut short, as a process ends all of its tasks.
    left = asyncio.all_tasks() - before
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    await d.start()
    await d.say("# what was received is answered first")
    if not any(RECEIPT.search(did.text) for did in d.did if did.chat == name):
        await d.say(f"{name}: {LAST}")
    return cut.met


async def test_cancelled_at_each_await(
    tmp_path: Path, port: Path, address: str | None, record: Record
) -> None:
    write_blank(tmp_path)
    more = {} if address is None else {"UNDERSIGNED_DATABASE": address}
    d = Dialogue(settings_in(tmp_path, port, **more))
    await d.start()
    whole = await last_line(d, 0, 0)
    assert whole > 20
    at: Sequence[int] = range(1, whole + 1)
    if (most := tries(4, whole)) < whole:
        at = sorted(random.Random(SEED).sample(at, most))
    outcome = Outcome("cancelled at awaits", BOTH[address is not None])
    for signer, each in enumerate(at, 1):
        outcome.tried += await last_line(d, signer, each) >= each
    heard = Heard(0)
    for did in d.did:
        if (receipt := RECEIPT.search(did.text)) is not None:
            heard.receipts[hash(did.chat)].add(int(receipt[1]))
    outcome.add(compare(await names_in(d.database), heard))
    left = "SELECT (SELECT count(*) FROM inbox) + (SELECT count(*) FROM outbox)"
    assert await d.rows(left) == [(0,)]
    assert len(heard.receipts) == len(at) + 1
    await d.stop()
    record(outcome)
