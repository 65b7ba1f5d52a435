"""What is wrong with a text once it can be read: its characters, its headings, its demands."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from bot.statements.report import Report
from bot.text.document import Block, Document, Heading, ItemList, Paragraph, Quote
from bot.text.rich import RichText, Style

KNOWN_IDS = ("demands", "closing")
OVERRIDES = frozenset("\u202d\u202e")
EMBEDDINGS = frozenset("\u202a\u202b\u202c")
LINE_SEPARATORS = frozenset("\u2028\u2029")
_KNOWN = " or ".join(f"{{#{known}}}" for known in KNOWN_IDS)
_BRACED_ID = re.compile(r"(?<!\\)\{#[^{}]*\}")
_HARD_BREAK = re.compile(r"^(?![ \t]*#).*\S {2,}\n[ \t]*\S", re.MULTILINE)
_SUSPECTS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ufffd]")


def check_characters(text: str, report: Report, first_line: int) -> None:
    """Refuses control characters and overrides, which show a text as another than it is
    (Trojan Source, CVE-2021-42574); warns of embedding marks. Isolates are what UAX #9 advises."""
    told: set[str] = set()
    for found in _SUSPECTS.finditer(text):
        mark = found.group()
        if mark in told:
            continue
        told.add(mark)
        line = first_line + text.count("\n", 0, found.start())
        name = f"U+{ord(mark):04X} {unicodedata.name(mark, '')}".rstrip()
        if mark in OVERRIDES:
            report.fault(line, f"{name} can show a text as another than it is; delete it.")
        elif mark in EMBEDDINGS:
            report.warn(line, f"{name} is outdated; use U+2068 and U+2069 around the words.")
        elif mark in LINE_SEPARATORS:
            report.fault(line, f"{name} is no line end that chats show; replace it by one.")
        elif mark == "\ufffd":
            report.warn(line, f"{name} stands where a letter was lost; restore the letter.")
        else:
            report.fault(line, f"The control character {name} must not stand here; delete it.")


def check_breaks(text: str, report: Report, first_line: int) -> None:
    """Warns of line breaks made by blanks at a line's end, which normalising drops."""
    for found in _HARD_BREAK.finditer(text):
        line = first_line + text.count("\n", 0, found.end()) - 1
        message = "Blanks at the end of a line make no line break here; end it with a backslash."
        report.warn(line, message)


def check_document(document: Document, text: str, report: Report, first_line: int) -> None:
    """Checks headings, their ids and the demands of `document`, which is `text` parsed;
    `first_line` is where the text begins in its file."""
    offset = first_line - 1
    seen: dict[str, int] = {}
    for block, nested in _walk(document.blocks, nested=False):
        line = block.line + offset
        if isinstance(block, Heading) and block.id is not None:
            _check_id(block.id, line, seen, report, nested=nested)
        if isinstance(block, Heading | Paragraph) and _has_leftover(block.text):
            message = (
                "The marks '**' stay visible here; move them next to the words,"
                " outside of punctuation and blanks."
            )
            report.warn(line, message)
    _check_stray_ids(document, text, report, first_line)
    if "demands" in seen and not document.demands:
        message = (
            "There is no numbered list under the heading {#demands}; add one or remove the id."
        )
        report.fault(seen["demands"], message)


def demands_line(document: Document, first_line: int) -> int | None:
    """The line of the heading `{#demands}`; None where there is none."""
    for block in document.blocks:
        if isinstance(block, Heading) and block.id == "demands":
            return block.line + first_line - 1
    return None


def _check_id(name: str, line: int, seen: dict[str, int], report: Report, *, nested: bool) -> None:
    if name not in KNOWN_IDS:
        report.fault(line, f"The id {{#{name}}} is not known; write {_KNOWN}, or remove it.")
    elif nested:
        message = f"The heading {{#{name}}} stands inside a quote or a list; move it out."
        report.fault(line, message)
    elif name in seen:
        message = f"The id {{#{name}}} stands in line {seen[name]} already; keep one."
        report.fault(line, message)
    else:
        seen[name] = line


def _check_stray_ids(document: Document, text: str, report: Report, first_line: int) -> None:
    """An id that the parser left in the text would be shown to readers. In the source a backslash
    in front of it says that it is meant as text, and code is left alone."""
    blocks = [
        block
        for block, _ in _walk(document.blocks, nested=False)
        if isinstance(block, Heading | Paragraph)
    ]
    named = {block.line for block in blocks if isinstance(block, Heading) and block.id}
    shown = "\n".join(block.text.plain for block in blocks)
    for number, line in enumerate(text.split("\n") if "{#" in shown else ()):
        if number + 1 in named:
            continue
        for found in _BRACED_ID.finditer(line):
            if found.group() in shown and f"`{found.group()}`" not in line:
                message = (
                    f"{found.group()} is no id here and would be shown; write {_KNOWN}"
                    " at the end of a heading, or remove it."
                )
                report.fault(first_line + number, message)


def _has_leftover(text: RichText) -> bool:
    """Whether `**` is left outside of code."""
    codes = [span for span in text.spans if span.style in (Style.CODE, Style.PRE)]
    return any(
        not any(code.start <= found.start() < code.end for code in codes)
        for found in re.finditer(r"\*\*", text.plain)
    )


def _walk(blocks: Iterable[Block], *, nested: bool) -> Iterator[tuple[Block, bool]]:
    """Every block, those inside quotes and lists too, and whether it is one of those."""
    for block in blocks:
        yield block, nested
        if isinstance(block, Quote):
            yield from _walk(block.blocks, nested=True)
        elif isinstance(block, ItemList):
            for item in block.items:
                yield from _walk(item.blocks, nested=True)
