"""Time that a test sets in a program that runs: the clock on the wall alone, as an operator or NTP
does, or all of it, as if so long had passed."""

from __future__ import annotations

import asyncio
import datetime as dt
import mmap
import os
import selectors
import struct
import sys
import time
import types
from pathlib import Path
from typing import Any

FILE = "CLOCK_FILE"
"""The variable of the environment that names the file with the two numbers of seconds by which the
clocks of the program are ahead: that on the wall, and the one that only ever goes on."""

LOOK_EVERY = 0.05
"""Seconds after which a program that sleeps notices what time it is."""

_PAIR = struct.Struct("dd")


class ClockHand:
    """The side of the test."""

    def __init__(self, file: Path) -> None:
        file.write_bytes(_PAIR.pack(0.0, 0.0))
        self.file = file
        self.wall = self.steady = 0.0

    def set(self, seconds: float) -> None:
        """The clock on the wall jumps, forward or back."""
        self.wall += seconds
        self._write()

    def pass_(self, seconds: float) -> None:
        """So much time passes, also for what sleeps."""
        self.wall += seconds
        self.steady += seconds
        self._write()

    def _write(self) -> None:
        with self.file.open("r+b") as out:
            out.write(_PAIR.pack(self.wall, self.steady))


def as_set() -> None:
    """In the process of the program, before it begins."""
    with Path(os.environ[FILE]).open("rb") as file:
        pair = mmap.mmap(file.fileno(), _PAIR.size, prot=mmap.PROT_READ)
    wall, steady = time.time, time.monotonic
    time.time = lambda: wall() + float(_PAIR.unpack_from(pair)[0])
    time.monotonic = lambda: steady() + float(_PAIR.unpack_from(pair)[1])
    setattr(asyncio.BaseEventLoop, "time", lambda _self: time.monotonic())  # noqa: B010
    _notice()
    shifted = types.ModuleType(dt.__name__)
    shifted.__dict__.update(dt.__dict__)
    setattr(shifted, "datetime", _Shifted)  # noqa: B010
    for name, module in list(sys.modules.items()):
        if name.startswith("bot.") and getattr(module, "dt", None) is dt:
            setattr(module, "dt", shifted)  # noqa: B010


def _notice() -> None:
    """Whoever sleeps looks at the clock now and then: what waits for it does so by another one."""
    select = selectors.EpollSelector.select

    def briefly(self: selectors.EpollSelector, timeout: float | None = None) -> Any:
        return select(self, LOOK_EVERY if timeout is None else min(timeout, LOOK_EVERY))

    setattr(selectors.EpollSelector, "select", briefly)  # noqa: B010


class _Any(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, dt.datetime)


class _Shifted(dt.datetime, metaclass=_Any):
    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> Any:
        return dt.datetime.fromtimestamp(time.time(), tz)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, handler: Any) -> Any:
        """What is declared with this name is a date as any other."""
        return handler(dt.datetime)
