"""The addressee's answer beside the texts of a statement: what is read of it, and every fault."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.domain.ids import Language, StatementId
from bot.statements.apart import load_apart
from bot.statements.loader import load
from bot.statements.model import Statement
from tests.support.statements import RESPONSE
from tests.unit.statements.packages import GOOD, write

EN, AR, FR = Language("en"), Language("ar"), Language("fr")
ARABIC = RESPONSE.replace("Ministry of Ports", "وزارة الموانئ")
PORT = StatementId("port")


def loaded(root: Path, **responses: str) -> Statement:
    files = {f"response.{language}.md": text for language, text in responses.items()}
    found = load(write(root, {**GOOD, **files}))
    assert not found.faults, found.faults
    return found.library.statements[PORT]


def test_an_answer_is_read_with_its_day_and_from_whom(tmp_path: Path) -> None:
    port = loaded(tmp_path, fr=RESPONSE, ar=ARABIC, en=RESPONSE)
    assert list(port.responses) == [EN, AR, FR]
    english = port.responses[EN]
    assert (english.by, english.day) == ("Ministry of Ports", dt.date(2026, 3, 1))
    assert english.source == "https://example.org/answer"
    assert english.text == "Dear friends,\n\nthe port **stays** closed."
    assert len({each.digest for each in port.responses.values()}) == 3
    assert port.response([Language("es"), AR]) is port.responses[AR]
    assert port.response([Language("fr-CA")]) is port.responses[FR]
    assert port.response([Language("es")]) is port.responses[AR]  # the original's language


def test_no_text_is_another_because_of_it(tmp_path: Path) -> None:
    before, after = loaded(tmp_path / "a"), loaded(tmp_path / "b", en=RESPONSE)
    assert before.response([EN]) is None
    assert before.revisions == after.revisions
    assert before.issuers_key == after.issuers_key


def test_the_process_that_reads_it_hands_it_over(tmp_path: Path) -> None:
    files = {**GOOD, "response.en.md": RESPONSE}
    folder = write(tmp_path, files)
    assert load_apart(folder, dt.UTC) == load(folder)


FAULTS = [
    ("response.en.md", "", None, "This file is empty; write a line '---', a line 'from: …'"),
    ("response.en.md", "Dear friends,", 1, "The from is missing; begin the file with a line"),
    (
        "response.en.md",
        RESPONSE.replace("from: Ministry of Ports\n", ""),
        2,
        "add a line 'from: …'",
    ),
    ("response.en.md", RESPONSE.replace("date: 2026-03-01\n", ""), 2, "add a line 'date: 2026"),
    ("response.en.md", RESPONSE.replace("2026-03-01", "in March"), 3, "must be a date such as"),
    ("response.en.md", RESPONSE.replace("date:", "day:"), 3, "'day' is not known"),
    ("response.en.md", RESPONSE.replace("https://example", "ftp://example"), 4, "http or https"),
    ("response.en.md", RESPONSE.partition("Dear")[0], 5, "There is no text under the front"),
    ("response.en.md", RESPONSE.replace("closed", "clo\u202esed"), 9, "U+202E"),
    (
        "response.en.md",
        RESPONSE + "#" * 10 + "\n\n" + "# a\n\n" * 501,
        None,
        "500 headings at most",
    ),
    ("response.en.md", "x" * (257 * 1024), None, "256 KiB"),
    ("response.md", RESPONSE, None, "in the name of the file: response.<language>.md."),
    ("response.english.md", RESPONSE, None, "in the name of the file: response.<language>.md."),
]


@pytest.mark.parametrize(("name", "text", "line", "message"), FAULTS)
def test_a_fault_keeps_the_statement_out(
    tmp_path: Path, name: str, text: str, line: int | None, message: str
) -> None:
    found = load(write(tmp_path, {**GOOD, name: text}))
    assert not found.library
    told = [fault for fault in found.faults if message in fault.message]
    assert told, found.faults
    assert told[0].file == f"statements/port/{name}"
    assert line is None or told[0].line == line


def test_it_has_one_day_in_all_languages(tmp_path: Path) -> None:
    other = ARABIC.replace("2026-03-01", "2026-03-02")
    found = load(write(tmp_path, {**GOOD, "response.en.md": RESPONSE, "response.ar.md": other}))
    (fault,) = found.faults
    assert fault.file == "statements/port/response.en.md"
    assert "is of 2026-03-01 and statements/port/response.ar.md of 2026-03-02" in fault.message
