"""What stands between `---` or `+++` above a Markdown text.

python-frontmatter gives the values and not their lines, and nothing of a head that is no YAML: both
are wanted here, so the fences are found by hand and PyYAML and tomllib read what is between.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field

import yaml

from bot.domain.ids import Language
from bot.importer.dates import dateline
from bot.importer.model import PARAGRAPH, Line, Row, Shape
from bot.importer.scripts import stripped
from bot.text.rich import RichText

_FENCED = re.compile(r"\ufeff?(?P<fence>---|\+\+\+)[ \t]*\n")
_PAIR = re.compile(r"(?P<key>[\w -]{1,40}?)\s*[:=](?:\s+(?P<value>.*))?$")
_TITLES = ("title", "subtitle")
_KEYS = (*_TITLES, "attribution", "date", "issued", "source", "canonical_url", "original_url")
_DATES = ("date", "issued")
_BODY = re.compile(r"letter|content|body|text|message|statement", re.IGNORECASE)
_LARGEST = 256 * 1024
_ANY = Language("en")


@dataclass(frozen=True, slots=True)
class Body:
    """Markdown, and the line of the file that it begins on."""

    text: str
    first_line: int


@dataclass(slots=True)
class FrontMatter:
    """Values that are used, each a row; other lines are left out. `body` is a letter that stands
    in a field."""

    used: dict[str, Row] = field(default_factory=dict)
    left_out: list[Line] = field(default_factory=list)
    signs: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    body: Body | None = None

    def rows(self, *, with_title: bool) -> list[Row]:
        """The lines that are used, as if they stood above the text; the title unless it does."""
        title = next((k for k in _TITLES if k in self.used and not _is_date(self.used[k])), "")
        told = [k for k in _TITLES if k in self.used and k != title and not _is_date(self.used[k])]
        told += [title] if title and not with_title else []
        for key in told:
            row = self.used.pop(key)
            self.left_out += [Line(line.number, line.text) for line in row.lines]
        if title not in ("", *_TITLES[:1]) and with_title:
            row = self.used[title]
            self.notes.append(
                f"line {row.lines[0].number}: the title is that of the field '{title}'"
            )
        shape = Shape(heading=1)
        return [
            Row(row.lines, row.rich, True, 0, row.block, shape if key == title else PARAGRAPH)
            for key, row in sorted(self.used.items(), key=lambda pair: pair[0] != title)
        ]


def _is_date(row: Row) -> bool:
    return dateline(row.text, _ANY) is not None


def split(text: str) -> tuple[FrontMatter, Body]:
    """The front matter of a text, empty where it has none, and the text below."""
    opening = _FENCED.match(text)
    if opening is None:
        return FrontMatter(), Body(text, 1)
    ends = r"(?:---|\.\.\.)" if opening["fence"] == "---" else r"\+\+\+"
    closing = re.compile(rf"^{ends}[ \t]*$", re.MULTILINE).search(text, opening.end())
    if closing is None or closing.start() > _LARGEST:
        return FrontMatter(), Body(text, 1)
    head = text[opening.end() : closing.start()]
    rest = text[closing.end() + 1 :]
    return _read(head, opening["fence"]), Body(rest, 1 + text.count("\n", 0, closing.end() + 1))


def _read(head: str, fence: str) -> FrontMatter:
    front = FrontMatter()
    values = _toml(head) if fence == "+++" else _yaml(head)
    if values is None:
        kind = "TOML" if fence == "+++" else "YAML"
        front.notes.append(f"the front matter is no {kind}; its lines are taken as they stand")
        values = _literal(head)
    lines = head.split("\n")
    bodies = [
        (len(value), start, end, key, value)
        for start, (end, key, value) in values.items()
        if _BODY.search(key) or end > start + 1 or len(value) > 300
    ]
    _, start, end, key, value = max(bodies, default=(0, -1, -1, "", ""))
    if start >= 0 and stripped(value) and key not in _KEYS:
        first = start + (end > start + 1)
        front.body = Body(_aligned(value, lines, first), first + 2)
        front.notes.append(f"line {start + 2}: the text stands in the field '{key}'")
    taken: set[int] = set()
    for number, written in enumerate(lines):
        end, key, value = values.get(number, (number, "", ""))
        if not stripped(written):
            continue
        if key in _KEYS and key not in front.used and stripped(value) and end <= number + 1:
            if key in _DATES:
                value = re.sub(r"[T ]\d\d?:\d\d.*$", "", value)
            line = Line(number + 2, written, value)
            front.used[key] = Row((line,), RichText(stripped(value)), True, 0, -number - 1)
            front.signs.append(key)
        elif not (front.body and start <= number < max(end_of(values, start), start + 1)):
            front.left_out.append(Line(number + 2, written))
        elif number == start:
            front.signs.append(written.partition(":")[0])
            if end_of(values, start) > start + 1:
                front.left_out.append(Line(number + 2, written))
        taken.add(number)
    return front


def end_of(values: dict[int, tuple[int, str, str]], start: int) -> int:
    return values[start][0] if start in values else start


def _aligned(value: str, lines: list[str], first: int) -> str:
    """The value with the lines of the file where they are the same, so that lines count right."""
    written = [stripped(line) for line in value.split("\n")]
    there = [stripped(line) for line in lines[first : first + len(written)]]
    return value if written != there else "\n".join(value.split("\n"))


def _yaml(head: str) -> dict[int, tuple[int, str, str]] | None:
    """Line, last line, key and value of each plain entry; None where it is no YAML."""
    try:
        node = yaml.compose(head, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        return None
    if not isinstance(node, yaml.MappingNode):
        return None if head.strip() else {}
    return {
        key.start_mark.line: (
            value.end_mark.line + (value.end_mark.column > 0),
            str(key.value),
            value.value,
        )
        for key, value in node.value
        if isinstance(value, yaml.ScalarNode)
    }


def _toml(head: str) -> dict[int, tuple[int, str, str]] | None:
    try:
        values = tomllib.loads(head)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    found: dict[int, tuple[int, str, str]] = {}
    for number, written in enumerate(head.split("\n")):
        key = written.partition("=")[0].strip().strip("\"'")
        value = values.get(key)
        if value is not None and not isinstance(value, dict | list):
            found[number] = (number + 1 + str(value).count("\n"), key, str(value))
    return found


def _literal(head: str) -> dict[int, tuple[int, str, str]]:
    found: dict[int, tuple[int, str, str]] = {}
    for number, written in enumerate(head.split("\n")):
        if pair := _PAIR.match(written):
            value = (pair["value"] or "").strip()
            quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
            found[number] = (number + 1, pair["key"], value[1:-1] if quoted else value)
    return found
