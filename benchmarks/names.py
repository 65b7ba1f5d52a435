"""What names cost where there are many that are not public: a start, `find`, a signing, a decision.

Everybody has signed and waits. The bot starts; somebody asks it for something at once, and it reads
the names meanwhile. Then admins look for names, others sign, and some are decided, each in a commit
of its own. That is measured in processor time of all threads: what else the machine does, and how
long its disk takes, would hide the rest.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.found import Found, table
from bot.domain.ids import Number
from bot.services.find import find
from bot.storage.unit import Unit
from tests.support.dialogue import Dialogue, open_dialogue
from tests.support.names import made_up
from tests.support.signed import prepare, sign_all
from tests.support.statements import write_port
from tests.support.still import become, sign, still

IN_ONE = 5000
ASKED = 300


@dataclass(frozen=True)
class Measured:
    """Milliseconds: from the start to the first answer, and to the end of the reading of names; how
    long the processor worked until then; and for each thing the median and the slowest of a
    hundred."""

    names: int
    first_answer: float
    all_read: float
    start_worked: float
    find: float
    find_slow: float
    signing: float
    signing_slow: float
    decision: float
    decision_slow: float


async def measure(count: int) -> Measured:
    """With so many names."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        statements = write_port(place)
        names = made_up(count)
        async with still(place, statements) as (database, _):
            await prepare(database)
            for at in range(0, count, IN_ONE):
                await sign_all(database, names[at : at + IN_ONE], "port")
        began, worked = time.perf_counter(), time.process_time()
        async with open_dialogue(place, statements) as dialogue:
            await dialogue.say("amal: /statements")
            first = time.perf_counter()
            await dialogue.bot.names.idle.wait()
            read, worked = time.perf_counter(), time.process_time() - worked
            costs = await _used(dialogue, names)
        return Measured(
            count,
            _ms(first - began),
            _ms(read - began),
            _ms(worked),
            *(cost for each in costs for cost in each),
        )


async def _used(dialogue: Dialogue, names: list[str]) -> list[tuple[float, float]]:
    chance = random.Random(2)  # noqa: S311 - the same each time
    asked = chance.sample(names, ASKED)

    async def look(unit: Unit, at: int) -> None:
        typed = asked[at] if at % 2 else chance.choice(asked[at].split())
        assert (await find(unit, typed)).total

    async def give(unit: Unit, at: int) -> None:
        await sign(unit, dialogue.bot, str(at), new[at])

    async def decide(unit: Unit, at: int) -> None:
        await become(unit, dialogue.bot, Number(chosen[at]), "", "verified")

    new = made_up(ASKED, seed=3)
    chosen = chance.sample(range(1, len(names) + 1), ASKED)
    return [await _each(dialogue, what) for what in (look, give, decide)]


async def _each(
    dialogue: Dialogue, what: Callable[[Unit, int], Awaitable[None]]
) -> tuple[float, float]:
    taken = []
    for at in range(ASKED):
        began = time.process_time()
        async with dialogue.database.unit() as unit:
            await what(unit, at)
        taken.append(_ms(time.process_time() - began))
    return round(statistics.median(taken), 1), _slow(taken)


def _slow(taken: Iterable[float]) -> float:
    return sorted(taken)[int(0.99 * ASKED)]


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 1)


async def found(count: int) -> Found:
    """With so many names."""
    one = await measure(count)
    rows = [
        ("first answer after a start", one.first_answer, ""),
        ("all names read", one.all_read, f"processor: {one.start_worked:,.0f}"),
        ("`find`", one.find, one.find_slow),
        ("a signing", one.signing, one.signing_slow),
        ("a decision", one.decision, one.decision_slow),
    ]
    results = {f"names.{name}": value for name, value in asdict(one).items()}
    return Found(results, table((f"{count:,} names", "ms", "slowest of a hundred"), rows))
