"""What the elements of a web page mean for the text in them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bs4 import Tag

from bot.importer.numerals import lettered, roman
from bot.text.rich import Style

BLOCKS = frozenset(
    (
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "caption",
            "center",
            "dd",
            "details",
        ),
        *("dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1"),
        *("h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "legend", "li", "main"),
        *("menu", "nav", "ol", "option", "p", "pre", "section", "summary", "table", "tbody", "td"),
        *("tfoot", "th", "thead", "title", "tr", "ul"),
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
        *("aside", "audio", "button", "canvas", "dialog", "footer", "form", "head"),
        *("iframe", "input", "label", "nav", "noscript", "object", "option", "select", "svg"),
        *("template", "textarea", "video"),
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
_PICTURES = ["img", "picture", "iframe", "video", "table"]


@dataclass(slots=True)
class OpenList:
    """An open list; `kind` is the type of its numbers, "" for bullets."""

    kind: str
    value: int
    step: int
    fresh: bool = True


def is_around(tag: Tag) -> bool:
    """Whether the element is of the page around the text, or no running text."""
    named = " ".join([*tag.get_attribute_list("class"), str(tag.get("id") or "")]).lower()
    words = set(re.split(r"[^a-z]+", named)) if named.strip() else set()
    return (
        tag.name in _LEFT_OUT
        or (tag.name == "figure" and tag.find(_PICTURES) is not None)
        or (tag.name == "header" and tag.parent is not None and tag.parent.name == "body")
        or str(tag.get("role") or "") in _ROLES
        or tag.has_attr("hidden")
        or tag.get("aria-hidden") == "true"
        or _HIDDEN.search(str(tag.get("style") or "")) is not None
        or bool(words & _AROUND)
        or tag.name == "table"
    )


def style_of(tag: Tag) -> tuple[Style, str | None] | None:
    """The style that the element gives to its text, with the address of a link."""
    if tag.name == "a" and tag.get("href"):
        return Style.LINK, str(tag["href"]).strip()
    if tag.name in _STYLES:
        return _STYLES[tag.name], None
    if weight_of(tag) == "bold":
        return Style.BOLD, None
    if _SLANT.search(str(tag.get("style") or "")):
        return Style.ITALIC, None
    return None


def weight_of(tag: Tag) -> str:
    """ "bold" or "normal" where the element's own style says so."""
    if tag.name not in ("b", "strong", "span", "font"):
        return ""
    found = _WEIGHT.search(str(tag.get("style") or ""))
    if found is None:
        return ""
    return "bold" if found[1].lower() == "bold" or found[1][0] in "6789" else "normal"


def list_of(tag: Tag) -> OpenList:
    """The list that the element opens."""
    if tag.name != "ol":
        return OpenList("", 1, 1)
    start = str(tag.get("start") or "")
    step = -1 if tag.has_attr("reversed") else 1
    first = len(tag.find_all("li", recursive=False)) if step < 0 else 1
    return OpenList(str(tag.get("type") or "1"), int(start) if start.isdecimal() else first, step)


def item_number(kind: str, value: int) -> str:
    """The number in front of an item, as browsers show it."""
    match kind:
        case "a" | "A":
            return f"{lettered(value, kind)}."
        case "i" | "I":
            return f"{roman(value) if kind == 'I' else roman(value).lower()}."
        case _:
            return f"{value}."
