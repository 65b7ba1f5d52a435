"""`undersigned translations`: how far each catalogue is, and where what is missing stands."""

from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder
from typer.testing import CliRunner, Result

from bot.cli import program
from bot.wording import catalogues
from bot.wording.catalogues import CatalogueFault, catalogue_path, extract, progress
from tests.unit.test_translations import CATALOGUE, SOURCE

ROOT = Path(__file__).parents[2]


def write(root: Path, catalogue: str = CATALOGUE, language: str = "ar") -> None:
    """A project with one module and one catalogue."""
    (root / "bot").mkdir(exist_ok=True)
    (root / "bot" / "words.py").write_text(SOURCE, encoding="utf-8")
    path = catalogue_path(root, language)
    path.parent.mkdir(parents=True)
    path.write_text(catalogue, encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(catalogues, "ROOT", tmp_path)
    return tmp_path


def translations(*arguments: str) -> Result:
    return CliRunner().invoke(program, ["translations", *arguments])


def test_a_complete_catalogue(project: Path) -> None:
    write(project)
    ended = translations()
    assert (ended.exit_code, ended.output) == (0, "ar: 6 of 6 translated\n")


@pytest.mark.parametrize(
    ("before", "after", "numbers", "gap"),
    [
        ('msgstr "تم"', 'msgstr ""', "1 missing", "4: missing: “Done”"),
        ('msgid "Done"\nmsgstr "تم"\n', "", "1 missing", "4: missing: “Done”"),
        ('msgctxt "button"', 'msgctxt "menu"', "1 missing", "6: missing: “Done”"),
        (
            'msgstr[5] "{n} اسم في {list}"\n',
            "",
            "1 missing",
            "7: missing: “{n} name of {list}”",
        ),
        ('msgid "Done"', '#, fuzzy\nmsgid "Done"', "1 fuzzy", "4: fuzzy: “Done”"),
        (
            "{n} names of {list}",
            "{n} people of {list}",
            "1 fuzzy",
            "7: fuzzy: “{n} name of {list}”",
        ),
    ],
)
def test_what_is_not_shown_is_listed(
    project: Path, before: str, after: str, numbers: str, gap: str
) -> None:
    assert before in CATALOGUE
    write(project, CATALOGUE.replace(before, after, 1))
    ended = translations("ar")
    assert ended.exit_code == 1
    assert ended.output.splitlines() == [
        f"ar: 5 of 6 translated, {numbers}",
        f"  bot/words.py:{gap}",
    ]


def test_all_languages_are_told_and_the_source_needs_none(project: Path) -> None:
    write(project)
    write(project, CATALOGUE.replace('msgstr "تم"', 'msgstr ""', 1), "fr")
    ended = translations()
    assert ended.exit_code == 1
    assert ended.output.splitlines()[:2] == [
        "ar: 6 of 6 translated",
        "fr: 5 of 6 translated, 1 missing",
    ]
    assert translations("ar").exit_code == 0
    assert translations("en").exit_code == 0
    assert "needs no catalogue" in translations("en").output


def test_a_catalogue_that_is_none_is_told_with_its_line(project: Path) -> None:
    write(project, CATALOGUE + "\nمرحبا\n")
    ended = translations()
    assert ended.exit_code == 1
    lines = CATALOGUE.count("\n") + 2
    place = f"undersigned.po:{lines}: this is no valid catalogue: "
    assert place in ended.output


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fr", "there is no such catalogue; `make messages ARGS=fr` begins it"),
        ("xx", "xx is no language that Babel knows; rename the folder"),
        ("../ar", "../ar is no language that Babel knows; rename the folder"),
    ],
)
def test_a_language_without_a_catalogue(project: Path, language: str, sentence: str) -> None:
    write(project)
    ended = translations(language)
    assert ended.exit_code == 1
    assert ended.output.endswith(f"undersigned.po: {sentence}\n")
    with pytest.raises(CatalogueFault):
        progress(language, extract(project), project)


def test_a_country_may_be_written_either_way(project: Path) -> None:
    write(project, language="pt_BR")
    assert translations("pt-BR").output == "pt-BR: 6 of 6 translated\n"


def test_the_wheel_holds_the_catalogues_and_the_source_of_their_messages() -> None:
    files = {file.distribution_path for file in WheelBuilder(str(ROOT)).recurse_included_files()}
    names = {path.relative_to(ROOT).as_posix() for path in (ROOT / "bot").rglob("*.p[yo]*")}
    assert {name for name in names if "__pycache__" not in name} <= files
    assert "bot/locales/undersigned.pot" in files
    assert "bot/locales/ar/LC_MESSAGES/undersigned.po" in files
