"""The list of what is sealed to the organisers: as it leaves the host, and as they open it.

It is text. Above each block `#12 person verified organisers TN` tells what the host knows; a block
is a whole file in the age format, armoured, which `age -d` opens alone. What comes out is not
trusted: whoever has the public key can seal anything to it.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain import public_list
from bot.storage.entrusted import SealedPart

BEGIN = "-----BEGIN AGE ENCRYPTED FILE-----"
END = "-----END AGE ENCRYPTED FILE-----"
_WIDTH = 64
"""Characters in a line of an armoured file, as the format demands."""

_HEAD = re.compile(
    r"#(?P<number>[0-9]{1,18}) (?P<kind>\w+) (?P<status>\w+) (?P<visibility>\w+) (?P<country>\w+|-)"
)
HEAD = ("number", "kind", "status", "visibility", "country")
INSIDE = (
    *("statement", "name", "affiliation", "place", "group_title", "group_members", "asked_by"),
    *("decided_by", "decided", "reason"),
)
BEHIND = ("excepts", "source")
COLUMNS = (*HEAD, *INSIDE, "questions", *BEHIND)

Row = Mapping[str, str]
"""The text of each column."""


def top(statement: str) -> str:
    """How the list begins."""
    return (
        f"# Sealed to the organisers: {statement}. On the machine with the secret key,\n"
        "# `undersigned open-sealed KEYFILE THISFILE` makes a table of it, and\n"
        "# `age -d -i KEYFILE` opens a single block that is pasted into it.\n"
    )


def block(part: SealedPart) -> str:
    """The lines of one part, with its head."""
    coded = base64.b64encode(part.age).decode()
    head = f"#{part.number} {part.kind} {part.status} {part.visibility} {part.country or '-'}"
    return "\n".join([head, BEGIN, *textwrap.wrap(coded, _WIDTH), END, ""])


@dataclass(frozen=True, slots=True)
class Opened:
    """A row for each number, in the order of the list, and the numbers that these keys do not
    open."""

    rows: Sequence[Row]
    closed: Sequence[int]


def open_list(lines: Iterable[str], open_block: Callable[[bytes], bytes | None]) -> Opened:
    """`open_block` gives what is in a file of the age format, or None. Of what was sealed about one
    number the later counts."""
    rows: dict[int, dict[str, str]] = {}
    closed: dict[int, None] = {}
    for head, sealed in _blocks(lines):
        number = int(head["number"])
        data = open_block(sealed)
        inside = None if data is None else _read(data, number)
        if inside is None:
            closed[number] = None
        else:
            row = rows.setdefault(number, dict.fromkeys(COLUMNS, ""))
            row |= inside
            row |= {key: value if value != "-" else "" for key, value in head.items()}
    return Opened(list(rows.values()), list(closed))


def as_csv(rows: Iterable[Row]) -> str:
    return public_list.as_csv(COLUMNS, ([row[column] for column in COLUMNS] for row in rows))


def as_json(rows: Iterable[Row]) -> str:
    return json.dumps(list(rows), ensure_ascii=False, indent=1) + "\n"


def _blocks(lines: Iterable[str]) -> Iterator[tuple[dict[str, str], bytes]]:
    """Each whole block below its head; what stands between them says nothing."""
    head: dict[str, str] | None = None
    coded: list[str] | None = None
    for line in map(str.strip, lines):
        if found := _HEAD.fullmatch(line):
            head, coded = found.groupdict(), None
        elif line == BEGIN:
            coded = []
        elif line == END and head is not None and coded is not None:
            yield head, _decoded("".join(coded))
            coded = None
        elif coded is not None:
            coded.append(line)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _read(data: bytes, number: int) -> dict[str, str] | None:
    """None unless it is what was sealed about that number."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("number") != number:
        return None
    row = {key: _clean(found[key]) for key in (*INSIDE, *BEHIND) if found.get(key) is not None}
    asked = found.get("questions")
    if isinstance(asked, list) and asked:
        row["questions"] = " | ".join(map(_asked, asked))
    return row


def _asked(pair: Any) -> str:
    parts = pair if isinstance(pair, list) else [pair]
    return " → ".join(_clean(part) for part in parts if part is not None)


def _clean(value: object) -> str:
    """On one line, and with nothing in it that a terminal obeys."""
    return "".join(" " if unicodedata.category(c) == "Cc" else c for c in str(value))
