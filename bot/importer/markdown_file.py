"""The Markdown file of one language: exactly the words that were found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from bot.importer.blocks import blocks, level_of
from bot.importer.inline import inline
from bot.importer.model import Part, Recognised, Shape
from bot.text.rich import RichText


def markdown_file(found: Recognised, source: str) -> str:
    """Front matter and Markdown, for `<language>.md`."""
    return f"{_front_matter(found, source)}\n{markdown(found)}\n"


def markdown(found: Recognised) -> str:
    """The text alone. The headings of demands and closing are empty where the text has none, so
    that rendering adds no word."""
    return "\n\n".join(_blocks(found))


def quoted(text: str) -> str:
    """`text` as a YAML value between double quotes: of these JSON's are a subset."""
    return json.dumps(text, ensure_ascii=False)


def _front_matter(found: Recognised, source: str) -> str:
    head = {
        "title": found.title.text if found.title else "",
        "attribution": found.attribution.text if found.attribution else "",
        "source": source,
    }
    lines = (f"{key}: {quoted(value)}" for key, value in head.items() if value)
    return "\n".join(("---", *lines, "---", ""))


def _blocks(found: Recognised) -> Iterator[str]:
    if found.paragraphs:
        yield blocks(found.paragraphs)
    if found.demands:
        yield _heading(found.demands_heading, "demands")
        yield blocks(demand_parts(found))
    if found.after_demands:
        yield blocks(found.after_demands)
    if found.closing:
        yield _heading(found.closing_heading, "closing")
        yield blocks(found.closing)


def _heading(text: Part | None, name: str) -> str:
    level = "#" * level_of(text)
    return f"{level} {inline(text.rich)} {{#{name}}}" if text else f"{level} {{#{name}}}"


def demand_parts(found: Recognised) -> list[Part]:
    """The demands as items of one list: loose, as published with blank lines between them, or
    tight. Whatever an item held is one list deeper than the item was."""
    demands = found.demands
    loose = any(d.after_blank for d in demands[1:]) or any(len(d.paragraphs) > 1 for d in demands)
    level = level_of(found.demands_heading) + 1
    parts: list[Part] = []
    for demand in demands:
        for over in demand.above:
            heading = min(6, max(level, over.shape.heading))
            parts.append(replace(over, shape=Shape(heading=heading)))
        base = demand.paragraphs[0].shape.depth if demand.paragraphs else 0
        for index, inner in enumerate(demand.paragraphs):
            depth = max(2 if inner.shape.marker else 1, inner.shape.depth + 1 - base)
            shape = replace(inner.shape, depth=depth, quotes=0)
            if not index:
                shape = Shape(depth=1, marker=demand.marker)
            parts.append(replace(inner, shape=shape, apart=loose or inner.apart))
        if not demand.paragraphs:
            parts.append(
                Part(RichText(""), demand.lines, Shape(depth=1, marker=demand.marker), loose)
            )
    return parts
