"""`make bench`: measures, and prints what docs/benchmarks.md shows.

python -m benchmarks [--rounds 5] [--people 300] [--presses 10] [--only words]
python -m benchmarks desk [--seed 1]        # writes docs/benchmarks/results.json too
python -m benchmarks names [--count 100000] # likewise
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks import desk, names
from benchmarks.presses import Measured, compare, programs

AIOGRAM = Path(".venv/bench/bin/python")
RESULTS = Path("docs/benchmarks/results.json")


def arguments() -> argparse.Namespace:
    """What `make bench` was called with."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("what", nargs="?", choices=("presses", "desk", "names"), default="presses")
    parser.add_argument("--seed", type=int, default=1, help="of the made-up campaign of `desk`")
    parser.add_argument("--count", type=int, default=100_000, help="of the names of `names`")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--presses", type=int, default=10, help="of each, in a round; at most 14")
    parser.add_argument("--only", default="", help="programs whose name holds this")
    return parser.parse_args()


def table(found: Mapping[str, Sequence[Measured]]) -> str:
    """Markdown; the ratio is this bot's median over the other's."""
    ours = statistics.median(m.rate for m in next(iter(found.values())))
    rows = ["| program | presses a second (median) | least, most | processor, ms a press | ratio |"]
    rows.append("|---|---|---|---|---|")
    for name, all_of_it in found.items():
        rates = [each.rate for each in all_of_it]
        middle = statistics.median(rates)
        spent = statistics.median(each.processor for each in all_of_it)
        span = f"{min(rates):.0f}, {max(rates):.0f}"
        rows.append(f"| {name} | {middle:.0f} | {span} | {spent:.2f} | {ours / middle:.2f} |")
    return "\n".join(rows)


def write(name: str, figures: Mapping[str, float]) -> None:
    """Put the figures under that name into the results, beside those of other benchmarks."""
    results = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    results[name] = dict(figures)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2, sort_keys=True) + "\n", "utf-8")


def main() -> None:
    """Measure and print what was found."""
    given = arguments()
    if given.what == "desk":
        found_at_desk = asyncio.run(desk.measure(given.seed))
        print(desk.report(found_at_desk))
        write("desk", asdict(found_at_desk))
        return
    if given.what == "names":
        found_of_names = asyncio.run(names.measure(given.count))
        print(names.report(found_of_names))
        write("names", asdict(found_of_names))
        return
    compared = [program for program in programs(AIOGRAM) if given.only in program.name]
    found = asyncio.run(
        compare(compared, rounds=given.rounds, people=given.people, presses=given.presses)
    )
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, median of {given.rounds}\n")
    print(table(found))


if __name__ == "__main__":
    main()
