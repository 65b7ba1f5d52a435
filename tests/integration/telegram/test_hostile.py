"""An hour with a hostile server, and a program that is killed: every question is answered once, or
known to be unanswerable; `/healthz` is right at each moment."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiohttp
import pytest

from bot.adapters.telegram import Webhook
from bot.adapters.telegram.receiving import SECRET_HEADER
from bot.bootstrap.opening import read_settings
from tests.integration.telegram.readers import DEMANDS, ask, write_text
from tests.integration.telegram.test_webhook_broken import BROKEN, sent
from tests.integration.telegram.test_whole_dialogue import write_config
from tests.support import hurry
from tests.support.botapi import BotApiServer, Call, Chat, Person, fast, faults
from tests.support.botapi.faults import ODDITIES, Fault
from tests.support.listening import let_listen
from tests.support.mortal import SEED, Life, Mortal, is_quiet

SENDS = ("sendMessage", "editMessageText")
HOUR = 3600
UNKNOWN = faults.refusal(400, "Bad Request: ODD_THING_INVALID")

NOISE = (
    faults.drop(),
    faults.bad_gateway(),
    faults.server_error(),
    faults.not_ok_with_200(),
    faults.too_many(1),
    faults.too_many(),
    faults.slow(0.1),
    faults.drip(0.05),
    faults.refusal(401, "Unauthorized"),
    faults.refusal(404, "Not Found"),
    faults.refusal(409, "Conflict: terminated by other getUpdates request"),
    UNKNOWN,
    *map(faults.odd, ODDITIES),
)
LOST = tuple(
    replace(fault, name=f"lost: {fault.name}")
    for fault in (
        faults.drop(effect=True),
        faults.bad_gateway(effect=True),
        faults.garbage(),
        faults.drip(0.05, effect=True),
        faults.slow(1.0),
    )
)
"""Carried out, but the bot does not hear of it: what was said may have to be said again."""

SHARE = 0.3
SPARED = {"getMe", "getChat"}
"""Where these fail, the health of the bot is another one's affair."""

GRACE = 0.3
"""Seconds in which what was refused is known."""

SLOW = 0.3
"""Seconds from which an answer may have come too late."""

LIFE = Life(shortest=0.4, more=0.3)

MOST_GROWTH = 20_000
"""Kilobytes."""


@dataclass(frozen=True)
class Size:
    """`factor` is how much faster the program's time goes; `pause`, in real seconds, is what a
    person waits between two questions on the average."""

    factor: float
    rounds: int
    people: int
    pause: float


SHORT = Size(factor=2400, rounds=1, people=4, pause=0.5)
LONG = Size(factor=240, rounds=8, people=8, pause=3.3)
"""Seventeen hours in five minutes."""


@dataclass
class Sample:
    at: float
    is_up: bool


@dataclass
class Asker:
    """Asks for one demand after the other, and does not wait for the answers; the last one is left
    for `refuse_one`."""

    server: BotApiServer
    person: Person
    chance: random.Random
    asked: int = 0

    async def go_on(self, pause: float) -> None:
        while self.asked < DEMANDS - 1:
            self.asked += 1
            await self.person.say(ask(self.asked))
            await asyncio.sleep(self.chance.uniform(0.5, 1.5) * pause)

    def answers(self) -> Counter[int]:
        said = (message.text or "" for message in self.server.sent(self.person))
        return Counter(
            int(n) for text in said for n in re.findall(r"promise number (\d+)\.$", text)
        )

    def calls(self, number: int) -> list[Call]:
        """The tries of one answer."""
        return [
            call
            for call in self.server.calls("sendMessage")
            if str(call.parameters["chat_id"]) == str(self.person.id)
            and call.parameters["text"].endswith(f"promise number {number}.")
        ]


@dataclass
class Watcher:
    """Asks `/healthz` all the time."""

    url: str
    samples: list[Sample] = field(default_factory=list)

    async def run(self) -> None:
        async with aiohttp.ClientSession() as session:
            while True:
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(self.url) as answer:
                        is_up = await answer.text() == "up"
                        assert answer.status == (200 if is_up else 503)
                        self.samples.append(Sample(time.monotonic(), is_up))
                await asyncio.sleep(0.05)

    def between(self, began: float, ended: float) -> list[Sample]:
        return [sample for sample in self.samples if began <= sample.at <= ended]


class Hostile:
    """The server's moods, one after the other."""

    def __init__(
        self,
        server: BotApiServer,
        watcher: Watcher,
        chance: random.Random,
        size: Size,
        log: Path,
    ) -> None:
        self.log = log
        self.server = server
        self.watcher = watcher
        self.chance = chance
        self.size = size
        self.longest_step = 600 / size.factor

    def noise(self) -> None:
        part = SHARE / len(NOISE + LOST)
        for fault in NOISE + LOST:
            methods = ("*",) if fault.alter is None else SENDS
            for method in methods:
                self._fail(method, fault, lambda _: self.chance.random() < part)

    def _fail(self, method: str, fault: Fault, when: Callable[[Call], bool]) -> None:
        self.server.fail(
            method, fault, times=None, when=lambda c: c.method not in SPARED and when(c)
        )

    async def silence(
        self, methods: Collection[str], words: str, fits: Callable[[Call], bool]
    ) -> None:
        """The bot is asked to be silent for an hour: it is down as long as that lasts, and says in
        the log why."""
        self.server.faults.clear()
        began, before = len(self.server.calls()), len(self.log.read_text("utf-8"))

        def met() -> list[Call]:
            return [call for call in self.server.calls()[began:] if call.status == 429]

        for method in methods:
            self._fail(method, faults.too_many(HOUR), fits)
        await self.server.wait_for(met, 60)
        since = time.monotonic()
        await asyncio.sleep(GRACE + self.longest_step * 1.5)
        found = self.watcher.between(since + GRACE, time.monotonic())
        assert found
        assert not any(sample.is_up for sample in found)
        said = self.log.read_text("utf-8")[before:].splitlines()
        assert [line for line in said if words in line and "until 2" in line]
        self.server.faults.clear()

    async def calm(self) -> None:
        """After the time that it takes to notice, all is well, and stays so."""
        self.server.faults.clear()
        since = time.monotonic()
        # On a busy machine a program that was started is not there yet.
        while not self.watcher.between(since, time.monotonic()):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        await asyncio.sleep(GRACE + 2.5 * self.longest_step)
        since = time.monotonic()
        await asyncio.sleep(GRACE)
        found = self.watcher.between(since, time.monotonic())
        assert found
        for sample in found:
            assert sample.is_up


def memory(pid: int) -> int:
    """Kilobytes that the process holds."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text("utf-8"))
    assert found is not None
    return int(found[1])


@contextlib.asynccontextmanager
async def beside(*work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """What fails there fails here."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert not [each for each in ended if isinstance(each, Exception)]


def configure(folder: Path, server: BotApiServer, admins: Chat, mode: str) -> tuple[str, Webhook]:
    """The address of `/healthz`, and in that mode the webhook."""
    write_text(folder)
    write_config(folder, server, admins.id, "webhook")
    config = folder / "config.yaml"
    text = config.read_text("utf-8")
    config.write_text(text.replace("mode: webhook", f"mode: {mode}"), "utf-8")
    url = f"{let_listen(folder, None)}/healthz"
    hook = read_settings(config).telegram
    assert hook is not None
    assert hook.webhook is not None
    secret, listen = hook.webhook.secret.get_secret_value(), hook.webhook.listen
    return url, Webhook(hook.webhook.url, secret, listen.host, listen.port)


async def deliver_broken(hook: Webhook, chance: random.Random) -> None:
    for status, (fields, body) in chance.sample(list(BROKEN.values()), 8):
        assert await sent(hook, {SECRET_HEADER: hook.secret} | fields, body) == status


async def hour(folder: Path, mode: str, size: Size) -> None:
    chance = random.Random(SEED)
    print(f"CRASH_SEED={SEED}")
    async with BotApiServer(rules=fast()) as server:
        admins = server.group("Admins", creator=server.person("zaid"))
        url, hook = configure(folder, server, admins, mode)
        watcher = Watcher(url)
        askers = [Asker(server, server.person(f"amal{n}"), chance) for n in range(size.people)]
        hostile = Hostile(server, watcher, chance, size, folder / "log.txt")
        asking = [asker.go_on(size.pause) for asker in askers]
        with Mortal(folder, chance, statements=folder / "statements", life=LIFE) as program:
            async with beside(watcher.run(), *asking):
                for _ in range(size.rounds):
                    await one_round(hostile, program, hook, mode, str(askers[0].person.id))
                await stays_small(hostile, program)
            await refuse_one(hostile, askers[0])
            async with asyncio.timeout(120):
                while server.updates.pending or not is_quiet(folder):  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
            assert program.end(signal.SIGTERM) == 0
        assert "Traceback" not in (folder / "log.txt").read_text("utf-8")
        assert any("didn't arrive" in (message.text or "") for message in server.sent(admins))
        check_answers(askers, program.kills)


async def one_round(
    hostile: Hostile, program: Mortal, hook: Webhook, mode: str, first: str
) -> None:
    """Noise and two deaths; then each kind of silence."""
    hostile.noise()
    if program.pid:
        assert program.end(signal.SIGKILL) == -signal.SIGKILL
        program.kills += 1
    await program.live_and_die()
    program.start()
    await asyncio.sleep(4 * hostile.longest_step)
    await hostile.calm()
    if mode == "webhook":
        await deliver_broken(hook, hostile.chance)
    one = "no messages from the bot in 1 chat"
    await hostile.silence(SENDS, one, lambda call: str(call.parameters.get("chat_id")) == first)
    if mode == "polling":
        await hostile.silence({"getUpdates"}, "to be asked for no updates", lambda _: True)
    await hostile.silence(SENDS, "no messages from the bot", lambda _: True)
    await hostile.calm()


async def stays_small(hostile: Hostile, program: Mortal) -> None:
    hostile.noise()
    before = memory(program.pid)
    await asyncio.sleep(4 * hostile.longest_step)
    assert memory(program.pid) - before < MOST_GROWTH
    await hostile.calm()


async def refuse_one(hostile: Hostile, asker: Asker) -> None:
    """The next answer, until it is given up."""
    asker.asked += 1
    number = asker.asked
    hostile.server.fail(
        "sendMessage",
        UNKNOWN,
        times=None,
        when=lambda call: call.parameters["text"].endswith(f"promise number {number}."),
    )
    await asker.person.say(ask(number))
    await hostile.server.wait_for(lambda: len(asker.calls(number)) == 2, 60)


def check_answers(askers: Sequence[Asker], kills: int) -> None:
    """Once each. More often only where the bot could not know that it had been heard, or died
    before it could write that down; never only where it was refused for good."""
    repeated = unanswered = 0
    for asker in askers:
        answers = asker.answers()
        for number in range(1, asker.asked + 1):
            tries = asker.calls(number)
            if not answers[number]:
                assert sum(call.status == 400 for call in tries) >= 2, (number, tries)
                unanswered += 1
            repeated += max(0, answers[number] - 1 - sum(map(may_be_lost, tries)))
    asked = sum(asker.asked for asker in askers)
    print(f"{asked} questions, {unanswered} refused for good, {repeated} repeated, {kills} kills")
    assert unanswered >= 1
    assert repeated <= kills


def may_be_lost(call: Call) -> bool:
    took = 0.0 if call.ended is None else call.ended - call.at
    return took > SLOW or (call.fault or "").startswith("lost")


async def test_a_hostile_quarter_of_an_hour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(hurry.FACTOR, str(SHORT.factor))
    await hour(tmp_path, "polling", SHORT)


@pytest.mark.soak
@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_hostile_hours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    monkeypatch.setenv(hurry.FACTOR, str(LONG.factor))
    await hour(tmp_path, mode, LONG)
