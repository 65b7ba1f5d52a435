"""The Markdown file of one language: exactly the words that were found."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from bot.statements.importer.recognised import FoundDemand, Part, Recognised
from bot.text.markdown import escape


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
    for paragraph in found.paragraphs:
        yield escape(paragraph.text)
    if found.demands:
        yield _heading(found.demands_heading, "demands")
        yield _list(found.demands)
    for paragraph in found.after_demands:
        yield escape(paragraph.text)
    if found.closing:
        yield _heading(found.closing_heading, "closing")
    for line in found.closing:
        yield escape(line.text)


def _heading(text: Part | None, name: str) -> str:
    return f"## {escape(text.text)} {{#{name}}}" if text else f"## {{#{name}}}"


def _list(demands: Sequence[FoundDemand]) -> str:
    """Loose, as published with blank lines between the demands, or tight."""
    loose = any(d.after_blank for d in demands[1:]) or any(len(d.paragraphs) > 1 for d in demands)
    return ("\n\n" if loose else "\n").join(map(_item, demands))


def _item(demand: FoundDemand) -> str:
    """Paragraphs after the first stand under the first letter of the text: those are the item's."""
    indent = "\n\n" + " " * (len(demand.marker) + 1)
    return f"{demand.marker} {indent.join(escape(p.text) for p in demand.paragraphs)}"
