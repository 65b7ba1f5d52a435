"""What repositories put into Markdown beside the text: comments, template tags, pictures, HTML."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.importer.rows import Line
from bot.importer.scripts import stripped

BREAK = "\ue000"
"""Stands for `<br>` while the text is read: a character that no text has."""

_TAGS = (
    "a|abbr|article|aside|audio|b|big|blockquote|body|button|canvas|center|cite|code|dd|del|details"
    "|div|dl|dt|em|figcaption|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input"
    "|ins|kbd|label|li|link|main|mark|meta|nav|noscript|object|ol|p|picture|pre|s|section|small"
    "|source|span|strike|strong|style|script|sub|summary|sup|svg|table|tbody|td|tfoot|th|thead|tr"
    "|tt|u|ul|video"
)
_LINK = r"\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+(?:\"[^\"]*\"|'[^']*'))?\)"
_IMAGE = rf"!\[[^\]]*\](?:{_LINK}|\[[^\]]*\])"
_LEFT_OUT = tuple(
    re.compile(pattern, re.DOTALL | re.IGNORECASE)
    for pattern in (
        r"<!--.*?-->",
        r"<(script|style)\b[^>]*>.*?</\1\s*>",
        r"\{\{(?:(?!\}\}).){0,2000}\}\}|\{%(?:(?!%\}).){0,2000}%\}",
        r"\{:[^{}\n]*\}|(?<!\\)\{#[\w-]+\}",
        rf"\[\s*{_IMAGE}\s*\](?:{_LINK}|\[[^\]]*\])|{_IMAGE}",
    )
)
_TEMPLATE = re.compile(r"\{\{.*\}\}|\{%.*%\}", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_ANCHOR = re.compile(
    r"<a\s[^<>]*?href\s*=\s*(?P<mark>[\"'])(?P<url>[^\"'<>\s]+)(?P=mark)[^<>]*>(?P<text>[^<>\[\]\n]+)</a>",
    re.IGNORECASE,
)
_TAG = re.compile(rf"</?(?:{_TAGS})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_TITLE = re.compile(
    r"(?<=\])(\([^()\s]+(?:\([^()\s]*\)[^()\s]*)?)(\s+(?:\"[^\"\n]*\"|'[^'\n]*'))\)"
)
_DEFINITION = re.compile(
    r"^ {0,3}\[(?P<name>[^\]^][^\]]*)\]:[ \t]*<?(?P<url>[^\s<>]+)>?[ \t]*(?P<title>\S.*)?$",
    re.MULTILINE,
)
_REFERENCE = re.compile(r"\[(?P<text>[^\[\]]+)\](?:\[(?P<name>[^\[\]]*)\])?(?![(:\]])")
_TABLE = re.compile(
    r"^[ \t]*\|?.*\|.*\n[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-*:?[ \t]*)+\n?(?:.*\|.*\n?)*",
    re.MULTILINE,
)
_RULE = re.compile(
    r"^ {0,3}(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?<=\n\n)(?:-[ \t]*){3,})$", re.MULTILINE
)
_FENCE = re.compile(r"^[ \t]*(?:```+|~~~+)[ \t]*(?P<language>[^\s`]+)", re.MULTILINE)


class Masked:
    """`text` with such marks taken out, line for line; they are in `left_out`, word for word.
    `signs` are words of the notation whose meaning is kept."""

    def __init__(self, text: str, first_line: int) -> None:
        self.text = text
        self.left_out: list[Line] = []
        self.signs: list[str] = []
        self.notes: list[str] = []
        self._first = first_line
        for pattern in _LEFT_OUT:
            self._replace(pattern, self._leave_out)
        self._replace(_BREAK, lambda _: BREAK)
        self.signs += ["br"] * self.text.count(BREAK)
        self._replace(_ANCHOR, self._anchor)
        self._replace(_TAG, self._leave_out)
        self._replace(_TITLE, self._title)
        self._resolve_references()
        for pattern in (_TABLE, _RULE):
            self._replace(pattern, self._leave_out)
        self._close_gaps()
        self.signs += [found["language"] for found in _FENCE.finditer(self.text)]

    def _replace(self, pattern: re.Pattern[str], with_: Callable[[re.Match[str]], str]) -> None:
        self.text = pattern.sub(with_, self.text)

    def _close_gaps(self) -> None:
        """Where something stood between two blanks, one of them goes too."""
        lines = self.text.split("\n")
        for number in {line.number - self._first for line in self.left_out}:
            lines[number] = re.sub(r"(?<=\S) {2,}(?=\S)", " ", lines[number])
        self.text = "\n".join(lines)

    def _line(self, found: re.Match[str], group: int | str = 0) -> int:
        return self._first + self.text.count("\n", 0, found.start(group))

    def _leave_out(self, found: re.Match[str]) -> str:
        number = self._line(found)
        for offset, line in enumerate(found[0].split("\n")):
            if core := stripped(line):
                self.left_out.append(Line(number + offset, core))
        if _TEMPLATE.fullmatch(found[0]) and self._inside(found):
            self.notes.append(
                f"line {number}: {found[0]} stood inside a sentence; fill in what it stands for"
            )
        return "\n" * found[0].count("\n")

    def _inside(self, found: re.Match[str]) -> bool:
        """Whether there is text on both sides in the line."""
        before = self.text[self.text.rfind("\n", 0, found.start()) + 1 : found.start()]
        end = self.text.find("\n", found.end())
        after = self.text[found.end() : end if end >= 0 else len(self.text)]
        return any(map(str.isalnum, before)) and any(map(str.isalnum, after))

    def _anchor(self, found: re.Match[str]) -> str:
        opening = found[0][: found.start("text") - found.start()]
        self.signs += [opening.replace(found["url"], " ", 1), "a"]
        return f"[{found['text']}]({found['url']})"

    def _title(self, found: re.Match[str]) -> str:
        self.left_out.append(Line(self._line(found, 2), stripped(found[2])))
        return f"{found[1]})"

    def _resolve_references(self) -> None:
        """Links of the form `[words][name]` with the address elsewhere get it on the spot."""
        addresses: dict[str, str] = {}
        for one in _DEFINITION.finditer(self.text):
            addresses.setdefault(_key(one["name"]), one["url"])
        unused = set(addresses)
        defined_once: set[str] = set()

        def with_address(found: re.Match[str]) -> str:
            name = _key(found["name"] or found["text"])
            if name not in addresses:
                return found[0]
            unused.discard(name)
            if found["name"]:
                self.signs.append(found["name"])
            return f"[{found['text']}]({addresses[name]})"

        def defined(found: re.Match[str]) -> str:
            name = _key(found["name"])
            if name in unused or name in defined_once:
                return self._leave_out(found)
            defined_once.add(name)
            self.signs.append(found["name"])
            if found["title"]:
                self.left_out.append(Line(self._line(found, "title"), found["title"]))
            # The address stands where it is used; where words are dropped, it is told there.
            return ""

        if addresses:
            self._replace(_REFERENCE, with_address)
            self._replace(_DEFINITION, defined)


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()
