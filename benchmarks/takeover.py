"""How long nobody is answered when the bot that works is killed, or the machine of the database's
primary server is lost: two bots on PostgreSQL under Patroni, as docs/scaling.md has them.

These are the soak tests of tests/ha, which also look for what was lost; here they are run for how
long it took. Without Patroni they are left out, and so are the figures.
"""

from __future__ import annotations

import asyncio
import re
import sys

from benchmarks.found import Found, median, rounded, table
from benchmarks.plots import bars
from benchmarks.processes import ROOT

TESTS = "tests/ha/test_takeover.py"
PROOF = ("-m", "soak", "-k", "twenty_kills or ten_losses", "--timeout", "0")
SHORT = ("-m", "not soak", "-k", "active_one_is_killed")
WHAT = {
    "max_seconds": "the bot that works is killed",
    "primary_seconds": "the primary's machine is lost",
}
MEDIANS = {"max_seconds": "median_seconds", "primary_seconds": "primary_median_seconds"}
_TOLD = re.compile(r"takeover\.(\w+)=[\d.]+ \[([\d., ]+)\]")


class NotShown(Exception):
    """The tests failed, or were left out: there are no figures of them."""


async def measure(*, short: bool = False) -> Found:
    """Twenty kills and ten losses, some ten minutes; or one kill. Raises `NotShown`."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pytest", "-q", "-n", "0", "-s", TESTS),
        *(SHORT if short else PROOF),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    said = (await process.communicate())[0].decode()
    if process.returncode or not _TOLD.search(said):
        raise NotShown(said[-3000:])
    return found(said)


def found(said: str) -> Found:
    """By what the tests print."""
    results, rows, plot = {}, [], {}
    for name, seconds in _TOLD.findall(said):
        taken = [float(each) for each in seconds.split(",")]
        results[f"takeover.{name}"] = rounded(max(taken))
        results[f"takeover.{MEDIANS[name]}"] = rounded(median(taken))
        rows.append((WHAT[name], len(taken), median(taken), max(taken)))
        plot[WHAT[name]] = (median(taken), min(taken), max(taken))
    head = ("what happens", "times", "seconds until answers (median)", "longest")
    drawn = {"takeover": bars("Seconds until people are answered again", plot)} if plot else {}
    return Found(results, table(head, rows), drawn)
