"""The metrics, read when somebody asks for them. No label names a statement, a chat or a person."""

from __future__ import annotations

import contextlib
import datetime as dt
import math
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from bot import __version__
from bot.delivery.counts import Counted, Outcome
from bot.delivery.health import Seen
from bot.metrics.program import Program, Stage
from bot.storage.commits import BOUNDS, Commits

_PREFIX = "undersigned_"

_OF_PLATFORMS: tuple[tuple[str, str, Callable[[Counted], int]], ...] = (
    ("events_received", "Events that were new.", lambda found: found.received),
    ("events_handled", "Events that were handled, those over a limit too.", lambda f: f.handled),
    ("events_limited", "Events that were over a limit.", lambda found: found.limited),
    ("events_failed", "Events that failed and were set aside.", lambda found: found.set_aside),
    (
        "delivery_retries",
        "Tries to deliver that did not end it.",
        lambda found: found.tries[Outcome.RETRIED],
    ),
    ("delivery_pauses", "Tries that the platform answered with 429.", lambda f: f.pauses),
)


def exposition(program: Program, clock: Callable[[], dt.datetime]) -> Callable[[], bytes]:
    """What writes the metrics down, in Prometheus' own text format. Does not raise."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Metrics(program, clock))
    ProcessCollector(registry=registry)
    return lambda: generate_latest(registry)


class _Metrics(Collector):
    def __init__(self, program: Program, clock: Callable[[], dt.datetime]) -> None:
        self._program = program
        self._clock = clock

    def describe(self) -> Iterator[Metric]:
        """Nothing: else the library would collect them to know their names."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        program = self._program
        yield InfoMetricFamily(_PREFIX.rstrip("_"), "The program.", value={"version": __version__})
        yield _gauge("healthy", "1 when all is well.", not program.problems())
        yield _gauge(
            "standby", "1 while another instance works.", program.stage is Stage.STANDING_BY
        )
        yield from self._of_platforms()
        yield _commits(program.commits)
        blocks = program.blocks
        yield _counter("loop_blocks", "Times that a task held up everything.", blocks.count)
        yield _counter("loop_blocked_seconds", "How long they took.", blocks.seconds)
        if program.health.seen is not None:
            yield from self._seen(program.health.seen)
        if program.stage is Stage.WORKING:
            yield from self._backup()

    def _of_platforms(self) -> Iterator[Metric]:
        counts, names = self._program.counts, list(self._program.adapters)
        healthy = GaugeMetricFamily(
            f"{_PREFIX}platform_healthy", "1 when all is well there.", labels=["platform"]
        )
        for name in names if self._program.stage is Stage.WORKING else ():
            healthy.add_metric([name], not self._program.problems_of(name))
        yield healthy
        for metric, said, value in _OF_PLATFORMS:
            found = CounterMetricFamily(f"{_PREFIX}{metric}", said, labels=["platform"])
            for name in names:
                found.add_metric([name], value(counts[name]))
            yield found
        ended = CounterMetricFamily(
            f"{_PREFIX}deliveries",
            "Deliveries that have ended, by how.",
            labels=["platform", "outcome"],
        )
        for name in names:
            for outcome in Outcome:
                if outcome is not Outcome.RETRIED:
                    ended.add_metric([name, outcome], counts[name].tries[outcome])
        yield ended

    def _seen(self, seen: Seen) -> Iterator[Metric]:
        yield _gauge("inbox_age_seconds", "The oldest message to be handled.", seen.inbox_age)
        yield _gauge("outbox_age_seconds", "The oldest answer to be delivered.", seen.outbox_age)
        yield _gauge("dead_letters", "What failed each time and is kept.", seen.letters)
        yield _gauge("waiting", "Endorsements that wait to be verified.", seen.waiting)
        age = 0.0
        if seen.oldest_waiting is not None:
            age = (self._clock() - seen.oldest_waiting).total_seconds()
        yield _gauge("waiting_age_seconds", "The oldest of them.", age)

    def _backup(self) -> Iterator[Metric]:
        with contextlib.suppress(OSError):
            made = self._program.last_backup()
            age = math.inf if made is None else (self._clock() - made).total_seconds()
            yield _gauge("backup_age_seconds", "The newest backup; +Inf: there is none.", age)


def _gauge(name: str, said: str, value: float) -> Metric:
    return GaugeMetricFamily(f"{_PREFIX}{name}", said, value=value)


def _counter(name: str, said: str, value: float) -> Metric:
    return CounterMetricFamily(f"{_PREFIX}{name}", said, value=value)


def _commits(commits: Commits) -> Metric:
    buckets, total = [], 0
    for bound, count in zip([*map(str, BOUNDS), "+Inf"], commits.counts, strict=True):
        total += count
        buckets.append((bound, float(total)))
    said = "How long commits took."
    return HistogramMetricFamily(
        f"{_PREFIX}commit_seconds", said, buckets=buckets, sum_value=commits.seconds
    )
