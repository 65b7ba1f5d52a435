"""Bounds in seconds that hold on any machine: what takes so long on the usual one may take longer
where a control, measured just before and after, takes longer too."""

from __future__ import annotations

import time
from collections.abc import Callable

USUAL = 0.005
"""Processor seconds of the control on the machine that bounds are written for."""

TRIES = 3
"""A pause of Python's own, or of the machine's, comes into one of them."""


def is_within(seconds: float, work: Callable[[], object]) -> bool:
    """Whether the work takes less of the processor on the usual machine."""
    return any(_took(work) < seconds for _ in range(TRIES))


def slowness() -> float:
    """How many times as long this machine takes just now; never less than once."""
    return max(1.0, min(_control() for _ in range(TRIES)) / USUAL)


def _took(work: Callable[[], object]) -> float:
    before = slowness()
    began = time.process_time()
    work()
    took = time.process_time() - began
    return took / max(before, slowness())


def _control() -> float:
    """What Python does all the time: calls, attributes, texts, dictionaries."""
    began = time.process_time()
    found: dict[str, int] = {}
    for number in range(20_000):
        word = str(number % 999)
        found[word] = found.get(word, 0) + len(word.strip())
    return time.process_time() - began
