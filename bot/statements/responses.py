"""What an addressee has answered: `response.<language>.md` beside the texts of a statement."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path, PurePath

from bot.domain.digest import response_digest
from bot.domain.faults import Fault
from bot.domain.ids import Language
from bot.statements.caps import TEXT_LIMIT
from bot.statements.codes import language_fault
from bot.statements.front_matter import head_fields, source_of, split
from bot.statements.markdown import read_markdown
from bot.statements.model import Response
from bot.statements.report import Report
from bot.strict.text import read_text

NAME = "response"
KEYS = ("from", "date", "source")
_WHO = "It is not said who has answered; add a line 'from: …' to the front matter."
_DAY = "The day of the answer is missing; add a line 'date: 2026-03-01' to the front matter."
_NO_DAY = "'date' must be a date such as 2026-03-01."


def is_response(path: Path) -> bool:
    """Whether the file's name says that it is one."""
    return path.suffix == ".md" and path.stem.partition(".")[0] == NAME


def read_response(path: Path, report: Report) -> Response | None:
    """The answer in such a file, which the report names; None where it cannot be used at all, with
    faults."""
    content = read_text(path, report.file, TEXT_LIMIT)
    if isinstance(content, Fault):
        report.faults.append(content)
        return None
    tag = PurePath(report.file).stem.partition(".")[2]
    if fault := language_fault(tag):
        report.fault(None, f"{fault[:-1]} in the name of the file: {NAME}.<language>.md.")
        return None
    parts = split(content, report, "from")
    if parts is None:
        return None
    fields = head_fields(parts, report, KEYS, _WHO)
    found = read_markdown(parts.text, parts.first_line, report)
    if fields is None or found is None:
        return None
    by, written = fields.text("from", missing=_WHO), fields.text("date", missing=_DAY)
    source, day = source_of(fields), _day(written)
    if written is not None and day is None:
        fields.fault("date", _NO_DAY)
    if by is None or day is None:
        return None
    language, (text, document) = Language(tag), found
    digest = response_digest(language, by, day.isoformat(), text)
    return Response(language, by, day, source, text, digest, document)


def days_differ(responses: Sequence[tuple[str, Response]]) -> tuple[str, str] | None:
    """Of files and what they hold, the first that has another day than the first one, and what is
    wrong with it: it is one answer in several languages."""
    for file, response in responses[1:]:
        first, pattern = responses[0]
        if response.day != pattern.day:
            return file, f"{file} is of {response.day} and {first} of {pattern.day}; correct one."
    return None


def _day(written: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(written or "")
    except ValueError:
        return None
