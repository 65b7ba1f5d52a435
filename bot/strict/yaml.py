"""YAML read strictly: plain data, the line of everything in it, and a fault for every surprise.

No aliases, anchors, tags, duplicate keys or second documents, and none of the words that YAML 1.1
turns into something else: `no` is Norway, `on` is text, `1:30` is no number. The parser's events
are turned into data directly, so a bomb of aliases is refused before anything is built from it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from bot.domain.faults import Fault
from bot.strict.text import KIB, read_text
from bot.strict.yaml_errors import explained

SIZE_LIMIT = 64 * KIB
DEPTH_LIMIT = 16

Scalar = str | int | float | bool | dt.date | dt.datetime | None
Value = Scalar | list["Value"] | dict[str, "Value"]
Step = str | int

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STANDARD_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp")
)
_TEXT_TAG = "tag:yaml.org,2002:str"
_WORDS: Mapping[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,15}\.[0-9]{1,15}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[-+][0-9]{2}:[0-9]{2})?"
)
# What YAML forbids, and the three characters that it alone takes for the end of a line.
_FORBIDDEN = re.compile("[^\t\n -~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a YAML text holds. `complete` is False where a fault kept the rest from being read."""

    data: Value = None
    faults: Sequence[Fault] = ()
    lines: Mapping[tuple[Step, ...], int] = field(default_factory=dict)
    complete: bool = True

    def line(self, *path: Step) -> int | None:
        """Where that key or list item stands, or the nearest thing around it that there is."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return None


def read(path: Path, file: str, *, limit: int = SIZE_LIMIT) -> Parsed:
    """The YAML file at `path`; `file` is how faults name it, `limit` its greatest size in bytes."""
    text = read_text(path, file, limit)
    if isinstance(text, Fault):
        return Parsed(faults=(text,), complete=False)
    return parse(text, file)


def scalar(written: str) -> Scalar:
    """What an unquoted word stands for: null, true, false, a number, a date, or itself."""
    if written in _WORDS:
        return _WORDS[written]
    if _INTEGER.fullmatch(written):
        return int(written)
    if _DECIMAL.fullmatch(written):
        return float(written)
    return _date(written)


def _date(written: str) -> Scalar:
    try:
        if _DATE.fullmatch(written):
            return dt.date.fromisoformat(written)
        if _MOMENT.fullmatch(written):
            return dt.datetime.fromisoformat(written)
    except ValueError:  # the 31st of February is text, which the reader of a date then refuses
        pass
    return written


def parse(
    text: str, file: str, *, first_line: int = 1, plain: Callable[[str], Scalar] = scalar
) -> Parsed:
    """`text` as data. `first_line` is where it begins in the file; `plain` turns an unquoted word
    into a value (`str` leaves all of them text)."""
    if found := _FORBIDDEN.search(text):
        line = first_line + text.count("\n", 0, found.start())
        message = f"The character U+{ord(found.group()):04X} must not stand here; delete it."
        return Parsed(faults=(Fault(file, line, message),), complete=False)
    builder = _Builder(file, first_line, plain, yaml.parse(text, Loader=_LOADER))
    data: Value = None
    complete = True
    try:
        data = builder.document()
    except _RefusedError as refusal:
        builder.fault(refusal.line, refusal.message)
        complete = False
    except yaml.MarkedYAMLError as error:
        builder.fault(*explained(error, text))
        complete = False
    return Parsed(data, tuple(builder.faults), builder.lines, complete)


def unknown_key(key: str, known: Sequence[str]) -> str:
    """The sentence about a key that there is not, with the nearest one that there is."""
    if nearest := nearest_of(key, known):
        return f"The key '{key}' is not known; did you mean '{nearest}'?"
    return f"The key '{key}' is not known; remove it or use one of: {', '.join(known)}."


def nearest_of(word: str, known: Sequence[str]) -> str | None:
    """The one that is most like `word`, if any is at all."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - 6 MiB, for who mistypes

    found = process.extractOne(word, known, scorer=fuzz.ratio, score_cutoff=60)
    return found[0] if found else None


class _RefusedError(Exception):
    """Something that makes the rest of the text not worth reading; `line` counts from 0."""

    def __init__(self, event: yaml.Event, message: str) -> None:
        super().__init__(message)
        self.line = _line(event)
        self.message = message


class _Builder:
    """Turns the parser's events into data, remembering the line of every key and list item."""

    def __init__(
        self,
        file: str,
        first_line: int,
        plain: Callable[[str], Scalar],
        events: Iterator[yaml.Event],
    ) -> None:
        self.faults: list[Fault] = []
        self.lines: dict[tuple[Step, ...], int] = {}
        self._file = file
        self._first_line = first_line
        self._plain = plain
        self._events = events

    def fault(self, line: int, message: str) -> None:
        self.faults.append(Fault(self._file, self._first_line + line, message))

    def document(self) -> Value:
        """The only document of the text; None when there is none."""
        data: Value = None
        seen = False
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if seen:
                    message = "A second document begins here; remove the line '---'."
                    raise _RefusedError(event, message)
                seen = True
                data = self._value(next(self._events), ())
        return data

    def _value(self, event: yaml.Event, path: tuple[Step, ...]) -> Value:
        self.lines.setdefault(path, self._first_line + _line(event))
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if len(path) >= DEPTH_LIMIT:
            raise _RefusedError(event, "This is nested too deeply; remove the inner levels.")
        if isinstance(event, yaml.SequenceStartEvent):
            _check(event)
            return self._list(path)
        if isinstance(event, yaml.MappingStartEvent):
            _check(event)
            return self._mapping(path)
        raise _RefusedError(
            event, "A value that begins with '*' is an alias in YAML; put it in quotes."
        )

    def _list(self, path: tuple[Step, ...]) -> list[Value]:
        items: list[Value] = []
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._value(event, (*path, len(items))))
        return items

    def _mapping(self, path: tuple[Step, ...]) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = _key(event)
            inner = (*path, key)
            line = self._first_line + _line(event)
            if key in values:
                message = f"The key '{key}' stands in line {self.lines[inner]} already; keep one."
                self.fault(_line(event), message)
                self._skip(inner)
                continue
            self.lines[inner] = line
            values[key] = self._value(next(self._events), inner)
        return values

    def _skip(self, path: tuple[Step, ...]) -> None:
        """Reads a value and forgets it, so that lines keep pointing to the first of its name."""
        kept, self.lines = self.lines, {}
        self._value(next(self._events), path)
        self.lines = kept

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        _check(event)
        written: str = event.value
        if event.style or event.tag == _TEXT_TAG:
            return written
        return self._plain(written)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line if event.start_mark else 0


def _key(event: yaml.Event) -> str:
    if not isinstance(event, yaml.ScalarEvent):
        raise _RefusedError(event, "A key must be one word; put a value with brackets in quotes.")
    _check(event)
    key: str = event.value
    return key


def _check(event: yaml.NodeEvent) -> None:
    """Refuses anchors, and tags other than the standard ones of scalars."""
    if event.anchor is not None:
        message = "A value that begins with '&' is an anchor in YAML; put it in quotes."
        raise _RefusedError(event, message)
    tag: str | None = getattr(event, "tag", None)
    if tag is not None and not (isinstance(event, yaml.ScalarEvent) and tag in _STANDARD_TAGS):
        message = "A value that begins with '!' is a tag in YAML; put it in quotes or remove it."
        raise _RefusedError(event, message)
