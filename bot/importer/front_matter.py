"""What stands between `---` or `+++` above a Markdown text.

python-frontmatter gives the values and not their lines, and nothing of a head that is no YAML: both
are wanted here, so the fences are found by hand and PyYAML and tomllib read what is between.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate

import yaml

from bot.domain.ids import Language
from bot.importer.dates import dateline
from bot.importer.lexicon import is_signatories_heading
from bot.importer.model import PARAGRAPH, Cells, Line, Row, Shape
from bot.importer.scripts import stripped
from bot.text.rich import RichText

_FENCED = re.compile(r"\ufeff?(?P<fence>---|\+\+\+)[ \t]*\n")
_PAIR = re.compile(r"(?P<key>[\w -]{1,40}?)\s*[:=](?:\s+(?P<value>.*))?$")
_TITLES = ("title", "subtitle")
_KEYS = (*_TITLES, "attribution", "date", "issued", "source", "canonical_url", "original_url")
_DATES = ("date", "issued")
_BODY = re.compile(r"letter|content|body|text|message|statement", re.IGNORECASE)
_LARGEST = 256 * 1024
_LONG = 300
"""Characters of a field that may be a letter."""
_DEEPEST = 50
"""Brackets within brackets that a head may have; more is taken for no YAML."""
_ANY = Language("en")


@dataclass(frozen=True, slots=True)
class Body:
    """Markdown, and the line of the file that it begins on."""

    text: str
    first_line: int


@dataclass(frozen=True, slots=True)
class _Entry:
    """A key with its value, and its first line and the one behind its last, from 0."""

    key: str
    value: str
    start: int
    end: int

    @property
    def name(self) -> str:
        return self.key.lower()


@dataclass(slots=True)
class FrontMatter:
    """Values that are used, each a row; other lines are left out."""

    used: dict[str, Row] = field(default_factory=dict)
    left_out: list[Line] = field(default_factory=list)
    signs: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    letter: _Entry | None = None
    """A field that may be the whole letter."""
    letter_lines: list[Line] = field(default_factory=list)
    signatories: list[Row] = field(default_factory=list)
    """A list of who signed, as rows behind the text."""

    def body(self, *, is_wanted: bool) -> Body | None:
        """The letter that stands in a field, if it is wanted; else its lines are left out."""
        if self.letter is None or not is_wanted:
            self.left_out += self.letter_lines
            return None
        several = self.letter.end > self.letter.start + 1
        self.left_out += self.letter_lines[:several]
        self.signs.append(self.letter.key)
        line = self.letter.start + 2
        self.notes.append(f"line {line}: the text stands in the field '{self.letter.key}'")
        return Body(self.letter.value, line + several)

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
    entries = _toml(head) if fence == "+++" else _yaml(head)
    if entries is None:
        kind = "TOML" if fence == "+++" else "YAML"
        front.notes.append(f"the front matter is no {kind}; its lines are taken as they stand")
        entries = _literal(head)
    letters = [one for one in entries if one.name not in _KEYS and _can_be_letter(one)]
    front.letter = max(letters, key=lambda one: len(one.value), default=None)
    by_line = {line: one for one in entries for line in range(one.start, one.end)}
    lines = head.split("\n")
    listed = range(0) if fence == "+++" else _signatories(head, lines, front)
    for number, written in enumerate(lines):
        entry = by_line.get(number)
        if (
            number in listed
            or not stripped(written)
            or (entry and front.used.get(entry.name) and number > entry.start)
        ):
            continue
        if entry is not None and entry is front.letter:
            front.letter_lines.append(Line(number + 2, written))
        elif (
            entry and entry.name in _KEYS and entry.name not in front.used and stripped(entry.value)
        ):
            front.used[entry.name] = _row(entry, lines)
            front.signs.append(entry.key)
        else:
            front.left_out.append(Line(number + 2, written))
    return front


def _can_be_letter(one: _Entry) -> bool:
    long = one.end > one.start + 1 or len(one.value) > _LONG
    return stripped(one.value) != "" and (long or _BODY.search(one.key) is not None)


def _row(entry: _Entry, lines: Sequence[str]) -> Row:
    value = stripped(" ".join(entry.value.split()))
    if entry.name in _DATES:
        value = re.sub(r"[T ]\d\d?:\d\d.*$", "", value)
    own = [n for n in range(entry.start, entry.end) if stripped(lines[n])]
    shown = [value, *("" for _ in own[1:])]
    made = tuple(Line(n + 2, lines[n], text) for n, text in zip(own, shown, strict=True))
    return Row(made, RichText(value), True, 0, -entry.start - 1)


def _nodes(head: str) -> list[tuple[yaml.Node, yaml.Node]] | None:
    """Keys and values; None where it is no YAML."""
    # PyYAML looks at every open bracket again for every token: the square of how deep they are.
    steps = ((sign in "[{") - (sign in "]}") for sign in head)
    if max(accumulate(steps), default=0) > _DEEPEST:
        return None
    try:
        node = yaml.compose(head, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        return None
    if not isinstance(node, yaml.MappingNode):
        return None if head.strip() else []
    return list(node.value)


def _yaml(head: str) -> list[_Entry] | None:
    """Each entry that is a text; None where it is no YAML."""
    pairs = _nodes(head)
    if pairs is None:
        return None
    found: list[_Entry] = []
    for key, value in pairs:
        if isinstance(value, yaml.ScalarNode):
            start = key.start_mark.line
            end = value.end_mark.line + (value.end_mark.column > 0)
            found.append(_Entry(str(key.value), value.value, start, max(end, start + 1)))
    return found


def _signatories(head: str, lines: Sequence[str], front: FrontMatter) -> range:
    """Makes rows of the list of those who signed; the lines that it stands on."""
    found = ((k, v) for k, v in _nodes(head) or () if isinstance(v, yaml.SequenceNode) and v.value)
    pair = next((pair for pair in found if is_signatories_heading(str(pair[0].value))), None)
    items = [_cells(item) for item in pair[1].value] if pair else []
    if pair is None or not all(items):
        return range(0)
    starts = [node.start_mark.line for node in (pair[0], *pair[1].value)]
    end = pair[1].value[-1].end_mark
    stops = [*starts[1:], end.line + (end.column > 0)]
    if any(stop <= start for start, stop in zip(starts, stops, strict=True)):
        return range(0)  # several on a line
    heads = list(dict.fromkeys(head for item in items for head in item))
    is_table = any(isinstance(item, yaml.MappingNode) for item in pair[1].value)
    front.signs += [head for item in items for head in item] if is_table else []
    tops = heads if is_table else [str(pair[0].value)]
    for start, stop, item in zip(starts, stops, (None, *items), strict=True):
        texts = tuple(tops if item is None else [item.get(head, "") for head in heads])
        cells = Cells(-1, texts, heads=item is None) if is_table else None
        shape = Shape(heading=2) if item is None else Shape(depth=1, marker="-")
        own = [Line(n + 2, lines[n], "") for n in range(start, stop) if stripped(lines[n])]
        made = (replace(own[0], shown=" ".join(filter(None, texts))), *own[1:])
        text, place = RichText(" ".join(texts)), PARAGRAPH if is_table else shape
        front.signatories.append(Row(made, text, True, 0, -start - 1, place, cells=cells))
    return range(starts[0], stops[-1])


def _cells(item: yaml.Node) -> dict[str, str]:
    """What an entry of a list says; empty where that is more than texts with keys."""
    if isinstance(item, yaml.ScalarNode):
        return {"name": item.value}
    pairs = item.value if isinstance(item, yaml.MappingNode) else ()
    plain = all(isinstance(value, yaml.ScalarNode) for _, value in pairs)
    return {str(key.value): value.value for key, value in pairs} if plain else {}


def _toml(head: str) -> list[_Entry] | None:
    try:
        values = tomllib.loads(head)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    found: list[_Entry] = []
    for number, written in enumerate(head.split("\n")):
        key = written.partition("=")[0].strip().strip("\"'")
        value = values.get(key)
        if value is not None and not isinstance(value, dict | list):
            several = str(value).count("\n") if '"""' in written or "'''" in written else 0
            found.append(_Entry(key, str(value), number, number + several + 1))
    return found


def _literal(head: str) -> list[_Entry]:
    found: list[_Entry] = []
    for number, written in enumerate(head.split("\n")):
        if pair := _PAIR.match(written):
            value = (pair["value"] or "").strip()
            quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
            value = value[1:-1] if quoted else value
            found.append(_Entry(pair["key"], value, number, number + 1))
    return found
