"""What a message may hold, and measuring parts of a text against it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from bot.text import breaks
from bot.text.rich import RichText

# Spans are looked up by pages of so many code points.
_PAGE = 512
_INK = re.compile(r"\S")


@dataclass(frozen=True, slots=True)
class Fit:
    """What a message may hold: `measure` of it at most `limit`, in the adapter's own unit
    (UTF-16 units, bytes of escaped JSON), and at most `spans` styles, if that is bounded.

    `measure` must not give a part more than the whole; it need not be additive. It is called some
    thousand times for a long text, each time with about as much as a message holds.
    """

    limit: int
    measure: Callable[[RichText], int]
    spans: int | None = None


class Ruler:
    """Measures parts of one text, quickly even when thousands of spans lie over it."""

    def __init__(self, text: RichText, fit: Fit) -> None:
        self.plain = text.plain
        self._spans = text.spans
        self._fit = fit
        self._pages: list[list[int]] = [[] for _ in range(len(text.plain) // _PAGE + 1)]
        for index, span in enumerate(text.spans):
            for page in range(span.start // _PAGE, (span.end - 1) // _PAGE + 1):
                self._pages[page].append(index)

    def piece(self, start: int, end: int) -> RichText:
        """The part `[start, end)`, in code points, with the styles over it."""
        near: set[int] = set()
        for page in self._pages[start // _PAGE : (end - 1) // _PAGE + 1]:
            near.update(page)
        spans = tuple(self._spans[index] for index in sorted(near))
        return RichText(self.plain, spans).cut(start, end)

    def fits(self, start: int, end: int) -> bool:
        """Whether a message holds the part `[start, end)`, by its measure and by its styles."""
        piece = self.piece(start, end)
        spans = self._fit.spans
        return (spans is None or len(piece.spans) <= spans) and self.measures(piece)

    def measures(self, piece: RichText) -> bool:
        """Whether the measure alone, whatever its styles, is within the limit."""
        return self._fit.measure(piece) <= self._fit.limit

    def target(self, comfortable: int) -> int:
        """The size to aim at, in code points: comfortable, or what a message holds on average."""
        length = len(self.plain)
        measured = self._fit.measure(self.piece(0, length))
        sizes = [comfortable, length * self._fit.limit // max(1, measured)]
        if self._fit.spans is not None:
            sizes.append(length * self._fit.spans // max(1, len(self._spans)))
        return max(1, min(sizes))

    @cached_property
    def graphemes(self) -> list[int]:
        """The places between user-perceived characters, 0 and the end among them."""
        return [0, *breaks.graphemes(self.plain)]

    def grapheme_before(self, at: int) -> int:
        """The last place between graphemes up to `at`."""
        return self.graphemes[bisect_right(self.graphemes, at) - 1]

    def past_blanks(self, at: int) -> int:
        """The first place from `at` on that does not stand before white space."""
        found = _INK.search(self.plain, at)
        return found.start() if found else len(self.plain)
