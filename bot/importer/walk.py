"""From the tree of a file to its rows: located blocks of text, and what is left out of them."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.importer.cards import cards
from bot.importer.elements import BLOCKS, HEADINGS, LISTS, arranges, is_around, styles
from bot.importer.labels import Label, in_markdown, numbered
from bot.importer.model import PARAGRAPH, Cells, Line, Row, Shape
from bot.importer.pieces import BREAK, Styles, Text, assembled, split_links, trimmed
from bot.importer.scripts import lettered, roman, stripped
from bot.importer.tree import MARKS, Node, TooLarge
from bot.text.rich import RichText, concat

_COLUMNS = 4
"""Of indentation that each list around a paragraph stands for."""
MOST_ROWS = 100_000
_DEEPEST = 20
"""Lists around a paragraph; what is deeper counts as that deep, or blanks would fill the file."""


@dataclass(slots=True)
class _List:
    """An open list; `kind` is the type of its numbers, "" for bullets."""

    kind: str
    value: int
    step: int
    fresh: bool = True


@dataclass(frozen=True, slots=True)
class _Item:
    shape: Shape
    written: str
    value: int
    begins: bool
    apart: bool


class Walker:
    """Takes the elements in order. Only what is in `main`, the elements that are text, and in no
    element around it becomes rows; `raw` are the lines of the file, where it has such, and
    `size` is how much text there is."""

    def __init__(self, main: Collection[int], size: int, raw: Sequence[str] = ()) -> None:
        self._main, self._size, self._raw = main, size, raw
        self._drafts: list[tuple[Row, list[tuple[int, str]]]] = []
        self.left_out: list[Line] = []
        self._line = 1
        self._inside = 0
        self._out: list[Node] = []
        self._opened: list[Styles] = [()]
        self._pieces: list[tuple[str, Styles, int]] = []
        self._lists: list[_List] = []
        self._item: _Item | None = None
        self._counts: dict[int, int] = {}
        self._quotes = self._heading = self._code = self._block = self._tables = 0
        self._ruled = False
        self._cards: dict[int, int] = {}
        self._card = 0

    def walk(self, root: Node) -> list[Row]:
        """The rows of the tree; what is left out stands in `left_out`. Raises `TooLarge`."""
        skipped: Node | None = None
        for event, node in root.events():
            if skipped is not None:
                skipped = None if event == "close" and node is skipped else skipped
            elif not isinstance(node, Node):
                self._text(node)
            elif event == "close":
                self._close(node)
            elif node.tag == "table" and not arranges(node):
                self._table(node)
                skipped = node
            else:
                self._open(node)
        self._flush()
        return self._rows()

    def leave_out(self, text: str, line: int | None = None) -> None:
        """What is not of the text, each line of it."""
        for piece in MARKS.sub("", text).split(BREAK):
            if core := stripped(piece):
                self.left_out.append(Line(self._line if line is None else line, core))

    def _rows(self) -> list[Row]:
        """Each row with its lines: whole ones as they stand, shared ones in pieces."""
        users = Counter(line for _, segments in self._drafts for line, _ in segments)
        rows: list[Row] = []
        for row, segments in self._drafts:
            if all(users[line] == 1 and line <= len(self._raw) for line, _ in segments):
                shown = [row.text, *("" for _ in segments[1:])]
                written = [self._raw[line - 1] for line, _ in segments]
                lines = [Line(s[0], w, t) for s, w, t in zip(segments, written, shown, strict=True)]
            else:
                lines = [Line(line, text) for line, text in segments]
            rows.append(replace(row, lines=tuple(lines)))
        return rows

    def _open(self, node: Node) -> None:
        out = not self._is_main(node) and self._inside > 0 and is_around(node, self._size)
        self._cards.update((id(one), len(self._cards) + 1) for one in cards(node))
        if node.tag in BLOCKS or out or self._is_main(node) or id(node) in self._cards:
            self._flush()
        self._card = self._cards.get(id(node), self._card)
        self._inside += self._is_main(node)
        if out:
            self._out.append(node)
        self._opened.append(styles(node, self._opened[-1]))
        if node.tag in HEADINGS:
            self._heading = int(node.tag[1])
        elif node.tag in LISTS:
            self._lists.append(_list_of(node))
            self._heading = 0  # of one that was never closed
        elif node.tag == "br":
            self._pieces.append((BREAK, (), self._line))
        elif node.tag == "hr":
            self._ruled = True
        elif node.tag == "img":
            self.leave_out(node.get("alt"))
        elif node.tag == "li":
            self._begin_item(node)
        self._quotes += node.tag == "blockquote"
        self._code += node.tag == "pre"

    def _close(self, node: Node) -> None:
        card = id(node) in self._cards
        if node.tag in BLOCKS or self._out[-1:] == [node] or self._is_main(node) or card:
            self._flush()
        self._card = 0 if card else self._card
        self._opened.pop()
        if self._out[-1:] == [node]:
            self._out.pop()
        self._inside -= self._is_main(node)
        if node.tag in HEADINGS:
            self._heading = 0
        elif node.tag in LISTS:
            self._lists.pop()
        elif node.tag == "li":
            self._item = None
        self._quotes -= node.tag == "blockquote"
        self._code -= node.tag == "pre"

    def _is_main(self, node: Node) -> bool:
        return id(node) in self._main

    def _begin_item(self, node: Node) -> None:
        current = self._lists[-1] if self._lists else _List("", 1, 1)
        depth = min(max(1, len(self._lists)), _DEEPEST)
        apart = depth == 1 and (current.fresh or node.get("data-loose") != "")
        if not current.kind:
            self._item = _Item(Shape(depth=depth, marker="-"), "", 0, current.fresh, apart)
        else:
            given = node.get("value")
            current.value = int(given) if given.isdecimal() and len(given) < 6 else current.value
            written = node.get("data-number") or _item_number(current.kind, current.value)
            shape = Shape(depth=depth, marker=written)
            self._item = _Item(shape, written, current.value, current.fresh, apart)
            current.value += current.step
        current.fresh = False

    def _text(self, text: str) -> None:
        """Text between marks, each with the line that it stands on."""
        for index, piece in enumerate(MARKS.split(text)):
            if index % 2:
                self._line = int(piece)
            elif piece:
                self._pieces.append((piece, self._opened[-1], self._line))

    def _flush(self) -> None:
        """Ends the block that is open."""
        texts = assembled(self._pieces, code=self._code > 0)
        self._pieces = []
        if not any(stripped(text.rich.plain) for text in texts):
            return
        if not self._inside or self._out:
            for text in texts:
                self.leave_out(text.rich.plain, text.segments[0][0] if text.segments else None)
            return
        item = self._item or _Item(Shape(depth=min(len(self._lists), _DEEPEST)), "", 0, False, True)
        label = self._number(item) if item.written else None
        quotes = int(self._quotes > 0 and not item.shape.depth)
        shape = replace(item.shape, heading=self._heading, quotes=quotes, code=self._code > 0)
        self._add(texts, shape, label, apart=item.apart)
        self._item = None

    def _number(self, item: _Item) -> Label:
        """The label of an item. Lists that go on from another one share its style; one that begins
        with its first number is another list than those before it."""
        depth = item.shape.depth
        if item.begins and item.value <= 1:
            self._counts[depth] = self._counts.get(depth, 0) + 1
        style = f"{item.written[-1:]}{depth}.{self._counts.get(depth, 0)}"
        return Label(item.written, item.value, style, drawn=True)

    def _add(
        self, texts: Sequence[Text], shape: Shape, label: Label | None, *, apart: bool
    ) -> None:
        """One block. Breaks in it part its rows."""
        self._block += 1
        prefix = ""
        if label and not in_markdown(label.written):
            # Markdown has no such list: the number is written out, as readers see it.
            prefix, label = f"{label.written} ", None
            shape = replace(shape, marker="", depth=max(0, shape.depth - 1))
        first, numbers = True, False
        for text in texts:
            core, lost = split_links(text.rich if shape.code else trimmed(text.rich))
            if not core or not text.segments:
                apart = apart or not first
                continue
            segments = text.segments
            self.left_out.extend(Line(segments[0][0], address) for address in lost)
            own = shape if first else replace(shape, marker="")
            # What follows a number in the same paragraph is of the item.
            numbers = numbers or (first and not shape.marker and numbered(core.plain) is not None)
            indent = _COLUMNS * (shape.depth - bool(own.marker) + (numbers and not first))
            if prefix and first:
                core = concat((prefix, core))
                segments[0] = (segments[0][0], prefix + segments[0][1])
            kept = label if first else None
            row = Row(
                *((), core, apart, indent, self._block, own, kept, None, self._ruled),
                card=self._card,
            )
            if self._raw and len(segments) > 1 and not shape.code:
                row = replace(row, parts=tuple(stripped(part) for _, part in segments))
            self._append(row, segments)
            first, apart = False, False

    def _append(self, row: Row, segments: list[tuple[int, str]]) -> None:
        if len(self._drafts) >= MOST_ROWS:
            raise TooLarge
        self._drafts.append((row, segments))
        self._ruled = False

    def _table(self, table: Node) -> None:
        """Each row of a table that holds data; what is in none of them is left out."""
        self._flush()
        self._tables += 1
        skipped: Node | None = None
        for event, node in table.events():
            if skipped is not None:
                skipped = None if event == "close" and node is skipped else skipped
            elif isinstance(node, str):
                for index, piece in enumerate(MARKS.split(node)):
                    self._line = int(piece) if index % 2 else self._line
                    if not index % 2:
                        self.leave_out(piece)
            elif event == "open" and node.tag in ("tr", "caption"):
                self._table_row(node)
                skipped = node

    def _table_row(self, node: Node) -> None:
        if found := MARKS.search(node.text()):
            self._line = int(found[1])
        cells = [c.text() if isinstance(c, Node) else c for c in node.children]
        plain = [" ".join(MARKS.sub("", cell).split()) for cell in cells]
        kept = [isinstance(c, Node) or t != "" for c, t in zip(node.children, plain, strict=True)]
        texts = tuple(itertools.compress(plain, kept))
        for inner in node.nodes():
            for address in (inner.get("href").strip(), inner.get("alt")):
                if address and address not in texts:
                    self.leave_out(address)
        joined = " | ".join(texts)
        if not self._inside or self._out or node.tag == "caption":
            self.leave_out(joined)
        elif any(texts):
            self._block += 1
            heads = all(isinstance(c, str) or c.tag == "th" for c in node.children)
            cells_kept = Cells(self._tables, texts, heads)
            row = Row((), RichText(joined), True, 0, self._block, PARAGRAPH, None, cells_kept)
            self._append(replace(row, ruled=self._ruled), [(self._line, joined)])


def _list_of(node: Node) -> _List:
    """The list that the element opens."""
    if node.tag != "ol":
        return _List("", 1, 1)
    start, step = node.get("start"), -1 if "reversed" in node.attributes else 1
    items = sum(isinstance(child, Node) and child.tag == "li" for child in node.children)
    first = int(start) if start.isdecimal() and len(start) < 10 else items if step < 0 else 1
    return _List(node.get("type") or "1", first, step)


def _item_number(kind: str, value: int) -> str:
    """The number in front of an item, as browsers show it."""
    if kind in ("a", "A"):
        return f"{lettered(value, kind)}."
    if kind in ("i", "I"):
        return f"{roman(value) if kind == 'I' else roman(value).lower()}."
    return f"{value}."
