"""The head of a text file: `title`, `attribution` and `source` between two lines `---`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.statements.fields import Fields
from bot.statements.report import Report
from bot.strict.text import KIB
from bot.strict.yaml import SIZE_LIMIT, parse

KEYS = ("title", "attribution", "source")
FENCE = "---"
LINE_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """`text` is the Markdown behind the head and behind blank lines; it begins in `first_line`."""

    title: str
    attribution: str
    source: str
    text: str
    first_line: int


@dataclass(frozen=True, slots=True)
class Parts:
    """What stands between the fences, whose first line is `head_line`, and the Markdown behind
    them."""

    head: str
    head_line: int
    text: str
    first_line: int


def read_front_matter(content: str, report: Report) -> FrontMatter | None:
    """The head and the Markdown of a text file; None when there is no head, with a fault.

    A head with faults still gives the Markdown, so that its faults are told too.
    """
    parts = split(content, report, "title")
    if parts is None:
        return None
    return FrontMatter(*_head(parts, report), parts.text, parts.first_line)


def split(content: str, report: Report, key: str) -> Parts | None:
    """The two parts of a file; None where there is no head, which is a fault that says how one with
    the key `key` is written."""
    example = f"a line '---', a line '{key}: …' and a line '---'"
    lines = content.split("\n")
    opened = next((number for number, line in enumerate(lines) if line.strip()), None)
    if opened is None:
        report.fault(None, f"This file is empty; write {example}, then the text.")
        return None
    if lines[opened].rstrip() != FENCE:
        report.fault(opened + 1, f"The {key} is missing; begin the file with {example}.")
        return None
    rest = range(opened + 1, len(lines))
    closed = next((number for number in rest if lines[number].rstrip() == FENCE), None)
    if closed is None:
        message = "The front matter opened here is never closed; add a line '---' behind it."
        report.fault(opened + 1, message)
        return None
    head = "\n".join(lines[opened + 1 : closed])
    start = closed + 1
    while start < len(lines) and not lines[start].strip():
        start += 1
    first_line = start + 1 if start < len(lines) else closed + 1
    return Parts(head, opened + 2, "\n".join(lines[start:]), first_line)


def _head(parts: Parts, report: Report) -> tuple[str, str, str]:
    missing = "The title is missing; add a line 'title: …' to the front matter."
    fields = head_fields(parts, report, KEYS, missing)
    if fields is None:
        return "", "", ""
    title = fields.text("title", missing=missing) or ""
    attribution = fields.text("attribution", limit=LINE_LIMIT) or ""
    return title, attribution, source_of(fields)


def head_fields(parts: Parts, report: Report, keys: Sequence[str], missing: str) -> Fields | None:
    """The keys of a head, all their values as text; None where nothing of it can be read, and
    `missing` is the fault where it is empty."""
    head, first_line = parts.head, parts.head_line
    if len(head.encode()) > SIZE_LIMIT:
        message = f"The front matter is larger than {SIZE_LIMIT // KIB} KiB; shorten it."
        report.fault(first_line - 1, message)
        return None
    _check_comments(head, first_line, report)
    parsed = parse(head, report.file, first_line=first_line, plain=str)
    report.faults.extend(parsed.faults)
    if not parsed.complete:
        return None
    if parsed.data is None:
        report.fault(first_line - 1, missing)
        return None
    return Fields(parsed, report, (), keys)


def source_of(fields: Fields) -> str:
    """Where it was published first; empty where the head does not say it."""
    source = fields.text("source", limit=LINE_LIMIT) or ""
    if fault := _source_fault(source):
        fields.fault("source", fault)
    return source


def _check_comments(head: str, first_line: int, report: Report) -> None:
    """YAML takes what follows ` #` for a comment: `title: Local #5` would lose its end silently."""
    for number, line in enumerate(head.split("\n")):
        key, _, value = line.partition(":")
        if key.lstrip().startswith("#") or value.lstrip()[:1] in {"", "#", '"', "'", "|", ">"}:
            continue
        if " #" in value:
            message = "What follows '#' is lost as a comment; put the whole value in quotes."
            report.fault(first_line + number, message)


def _source_fault(source: str) -> str | None:
    """A source is an address of the web, or words; any other address would be a dead link."""
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", source):
        return None
    try:
        url = urlsplit(source)
        fits = url.scheme in ("http", "https") and bool(url.hostname) and " " not in source
    except ValueError:
        fits = False
    return None if fits else "'source' must be an http or https address, or words; correct it."
