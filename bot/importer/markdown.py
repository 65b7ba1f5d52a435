"""Markdown as letters are kept in repositories, made a tree by the way of HTML.

markdown-it-py reads it as pages show it, raw HTML and tables included. Marks in the HTML keep the
line of each text; what the HTML has no words for (comments, template tags, pictures, titles of
links) is left out and told.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.rules_core import StateCore
from mdit_py_cjk_friendly import cjk_friendly  # type: ignore[import-untyped]  # has no py.typed

from bot.importer.front_matter import split
from bot.importer.markdown_html import Writer
from bot.importer.model import ImportFault, Line, Page, Row
from bot.importer.scripts import stripped
from bot.importer.tree import TooLarge, html_tree
from bot.importer.walk import Walker

_MAX_NESTING = 100
_MOST_SIGNS = 2000
"""Signs of Markdown in one paragraph; with more, markdown-it-py takes time and memory by their
square."""
_SIGNS = re.compile(r"[*_\[\]!`<~]")
_OTHERS = re.compile(r"[&\\{}%$=^+>@:-]")
_MOST_OTHERS = 200_000
"""Characters at which markdown-it-py stops to look, in a file: some 10 seconds a million."""
_MOST_IN_ALL = 150_000
"""In a file, cells of tables counted: markdown-it-py takes some 1.5 KB for each."""
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_TEMPLATE = re.compile(r"\{\{[^{}]{0,500}\}\}|\{%[^{}]{0,500}%\}")
_LEFT_OUT = re.compile(
    rf"<(script|style)\b[^<>]{{0,500}}>(?:(?!</?\1).)*</\1\s*>|<!--(?:(?!-->|<!--).)*-->|{_TEMPLATE.pattern}|\{{:[^{{}}\n]{{0,500}}\}}|(?<!\\)\{{#[\w-]{{1,100}}\}}",
    re.DOTALL | re.IGNORECASE,
)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_DEFINITION = re.compile(
    r" {0,3}\[(?P<name>[^\]^\[][^\]\[]{0,300})\]:[ \t]*(?:<(?P<held>[^<>]*)>|(?P<url>[^\s<]\S*))"
    r"(?:[ \t]+(?P<title>\"[^\"]*\"|'[^']*'|\([^()]*\)))?[ \t]*"
)


def markdown_page(text: str) -> Page:
    """Reads `text`; what is no text of the letter is left out of the rows. Raises `ImportFault`
    where lists or quotations are nested beyond reading, and `TooLarge`."""
    text = re.sub("[\ue000\ue001]", "", _LINE_ENDS.sub("\n", text))
    if text.count("|") + len(_SIGNS.findall(text)) > _MOST_IN_ALL:
        raise TooLarge
    front, body = split(text)
    reader = _Reader(body.text, body.first_line)
    rows = reader.read(text.split("\n"))
    if letter := front.body(is_wanted=not rows):
        reader = _Reader(letter.text, letter.first_line)
        rows = reader.read(text.split("\n"))
    # Of several headings of the first level, under a title in the front matter, none is the title.
    first_level = [row.text for row in rows if row.shape.heading == 1]
    title = front.used.get("title")
    titled = bool(rows) and rows[0].shape.heading == 1
    titled = titled and (title is None or len(first_level) == 1 or title.text == rows[0].text)
    return Page(
        [*front.rows(with_title=not titled), *rows, *front.signatories],
        text,
        (*front.left_out, *reader.left_out),
        (*front.notes, *reader.notes),
        (*front.signs, *reader.signs),
        has_lines=True,
    )


class _Reader:
    """The rows of a Markdown text that begins on line `first` of its file."""

    def __init__(self, text: str, first: int) -> None:
        self.left_out: list[Line] = []
        self.notes: list[str] = []
        self.signs: list[str] = []
        self._first = first
        self._text = self._masked(text)

    def read(self, raw: Sequence[str]) -> list[Row]:
        self._text, definitions = self._defined(self._text)
        references = {name: {"href": url, "title": ""} for name, (url, *_) in definitions.items()}
        tokens = _parser().parse(self._text, {"references": references})
        for token in tokens:
            if token.level >= _MAX_NESTING - 1 and token.map:
                number = token.map[0] + self._first
                raise ImportFault(
                    f"This Markdown cannot be read: line {number}: quotes or lists are nested too"
                    " deep; simplify it."
                )
        writer = Writer(self._first)
        tree = html_tree(writer.html(tokens))
        self._definitions(definitions, writer.used)
        walker = Walker({id(tree)}, tree.size, raw)
        rows = walker.walk(tree)
        self.left_out += [*writer.left_out, *walker.left_out]
        self.notes += writer.notes
        self.signs += writer.signs
        return rows

    def _masked(self, text: str) -> str:
        """`text` with comments and template tags taken out, line for line."""
        pieces: list[str] = []
        end, line = 0, self._first
        for found in _LEFT_OUT.finditer(text):
            before = text[end : found.start()]
            line += before.count("\n")
            for offset, written in enumerate(found[0].split("\n")):
                if core := stripped(written):
                    self.left_out.append(Line(line + offset, core))
            inside = _beside(text, found)
            if _TEMPLATE.fullmatch(found[0]) and all(inside):
                told = (
                    f"line {line}: {found[0]} stood inside a sentence; fill in what it stands for"
                )
                self.notes.append(told)
            pieces.append(before)
            line += found[0].count("\n")
            pieces.append("\n" * found[0].count("\n"))
            end = found.end()
        return "".join((*pieces, text[end:]))

    def _defined(self, text: str) -> tuple[str, dict[str, tuple[str, str, int, str]]]:
        """`text` without the lines that say where links lead, and address, title, number and text
        of the first such line of each name. markdown-it-py takes the square of their number."""
        definitions: dict[str, tuple[str, str, int, str]] = {}
        lines = text.split("\n")
        fence = ""
        for index, line in enumerate(lines):
            if found := _FENCE.match(line):
                fence = "" if fence and found[1].startswith(fence) else fence or found[1]
            found = None if fence else _DEFINITION.fullmatch(line)
            if found is None:
                continue
            name = normalizeReference(found["name"])
            number = index + self._first
            if name in definitions:
                self.left_out.append(Line(number, stripped(line)))
            else:
                url = found["held"] if found["url"] is None else found["url"]
                definitions[name] = (url, found["title"] or "", number, line)
            lines[index] = ""
        return "\n".join(lines), definitions

    def _definitions(
        self, definitions: dict[str, tuple[str, str, int, str]], used: set[str]
    ) -> None:
        """Their addresses stand where they are used, or the whole lines are told."""
        for name, (_, title, number, line) in definitions.items():
            if name not in used:
                self.left_out.append(Line(number, stripped(line)))
            elif title:
                self.left_out.append(Line(number, title))
            self.signs += [name] * (name in used)


def _beside(text: str, found: re.Match[str]) -> tuple[bool, bool]:
    """Whether there is text before and behind in the line."""
    before = text[text.rfind("\n", 0, found.start()) + 1 : found.start()][-200:]
    end = text.find("\n", found.end())
    after = text[found.end() : end if end >= 0 else len(text)][:200]
    return any(map(str.isalnum, before)), any(map(str.isalnum, after))


class _Parser(MarkdownIt):
    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 - the library calls it so
        """An address in angle brackets is shown as written."""
        return link

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        """Addresses stay as they are written."""
        return url


@functools.cache
def _parser() -> MarkdownIt:
    options = {"html": True, "maxNesting": _MAX_NESTING, "store_labels": True}
    parser = _Parser("commonmark", options).enable(["table", "strikethrough"]).use(cjk_friendly)
    parser.disable("reference")
    parser.core.ruler.after("block", "too_many_signs", _take_signs_as_text)
    return parser


def _take_signs_as_text(state: StateCore) -> None:
    others = 0
    for token in state.tokens:
        if token.type != "inline":
            continue
        others += len(_OTHERS.findall(token.content))
        if others > _MOST_OTHERS or len(_SIGNS.findall(token.content)) > _MOST_SIGNS:
            token.meta["plain"] = True
            token.children = []
            token.type = "plain"
