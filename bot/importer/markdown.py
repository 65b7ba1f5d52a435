"""Markdown as letters are kept in repositories, made a tree by the way of HTML.

markdown-it-py reads it as pages show it, raw HTML and tables included. Marks in the HTML keep the
line of each text; what the HTML has no words for (comments, template tags, pictures, titles of
links) is left out and told.
"""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_cjk_friendly import cjk_friendly  # type: ignore[import-untyped]  # has no py.typed

from bot.importer.front_matter import split
from bot.importer.model import ImportFault, Line, Page, Row
from bot.importer.scripts import stripped
from bot.importer.tree import MARK, TooLarge, html_tree
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
_RAW = ("script", "style", "textarea", "title", "iframe", "noscript", "template", "svg")
"""Elements whose text is no text of a page: their tags are told, what is between them is kept."""
_LEFT_OUT = re.compile(
    rf"<(script|style)\b[^<>]{{0,500}}>(?:(?!</?\1).)*</\1\s*>|<!--(?:(?!-->|<!--).)*-->|{_TEMPLATE.pattern}|\{{:[^{{}}\n]{{0,500}}\}}|(?<!\\)\{{#[\w-]{{1,100}}\}}",
    re.DOTALL | re.IGNORECASE,
)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_DEFINITION = re.compile(
    r" {0,3}\[(?P<name>[^\]^\[][^\]\[]{0,300})\]:[ \t]*(?:<(?P<held>[^<>]*)>|(?P<url>[^\s<]\S*))"
    r"(?:[ \t]+(?P<title>\"[^\"]*\"|'[^']*'|\([^()]*\)))?[ \t]*"
)
_TAGS = (
    "a|abbr|article|aside|audio|b|big|blockquote|body|button|canvas|center|cite|code|dd|del|details"
    "|div|dl|dt|em|figcaption|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input"
    "|ins|kbd|label|li|link|main|mark|meta|nav|noscript|object|ol|p|picture|pre|s|script|section"
    "|small|source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|tfoot|th|thead|tr|tt"
    "|u|ul|video|br"
)
_TAG = re.compile(rf"</?(?P<name>{_TAGS})(?P<rest>\s[^<>]{{0,3000}})?/?>", re.IGNORECASE)
_HREF = re.compile(r"href\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)


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
        writer = _Writer(self, self._first)
        tree = html_tree(writer.html(tokens))
        self._definitions(definitions, writer.used)
        walker = Walker({id(tree)}, tree.size, raw)
        rows = walker.walk(tree)
        self.left_out += walker.left_out
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


class _Writer:
    """HTML of the tokens, with a mark before each text that tells its line."""

    def __init__(self, reader: _Reader, first: int) -> None:
        self.used: set[str] = set()
        self._reader = reader
        self._first = first
        self._line = first
        self._pieces: list[str] = []
        self._lists: list[Iterator[str]] = []

    def html(self, tokens: Sequence[Token]) -> str:
        for place, token in enumerate(tokens):
            self._line = token.map[0] + self._first if token.map else self._line
            if token.type == "inline":
                self._inline(token.children or [])
            elif token.type == "plain":
                self._reader.notes.append(
                    f"line {self._line}: a paragraph with too many signs of Markdown is taken as"
                    " plain text"
                )
                self._write_lines(token.content)
            elif token.type == "html_block":
                self._raw_html(token.content)
            elif token.type in ("fence", "code_block"):
                self._code(token)
            elif token.type == "hr":
                self._write("<hr>")
            else:
                self._tag(tokens, place)
        return "".join(self._pieces)

    def _write(self, text: str) -> None:
        self._pieces.append(text)

    def _mark(self) -> None:
        self._write(MARK.format(self._line))

    def _write_lines(self, text: str) -> None:
        self._mark()
        for number, line in enumerate(text.split("\n")):
            if number:
                self._line += 1
                self._write("\n")
                self._mark()
            self._write(html.escape(line, quote=False))

    def _code(self, token: Token) -> None:
        self._reader.signs.append(token.info)
        self._line += token.type == "fence"
        self._write("<pre>")
        self._write_lines(token.content.removesuffix("\n"))
        self._write("</pre>")

    def _tag(self, tokens: Sequence[Token], place: int) -> None:
        token = tokens[place]
        attributes = ""
        if token.type == "ordered_list_open":
            self._lists.append(iter(self._numbers(tokens, place)))
        elif token.type == "ordered_list_close":
            self._lists.pop()
        elif token.type == "list_item_open":
            if token.info:
                number = next(self._lists[-1])
                attributes = f' value="{int(number[:-1])}" data-number="{number}"'
            if any(
                not t.hidden for t in tokens[place + 1 : place + 2] if t.type == "paragraph_open"
            ):
                attributes += ' data-loose="1"'
            following = tokens[place + 1]
            if following.type == "list_item_close":
                self._reader.left_out.append(Line(self._line, f"{token.info}{token.markup}"))
        if token.hidden and token.type.startswith("paragraph"):
            return
        self._write(f"<{token.tag}{attributes}>" if token.nesting == 1 else f"</{token.tag}>")

    def _numbers(self, tokens: Sequence[Token], place: int) -> list[str]:
        """The numbers of the items as written; a list with one number in it is counted."""
        level = tokens[place].level + 1
        written: list[str] = []
        for token in tokens[place + 1 :]:
            if token.type == "ordered_list_close" and token.level == level - 1:
                break
            if token.type == "list_item_open" and token.level == level:
                written.append(token.info + token.markup)
        if len(written) > 1 and len(set(written)) == 1:
            self._reader.signs += written
            start, sign = int(written[0][:-1]), written[0][-1]
            written = [f"{start + index}{sign}" for index in range(len(written))]
            told = f"line {self._line}: a list with one number is counted, as pages show it"
            self._reader.notes.append(told)
        return written

    def _inline(self, tokens: Sequence[Token]) -> None:
        self._mark()
        picture = _linked_picture(tokens)
        for place, token in enumerate(tokens):
            if place in picture:
                self._reader.left_out.append(Line(self._line, picture[place]))
            if any(start <= place <= start + 2 for start in picture):
                continue
            self._inline_token(token)

    def _inline_token(self, token: Token) -> None:
        if token.type in ("softbreak", "hardbreak"):
            self._line += 1
            self._write("<br>" if token.type == "hardbreak" else "\n")
            self._mark()
        elif token.type == "html_inline":
            self._raw_html(token.content)
        elif token.type == "image":
            self._reader.left_out.append(Line(self._line, _picture(token)))
        elif token.type == "code_inline":
            self._write(f"<code>{html.escape(token.content, quote=False)}</code>")
        elif token.nesting == 1 and token.tag == "a":
            self.used.add(str(token.meta.get("label") or ""))
            self._reader.signs.append(str(token.meta.get("label") or ""))
            title = token.attrGet("title")
            if title and not token.meta.get("label"):
                self._reader.left_out.append(Line(self._line, f'"{title}"'))
            self._write(f'<a href="{html.escape(str(token.attrGet("href") or ""))}">')
        elif token.nesting:
            self._write(f"<{'/' if token.nesting < 0 else ''}{token.tag}>")
        else:
            self._write(html.escape(token.content, quote=False))

    def _raw_html(self, content: str) -> None:
        """HTML in the text: tags of pages are kept, others (`<of>`) are words."""
        end = 0
        for found in _TAG.finditer(content):
            self._write_words(content[end : found.start()])
            self._told(found, self._line)
            if found["name"].lower() not in _RAW:
                self._write(found[0].replace("\n", " "))
            self._line += found[0].count("\n")
            end = found.end()
        self._write_words(content[end:])

    def _write_words(self, text: str) -> None:
        """Words between tags, entities as they are."""
        for number, line in enumerate(text.split("\n")):
            if number:
                self._line += 1
                self._write("\n")
            if stripped(line):
                self._mark()
            self._write(line.replace("<", "&lt;"))

    def _told(self, found: re.Match[str], line: int) -> None:
        """A tag that says no more than its name is a sign; of others each word is told."""
        rest = found["rest"] or ""
        link = _HREF.search(rest)
        if found["name"].lower() == "a" and link:
            self._reader.signs += [found["name"], "href", *_without(rest, link[1])]
        elif stripped(rest.strip("/")):
            self._reader.left_out.append(Line(line, found[0]))
        else:
            self._reader.signs.append(found["name"])


def _without(rest: str, url: str) -> list[str]:
    return [rest.replace(url, " ", 1).replace("href", " ", 1)]


def _picture(token: Token) -> str:
    title = f' "{token.attrGet("title")}"' if token.attrGet("title") else ""
    return f"![{token.content}]({token.attrGet('src')}{title})"


def _linked_picture(tokens: Sequence[Token]) -> dict[int, str]:
    """Where links stand that hold nothing but a picture, and how they are written."""
    found: dict[int, str] = {}
    for place, (opening, inner, closing) in enumerate(
        zip(tokens, tokens[1:], tokens[2:], strict=False)
    ):
        if opening.type == "link_open" and inner.type == "image" and closing.type == "link_close":
            found[place] = f"[{_picture(inner)}]({opening.attrGet('href')})"
    return found
