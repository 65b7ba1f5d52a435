"""`make bench`: measures, and writes what docs/benchmarks.md shows.

python -m benchmarks [reading|signing|verifying|matrix|cost|scale|desk|names|takeover ...]

Without a name: all of them, in this order. Each writes its figures into
docs/benchmarks/results.json, its table into docs/benchmarks.md and its plot beside the figures.
`--short` only tries whether they run, and writes nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import (
    capacity,
    cost,
    desk,
    matrix,
    names,
    reading,
    scale,
    signing,
    takeover,
    verifying,
)
from benchmarks.found import RESULTS, Found, put, write

SCALING = Path("docs/scaling.md")

Measure = Callable[[argparse.Namespace], Coroutine[Any, Any, Found]]


async def _scale_in_short(given: argparse.Namespace) -> Found:
    with TemporaryDirectory() as folder:
        return await scale.measure(1, (200, 400), given.databases, Path(folder))


ALL: Mapping[str, Measure] = {
    "reading": lambda given: reading.measure(given.rounds, given.people),
    "signing": lambda given: signing.measure(given.rounds, given.people // 2),
    "verifying": lambda given: verifying.measure(given.rounds, 4000, 120),
    "matrix": lambda given: matrix.measure(given.rounds),
    "cost": lambda given: cost.measure(given.rounds),
    "scale": lambda given: scale.measure(given.uses, given.counts, given.databases),
    "desk": lambda given: desk.found(given.seed),
    "names": lambda given: names.found(given.count),
    "takeover": lambda _: takeover.measure(),
}

SHORT: Mapping[str, Measure] = {
    "reading": lambda _: reading.measure(1, 4),
    "signing": lambda _: signing.measure(1, 4),
    "verifying": lambda _: verifying.measure(1, 400, 8),
    "matrix": lambda _: matrix.measure(1, matrix.Size(2, 2, 2, 8)),
    "cost": lambda _: cost.measure(1),
    "scale": _scale_in_short,
    "takeover": lambda _: takeover.measure(short=True),
    "desk": lambda given: desk.found(given.seed),
    "names": lambda _: names.found(2000),
}


def arguments() -> argparse.Namespace:
    """What `make bench` was called with."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("what", nargs="*", metavar="|".join(ALL), help="all, where none is named")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--people", type=int, default=120, help="who read; half as many sign")
    parser.add_argument("--uses", type=int, default=15, help="of each database of `scale`")
    parser.add_argument("--counts", type=int, nargs="+", default=scale.COUNTS, help="of `scale`")
    parser.add_argument(
        "--databases", nargs="+", choices=scale.DATABASES, default=scale.DATABASES, help="of it"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the made-up campaign of `desk`")
    parser.add_argument("--count", type=int, default=100_000, help="of the names of `names`")
    parser.add_argument("--short", action="store_true", help="try them, and write nothing")
    given = parser.parse_args()
    if unknown := [what for what in given.what if what not in ALL]:
        parser.error(f"there is no {unknown[0]}; there are: {', '.join(ALL)}")
    return given


def reckon() -> None:
    """Write into docs/scaling.md what follows from all figures that there are."""
    results = json.loads(RESULTS.read_text("utf-8"))
    put(SCALING, "one process", capacity.one_process(results))
    if "scale" in results:
        put(SCALING, "ten million", capacity.ten_million(results))


def main() -> None:
    """Measure, and write what was found."""
    given = arguments()
    for what in given.what or ALL:
        began = time.monotonic()
        measure = (SHORT if given.short else ALL)[what]
        try:
            found = asyncio.run(measure(given))
        except takeover.NotShown as error:
            print(f"\n## {what}: no figures\n\n{error}\n")
            continue
        print(f"\n## {what}, {time.monotonic() - began:.0f} s\n\n{found.table}\n")
        for name, value in found.results.items():
            print(f"{name}: {value:g}")
        sys.stdout.flush()
        if not given.short:
            write(what, found, given.rounds)
            reckon()


if __name__ == "__main__":
    main()
