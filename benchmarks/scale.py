"""What the same things cost among a thousand, a hundred thousand and a million endorsements.

For each database and size there is one bot, over HTTP; they are all there at the same time, and are
used in turns. A person or an admin asks for one thing and waits for the answer; the time of a
signature is that of all its seven updates. An export is a program of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.fill import STATEMENT
from benchmarks.found import Found, median, rounded, table
from benchmarks.places import KEPT, Place, places
from benchmarks.plots import lines
from benchmarks.processes import ROOT
from benchmarks.using import Used, used

COUNTS = (1_000, 100_000, 1_000_000)
DATABASES = ("sqlite", "postgresql")
STARTS = 5
BACKED_UP = 100_000
"""Endorsements of which a backup is made at most."""

ASKED = ("start", "signing", "decision", "first page", "middle page", "desk", "find", "stats")
RATIOS = {
    "scale.signing_ratio": ("signing",),
    "scale.decision_ratio": ("decision",),
    "scale.page_ratio": ("first page", "middle page"),
    "scale.start_ratio": ("start",),
}
_OUT_OF = "import resource, sys; from bot.cli import main\ntry: main()\nfinally: " + (
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
)


@dataclass
class Measured:
    """Of one place: medians in milliseconds, of the waiting and of the processor; MiB; how often
    all else was held up for more than 50 ms; exported rows, those a second, and the most memory
    that it took; seconds, memory and size of a backup."""

    place: Place
    waited: Mapping[str, float] = field(default_factory=dict)
    worked: Mapping[str, float] = field(default_factory=dict)
    memory: float = 0.0
    size: float = 0.0
    blocks: int = 0
    rows: int = 0
    per_second: float = 0.0
    export_memory: float = 0.0
    backup_seconds: float = 0.0
    backup_memory: float = 0.0
    backup_size: float = 0.0


async def measure(
    rounds: int,
    counts: Sequence[int] = COUNTS,
    databases: Sequence[str] = DATABASES,
    kept: Path = KEPT,
) -> Found:
    """`rounds` uses of each; databases that are there already are not filled again."""
    async with places(databases, counts, kept) as there:
        measured = {name: await _compare(each, rounds) for name, each in there.items()}
    return found(measured)


async def _compare(there: Sequence[Place], rounds: int) -> list[Measured]:
    async with contextlib.AsyncExitStack() as stack:
        all_used = [await stack.enter_async_context(used(place.folder)) for place in there]
        for _ in range(min(rounds, STARTS)):
            for each in all_used:
                await each.start(1)
        async with contextlib.AsyncExitStack() as running:
            for each in all_used:
                await running.enter_async_context(each.idle())
            for _ in range(rounds):
                for each in all_used:
                    await each.use()
        measured = [_medians(*each) for each in zip(there, all_used, strict=True)]
    for one in measured:
        await _export(one)
        await _back_up(one)
    return measured


def _medians(place: Place, each: Used) -> Measured:
    waited = {what: median(values) for what, values in each.waited.items()}
    worked = {what: median(values) for what, values in each.worked.items()}
    return Measured(place, waited, worked, each.memory, place.size, each.blocks)


async def _command(place: Place, *arguments: str) -> tuple[float, int, float]:
    """Run a command of the program: seconds, lines that it printed, MiB that it took at most."""
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _OUT_OF, *arguments),
        cwd=place.folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    printed = 0
    while data := await process.stdout.read(1 << 16):
        printed += data.count(b"\n")
    said = (await process.stderr.read()).decode()
    if await process.wait():
        raise RuntimeError(f"{arguments}: {said}")
    return time.perf_counter() - began, printed, int(said.split()[-1]) / 1024


async def _export(measured: Measured) -> None:
    """Of everything that is public."""
    taken, printed, measured.export_memory = await _command(
        measured.place, "export", "--statement", STATEMENT
    )
    measured.rows = printed - 1
    measured.per_second = measured.rows / taken


async def _back_up(measured: Measured) -> None:
    """All of it, unless that takes longer than all else here."""
    if measured.place.count > BACKED_UP:
        return
    file = measured.place.folder / "backup.age"
    measured.backup_seconds, _, measured.backup_memory = await _command(
        measured.place, "backup", str(file)
    )
    measured.backup_size = file.stat().st_size / 2**20


def found(measured: Mapping[str, Sequence[Measured]]) -> Found:
    """A ratio is that of the most endorsements to the fewest; of two databases the worse one."""
    results: dict[str, float] = {}
    for name, asked in RATIOS.items():
        results[name] = rounded(
            max(e[-1].waited[a] / e[0].waited[a] for e in measured.values() for a in asked)
        )
    slowest = min((each[-1] for each in measured.values()), key=lambda one: one.per_second)
    results["export.rows_per_second"] = rounded(slowest.per_second)
    results["scale.blocks"] = sum(one.blocks for each in measured.values() for one in each)
    results["export.memory_mib"] = rounded(max(e[-1].export_memory for e in measured.values()))
    plots = {}
    for name, each in measured.items():
        for one in each:
            results |= _named(f"scale.{name}.{one.place.count}", one)
        counts = [one.place.count for one in each]
        series = {what: [one.waited.get(what) for one in each] for what in ASKED}
        title = f"Milliseconds until the answer, by the number of endorsements ({name})"
        plots[f"scale-{name}"] = lines(title, counts, series)
    return Found(results, _table(measured), plots)


def _named(prefix: str, one: Measured) -> dict[str, float]:
    waited = {f"{prefix}.{_key(what)}_ms": rounded(v) for what, v in one.waited.items()}
    worked = {f"{prefix}.{_key(what)}_processor_ms": rounded(v) for what, v in one.worked.items()}
    beside = {
        "memory_mib": one.memory,
        "file_mib": one.size,
        "blocks": one.blocks,
        "export_per_second": one.per_second,
        "export_seconds": one.rows / one.per_second,
    }
    if one.backup_size:
        beside |= {"backup_seconds": one.backup_seconds, "backup_mib": one.backup_size}
    return waited | worked | {f"{prefix}.{name}": rounded(v) for name, v in beside.items()}


def _key(what: str) -> str:
    return what.replace(" ", "_")


def _table(measured: Mapping[str, Sequence[Measured]]) -> str:
    columns = [one for each in measured.values() for one in each]
    head = ["", *(f"{one.place.database}, {one.place.count:,}" for one in columns)]
    rows: list[list[object]] = []
    for what in (*ASKED, "all read"):
        row = [f"{one.waited[what]:,.0f} ({_spent(one, what)})" for one in columns]
        rows.append([f"{what}, ms", *row])
    rows.append(["memory when idle, MiB", *(f"{one.memory:.0f}" for one in columns)])
    rows.append(["on the disk, MiB", *(f"{one.size:,.0f}" for one in columns)])
    blocks = (str(one.blocks) for one in columns)
    rows.append(["blocks of more than 50 ms", *blocks])
    rows.append(["export, rows a second", *(f"{one.per_second:,.0f}" for one in columns)])
    rows.append(["export, memory at most, MiB", *(f"{one.export_memory:.0f}" for one in columns)])
    rows.append(["backup, s", *(_or_not(one.backup_seconds) for one in columns)])
    rows.append(["backup, MiB", *(_or_not(one.backup_size) for one in columns)])
    rows.append(["backup, memory at most, MiB", *(_or_not(one.backup_memory) for one in columns)])
    return table(head, rows)


def _or_not(value: float) -> str:
    return f"{rounded(value):,g}" if value else "-"


def _spent(one: Measured, what: str) -> str:
    return f"{one.worked[what]:,.0f}" if what in one.worked else "-"
