"""People whom a page shows one beside the other, each in an element with a name and a role."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from bot.importer.tree import MARKS, Node

_TAGS = frozenset(("a", "article", "div", "figure", "li", "section"))
_NOT_IN_ONE = frozenset(("form", "iframe", "nav", "ol", "table", "ul"))
_LARGEST, _MOST_ELEMENTS = 400, 30


def cards(around: Node) -> Iterator[Node]:
    """The elements in `around` that are cards: alike, small, and what comes first in each stands in
    an element of another kind than the rest. Two with more than two texts may be columns of
    names under headings."""
    alike: dict[tuple[str, str], list[tuple[Node, int]]] = {}
    for node in around.children:
        if isinstance(node, Node) and node.tag in _TAGS and node.size <= _LARGEST:
            kinds = _kinds(node)
            if len(kinds) > 1 and kinds[0] not in kinds[1:]:
                alike.setdefault((node.tag, kinds[0]), []).append((node, len(kinds)))
    for several in alike.values():
        if len(several) > 2 or (len(several) == 2 and all(count == 2 for _, count in several)):
            yield from (node for node, _ in several)


def _kinds(node: Node) -> Sequence[str]:
    """Tag and class of each element in it that text stands in, in order; none of what is large."""
    kinds: list[str] = []
    for count, inner in enumerate(itertools.islice(node.nodes(), _MOST_ELEMENTS + 1)):
        if inner.tag in _NOT_IN_ONE or count == _MOST_ELEMENTS:
            return ()
        if any(isinstance(c, str) and MARKS.sub("", c).strip() for c in inner.children):
            kinds.append(f"{inner.tag} {inner.get('class')}")
    return kinds
