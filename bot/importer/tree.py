"""The one small tree that Markdown, web pages and word processors' documents are read into.

HTML is parsed by libxml2 through lxml's target interface: unlike its trees and other parsers that
were tried, that has no limit of depth beyond which text vanishes, and its time is linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

MARK = "\ue000{}\ue001"
"""Goes before a text to say on which line of the file it stands; no text has these characters."""
MARKS = re.compile("\ue000(\\d+)\ue001")
_STRAY = re.compile("[\ue000\ue001]")
_SILENT = ("script", "style")
MOST_NODES = 200_000


class TooLarge(ValueError):
    """The file has more elements or lines than a letter has."""


@dataclass(slots=True, eq=False)
class Node:
    """An element; `size` counts the characters of text in it, `place` and `end` are its number in
    the order of the page and the last one below it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)
    parent: Node | None = None
    size: int = 0
    place: int = 0
    end: int = 0

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")

    def add(self, tag: str, text: str = "", **attributes: str) -> Node:
        child = Node(tag, attributes, [text] if text else [], self)
        self.children.append(child)
        return child

    def nodes(self) -> Iterator[Node]:
        """It and all elements below, in order, without recursion."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(child for child in reversed(node.children) if isinstance(child, Node))

    def events(self) -> Iterator[tuple[str, Node | str]]:
        """`("open", node)`, `("text", string)` and `("close", node)`, in order."""
        stack: list[tuple[Node, Iterator[Node | str]]] = [(self, iter(self.children))]
        yield "open", self
        while stack:
            node, children = stack[-1]
            child = next(children, None)
            if child is None:
                stack.pop()
                yield "close", node
            elif isinstance(child, Node):
                yield "open", child
                stack.append((child, iter(child.children)))
            else:
                yield "text", child

    def text(self) -> str:
        return "".join(piece for event, piece in self.events() if isinstance(piece, str))

    def measure(self) -> None:
        """Sets `size` of every element; texts of programs count nothing."""
        every = list(self.nodes())
        for place, node in enumerate(every):
            node.place = node.end = place
            node.size = sum(len(c.strip()) for c in node.children if isinstance(c, str))
        for node in reversed(every):
            if node.parent is not None:
                node.parent.size += 0 if node.tag in _SILENT else node.size
                node.parent.end = max(node.parent.end, node.end)


class _Target:
    """Takes the events of the parser."""

    def __init__(self) -> None:
        self.root = self._open = Node("document")
        self._count = 0

    def start(self, tag: str, attributes: Any) -> None:
        self._count += 1
        if self._count > MOST_NODES:
            raise TooLarge
        clean = {
            _STRAY.sub("", MARKS.sub("", k)): MARKS.sub("", v or "") for k, v in attributes.items()
        }
        node = Node(str(tag), clean, [], self._open)
        self._open.children.append(node)
        self._open = node

    def end(self, tag: str) -> None:  # noqa: ARG002 - the parser calls it so
        if self._open.parent is not None:
            self._open = self._open.parent

    def data(self, text: str) -> None:
        if self._open.tag not in _SILENT:
            self._open.children.append(text)

    def comment(self, text: str) -> None:
        """No text of a page."""

    def close(self) -> Node:
        return self.root


def html_tree(html: str) -> Node:
    """The tree of a page or a fragment. Raises `TooLarge`."""
    target: Any = _Target()
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, target=target)
    data = html.encode("utf-8", "replace")
    found: Any = etree.fromstring(data, parser) if data.strip() else Node("document")
    tree: Node = found
    tree.measure()
    return tree


def with_lines(html: str) -> str:
    """`html` with a mark at the beginning of each line of its body."""
    clean = _STRAY.sub("", html)
    head = re.search(r"<body\b[^>]*>|</head\s*>", clean, re.IGNORECASE)
    start = clean.count("\n", 0, head.end()) if head else 0
    return "\n".join(
        MARK.format(number) + line if number > start + 1 else line
        for number, line in enumerate(clean.split("\n"), 1)
    )
