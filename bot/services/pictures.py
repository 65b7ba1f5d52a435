"""Pictures that a chat asks for: drawn outside of any transaction, and kept for who asks next."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.counts import PublicCounts
from bot.domain.ids import Language

log = logging.getLogger(__name__)

KEPT = 64
"""Pictures in memory, of some 50 kB each."""

FRESH = 60.0
"""Seconds for which a picture is shown whose counts have moved on: while hundreds sign, else no
picture would ever be up to date."""


@dataclass(frozen=True, slots=True)
class Poster:
    """A statement's title, by whom it is, how many have signed it, and where."""

    title: str
    attribution: str
    counts: PublicCounts
    language: Language
    address: str | None


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code that leads to an address."""

    address: str


Wanted = Poster | Code
Draw = Callable[[Wanted], bytes]
"""Gives a PNG; called in a thread, one at a time. Raises `CannotDraw`."""


class CannotDraw(Exception):
    """Why a picture cannot be made on this machine, for its operator."""


def _no_pictures(_wanted: Wanted) -> bytes:
    raise CannotDraw("nothing here draws pictures")


@dataclass(eq=False)
class NotDrawn(Exception):
    """The picture has to be drawn first; then the event is handled again."""

    wanted: Wanted


@dataclass(frozen=True, slots=True)
class _Drawn:
    wanted: Wanted
    data: bytes | None
    at: float


class Pictures:
    """Those that were drawn, the latest ones."""

    def __init__(self, draw: Draw = _no_pictures) -> None:
        self._draw = draw
        self._drawn: OrderedDict[Wanted, _Drawn] = OrderedDict()
        self._one = asyncio.Lock()

    def get(self, wanted: Wanted) -> bytes | None:
        """None where it could not be drawn a moment ago. Raises `NotDrawn`."""
        found = self._drawn.get(_kind(wanted))
        if found is None:
            raise NotDrawn(wanted)
        is_same = found.wanted == wanted and found.data is not None
        if not is_same and time.monotonic() - found.at > FRESH:
            raise NotDrawn(wanted)
        return found.data

    async def draw(self, wanted: Wanted) -> None:
        """So that `get` knows it, also that it cannot be drawn."""
        async with self._one:
            try:
                self.get(wanted)
            except NotDrawn:
                self._keep(wanted, await self._drawn_apart(wanted))

    async def _drawn_apart(self, wanted: Wanted) -> bytes | None:
        try:
            return await asyncio.to_thread(self._draw, wanted)
        except CannotDraw as error:
            # Whoever asked is told too, and their text does without.
            log.warning("a picture could not be drawn: %s", str(error))
            return None

    def _keep(self, wanted: Wanted, data: bytes | None) -> None:
        kind = _kind(wanted)
        self._drawn[kind] = _Drawn(wanted, data, time.monotonic())
        self._drawn.move_to_end(kind)
        if len(self._drawn) > KEPT:
            self._drawn.popitem(last=False)


def _kind(wanted: Wanted) -> Wanted:
    """The same whatever the counts are: of each only the newest is kept."""
    return replace(wanted, counts=PublicCounts()) if isinstance(wanted, Poster) else wanted
