"""Updates that come twice, out of their order, or again much later, in any sequence that Hypothesis
thinks of."""

from __future__ import annotations

import asyncio
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.faults.sizes import tries
from tests.faults.stage import Signing, Stage, staged
from tests.faults.tally import Outcome, Record

STEPS = 20
PEOPLE = 2


def machine(stage: Stage) -> type[RuleBasedStateMachine]:
    places = st.lists(st.integers(0, 50), min_size=1, max_size=4)

    class Sequence(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            stage.sequences += 1
            # A sequence is about its own updates alone.
            stage.courier.bag.clear()
            stage.courier.brought.clear()
            self.people = [Signing(stage, next(stage.names)) for _ in range(PEOPLE)]

        @rule(who=st.integers(0, PEOPLE - 1))
        def act(self, who: int) -> None:
            stage.do(self.people[who].act())

        @rule(who=st.integers(0, PEOPLE - 1))
        def act_and_be_answered(self, who: int) -> None:
            """As it should be."""
            stage.do(self.people[who].act())
            if stage.courier.bag:
                stage.do(stage.bring([-1], 1))

        @precondition(lambda _: bool(stage.courier.bag))
        @rule(places=places, times=st.integers(1, 3))
        def bring(self, places: list[int], times: int) -> None:
            stage.do(stage.bring(places, times))

        @precondition(lambda _: bool(stage.courier.brought))
        @rule(places=places, times=st.integers(1, 2))
        def bring_again(self, places: list[int], times: int) -> None:
            stage.do(stage.bring(places, times, again=True))

        def teardown(self) -> None:
            if stage.courier.bag:
                stage.do(stage.bring(list(range(len(stage.courier.bag))), 1))
            said = stage.said.total
            if stage.courier.brought:
                everything = range(len(stage.courier.brought))
                stage.do(stage.bring(everything[::-1], 2, again=True))
            assert stage.said.total == said, "a repetition was answered"
            assert stage.said.repeats == 0

    return Sequence


def test_in_any_sequence(tmp_path: Path, address: str | None, record: Record) -> None:
    each = settings(
        max_examples=tries(4, 10_000),
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
