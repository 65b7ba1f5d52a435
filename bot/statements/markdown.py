"""The Markdown of a file, checked before it is parsed and after."""

from bot.domain.digest import normalised
from bot.statements.caps import is_within_caps
from bot.statements.checks import check_breaks, check_characters, check_document
from bot.statements.report import Report
from bot.text.document import Document
from bot.text.markdown import parse


def read_markdown(written: str, first_line: int, report: Report) -> tuple[str, Document] | None:
    """The text as digests are made of it, and parsed; None where it cannot be used at all.
    `first_line` is where it begins in its file."""
    if not is_within_caps(written, report, first_line):
        return None
    text = normalised(written)
    if not text:
        report.fault(first_line, "There is no text under the front matter; add it.")
        return None
    check_characters(text, report, first_line)
    check_breaks(written, report, first_line)
    try:
        document = parse(text)
    except ValueError as error:
        report.fault(first_line, f"This text cannot be read: {error}; make it simpler.")
        return None
    check_document(document, text, report, first_line)
    return text, document
