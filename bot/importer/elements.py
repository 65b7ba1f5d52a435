"""What the elements of a page say: blocks, styles, what is of the page around the text."""

from __future__ import annotations

import itertools
import re

from bot.importer.pieces import Styles
from bot.importer.tree import Node
from bot.text.rich import Style

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LISTS = ("ol", "ul", "menu")
BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd"),
        *("details", "dialog", "div", "dl", "document", "dt", "fieldset", "figcaption", "figure"),
        *("footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html"),
        *("legend", "li", "main", "menu", "nav", "ol", "option", "p", "pre", "section", "summary"),
        *("table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul"),
    )
)
_STYLES = {
    **dict.fromkeys(("b", "strong"), Style.BOLD),
    **dict.fromkeys(("i", "em", "cite", "dfn"), Style.ITALIC),
    **dict.fromkeys(("s", "del", "strike"), Style.STRIKE),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), Style.CODE),
}
_LEFT_OUT = frozenset(
    (
        *("aside", "audio", "button", "canvas", "dialog", "footer", "form", "head", "iframe"),
        *("input", "label", "nav", "noscript", "object", "option", "rp", "select", "svg"),
        *("template", "textarea", "title", "video"),
    )
)
_ROLES = frozenset(
    ("navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alert")
)
# Words of a class or an id that say that an element is of the page around the text.
_AROUND = frozenset(
    (
        *("breadcrumb", "breadcrumbs", "comments", "cookie", "cookies", "menu", "navbar"),
        *("newsletter", "related", "share", "sharing", "sharedaddy", "sidebar", "toc"),
    )
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_WEIGHT = re.compile(r"font-weight\s*:\s*(bold|[6-9]00|normal|[1-5]00)", re.IGNORECASE)
_SLANT = re.compile(r"font-style\s*:\s*(italic|oblique)", re.IGNORECASE)
_PICTURES = ("img", "picture", "iframe", "video", "table")
_INSIDE_LAYOUT = ("table", "ul", "ol", *HEADINGS)
_LAYOUT_SHARE, _LAYOUT_CELL = 0.5, 300


def is_around(node: Node, whole: int) -> bool:
    """Whether the element is of the page around the text, unless most of the text, `whole`
    characters, is in it."""
    named = f"{node.get('class')} {node.get('id')}".lower()
    parent = node.parent.tag if node.parent else ""
    return (
        node.tag in _LEFT_OUT
        or (
            node.tag == "figure"
            and any(one.tag in _PICTURES for one in itertools.islice(node.nodes(), 50))
        )
        or (node.tag == "header" and parent == "body")
        or node.get("role") in _ROLES
        or "hidden" in node.attributes
        or node.get("aria-hidden") == "true"
        or _HIDDEN.search(node.get("style")) is not None
        or bool(named.strip() and set(re.split(r"[^a-z]+", named)) & _AROUND)
    ) and node.size <= whole * _LAYOUT_SHARE


def styles(node: Node, around: Styles) -> Styles:
    """The styles of the text in the element: those around it and its own."""
    weight = (
        _WEIGHT.search(node.get("style")) if node.tag in ("b", "strong", "span", "font") else None
    )
    own: tuple[Style, str | None] | None = None
    if node.tag == "a" and node.get("href").strip():
        own = Style.LINK, node.get("href").strip()
    elif weight and weight[1].lower() != "bold" and weight[1][0] not in "6789":
        # Word processors on the web take the bold off again inside a `b`.
        return tuple(one for one in around if one[0] is not Style.BOLD)
    elif node.tag in _STYLES:
        own = _STYLES[node.tag], None
    elif weight:
        own = Style.BOLD, None
    elif _SLANT.search(node.get("style")):
        own = Style.ITALIC, None
    if own is None or own in around or len(around) > 8:
        return around
    return (*around, own)


def arranges(table: Node) -> bool:
    """Whether the table only arranges a page."""
    for node in table.nodes():
        cell = node.tag in ("td", "th")
        if cell and node.size > _LAYOUT_CELL:
            return True
        if node is not table and node.tag in _INSIDE_LAYOUT:
            return True
    return False
