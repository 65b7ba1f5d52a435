"""Cutting a flow into messages: an exact partition, within the platform's limit, that reads well.

First the places where a cut is allowed are gathered, finer ones only where a coarser one leaves
too much in one piece; then the cheapest way through them is taken, where a piece costs more the
further it is from the comfortable size, and a cut the more it disturbs.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise

from bot.text import breaks
from bot.text.flow import Flow, Level
from bot.text.measure import Fit, Ruler
from bot.text.rich import RichText

__all__ = ["Fit", "chunks"]

# What a cut costs, next to the cost of a piece's size: 1 for an empty piece, 0 for a comfortable
# one, 2 for one of twice that. A section may well begin early; a sentence is cut off from its
# paragraph once that saves a piece about 1.4 times the comfortable size.
_LEVELS = {Level.SECTION: -0.2, Level.BLOCK: 0.0, Level.INNER: 0.05}
_BETWEEN_HEADINGS = 3.0
_UNDER_HEADING = 6.0
_AT_HEADINGS = {_BETWEEN_HEADINGS, _UNDER_HEADING}
_SENTENCE = 0.15
_PAUSE = 0.6
_WORD = 0.9
_GRAPHEME = 4.0
_CODE_POINT = 10.0
_BLANK_PIECE = 1000.0

# How much of the comfortable size may be made of several blocks or sentences.
_CAP = 2
# Cuts that lie closer together than this part of a piece differ too little to weigh them all.
_GRAIN = 8


def chunks(flow: Flow, fit: Fit, comfortable: int = 1500) -> tuple[RichText, ...]:
    """Pieces that joined give `flow.text`, each within `fit` and near `comfortable` code points.

    Cuts stand before a heading or a block; within what is too long, between sentences, then where
    a line may break, then between graphemes. A grapheme that alone is above the limit is cut
    between code points; a code point above it raises ValueError. A range in `flow.whole` is cut
    only if it, with the white space behind it, is above the limit; a heading is left alone only
    if nothing of what it heads goes beside it. White space between blocks ends the earlier piece.
    A piece is all white space only where there is about as much of it as a message holds.
    """
    if not flow.text.plain:
        return ()
    ruler = Ruler(flow.text, fit)
    target = ruler.target(max(1, comfortable))
    cuts = _Cutter(flow, ruler, target).cuts()
    path = _cheapest(cuts, ruler, target)
    return tuple(ruler.piece(start, end) for start, end in pairwise(path))


class _Ranges:
    """Ranges in ascending order, none inside another."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        self.all = list(ranges)
        self._starts = [start for start, _ in self.all]

    def cover(self, at: int) -> bool:
        """Whether a cut at `at` would stand strictly inside one of them."""
        index = bisect_left(self._starts, at) - 1
        return index >= 0 and at < self.all[index][1]


class _Cutter:
    """Gathers the places where the flow may be cut, with what a cut there costs."""

    def __init__(self, flow: Flow, ruler: Ruler, target: int) -> None:
        self._flow = flow
        self._ruler = ruler
        self._target = target
        self._whole = _Ranges(
            (start, behind)
            for start, end in flow.whole
            if ruler.fits(start, behind := ruler.past_blanks(end))
        )
        starts = [0, *(cut.at for cut in flow.cuts)]
        # One further than the heading: the place right under it is no place for a cut either.
        self._headings = _Ranges(
            (start, cut.at + 1)
            for start, cut in zip(starts, flow.cuts, strict=False)
            if cut.level is Level.AFTER_HEADING and ruler.fits(start, cut.at)
        )

    def cuts(self) -> dict[int, float]:
        """The cost of a cut by its place, ascending, the start and the end of the text included.

        No more lies between two neighbours than a message holds.
        """
        found = {
            cut.at: _LEVELS[cut.level]
            for cut in self._flow.cuts
            if cut.level is not Level.AFTER_HEADING and not self._whole.cover(cut.at)
        }
        points = [0, *found, len(self._ruler.plain)]
        for start, end in pairwise(points):
            found |= self._finer(start, end)
        found |= {points[0]: 0.0, points[-1]: 0.0}
        # Numbers sort in a twentieth of the time of pairs; nothing else can run meanwhile.
        return dict(self._thinned((at, found[at]) for at in sorted(found)))

    def _finer(self, start: int, end: int) -> dict[int, float]:
        """The cuts inside one block, as fine as its size asks for."""
        found: dict[int, float] = {}
        runs = [[start, end]]
        for find, most in (
            (self._sentences, self._target),
            (self._lines, _CAP * self._target),
            (self._under_headings, None),
            (self._graphemes, None),
            (self._code_points, None),
        ):
            finer: list[list[int]] = []
            for points in runs:
                for first, last in self._too_much(points, most):
                    inner = dict(find(first, last))
                    found |= inner
                    finer.append([first, *inner, last])
            runs = finer
        return found

    def _too_much(self, points: list[int], most: int | None) -> Iterator[tuple[int, int]]:
        """The neighbours with more than a message, or than `most` code points, between them."""
        first, last = points[0], points[-1]
        if (most is None or last - first <= most) and self._ruler.fits(first, last):
            return
        if len(points) == 2:
            yield first, last
            return
        middle = len(points) // 2
        yield from self._too_much(points[: middle + 1], most)
        yield from self._too_much(points[middle:], most)

    def _sentences(self, start: int, end: int) -> Iterator[tuple[int, float]]:
        ends = breaks.sentences(self._ruler.plain[start:end])
        for at in self._allowed(start, end, ends):
            yield at, _SENTENCE

    def _lines(self, start: int, end: int) -> Iterator[tuple[int, float]]:
        ends = breaks.lines(self._ruler.plain[start:end])
        for at in self._allowed(start, end, ends):
            yield at, _PAUSE if breaks.is_pause(self._ruler.plain, at) else _WORD

    def _allowed(self, start: int, end: int, ends: Iterable[int]) -> Iterator[int]:
        """The places for a cut strictly inside `start` and `end`, behind the white space."""
        before = start
        for place in ends:
            # A blank may carry a combining mark, and a number sign the letter behind the break.
            at = self._ruler.grapheme_before(self._ruler.past_blanks(start + place))
            if max(before, start + place - 1) < at < end and not self._is_kept(at):
                yield at
                before = at

    def _is_kept(self, at: int) -> bool:
        return self._whole.cover(at) or self._headings.cover(at)

    def _under_headings(self, start: int, end: int) -> Iterator[tuple[int, float]]:
        above = {first for first, _ in self._headings.all}
        for _, behind in self._headings.all:
            at = behind - 1
            if start < at < end and not self._whole.cover(at):
                yield at, _BETWEEN_HEADINGS if at in above else _UNDER_HEADING

    def _graphemes(self, start: int, end: int) -> Iterator[tuple[int, float]]:
        ends = self._ruler.graphemes
        for at in ends[bisect_right(ends, start) : bisect_left(ends, end)]:
            yield at, _GRAPHEME + self._ruler.plain[at].isspace()

    def _code_points(self, start: int, end: int) -> Iterator[tuple[int, float]]:
        for at in range(start, end):
            if not self._ruler.measures(self._ruler.piece(at, at + 1)):
                raise ValueError("the limit is below the measure of a single character")
            if at > start:
                yield at, _CODE_POINT

    def _thinned(self, cuts: Iterable[tuple[int, float]]) -> Iterator[tuple[int, float]]:
        """The first, the best and the last of those close together: enough to choose from."""
        grain = max(1, self._target // _GRAIN)
        for _, together in groupby(cuts, key=lambda cut: cut[0] // grain):
            close = list(together)
            if len(close) > 3 and self._ruler.fits(close[0][0], close[-1][0]):
                best = min(close[1:-1], key=lambda cut: cut[1])
                # Which of several headings goes with the text below is a matter of single words.
                headings = {cut for cut in close if cut[1] in _AT_HEADINGS}
                yield from sorted({close[0], best, close[-1]} | headings)
            else:
                yield from close


def _cheapest(cuts: dict[int, float], ruler: Ruler, target: int) -> list[int]:
    """The places, from the start to the end of the text, whose pieces and cuts cost least."""
    points = list(cuts)
    rooms = _rooms(cuts, target)
    inks = [ruler.past_blanks(at) for at in points]
    costs = [0.0] + [float("inf")] * (len(points) - 1)
    came = [0] * len(points)
    reach = 1
    for first, start in enumerate(points[:-1]):
        reach = _reach(points, first, rooms[first], reach, ruler)
        for last in range(first + 1, reach + 1):
            end = points[last]
            cost = costs[first] + cuts[end] + _size_cost(end - start, target)
            if inks[first] >= end:
                cost += _BLANK_PIECE
            if cost < costs[last]:
                costs[last], came[last] = cost, first
    path = [len(points) - 1]
    while path[-1]:
        path.append(came[path[-1]])
    return [points[index] for index in reversed(path)]


def _size_cost(size: int, target: int) -> float:
    part = size / target
    return (1 - part) ** 2 if part <= 1 else 2 * (part - 1) ** 2


def _rooms(cuts: dict[int, float], target: int) -> list[int]:
    """For each place the furthest one worth a thought for the end of its piece: the next at least,
    and no heading is left behind only because what is under it is long."""
    points = list(cuts)
    rooms: list[int] = []
    for first, start in enumerate(points[:-1]):
        last = max(first + 1, bisect_right(points, start + _CAP * target) - 1)
        while cuts[points[last]] in _AT_HEADINGS:
            last += 1
        rooms.append(last)
    return rooms


def _reach(points: list[int], first: int, room: int, guess: int, ruler: Ruler) -> int:
    """The furthest place up to `room` that a piece from `first` may end at; the next at least."""
    start = points[first]
    if ruler.fits(start, points[room]):
        return room
    reach = max(first + 1, min(guess, room))
    # Where the previous piece ended is a good guess, so that few steps are measured.
    while reach > first + 1 and not ruler.fits(start, points[reach]):
        reach -= 1
    while reach + 1 < room and ruler.fits(start, points[reach + 1]):
        reach += 1
    return reach
