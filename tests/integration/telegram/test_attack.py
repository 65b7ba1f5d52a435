"""A crowd that means harm (row 9): thousands of accounts that sign, and one with every command."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import gc
import itertools
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.commands.catalogue import command_table
from bot.delivery.backlog import LOADED as DELIVERIES
from bot.delivery.backlog import Delivery
from bot.dispatch.dispatcher import LOADED as EVENTS
from bot.dispatch.limits import REMEMBERED
from bot.domain.counts import Counts
from bot.storage.inbox import InboxRow
from tests.integration.telegram.test_flood import percentile
from tests.integration.telegram.whole import Whole, whole_bot, whole_bot_alone
from tests.support.botapi import BotApiServer, Person

LATE = 2.0
"""Seconds within which an honest signer is answered, 95 times of 100, and an admin always."""

RESTS = 20
"""So many times as long as a look at the memory takes, nobody looks."""

LASTS = dt.timedelta(minutes=10)
MOST_TOLD = 10
"""Messages to the admins that nobody asked for."""

STEPS = ("/sign port", "[confirm]", "{name}", "[skip]", "[skip]", "[public]", "[confirm]")
RECORDED = "Recorded. Your number is #"
PAUSED = "is paused"
WAVE = "Far more than usual"


@dataclass(frozen=True)
class Size:
    """`at_once` accounts take each step together; `wave` is what the campaign calls one."""

    accounts: int
    at_once: int
    honest: int
    wave: int


SHORT, LONG = Size(80, 20, 4, 25), Size(10_000, 200, 100, 300)


@dataclass
class Held:
    """The most rows of the inbox and of the outbox that were ever in memory."""

    events: int = 0
    deliveries: int = 0

    async def look(self) -> None:
        while True:
            began = time.monotonic()
            found = Counter(type(each) for each in gc.get_objects())
            self.events = max(self.events, found[InboxRow])
            self.deliveries = max(self.deliveries, found[Delivery])
            await asyncio.sleep(RESTS * (time.monotonic() - began))


@contextlib.asynccontextmanager
async def looking(held: Held) -> AsyncIterator[None]:
    looks = asyncio.create_task(held.look())
    try:
        yield
    finally:
        looks.cancel()
        await asyncio.gather(looks, return_exceptions=True)


@dataclass
class Attack:
    """`waits` is how long each step of an honest signer took, in real seconds; `windows` are those
    of the limits in the end."""

    whole: Whole
    size: Size
    waits: list[float] = field(default_factory=list)
    honest: list[Person] = field(default_factory=list)
    closing: float = 0.0
    windows: int = 0
    held: Held = field(default_factory=Held)

    async def run(self) -> None:
        """To its end, with honest signers all the time; then an admin closes in the midst of it."""
        ended = asyncio.Event()
        honest = asyncio.create_task(self._sign_all_the_time(ended))
        at_once = self.size.at_once
        crowds = [range(first, first + at_once) for first in range(0, self.size.accounts, at_once)]
        for crowd in crowds[:-1]:
            await self._crowd(crowd)
            self.whole.clock.ahead += LASTS / len(crowds)
        ended.set()
        await honest
        last = asyncio.create_task(self._crowd(crowds[-1]))
        await asyncio.sleep(0.1)
        self.closing = await close(self.whole)
        await last

    async def _crowd(self, numbers: Sequence[int]) -> None:
        people = [self.whole.server.person(f"robot{number}") for number in numbers]
        for step in STEPS:
            for number, person in zip(numbers, people, strict=True):
                # Once it is closed there is nothing to press.
                with contextlib.suppress(AssertionError):
                    await take(self.whole, person, step.format(name=f"Robot Number {number}"))
            await handled(self.whole)

    async def _sign_all_the_time(self, ended: asyncio.Event) -> None:
        while not ended.is_set() and len(self.honest) < self.size.honest:
            number = len(self.honest)
            person = self.whole.server.person(f"signer{number}")
            for step in STEPS:
                typed = step.format(name=f"Signer Number {number}")
                self.waits.append(await answered(self.whole, person, typed))
            self.honest.append(person)

    def told(self) -> list[str]:
        """What the admins were told and had not asked for."""
        return [text for text in self.whole.texts(self.whole.admins) if PAUSED not in text]

    def report(self) -> None:
        print(
            f"{self.size}: {len(self.honest)} honest signers, a step in "
            f"{percentile(self.waits, 0.5):.3f} s, 95 of 100 in "
            f"{percentile(self.waits, 0.95):.3f} s; /close in {self.closing:.3f} s; "
            f"{len(self.told())} messages to the admins; {self.held}, "
            f"{self.windows} windows of limits"
        )


def assert_bounded(held: Held) -> None:
    """By what is read at once, and by what is on its way at once."""
    assert held.events <= 2 * EVENTS
    assert held.deliveries <= 4 * DELIVERIES


async def take(whole: Whole, person: Person, step: str) -> None:
    """One step: a word, or a button of the newest message that has it."""
    if step.startswith("["):
        message, data = whole.with_button(person.private, step.strip("[]"))
        await person.press(message, data)
    else:
        await person.say(step)


async def answered(whole: Whole, person: Person, step: str) -> float:
    """Take the step; the seconds until something new stands in the chat."""

    def seen() -> list[tuple[int, str | None]]:
        return [(message.id, message.text) for message in whole.server.sent(person)]

    before, began = seen(), time.monotonic()
    await take(whole, person, step)
    await whole.server.wait_for(lambda: seen() != before, 60)
    return time.monotonic() - began


async def handled(whole: Whole) -> None:
    """Every update is taken in and handled, every answer delivered."""
    await whole.server.wait_for(lambda: not whole.server.updates.pending, 120)
    await whole.bot.inbox.settled()


async def close(whole: Whole) -> float:
    """An admin closes; the seconds until that is answered."""
    began = time.monotonic()
    await whole.zaid.send(whole.admins, "/close")
    await whole.server.wait_for(
        lambda: any(PAUSED in text for text in whole.texts(whole.admins)), 60
    )
    return time.monotonic() - began


@contextlib.asynccontextmanager
async def attacked(folder: Path, size: Size) -> AsyncIterator[Attack]:
    """After ten minutes of it by the bot's clock, with the platform's limits lifted."""
    async with whole_bot_alone(folder) as whole:
        campaign = whole.bot.campaign
        campaign.verification = replace(campaign.verification, wave=size.wave)
        attack = Attack(whole, size)
        async with looking(attack.held):
            await attack.run()
        attack.windows = len(whole.bot.dispatcher._limits._windows)
        attack.report()
        yield attack


async def withstand(folder: Path, size: Size) -> None:
    async with attacked(folder, size) as attack:
        whole = attack.whole
        assert attack.honest
        for person in attack.honest:
            assert any(RECORDED in text for text in whole.texts(person))
        assert percentile(attack.waits, 0.95) <= LATE
        assert attack.closing <= LATE
        # The public count is of verified ones, and everybody is counted in `stats`.
        counts = await whole.counts()
        assert counts == Counts(pending=counts.pending)
        assert counts.pending >= size.accounts - size.at_once + len(attack.honest)
        assert_bounded(attack.held)
        assert attack.windows <= REMEMBERED
        assert len([text for text in attack.told() if WAVE in text]) == 1
        waves = await whole.rows("SELECT count(*) FROM endorsements WHERE wave")
        assert waves[0][0] >= counts.pending - 2 * size.wave
        assert len(attack.told()) <= MOST_TOLD
        await set_aside_and_back(attack)


async def set_aside_and_back(attack: Attack) -> None:
    """By what they share; who is left is exactly who was honest, and the undo leaves out nobody."""
    whole = attack.whole
    waiting = "SELECT count(*) FROM endorsements WHERE status = 'pending' AND aside IS NULL"
    everybody = await whole.rows(waiting)
    await whole.say(whole.zaid, "/aside name Robot Number", whole.admins)
    await whole.press(whole.zaid, "confirm", whole.admins)
    await handled(whole)
    assert await whole.rows(waiting) == [(len(attack.honest),)]
    await whole.press(whole.zaid, "undo", whole.admins)
    await handled(whole)
    assert await whole.rows(waiting) == everybody


async def test_many_accounts(tmp_path: Path) -> None:
    await withstand(tmp_path, SHORT)


@pytest.mark.soak
async def test_ten_thousand_accounts_in_ten_minutes(tmp_path: Path) -> None:
    await withstand(tmp_path, LONG)


# -- one account with every command ----------------------------------------------------------------


EVERYTHING = (
    *STEPS,
    *(f"/mine {word}" for word in ("public", "organisers", "name Amal Haddad", "country Tunisia")),
    *("/withdraw", "[confirm]", "[undo]", "/start s_port_en", "/cancel"),
    *("/withdraw", "[confirm]", *STEPS, "/forget", "[confirm]"),
)


async def with_every_command(folder: Path, rounds: int) -> None:
    """In private and in a group, over and over, in ten minutes of the bot's clock."""
    async with whole_bot_alone(folder) as whole:
        rami, amal = whole.server.person("rami"), whole.server.person("amal")
        group = whole.server.group("Readers", creator=rami)
        names = sorted(command.name for command in command_table())
        waits = []
        for number in range(rounds):
            for step in (*EVERYTHING, *(f"/{name}" for name in names)):
                # What has not come there is no button for.
                with contextlib.suppress(AssertionError):
                    await take(whole, rami, step.format(name="Rami Haddad"))
                await handled(whole)
            for name in names:
                await rami.send(group, f"/{name}")
            waits.append(await answered(whole, amal, f"/demands port {1 + number % 2}"))
            await handled(whole)
            whole.clock.ahead += LASTS / rounds
        closing = await close(whole)
        told = [text for text in whole.texts(whole.admins) if PAUSED not in text]
        print(
            f"{rounds} rounds: {len(told)} messages to the admins, /close in {closing:.3f} s, "
            f"others in {max(waits):.3f} s"
        )
        assert len(told) <= MOST_TOLD
        assert closing <= LATE
        assert percentile(waits, 0.95) <= LATE
        counts = await whole.counts()
        assert (counts.verified, counts.rejected) == (0, 0)


async def test_one_account_with_every_command(tmp_path: Path) -> None:
    await with_every_command(tmp_path, 4)


@pytest.mark.soak
async def test_one_account_with_every_command_for_long(tmp_path: Path) -> None:
    await with_every_command(tmp_path, 60)


# -- with the platform's limits --------------------------------------------------------------------


async def in_turn(folder: Path, robots: int, each: int, honest: int) -> None:
    """Whoever floods waits for their own; who signs among them waits for turns of everybody,
    however much each of the others has asked, and nothing is lost."""
    held = Held()
    async with (
        BotApiServer() as server,
        whole_bot(folder, server, paced=True) as whole,
        looking(held),
    ):
        crowd = [server.person(f"robot{number}") for number in range(robots)]
        for _, person in itertools.product(range(each), crowd):
            await person.say("/demands port 1")
        signers = [server.person(f"signer{number}") for number in range(honest)]

        async def sign(number: int) -> list[float]:
            steps = [step.format(name=f"Signer Number {number}") for step in STEPS]
            return [await answered(whole, signers[number], step) for step in steps]

        signed = await asyncio.gather(*map(sign, range(honest)))
        waits = list(itertools.chain.from_iterable(signed))
        turn = (robots + honest) / server.rules.overall
        print(
            f"{robots} accounts with {each} questions each: a step of {honest} signers in "
            f"{percentile(waits, 0.5):.2f} s, at most {max(waits):.2f} s; a turn takes {turn:.2f} s"
        )
        # A press is answered twice, by the end of the wait and by the edit; one turn is under way.
        assert percentile(waits, 0.95) <= LATE + 3 * turn
        await server.wait_for(
            lambda: all(len(whole.texts(person)) >= each for person in crowd),
            60 + robots * each / 10,
        )
        print(held)
        assert_bounded(held)
        for person in signers:
            assert any(RECORDED in text for text in whole.texts(person))
        assert (await whole.counts()).pending == honest


async def test_with_the_platforms_limits_everybody_in_turn(tmp_path: Path) -> None:
    await in_turn(tmp_path, robots=15, each=8, honest=3)


@pytest.mark.soak
async def test_with_the_platforms_limits_hundreds_in_turn(tmp_path: Path) -> None:
    await in_turn(tmp_path, robots=150, each=40, honest=15)
