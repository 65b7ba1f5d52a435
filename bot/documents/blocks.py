"""A statement's text as the templates take it: the same tree as JSON, every word in strings."""

from __future__ import annotations

import itertools

from bot.documents.drawing import Json
from bot.text.document import Block, CodeBlock, Heading, Item, ItemList, Paragraph, Quote
from bot.text.rich import RichText, Style

_NAMES = {
    Style.BOLD: "bold",
    Style.HEADING: "bold",
    Style.ITALIC: "italic",
    Style.STRIKE: "strike",
    Style.CODE: "code",
    Style.PRE: "code",
}

LONGEST_ADDRESS = 2_000
"""Characters of a link; a longer one is shown as its text alone."""


def of_block(block: Block) -> Json:
    """A block with all that is inside it."""
    match block:
        case Heading():
            return {"kind": "heading", "level": block.level, "text": of_rich(block.text)}
        case Paragraph():
            return {"kind": "paragraph", "text": of_rich(block.text)}
        case Quote():
            return {"kind": "quote", "blocks": [of_block(inner) for inner in block.blocks]}
        case ItemList():
            items = [of_item(item) for item in block.items]
            return {"kind": "list", "tight": block.tight, "items": items}
        case CodeBlock():
            return {"kind": "code", "text": block.text}
    return {"kind": "rule"}


def of_item(item: Item) -> Json:
    """An item of a list with its label, such as a demand."""
    return {"label": item.label, "blocks": [of_block(inner) for inner in item.blocks]}


def of_rich(text: RichText) -> Json:
    """The stretches of one style each, in order."""
    ends = sorted({0, len(text), *(end for span in text.spans for end in (span.start, span.end))})
    return [_stretch(text.cut(start, end)) for start, end in itertools.pairwise(ends)]


def _stretch(text: RichText) -> Json:
    styles = sorted({_NAMES[span.style] for span in text.spans if span.style in _NAMES})
    links = [span.url for span in text.spans if span.url and len(span.url) <= LONGEST_ADDRESS]
    return {"text": text.plain, "styles": styles, "link": links[-1] if links else None}
