"""HTML of what markdown-it-py reads, with a mark before each text that tells its line."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from bot.importer.model import Line
from bot.importer.scripts import stripped
from bot.importer.tree import MARK

_RAW = ("script", "style", "textarea", "title", "iframe", "noscript", "template", "svg")
"""Elements whose text is no text of a page: their tags are told, what is between them is kept."""
_TAGS = (
    "a|abbr|article|aside|audio|b|big|blockquote|body|button|canvas|center|cite|code|dd|del|details"
    "|div|dl|dt|em|figcaption|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input"
    "|ins|kbd|label|li|link|main|mark|meta|nav|noscript|object|ol|p|picture|pre|s|script|section"
    "|small|source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|tfoot|th|thead|tr|tt"
    "|u|ul|video|br"
)
_TAG = re.compile(rf"</?(?P<name>{_TAGS})(?P<rest>\s[^<>]{{0,3000}})?/?>", re.IGNORECASE)
_HREF = re.compile(r"href\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)


class Writer:
    """HTML of the tokens, with a mark before each text that tells its line."""

    def __init__(self, first: int) -> None:
        self.used: set[str] = set()
        self.left_out: list[Line] = []
        self.notes: list[str] = []
        self.signs: list[str] = []
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
                self.notes.append(
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
        self.signs.append(token.info)
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
                self.left_out.append(Line(self._line, f"{token.info}{token.markup}"))
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
            self.signs += written
            start, sign = int(written[0][:-1]), written[0][-1]
            written = [f"{start + index}{sign}" for index in range(len(written))]
            told = f"line {self._line}: a list with one number is counted, as pages show it"
            self.notes.append(told)
        return written

    def _inline(self, tokens: Sequence[Token]) -> None:
        self._mark()
        picture = _linked_picture(tokens)
        for place, token in enumerate(tokens):
            if place in picture:
                self.left_out.append(Line(self._line, picture[place]))
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
            self.left_out.append(Line(self._line, _picture(token)))
        elif token.type == "code_inline":
            self._write(f"<code>{html.escape(token.content, quote=False)}</code>")
        elif token.nesting == 1 and token.tag == "a":
            self.used.add(str(token.meta.get("label") or ""))
            self.signs.append(str(token.meta.get("label") or ""))
            title = token.attrGet("title")
            if title and not token.meta.get("label"):
                self.left_out.append(Line(self._line, f'"{title}"'))
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
            self.signs += [found["name"], "href", *_without(rest, link[1])]
        elif stripped(rest.strip("/")):
            self.left_out.append(Line(line, found[0]))
        else:
            self.signs.append(found["name"])


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
