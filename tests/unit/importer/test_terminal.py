"""What a person at a terminal sees and is asked, and what scripts see instead."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.domain.ids import Language
from bot.importer import run
from bot.statements.loader import load

LETTER = """\
# Keep the Harbour

The port has fed its families for more than a century, and nobody has asked them about the sale.

It took from us:

- the quay,
- the market.

These came after:

1. A fence.
2. A guard.

Ana One, docker
Ben Two, cook
Cleo Three, nurse
"""


def talk(place: Path, letter: str, answers: Iterable[str]) -> list[str]:
    """All lines that are said while these answers are typed; "" takes what is offered."""
    file = place / "letter.md"
    file.write_text(letter, "utf-8")
    typed: Iterator[str] = iter(answers)
    told: list[str] = []

    def ask(question: str, default: str) -> str:
        answer = next(typed) or default
        told.append(f"{question} [{default}]: {answer}")
        return answer

    run(file, "harbour", Language("en"), place / "statements", say=told.append, ask=ask)
    assert next(typed, None) is None
    return told


def test_a_person_says_which_list_is_which(tmp_path: Path) -> None:
    told = talk(tmp_path, LETTER, ["7", "2", "", "yes"])

    assert told[0] == "What was found in letter.md:"
    assert any(line.startswith("Which list is the demands?") for line in told)
    assert "  2  lines 12 to 13, 2 entries, the first: A fence." in told
    assert "Type a number from 0 to 2." in told
    assert "  why          demands: the list at line 12 to 13, as chosen" in told
    again = told[told.index("With your answers:") :]
    assert "  demands      2" in again
    assert "  signatories  3" in again
    assert not any("stay text" in line for line in told)
    assert "  2. undersigned check      finds faults in all statements" in told
    statement = load(tmp_path / "statements").library.get("harbour")
    assert statement is not None
    texts = [demand.label for demand in statement.revisions[Language("en")].document.demands]
    assert texts == ["1.", "2."]


def test_lines_of_names_may_be_typed(tmp_path: Path) -> None:
    told = talk(tmp_path, LETTER, ["0", "16-17", "yes"])
    assert "  demands      none" in told
    assert "  signatories  3" in told

    told = talk(tmp_path, LETTER.replace("Keep", "Hold"), ["0", "0", "no"])
    assert "  signatories  none" in told
    assert told[-1] == "Nothing was written."


def test_nothing_is_asked_where_the_text_tells(tmp_path: Path) -> None:
    clear = LETTER.replace("It took from us:", "We ask for:").split("These came")[0]
    told = talk(tmp_path, clear, ["yes"])

    assert not [line for line in told if line.startswith("Which")]
    assert "  why          demands: the list at line 7 to 8, after 'We ask' (line 5)" in told


def test_at_a_terminal(tmp_path: Path) -> None:
    file = tmp_path / "letter.md"
    file.write_text(LETTER, "utf-8")
    command = [sys.executable, "-m", "bot", "import", str(file), "--id", "harbour", "--lang", "en"]
    outer, inner = pty.openpty()
    child = subprocess.Popen(command, stdin=inner, stdout=inner, stderr=inner, cwd=tmp_path)
    os.close(inner)
    os.write(outer, b"1\n0\nyes\n")
    shown = b""
    try:
        while piece := os.read(outer, 4096):
            shown += piece
    except OSError:  # how Linux says that the other side is closed
        pass
    assert child.wait() == 0
    os.close(outer)
    assert b"Which list is the demands?" in shown
    assert b"Next:" in shown
    assert (tmp_path / "statements" / "harbour" / "en.md").exists()


def test_a_script_is_asked_nothing(tmp_path: Path) -> None:
    file = tmp_path / "letter.md"
    file.write_text(LETTER, "utf-8")
    told: list[str] = []
    run(file, "harbour", Language("en"), tmp_path / "statements", say=told.append)

    assert told[0] == "title: Keep the Harbour"
    assert told[-1] == f"wrote {tmp_path / 'statements' / 'harbour' / 'en.md'}"
    assert any("those at line 7 to 8 and 12 to 13 stay text" in line for line in told)
