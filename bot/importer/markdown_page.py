"""Markdown as letters are kept in repositories."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import yaml

from bot.importer.building import BREAK as ROW_BREAK
from bot.importer.building import Builder
from bot.importer.labels import Label
from bot.importer.markdown_marks import BREAK, Masked
from bot.importer.recognised import ImportFault
from bot.importer.rows import PARAGRAPH, Line, Page, Row, Shape
from bot.importer.scripts import stripped
from bot.text.document import Block, CodeBlock, Heading, ItemList, Paragraph, Quote
from bot.text.markdown import parse
from bot.text.rich import RichText

_FRONT_MATTER = re.compile(
    r"\ufeff?(?P<fence>---|\+\+\+)[ \t]*\n(?P<keys>.*?\n)?(?:(?P=fence)|\.\.\.)[ \t]*(?:\n|\Z)",
    re.DOTALL,
)
_TITLE_KEYS = ("title",)
_KEYS = (*_TITLE_KEYS, "attribution", "date", "issued", "source", "canonical_url", "original_url")


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A block with text, the first line of it, and what it is."""

    block: Paragraph | Heading | CodeBlock
    shape: Shape
    label: Label | None
    apart: bool


def markdown_page(text: str) -> Page:
    """Reads `text`; what is no text of the letter is left out of the rows. Raises `ImportFault`
    where lists or quotations are nested beyond reading."""
    text = re.sub("\r\n|[\r\x0b\x0c\x85\u2028\u2029]", "\n", text).replace(BREAK, "")
    head = _FRONT_MATTER.match(text)
    start = head.end() if head else 0
    first = 1 + text.count("\n", 0, start)
    masked = Masked(text[start:], first)
    reader = _Reader(text, masked, first)
    front = _FrontMatter(head) if head else None
    rows = reader.read()
    if front:
        rows = [*front.rows(with_title=not (rows and rows[0].shape.heading == 1)), *rows]
    return Page(
        rows,
        text,
        (*(front.left_out if front else ()), *masked.left_out, *reader.builder.left_out),
        (*masked.notes, *reader.notes),
        (*(front.signs if front else ()), *masked.signs, *reader.signs),
    )


class _FrontMatter:
    """The lines between `---`; those that say title, attribution, date or source are used."""

    def __init__(self, head: re.Match[str]) -> None:
        self.left_out: list[Line] = []
        self.signs: list[str] = []
        self._used: dict[str, Row] = {}
        keys = head["keys"] or ""
        values = _scalars(keys) if head["fence"] == "---" else {}
        for number, written in enumerate(keys.split("\n"), 2):
            if not stripped(written):
                continue
            key, value = values.get(number - 2, ("", ""))
            if key in _KEYS and key not in self._used and stripped(value):
                line = Line(number, written, value)
                shape = Shape(heading=1) if key in _TITLE_KEYS else PARAGRAPH
                self._used[key] = Row((line,), RichText(stripped(value)), True, 0, -number, shape)
                self.signs.append(key)
            else:
                self.left_out.append(Line(number, written))

    def rows(self, *, with_title: bool) -> list[Row]:
        """The lines that are used, as if they stood above the text; the title unless it does."""
        order = sorted(self._used, key=lambda key: key not in _TITLE_KEYS)
        if not with_title:
            dropped = [self._used[key] for key in order if key in _TITLE_KEYS]
            self.left_out += [Line(row.lines[0].number, row.lines[0].text) for row in dropped]
            order = [key for key in order if key not in _TITLE_KEYS]
        return [self._used[key] for key in order]


def _scalars(keys: str) -> dict[int, tuple[str, str]]:
    """Line, key and value of each plain entry that stands on one line."""
    try:
        node = yaml.compose(keys, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return {}
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return {
        key.start_mark.line: (str(key.value).lower(), value.value)
        for key, value in pairs
        if isinstance(value, yaml.ScalarNode) and key.start_mark.line == value.end_mark.line
    }


class _Reader:
    """The blocks of the text as rows, with the lines of the file that they came from."""

    def __init__(self, whole: str, masked: Masked, first: int) -> None:
        self.builder = Builder()
        self.notes: list[str] = []
        self.signs: list[str] = []
        self._raw = whole.split("\n")
        self._masked = masked.text.split("\n")
        self._text = masked.text
        self._first = first

    def read(self) -> list[Row]:
        try:
            document = parse(self._text)
        except ValueError as error:
            raise ImportFault(f"This Markdown cannot be read: {error}; simplify it.") from error
        leaves = list(self._leaves(document.blocks, PARAGRAPH))
        ends = [*(leaf.block.line for leaf in leaves[1:]), len(self._masked) + 1]
        self._unread(1, leaves[0].block.line if leaves else len(self._masked) + 1)
        for leaf, end in zip(leaves, ends, strict=True):
            self._add(leaf, end)
        return self.builder.rows

    def _unread(self, start: int, end: int) -> None:
        """Lines that belong to no block, such as the number of an empty item."""
        for number in range(start, end):
            if stripped(self._masked[number - 1]):
                self.builder.left_out.append(self._line(number))

    def _line(self, number: int, shown: str | None = None) -> Line:
        return Line(number + self._first - 1, self._raw[number + self._first - 2], shown)

    def _leaves(self, blocks: Sequence[Block], shape: Shape) -> Iterator[_Leaf]:
        for block in blocks:
            match block:
                case Heading():
                    yield _Leaf(block, replace(shape, heading=block.level), None, True)
                case Paragraph():
                    yield _Leaf(block, shape, None, True)
                case CodeBlock():
                    yield _Leaf(block, replace(shape, code=True), None, True)
                case Quote(blocks=inner):
                    # Inside a list a quotation is a paragraph of the item.
                    yield from self._leaves(inner, replace(shape, quotes=int(not shape.depth)))
                case ItemList():
                    yield from self._items(block, replace(shape, depth=shape.depth + 1))
                case _:
                    pass

    def _items(self, block: ItemList, shape: Shape) -> Iterator[_Leaf]:
        written = [item.label for item in block.items]
        if block.ordered and len(written) > 1 and len(set(written)) == 1:
            self.signs += written
            start, mark = int(written[0][:-1]), written[0][-1]
            written = [f"{start + index}{mark}" for index in range(len(written))]
            line = block.line + self._first - 1
            self.notes.append(f"line {line}: a list with one number is counted, as pages show it")
        for index, (item, number) in enumerate(zip(block.items, written, strict=True)):
            leaves = list(self._leaves(item.blocks, shape))
            if not leaves:
                self.builder.left_out.append(self._line(item.line))
            label = None
            if block.ordered:
                value = int(number[:-1])
                label = self.builder.number(number, value, shape.depth, begins=index == 0)
            for place, leaf in enumerate(leaves):
                marked = leaf
                if not place:
                    own = replace(leaf.shape, marker=number if block.ordered else "-")
                    apart = shape.depth == 1 and (index == 0 or not block.tight)
                    marked = replace(leaf, shape=own, label=label, apart=apart)
                yield marked

    def _add(self, leaf: _Leaf, end: int) -> None:
        numbers = [n for n in range(leaf.block.line, end) if stripped(self._masked[n - 1])]
        if isinstance(leaf.block, CodeBlock):
            lines = [self._line(n, "") for n in numbers]
            lines[:1] = [self._line(numbers[0], leaf.block.text)] if numbers else []
            self.builder.add(RichText(leaf.block.text), leaf.shape, lines=[lines])
            return
        text = leaf.block.text
        plain = text.plain.replace(BREAK, ROW_BREAK)
        groups = self._groups(numbers)
        pieces = plain.split(ROW_BREAK)
        if len(pieces) != len(groups):
            plain, groups = plain.replace(ROW_BREAK, " "), [[n for g in groups for n in g]]
            pieces = [plain]
        lines_of = [
            [replace(one, shown=piece if not i else "") for i, one in enumerate(group)]
            for piece, group in zip(pieces, groups, strict=True)
        ]
        rich = RichText(plain, text.spans)
        self.builder.add(rich, leaf.shape, leaf.label, apart=leaf.apart, lines=lines_of)

    def _groups(self, numbers: Sequence[int]) -> list[list[Line]]:
        """The lines between the breaks of a paragraph; a line with breaks in it comes in pieces."""
        groups: list[list[Line]] = [[]]
        for place, number in enumerate(numbers):
            masked = self._masked[number - 1]
            segments = masked.split(BREAK)
            for index, segment in enumerate(segments):
                if index:
                    groups.append([])
                whole = len(segments) == 1
                groups[-1].append(
                    self._line(number) if whole else Line(number + self._first - 1, segment)
                )
            hard = masked.endswith(("  ", "\\")) and place < len(numbers) - 1
            if hard:
                groups.append([])
        return groups
