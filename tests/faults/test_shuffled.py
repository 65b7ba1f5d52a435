"""Updates that come twice, out of their order, or again much later, in any sequence that Hypothesis
thinks of."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import re
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.faults.courier import Courier, webhook_lines
from tests.faults.host import Host, campaign
from tests.faults.sizes import tries
from tests.faults.tally import Outcome, Record
from tests.integration.telegram import crowd
from tests.support.botapi import Call, Person

SCRIPT = (
    "/sign open-library",
    "[confirm]",
    "Signer Number {}",
    "[skip]",
    "[skip]",
    "[public]",
    "[confirm]",
)
STEPS = 20
PEOPLE = 2


class Said:
    """How often the program said what, in each chat: nothing of a dialogue is said twice."""

    def __init__(self, host: Host) -> None:
        self.texts: Counter[tuple[int, str]] = Counter()
        heard = host.heard.call

        def call(call: Call) -> None:
            heard(call)
            if call.method.lower() == "sendmessage" and call.ok:
                text = str(call.parameters["text"])
                card = re.match(r"#\d+ · ", text)
                self.texts[int(call.parameters["chat_id"]), card[0] if card else text] += 1

        host.server.on_call = call

    @property
    def repeats(self) -> int:
        return sum(count - 1 for count in self.texts.values())


class Stage:
    """The loop, the program and the courier, which all sequences share."""

    def __init__(self, loop: asyncio.AbstractEventLoop, host: Host, courier: Courier) -> None:
        self.loop = loop
        self.host = host
        self.courier = courier
        self.said = Said(host)
        self.names = itertools.count()
        self.sequences = 0

    def bring(self, places: list[int], times: int, *, again: bool = False) -> None:
        """Those of what waits, or of what was brought, so often, and until all that follows is
        done."""
        known = self.courier.brought if again else self.courier.bag
        chosen = [known[place % len(known)] for place in places]
        unique = list({update.id: update for update in chosen}.values())
        self.loop.run_until_complete(self.courier.bring(unique * times))
        assert self.loop.run_until_complete(self.host.quiet())


def machine(stage: Stage) -> type[RuleBasedStateMachine]:
    places = st.lists(st.integers(0, 50), min_size=1, max_size=4)

    class Sequence(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            stage.sequences += 1
            # A sequence is about its own updates alone.
            stage.courier.bag.clear()
            stage.courier.brought.clear()
            self.people = [_Signing(stage, next(stage.names)) for _ in range(PEOPLE)]

        @rule(who=st.integers(0, PEOPLE - 1))
        def act(self, who: int) -> None:
            self.people[who].act()

        @rule(who=st.integers(0, PEOPLE - 1))
        def act_and_be_answered(self, who: int) -> None:
            """As it should be."""
            self.people[who].act()
            if stage.courier.bag:
                stage.bring([-1], 1)

        @precondition(lambda _: stage.courier.bag)
        @rule(places=places, times=st.integers(1, 3))
        def bring(self, places: list[int], times: int) -> None:
            stage.bring(places, times)

        @precondition(lambda _: stage.courier.brought)
        @rule(places=places, times=st.integers(1, 2))
        def bring_again(self, places: list[int], times: int) -> None:
            stage.bring(places, times, again=True)

        def teardown(self) -> None:
            if stage.courier.bag:
                stage.bring(list(range(len(stage.courier.bag))), 1)
            said = sum(stage.said.texts.values())
            if stage.courier.brought:
                stage.bring(list(reversed(range(len(stage.courier.brought)))), 2, again=True)
            assert sum(stage.said.texts.values()) == said, "a repetition was answered"
            assert stage.said.repeats == 0

    return Sequence


class _Signing:
    """Somebody at the next line of the script; who can't go on yet does nothing."""

    def __init__(self, stage: Stage, index: int) -> None:
        self._stage = stage
        self._index = index
        self._at = 0
        self._person: Person = stage.host.server.person(f"signer{index}")

    def act(self) -> None:
        if self._at == len(SCRIPT):
            return
        line = SCRIPT[self._at]
        if not line.startswith("["):
            self._at += 1
            said = self._person.say(line.format(self._index))
            self._stage.loop.run_until_complete(said)
            return
        button = line.strip("[]")
        message = self._stage.host.crowd.with_button(self._person.private, button, "")
        if message is not None:
            self._at += 1
            data = crowd._data(message, button)
            assert data is not None
            self._stage.loop.run_until_complete(self._person.press(message, data))


@contextlib.asynccontextmanager
async def staged(folder: Path, address: str | None) -> AsyncIterator[Stage]:
    async with campaign(folder, address) as host, aiohttp.ClientSession() as session:
        lines, url = webhook_lines()
        host.configure(telegram=lines)
        await host.start()
        yield Stage(asyncio.get_running_loop(), host, Courier(host, session, url))


def test_in_any_sequence(tmp_path: Path, address: str | None, record: Record) -> None:
    each = settings(
        max_examples=tries(6, 10_000),
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    with asyncio.Runner() as runner:
        opened = staged(tmp_path, address)
        stage = runner.run(opened.__aenter__())
        try:
            run_state_machine_as_test(machine(stage), settings=each)
            outcome = Outcome("updates shuffled and repeated", stage.host.kind)
            outcome.tried = stage.sequences
            outcome.add(runner.run(stage.host.recovered()))
            outcome.doubled += stage.said.repeats
        finally:
            runner.run(opened.__aexit__(None, None, None))
    record(outcome)
