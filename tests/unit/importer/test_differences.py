"""Several languages of one statement, and where they do not match."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import program
from bot.domain.ids import Language
from bot.importer import ImportFault, beside, recognise, write
from bot.statements.loader import load

ENGLISH = """\
Keep the Harbour

The port has fed its families for more than a century, and nobody has asked them about the sale.

We met in the market every week since the plan became known, and we are many.

We ask:

1. A vote.
2. The papers.

The harbour is ours!

Signed by:
* Dockers (Egypt)
* Fishers (Iraq)
"""
FRENCH = ENGLISH.replace("We ask:", "Nous demandons :")
ARABIC = """\
الميناء لنا

أطعم الميناء عائلاته أكثر من قرن، ولم يسأل أحد أهله عن البيع ولا عن رأيهم فيه.

نطالب:

1. التصويت.
2. الأوراق.

الموقعون:
* عمال الميناء (مصر)
* صيادون (العراق)
"""


def notes(text: str, language: str, place: Path) -> list[str]:
    before = recognise(text, Language(language))
    return list(beside(before, "harbour", place).notes[len(before.notes) :])


def test_what_does_not_match_is_told(tmp_path: Path) -> None:
    write(recognise(ENGLISH, Language("en")), "harbour", tmp_path)

    assert notes(ARABIC, "ar", tmp_path) == [
        "en has 2 paragraphs, ar has 1",
        "en has 1 closing lines, ar has 0",
    ]
    fewer = ARABIC.replace("2. الأوراق.\n", "").replace("* صيادون (العراق)\n", "")
    assert "en has 2 demands, ar has 0" in notes(fewer, "ar", tmp_path)
    assert "en has 2 signatories, ar has 1" in notes(fewer, "ar", tmp_path)
    assert notes(ENGLISH, "en", tmp_path) == []
    assert notes(FRENCH, "fr", tmp_path) == []
    assert notes(ARABIC, "ar", tmp_path / "elsewhere") == []


def test_three_languages_make_one_statement(tmp_path: Path) -> None:
    for text, language in ((ENGLISH, "en"), (ARABIC, "ar"), (FRENCH, "fr")):
        write(recognise(text, Language(language)), "harbour", tmp_path)

    loaded = load(tmp_path)
    assert not loaded.faults
    statement = loaded.library.get("harbour")
    assert statement is not None
    assert statement.official_languages == ("en", "ar", "fr")


def test_the_report_comes_before_a_refusal(tmp_path: Path) -> None:
    write(recognise(ENGLISH, Language("en")), "harbour", tmp_path)
    file = tmp_path / "published.txt"
    file.write_text(ARABIC.replace("2. الأوراق.\n", "2. الأوراق.\n3. العمال.\n"), "utf-8")

    arguments = ["import", str(file), "--id", "harbour", "--lang", "ar", "--out", str(tmp_path)]
    done = CliRunner().invoke(program, arguments)
    assert "note: en has 2 demands, ar has 3" in done.output.splitlines()
    assert isinstance(done.exception, ImportFault)
    assert not (tmp_path / "harbour" / "ar.md").exists()


@pytest.mark.parametrize("broken", ["id: harbour\n", "nonsense: ["])
def test_a_package_with_faults_is_left_to_the_writing(broken: str, tmp_path: Path) -> None:
    (tmp_path / "harbour").mkdir()
    (tmp_path / "harbour" / "statement.yaml").write_text(broken, "utf-8")

    assert notes(ENGLISH, "en", tmp_path) == []
