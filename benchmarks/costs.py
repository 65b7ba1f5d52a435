"""What one person's step costs beside so many records: a start, a signing, a decision, a search.

The records are written straight into the database: a third is on the public list, a third is
verified and not public, a third waits. Then the whole bot starts on it, and each step is timed from
the line that asks to the last answer.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bot.domain.endorsement import Status
from bot.domain.ids import Number
from tests.support.dialogue import Dialogue, open_dialogue
from tests.support.names import made_up
from tests.support.signed import OnList, list_all, prepare, sign_all
from tests.support.statements import write_port

STATEMENT = "port"
STEPS = 40
IN_ONE = 1000


@dataclass(frozen=True)
class Measured:
    """`start`: seconds until the first answer; the others: milliseconds, the median of many."""

    records: int
    start: float
    signing: float
    decision: float
    find: float
    list_page: float


async def measure(records: int) -> Measured:
    """Fill a database with so many records, and time what people do beside them."""
    names = made_up(records)
    third = records // 3
    with TemporaryDirectory() as folder:
        async with open_dialogue(Path(folder), write_port(Path(folder))) as dialogue:
            await prepare(dialogue.database, STATEMENT)
            waiting = await _fill(
                dialogue, names[:third], names[third : 2 * third], names[2 * third :]
            )
            await dialogue.stop()
            began = time.perf_counter()
            await dialogue.start()
            await dialogue.say("mona@admins: /help")
            start = time.perf_counter() - began
            return Measured(
                records=records,
                start=round(start, 2),
                signing=await _signing(dialogue),
                decision=await _each(dialogue, [f"mona@admins: /verify {n}" for n in waiting]),
                find=await _each(dialogue, [f"mona@admins: /find {n}" for n in names[:STEPS]]),
                list_page=await _each(dialogue, ["amal: /signatories", *["amal: [next]"] * STEPS]),
            )


async def _fill(
    dialogue: Dialogue, listed: Sequence[str], hidden: Sequence[str], waiting: Sequence[str]
) -> list[Number]:
    """Some of those that wait."""
    database = dialogue.database
    for at in range(0, len(listed), IN_ONE):
        await list_all(database, STATEMENT, map(OnList, listed[at : at + IN_ONE]))
    for at in range(0, len(hidden), IN_ONE):
        await sign_all(database, hidden[at : at + IN_ONE], status=Status.VERIFIED)
    numbers: list[Number] = []
    for at in range(0, len(waiting), IN_ONE):
        numbers += await sign_all(database, waiting[at : at + IN_ONE])
    return numbers[:STEPS]


async def _signing(dialogue: Dialogue) -> float:
    """A whole signing, without the checks of who signs too often."""
    taken = []
    for number in range(STEPS):
        began = time.perf_counter()
        await dialogue.sign(f"person{number}", f"Signer Number {number}")
        taken.append(time.perf_counter() - began)
    return _middle(taken)


async def _each(dialogue: Dialogue, lines: Sequence[str]) -> float:
    taken = []
    for line in lines:
        began = time.perf_counter()
        said = await dialogue.say(line)
        taken.append(time.perf_counter() - began)
        assert said, line
    return _middle(taken)


def _middle(taken: Sequence[float]) -> float:
    return round(1000 * median(taken), 1)


def report(found: Measured) -> str:
    """A line for each figure."""
    return "\n".join(f"costs.{name}: {value}" for name, value in asdict(found).items())
