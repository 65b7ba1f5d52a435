"""How much memory the program holds does not follow how many messages it has answered."""

from __future__ import annotations

import asyncio
import itertools
import random
import re
import signal
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.matrix.conftest import Meet
from tests.integration.matrix.crowd import STATEMENT
from tests.integration.matrix.test_catching_up import numbers
from tests.integration.matrix.test_crashes import until_quiet
from tests.integration.matrix.test_program import configure
from tests.support.mortal import SEED, Mortal
from tests.support.statements import write_long
from tests.support.synapse import Homeserver, Person
from tests.support.synapse.storm import Storm

MOST_GROWTH = 10 * 1024
"""KiB."""

DEMANDS = 40


@dataclass(frozen=True)
class Size:
    """Resident memory after `late` messages is compared with that after `early` ones. No person
    may ask for more in a minute than the program lets one: 240. To a part of the program's calls,
    `storm`, anything may happen."""

    people: int
    early: int
    late: int
    storm: float = 0.0


LONG = Size(people=10, early=200, late=2_000)
STORMY = Size(people=6, early=120, late=720, storm=0.08)


@dataclass
class Reader:
    """Asks for demands in a private chat and in a group in turn; `asked` is how often in each."""

    person: Person
    bot: str
    asked: dict[str, int]

    async def ask(self, count: int) -> None:
        """Waits for an answer each time; in the group it may be one to somebody else."""
        for turn, room in zip(range(count), itertools.cycle(self.asked), strict=False):
            before = self.answers(room)
            await self.person.say(room, f"!demands {STATEMENT} {turn % DEMANDS + 1}")
            self.asked[room] += 1
            await self.person.wait_for(lambda: self.answers(room) > before)  # noqa: B023

    def answers(self, room: str) -> int:
        return len(numbers(self.person, room, self.bot))


def resident(pid: int) -> int:
    """KiB (proc_pid_status(5))."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    found = re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)
    assert found is not None
    return int(found[1])


async def gather(size: Size, bot: str, meet: Meet) -> list[Reader]:
    """People in encrypted rooms: each in a private chat, and two by two in groups."""
    people = [await meet("reader") for _ in range(size.people)]
    readers = [Reader(person, bot, {await person.chat(bot): 0}) for person in people]
    for one, other in zip(readers[::2], readers[1::2], strict=True):
        room = await one.person.create([bot, other.person.id], name="Readers")
        for reader in (one, other):
            for user in (bot, one.person.id, other.person.id):
                await reader.person.wait_until_there(room, user)
            reader.asked[room] = 0
    return readers


async def all_answered(readers: Sequence[Reader]) -> None:
    """Once each, not more."""
    asked = sum((Counter(reader.asked) for reader in readers), Counter())
    for reader in readers:
        for room in reader.asked:
            await reader.person.wait_for(lambda: reader.answers(room) >= asked[room])  # noqa: B023
            assert reader.answers(room) == asked[room]


async def growth(folder: Path, homeserver: Homeserver, meet: Meet, name: str, size: Size) -> int:
    """KiB from the early measurement to the late one."""
    account, zaid = await homeserver.register(name), await meet("zaid")
    statements = write_long(folder, pages=1, demands=DEMANDS)
    found: list[int] = []
    async with Storm(homeserver, random.Random(SEED), size.storm) as storm:
        configure(folder, storm, account, zaid)
        await _grow(folder, statements, account.user, meet, size, found)
        print(f"CRASH_SEED={SEED} {dict(storm.met)}")
    assert "Traceback" not in (folder / "log.txt").read_text("utf-8")
    return found[-1] - found[0]


async def _grow(
    folder: Path, statements: Path, bot: str, meet: Meet, size: Size, found: list[int]
) -> None:
    with Mortal(folder, random.Random(0), statements=statements) as program:
        program.start()
        readers = await gather(size, bot, meet)
        for asked, until in itertools.pairwise((0, size.early, size.late)):
            part = (until - asked) // size.people
            await asyncio.gather(*(reader.ask(part) for reader in readers))
            await all_answered(readers)
            await until_quiet(folder)
            found.append(resident(program.pid))
            print(f"after {until} messages: {found[-1]} KiB")
        assert program.end(signal.SIGTERM) == 0


@pytest.mark.soak
async def test_two_thousand_messages(
    tmp_path: Path, homeserver: Homeserver, meet: Meet, unique: Callable[[str], str]
) -> None:
    assert await growth(tmp_path, homeserver, meet, unique("bot"), LONG) < MOST_GROWTH


@pytest.mark.soak
async def test_messages_in_a_storm(
    tmp_path: Path, homeserver: Homeserver, meet: Meet, unique: Callable[[str], str]
) -> None:
    assert await growth(tmp_path, homeserver, meet, unique("bot"), STORMY) < MOST_GROWTH
