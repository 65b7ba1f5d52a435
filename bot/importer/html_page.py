"""A web page as a browser saves it: the text of the statement, and the page around it.

trafilatura and readability were tried on what is around: both lose words of the letter without
saying so (a date, the items of an inner list), and neither tells what it took away.
"""

from __future__ import annotations

import re

from bot.importer.model import Page
from bot.importer.tree import MARKS, Node, html_tree, with_lines
from bot.importer.walk import Walker

_MAIN = ("main", "article")
_SHARE, _NEXT_SHARE = 0.4, 0.6
"""Of the text around it, that an element must hold to be the main part of the page."""
_AROUND_TITLE = ("nav", "footer", "aside")


def html_page(text: str) -> Page:
    """Reads `text`. Everything outside of the page's main part is left out of the rows. Raises
    `TooLarge`."""
    root = html_tree(with_lines(re.sub("\r\n?", "\n", text)))
    main = _main(root)
    title = _title(root, main)
    walker = Walker({id(main), *({id(title)} if title else ())}, main.size)
    rows = walker.walk(root)
    every = (MARKS.sub("", piece) if isinstance(piece, str) else "\n" for _, piece in root.events())
    return Page(rows, "".join(every), walker.left_out)


def _main(root: Node) -> Node:
    """`main` or the one `article` in it that has most of its text, else the body."""
    every = list(root.nodes())
    best = next((node for node in every if node.tag == "body"), root)
    candidates = [n for n in every if n.tag in _MAIN or n.get("role") == "main"]
    for share in (_SHARE, _NEXT_SHARE):
        inner = [
            node
            for node in candidates
            if best.place < node.place <= best.end and node.size >= best.size * share
        ]
        best = max(inner, key=lambda node: node.size, default=best)
    return best


def _title(root: Node, main: Node) -> Node | None:
    """The page's one big heading, where it stands outside of the main part."""
    headings = [node for node in root.nodes() if node.tag == "h1"]
    if len(headings) != 1 or main.place <= headings[0].place <= main.end:
        return None
    above = headings[0].parent
    while above is not None:
        if above.tag in _AROUND_TITLE:
            return None
        above = above.parent
    return headings[0]
