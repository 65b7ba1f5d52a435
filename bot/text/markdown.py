"""Markdown in: CommonMark with strikethrough and without HTML, read into a `Document`.

The text of a statement is signed, so nothing that stands in it may vanish or change: HTML comes
out as text, lists keep their numbers as written, link reference definitions stay visible, and
no quotes or dashes are made typographic.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from mdit_py_cjk_friendly import cjk_friendly  # type: ignore[import-untyped]  # has no py.typed

from bot.text.document import (
    BULLET,
    Block,
    CodeBlock,
    Document,
    Heading,
    Item,
    ItemList,
    Paragraph,
    Quote,
    Rule,
)
from bot.text.rich import RichText, Span, Style

# Rules that would drop text: HTML has no place in a chat, and a link reference definition
# (`[1]: word`) disappears from the text whether or not anything refers to it.
_DISABLED = ["html_inline", "html_block", "reference"]

# Below a bound the library drops text without a word; its preset says 20. Each level costs Python
# frames, so there has to be one.
_MAX_NESTING = 100

_MAX_STYLES = 30
"""Bold, italic and links in one another; each costs Python frames too."""

_HEADING_ID = re.compile(r"(?<![ \t])[ \t]*(?<!\\)\{#([A-Za-z][A-Za-z0-9_-]*)\}$")

_STYLES = {"em": Style.ITALIC, "strong": Style.BOLD, "s": Style.STRIKE, "link": Style.LINK}


def parse(markdown: str) -> Document:
    """Read `markdown`. Any string is a document, unless quotes and lists are nested more than
    some fifty deep, where the text inside would be lost, or styles more than thirty: ValueError.

    `{#id}` at the end of a heading names it and leaves the text. A line end inside a paragraph
    becomes a space, between two Chinese or Japanese characters nothing; a hard break becomes a
    newline. Of an image its alternative text stays, as a link to the picture. Titles of links and
    the language of a code fence are dropped.
    """
    tokens = _parser().parse(markdown)
    for token in tokens:
        if token.level >= _MAX_NESTING - 1 and token.map:
            raise ValueError(f"line {token.map[0] + 1}: quotes or lists are nested too deep")
        if token.map and any(inner.level > _MAX_STYLES for inner in token.children or ()):
            raise ValueError(f"line {token.map[0] + 1}: bold or italic is nested too deep")
    return Document(_blocks(SyntaxTreeNode(tokens).children))


class _VerbatimMarkdown(MarkdownIt):
    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 - the library calls it so
        """An address in angle brackets is shown as written, its percent signs not decoded."""
        return link


@functools.cache
def _parser() -> MarkdownIt:
    parser = _VerbatimMarkdown("commonmark", {"maxNesting": _MAX_NESTING})
    parser.disable(_DISABLED).enable("strikethrough").use(cjk_friendly)
    # On the source, before inline parsing: an escaped `\{#x}` is text.
    parser.core.ruler.after("block", "heading_id", _take_heading_ids)
    return parser


def _take_heading_ids(state: StateCore) -> None:
    for opening, inline in zip(state.tokens, state.tokens[1:], strict=False):
        if opening.type == "heading_open" and (found := _HEADING_ID.search(inline.content)):
            opening.meta["id"] = found[1]
            inline.content = inline.content[: found.start()]


def _blocks(nodes: Sequence[SyntaxTreeNode]) -> tuple[Block, ...]:
    return tuple(_block(node) for node in nodes)


def _block(node: SyntaxTreeNode) -> Block:
    line = _line(node)
    match node.type:
        case "heading":
            return Heading(int(node.tag[1:]), _inline_of(node), node.meta.get("id"), line)
        case "blockquote":
            return Quote(_blocks(node.children), line)
        case "ordered_list" | "bullet_list":
            return _item_list(node, line)
        case "fence" | "code_block":
            return CodeBlock(node.content.removesuffix("\n"), line)
        case "hr":
            return Rule(line)
        case _:
            return Paragraph(_inline_of(node), line)


def _item_list(node: SyntaxTreeNode, line: int) -> ItemList:
    ordered = node.type == "ordered_list"
    items = tuple(
        Item(item.info + item.markup if ordered else BULLET, _blocks(item.children), _line(item))
        for item in node.children
    )
    paragraphs = [p for item in node.children for p in item.children if p.type == "paragraph"]
    return ItemList(ordered, all(p.hidden for p in paragraphs), items, line)


def _line(node: SyntaxTreeNode) -> int:
    return node.map[0] + 1 if node.map else 1


def _inline_of(node: SyntaxTreeNode) -> RichText:
    writer = _Inline()
    for inline in node.children:
        if inline.token is not None:
            writer.write(inline.token.children or [])
    return writer.result()


class _Inline:
    """Collects the text of one block and the styles over it."""

    def __init__(self) -> None:
        self._plain = ""
        self._spans: list[Span] = []
        self._open: list[tuple[int, int, Style, str | None]] = []

    def result(self) -> RichText:
        return RichText(self._plain, tuple(self._spans))

    def write(self, tokens: Sequence[Token]) -> None:
        for index, token in enumerate(tokens):
            if token.nesting == 1:
                self._start(_STYLES[token.tag if token.tag != "a" else "link"], _url(token, "href"))
            elif token.nesting == -1:
                self._end()
            elif token.type == "softbreak":
                self._plain += _soft_break(self._plain[-1:], _next_char(tokens, index + 1))
            elif token.type == "hardbreak":
                self._plain += "\n"
            elif token.type == "image":
                self._image(token)
            elif token.type == "code_inline":
                self._start(Style.CODE)
                self._plain += token.content
                self._end()
            else:
                self._plain += token.content

    def _image(self, token: Token) -> None:
        linked = any(style is Style.LINK for _, _, style, _ in self._open)
        if not linked:  # a picture inside a link leads where the link leads
            self._start(Style.LINK, _url(token, "src"))
        self.write(token.children or [])
        if not linked:
            self._end()

    def _start(self, style: Style, url: str | None = None) -> None:
        self._open.append((len(self._spans), len(self._plain), style, url))

    def _end(self) -> None:
        index, start, style, url = self._open.pop()
        if start < len(self._plain):
            # In front of the spans inside it, so that the outer style comes first.
            self._spans.insert(index, Span(start, len(self._plain), style, url))


def _url(token: Token, attribute: str) -> str | None:
    value = token.attrGet(attribute)
    return None if value is None else str(value)


def _next_char(tokens: Sequence[Token], start: int) -> str:
    """The first character after a line end, looking through opening and closing marks."""
    for index in range(start, len(tokens)):
        if tokens[index].content:
            return tokens[index].content[0]
        if tokens[index].type in {"softbreak", "hardbreak"}:
            break
    return ""


def _soft_break(before: str, after: str) -> str:
    return "" if _written_solid(before) and _written_solid(after) else " "


def _written_solid(char: str) -> bool:
    """Whether lines of this script join without a space: East Asian wide characters except Hangul,
    which puts spaces between words (CSS Text 3, section 4.1.3), and except emoji."""
    return (
        char != ""
        and unicodedata.east_asian_width(char) in {"W", "F"}
        and unicodedata.category(char) != "So"
        and not unicodedata.name(char, "").startswith("HANGUL")
    )


_SPECIAL = re.compile(
    r"""
      [\\`*\[\]<]
    | (?<![0-9A-Za-z])_ | _(?![0-9A-Za-z])  # between ASCII letters it never means emphasis
    | ~(?=~)
    | &(?=\#?\w+;)                          # an entity
    | \{(?=\#)                              # the id of a heading
    | ^[-+](?=[-\s]|$) | ^\#(?=[\#\s]|$) | ^[>=]
    | \#+$                                  # closes a heading
    """,
    re.VERBOSE,
)
_NUMBER = re.compile(r"^([0-9]{1,9})([.)])(?=\s|$)")
_LOST_BLANK = re.compile(r"^\s+|\s+$|[\n\r]+")


def escape(text: str) -> str:
    """Markdown that, parsed as one paragraph or one heading, gives `text`; plain words unchanged.

    White space at either end and line ends become numeric entities. Only characters that Markdown
    cannot express are altered: U+0000 anywhere, U+001C to U+001F and U+0085 at either end.
    """
    marked = _NUMBER.sub(r"\1\\\2", _SPECIAL.sub(r"\\\g<0>", text))
    return _LOST_BLANK.sub(lambda run: "".join(f"&#{ord(char)};" for char in run[0]), marked)
