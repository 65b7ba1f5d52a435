"""The document tree that Markdown is read into."""

from __future__ import annotations

from dataclasses import dataclass

from bot.text.rich import RichText

BULLET = "•"
"""The label of an item of a list without numbers, whatever marked it in the source."""


@dataclass(frozen=True, slots=True)
class Heading:
    """`id` is what stands in `{#id}` behind the heading: `demands`, `closing`, or None."""

    level: int
    text: RichText
    id: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; a newline in it is a hard break of the source."""

    text: RichText
    line: int


@dataclass(frozen=True, slots=True)
class Quote:
    """Blocks that are cited; quotes may stand inside quotes."""

    blocks: tuple[Block, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list; `label` is as written (`3)`, `1986.`) or a bullet."""

    label: str
    blocks: tuple[Block, ...]
    line: int


@dataclass(frozen=True, slots=True)
class ItemList:
    """A list. Of a `tight` one the items stand on neighbouring lines, else a blank line apart."""

    ordered: bool
    tight: bool
    items: tuple[Item, ...]
    line: int


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Text shown as it is, its lines as in the source."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the page, between two parts of a text."""

    line: int


Block = Heading | Paragraph | Quote | ItemList | CodeBlock | Rule


@dataclass(frozen=True, slots=True)
class Demand:
    """One item of the ordered list under the heading `{#demands}`."""

    label: str
    item: Item

    @property
    def number(self) -> str:
        """As it is written at the demand, without what stands behind it."""
        return self.label.rstrip(".)")


@dataclass(frozen=True, slots=True)
class Document:
    """A statement's text; `line` in every block counts from 1 in the Markdown that was parsed."""

    blocks: tuple[Block, ...]

    @property
    def demands(self) -> tuple[Demand, ...]:
        """The items of every ordered list between the `{#demands}` heading and the next heading
        of its own or a higher level, in order."""
        return tuple(
            Demand(item.label, item)
            for block in self.section("demands")
            if isinstance(block, ItemList) and block.ordered
            for item in block.items
        )

    def section(self, heading_id: str) -> tuple[Block, ...]:
        """The blocks under the heading with that id; empty when there is none."""
        found: list[Block] = []
        level: int | None = None
        for block in self.blocks:
            if isinstance(block, Heading):
                if level is not None and block.level <= level:
                    break
                if level is None and block.id == heading_id:
                    level = block.level
                    continue
            if level is not None:
                found.append(block)
        return tuple(found)
