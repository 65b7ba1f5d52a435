"""A document as one running text, with the places where it may be cut."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from bot.text.document import (
    Block,
    CodeBlock,
    Demand,
    Document,
    Heading,
    Item,
    ItemList,
    Paragraph,
    Quote,
)
from bot.text.rich import RichText, Span, Style, join

INDENT = "  "
RULE = "⁂"


class Level(enum.IntEnum):
    """What a cut stands before; the lower, the better a chunk begins there."""

    SECTION = 1
    """A heading."""
    BLOCK = 2
    """A paragraph, a quote, a list or an item of one, in the document itself."""
    INNER = 3
    """A block inside an item or a quote."""
    AFTER_HEADING = 4
    """The block under a heading: a cut here leaves the heading behind, alone."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A place for a cut, in code points; the white space around it lies before it."""

    at: int
    level: Level


@dataclass(frozen=True, slots=True)
class Flow:
    """`whole` are the ranges (each demand) to be cut only if one alone is above the limit.

    Cuts ascend, and none is at 0 or at the end; `whole` ascends and does not overlap.
    """

    text: RichText
    cuts: tuple[Cut, ...] = ()
    whole: tuple[tuple[int, int], ...] = ()


def flow(document: Document) -> Flow:
    """Every word of `document`, once and in order; bullets and the sign for a rule are added.

    Blocks stand a blank line apart, items of a tight list a line; inside lists each depth is
    indented by two spaces, which a narrow screen can bear.
    """
    writer = _Writer(demands={id(demand.item) for demand in document.demands})
    writer.blocks(document.blocks, "\n\n", 0)
    return writer.result()


def demand_text(demand: Demand) -> Flow:
    """One demand alone, as it stands in the flow of its document."""
    writer = _Writer(demands={id(demand.item)})
    writer.item(demand.item, "\n\n", 0)
    return writer.result()


class _Writer:
    """Writes blocks one behind the other; `depth` counts the lists around a block."""

    def __init__(self, demands: set[int]) -> None:
        self._demands = demands
        self._parts: list[str] = []
        self._at = 0
        self._spans: list[Span] = []
        self._cuts: list[Cut] = []
        self._whole: list[tuple[int, int]] = []
        self._containers = 0

    def result(self) -> Flow:
        text = RichText("".join(self._parts), tuple(self._spans))
        return Flow(text, tuple(self._cuts), tuple(self._whole))

    def blocks(self, blocks: Sequence[Block], gap: str, depth: int) -> None:
        """`blocks`, `gap` between them; the first begins where the text ends."""
        before: Block | None = None
        for block in blocks:
            if _is_blank(block):
                continue
            if before is not None:
                self._begin(gap, depth, self._level(before, block))
            self._block(block, depth)
            before = block

    def item(self, item: Item, gap: str, depth: int) -> None:
        start = self._at
        self._put(RichText(item.label))
        self._containers += 1
        if not all(_is_blank(block) for block in item.blocks):
            self._put(RichText(" "))
            self.blocks(item.blocks, gap, depth + 1)
        self._containers -= 1
        if id(item) in self._demands:
            self._whole.append((start, self._at))

    def _level(self, before: Block | None, block: Block | None) -> Level:
        if isinstance(before, Heading):
            return Level.AFTER_HEADING
        if self._containers:
            return Level.INNER
        return Level.SECTION if isinstance(block, Heading) else Level.BLOCK

    def _begin(self, gap: str, depth: int, level: Level) -> None:
        self._put(RichText(gap + INDENT * depth))
        self._cuts.append(Cut(self._at, level))

    def _block(self, block: Block, depth: int) -> None:
        match block:
            case Heading(text=text):
                self._styled(_indented(text.strip(), depth), Style.HEADING)
            case Paragraph(text=text):
                self._put(_indented(text.strip(), depth))
            case CodeBlock(text=text):
                self._styled(RichText(text.strip("\n")), Style.PRE)
            case Quote():
                self._quote(block, depth)
            case ItemList():
                self._list(block, depth)
            case _:
                self._put(RichText(RULE))

    def _list(self, block: ItemList, depth: int) -> None:
        gap = "\n" if block.tight else "\n\n"
        for index, item in enumerate(block.items):
            if index:
                self._begin(gap, depth, self._level(None, None))
            self.item(item, gap, depth)

    def _quote(self, quote: Quote, depth: int) -> None:
        index, start = len(self._spans), self._at
        self._containers += 1
        self.blocks(quote.blocks, "\n\n", depth)
        self._containers -= 1
        # In front of the spans inside it, so that the outer style comes first.
        self._spans.insert(index, Span(start, self._at, Style.QUOTE))

    def _styled(self, text: RichText, style: Style) -> None:
        self._spans.append(Span(self._at, self._at + len(text), style))
        self._put(text)

    def _put(self, text: RichText) -> None:
        self._spans.extend(
            Span(s.start + self._at, s.end + self._at, s.style, s.url) for s in text.spans
        )
        self._parts.append(text.plain)
        self._at += len(text)


def _is_blank(block: Block) -> bool:
    """Whether nothing of the block can be seen; a list has its bullets or numbers at least."""
    match block:
        case Heading(text=text) | Paragraph(text=text):
            return not text.plain.strip()
        case CodeBlock(text=code):
            return not code.strip()
        case Quote(blocks=blocks):
            return all(_is_blank(inner) for inner in blocks)
        case _:
            return False


def _indented(text: RichText, depth: int) -> RichText:
    """`text` with the lines after the first indented; the first follows its indentation already."""
    if depth == 0 or "\n" not in text.plain:
        return text
    lines: list[RichText] = []
    start = 0
    for line in text.plain.split("\n"):
        lines.append(text.cut(start, start + len(line)))
        start += len(line) + 1
    return join("\n" + INDENT * depth, lines)
