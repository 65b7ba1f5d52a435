"""`make bench`: measures, and writes what docs/benchmarks.md shows.

python -m benchmarks [reading|signing|verifying|matrix|scale|cost|takeover|desk|names ...]

Without a name all of them, in this order. `--short` tries whether they run, and keeps nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable

from benchmarks import reading, signing
from benchmarks.found import Found, write

ALL: dict[str, Callable[[argparse.Namespace], Awaitable[Found]]] = {
    "reading": lambda given: reading.measure(given.rounds, given.people),
    "signing": lambda given: signing.measure(given.rounds, given.people),
}
