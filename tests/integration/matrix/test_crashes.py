"""`kill -9` at random moments while messages flow, half of them encrypted: each is answered exactly
once and everybody can read it, whatever strangers do to the bot's keys meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import signal
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.integration.matrix.conftest import Meet
from tests.integration.matrix.crowd import STATEMENT, Crowd
from tests.integration.matrix.test_program import configure
from tests.support import bot_process
from tests.support.mortal import SEED, Life, Mortal, is_quiet, rows
from tests.support.statements import write_long
from tests.support.synapse import Homeserver, Made, Person
from tests.support.synapse.storm import Storm

SETTLED = 180.0

CALLS = r"(PUT .*/(send|redact|sendToDevice)/|POST .*/(keys/(upload|claim)|join|leave|createRoom))"
"""Those that change something, and that the bot makes again where it hears no answer."""


@dataclass(frozen=True)
class Size:
    """`questions` in each of so many talks; `lost` is the part of the bot's calls to which it never
    hears an answer, `storm` that of its calls to which anything may happen."""

    kills: int
    messages: int
    talks: int
    questions: int
    signers: int
    groups: int
    lost: float
    storm: float = 0.0


STORMY = Size(kills=2, messages=12, talks=2, questions=4, signers=1, groups=1, lost=0.0, storm=0.15)
SHORT = Size(kills=3, messages=16, talks=2, questions=5, signers=1, groups=1, lost=0.1)
LONG = Size(kills=40, messages=400, talks=8, questions=42, signers=8, groups=4, lost=0.04)


async def kill_while_it_flows(
    folder: Path, homeserver: Homeserver, meet: Meet, name: str, size: Size
) -> None:
    print(f"CRASH_SEED={SEED}")
    chance = random.Random(SEED)
    account = await homeserver.register(name)
    zaid, stranger = await meet("zaid"), await meet("stranger")
    statements = write_long(folder, pages=1, demands=size.questions)
    life = Life(1.0, 0.8)
    async with Storm(homeserver, chance, size.storm) as proxy:
        lost = proxy.lose(CALLS, size.lost, chance)
        configure(folder, proxy, account, zaid, "verification: {cards: 50}\n")
        with Mortal(folder, chance, statements=statements, life=life) as program:
            crowd = Crowd(homeserver, meet, account, zaid, program, chance)
            async with everybody_at_work(crowd, size) as people:
                died_at_work = 0
                while program.kills < size.kills:
                    died_at_work += any(not person.done() for person in people)
                    if program.kills % 2:
                        await crowd.attack(stranger)
                        await program.live_and_die()
                    else:
                        await asyncio.gather(program.live_and_die(), crowd.attack(stranger))
                program.start()
                await asyncio.gather(*people)
            await until_quiet(folder)
            proxy.part = 0.0
            assert program.end(signal.SIGTERM) == 0
    everybody = [zaid, *crowd.people]
    await until_heard(proxy.made, everybody)
    clear, encrypted = crowd.written.values()
    print(
        f"{size.kills} kills, {clear} messages in clear, {encrypted} encrypted, "
        f"{len(proxy.made)} calls for {len({made.event for made in proxy.made})} events, "
        f"{lost.met} answers lost, {dict(proxy.met)}"
    )
    assert "Traceback" not in (folder / "log.txt").read_text("utf-8")
    check_transactions(proxy.made, everybody)
    assert died_at_work == size.kills
    assert clear + encrypted >= size.messages
    check_talks(crowd)
    check_rooms(zaid, crowd)
    check_records(folder, statements, crowd)


@contextlib.asynccontextmanager
async def everybody_at_work(crowd: Crowd, size: Size) -> AsyncIterator[list[asyncio.Task[None]]]:
    """Who fails ends the others too: they would go on until their clients are closed, and what is
    told would be that, not what came first."""
    people = start_all(crowd, size)
    try:
        yield people
    finally:
        for person in people:
            person.cancel()
        await asyncio.gather(*people, return_exceptions=True)


def start_all(crowd: Crowd, size: Size) -> list[asyncio.Task[None]]:
    """Everybody, each beginning after another kill, so that messages flow until the last one."""

    def talk(place: int) -> Coroutine[None, None, None]:
        return crowd.talk(
            encrypted=place % 2 == 0,
            group=place % 4 >= 2,
            questions=size.questions,
            until=size.kills,
        )

    talks = [talk(place) for place in range(size.talks)]
    others = [*map(crowd.sign, range(size.signers)), *map(crowd.endorse, range(size.groups))]
    crowd.chance.shuffle(others)

    async def from_kill(first: int, work: Coroutine[None, None, None]) -> None:
        await crowd.program.until_kill(first)
        await work

    # Talks begin in the first half: they take long.
    starts = [
        *((size.kills * place // (2 * len(talks)), work) for place, work in enumerate(talks)),
        *((size.kills * place // len(others), work) for place, work in enumerate(others)),
    ]
    return [asyncio.create_task(from_kill(first, work)) for first, work in starts]


async def until_quiet(folder: Path) -> None:
    deadline = time.monotonic() + SETTLED
    quiet = 0
    while quiet < 5:
        assert time.monotonic() < deadline, "inbox or outbox do not become empty"
        await asyncio.sleep(0.2)
        quiet = quiet + 1 if is_quiet(folder) else 0


async def until_heard(made: Sequence[Made], people: Iterable[Person]) -> None:
    """Until each message has come to all whom it was for."""
    events = {each.event: each.room for each in made if each.kind == "m.room.encrypted"}
    for person in people:
        due = {event for event, room in events.items() if room in person.client.rooms}
        await person.wait_for(lambda: due <= person.bodies.keys())  # noqa: B023


def check_transactions(made: Iterable[Made], people: Iterable[Person]) -> None:
    """No transaction id gave two events, and nothing was sent under two of them."""
    bodies: dict[str, str] = {}
    for person in people:
        bodies |= person.bodies
    events: defaultdict[str, set[str]] = defaultdict(set)
    ids: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for each in made:
        events[each.transaction].add(each.event)
        said = bodies[each.event] if each.kind == "m.room.encrypted" else each.content
        ids[each.room, each.kind, said].add(each.transaction)
    assert {tx: found for tx, found in events.items() if len(found) > 1} == {}
    assert {what: found for what, found in ids.items() if len(found) > 1} == {}


def check_talks(crowd: Crowd) -> None:
    """Each question once and in order, for everybody in the room."""
    for talk in crowd.talks:
        asked = talk.questions()
        assert sorted(asked) == sorted(talk.asked)
        for person in talk.people:
            assert talk.answers(person) == asked


def check_rooms(admin: Person, crowd: Crowd) -> None:
    """Whatever the bot said could be read, was encrypted where the room is, and was said once; and
    nothing that people wrote was lost on it."""
    for person in (admin, *crowd.people):
        said = [heard for heard in person.heard if heard.sender == crowd.bot.user]
        assert [heard for heard in said if not heard.readable] == []
        assert [h for h in said if h.encrypted != person.room(h.room).encrypted] == []
        assert [heard for heard in said if "could not read" in heard.text] == []
        times = Counter((heard.room, heard.text) for heard in said)
        assert [what for what, count in times.items() if count > 1] == []


def check_records(folder: Path, statements: Path, crowd: Crowd) -> None:
    """No endorsement was lost and none counted twice, and nothing is left that failed."""
    asked = bot_process.run("stats", "--json", folder=folder, statements=statements)
    counted = json.loads(asked.out)[STATEMENT]
    assert counted == {name: getattr(crowd.expected, name) for name in counted}
    numbers = [number for (number,) in rows(folder, "SELECT number FROM endorsements ORDER BY 1")]
    assert len(numbers) == crowd.expected.records
    assert numbers == sorted(crowd.numbers)
    assert rows(folder, "SELECT * FROM dead_letters") == []


async def test_a_few_kills(
    tmp_path: Path, homeserver: Homeserver, meet: Meet, unique: Callable[[str], str]
) -> None:
    await kill_while_it_flows(tmp_path, homeserver, meet, unique("bot"), SHORT)


@pytest.mark.soak
async def test_forty_kills(
    tmp_path: Path, homeserver: Homeserver, meet: Meet, unique: Callable[[str], str]
) -> None:
    await kill_while_it_flows(tmp_path, homeserver, meet, unique("bot"), LONG)


@pytest.mark.soak
async def test_an_hour_in_a_storm(
    tmp_path: Path, homeserver: Homeserver, meet: Meet, unique: Callable[[str], str]
) -> None:
    size = replace(LONG, kills=17, messages=200, questions=20, lost=0.0, storm=0.12)
    await kill_while_it_flows(tmp_path, homeserver, meet, unique("bot"), size)


async def test_a_few_kills_in_a_storm(
    tmp_path: Path, homeserver: Homeserver, meet: Meet, unique: Callable[[str], str]
) -> None:
    await kill_while_it_flows(tmp_path, homeserver, meet, unique("bot"), STORMY)
