"""What a good package becomes, and what is only worth a warning."""

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.digest import revision_digest
from bot.domain.ids import Language, StatementId
from bot.statements.loader import load
from bot.statements.model import Loaded, Statement
from tests.unit.statements.packages import ARABIC, ENGLISH, GOOD, STATEMENT, write


def only(loaded: Loaded) -> Statement:
    assert [str(fault) for fault in loaded.faults] == []
    (statement,) = loaded.library
    return statement


def messages(loaded: Loaded) -> list[str]:
    return [str(warning) for warning in loaded.warnings]


def test_a_good_package_is_read_whole(tmp_path: Path) -> None:
    loaded = load(write(tmp_path, GOOD))
    statement = only(loaded)
    assert loaded.warnings == ()
    assert statement.id == "port"
    assert statement.issued == dt.date(2024, 5, 31)
    assert statement.original_language == "ar"
    assert statement.official_languages == ("en", "ar")
    assert [dict(s.names) for s in statement.signatories] == [
        {"en": "Dockers' Union", "ar": "نقابة"},
        {"": "Local 12"},
    ]
    assert [s.country for s in statement.signatories] == ["NO", None]
    assert statement.terms.persons
    assert not statement.terms.organisations
    assert statement.terms.goal == 500
    assert list(statement.revisions) == ["en", "ar"]


def test_a_revision_is_named_by_the_digest_of_its_text(tmp_path: Path) -> None:
    english = only(load(write(tmp_path, GOOD))).revisions[Language("en")]
    assert english.statement == "port"
    assert english.title == "Open the port: now"
    assert english.attribution == "Unions of the port"
    assert english.source == "https://example.org/letter"
    assert english.text.startswith("# To the government\n")
    assert english.text.endswith("\nOpen it!")
    assert english.digest == revision_digest(
        Language("en"), english.title, english.attribution, english.text
    )
    assert [demand.label for demand in english.document.demands] == ["3)", "4)"]


def test_dates_of_endorsement_are_days_in_utc_and_the_last_day_counts(tmp_path: Path) -> None:
    terms = only(load(write(tmp_path, GOOD))).terms
    assert terms.opens == dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
    assert terms.closes == dt.datetime(2030, 2, 1, tzinfo=dt.UTC)


def test_names_can_be_looked_up_after_the_close_unless_that_is_said(tmp_path: Path) -> None:
    assert only(load(write(tmp_path, GOOD))).terms.searchable_after_close
    text = STATEMENT.replace("goal: 500", "searchable_after_close: false")
    (tmp_path / "other").mkdir()
    terms = only(load(write(tmp_path / "other", {**GOOD, "statement.yaml": text}))).terms
    assert not terms.searchable_after_close


def test_times_of_endorsement_may_name_their_zone(tmp_path: Path) -> None:
    text = STATEMENT.replace("2030-01-01", "2030-01-01 08:00").replace(
        "2030-01-31", "2030-01-31T18:00+02:00"
    )
    terms = only(load(write(tmp_path, {**GOOD, "statement.yaml": text}))).terms
    assert terms.opens == dt.datetime(2030, 1, 1, 8, tzinfo=dt.UTC)
    assert terms.closes == dt.datetime(2030, 1, 31, 16, tzinfo=dt.UTC)


def test_days_and_times_are_those_of_the_campaign(tmp_path: Path) -> None:
    terms = only(load(write(tmp_path, GOOD), ZoneInfo("America/New_York"))).terms
    assert terms.opens == dt.datetime(2030, 1, 1, 5, tzinfo=dt.UTC)
    assert terms.closes == dt.datetime(2030, 2, 1, 5, tzinfo=dt.UTC)
    # Summer time begins in Paris on 31 March 2030: that day has 23 hours.
    text = STATEMENT.replace("2030-01-01", "2030-03-31 12:00").replace("2030-01-31", "2030-03-31")
    summer = {**GOOD, "statement.yaml": text}
    terms = only(load(write(tmp_path / "summer", summer), ZoneInfo("Europe/Paris"))).terms
    assert terms.opens == dt.datetime(2030, 3, 31, 10, tzinfo=dt.UTC)
    assert terms.closes == dt.datetime(2030, 3, 31, 22, tzinfo=dt.UTC)


def test_a_named_offset_is_not_that_of_the_campaign(tmp_path: Path) -> None:
    text = STATEMENT.replace("2030-01-31", "2030-01-31T18:00+02:00")
    found = load(write(tmp_path, {**GOOD, "statement.yaml": text}), ZoneInfo("Asia/Baghdad"))
    assert only(found).terms.closes == dt.datetime(2030, 1, 31, 16, tzinfo=dt.UTC)


def test_the_least_that_a_package_needs(tmp_path: Path) -> None:
    files = {
        "statement.yaml": "id: port\noriginal_language: en\n",
        "fr.md": "---\ntitle: No\n---\nOui",
        "ar.md": "---\ntitle: 1986\nattribution:\n---\n\n\nنعم\n\n",
    }
    statement = only(load(write(tmp_path, files)))
    assert statement.official_languages == ("en",)
    assert statement.signatories == ()
    assert statement.terms.persons
    assert statement.terms.organisations
    assert [r.title for r in statement.revisions.values()] == ["1986", "No"]
    assert [r.text for r in statement.revisions.values()] == ["نعم", "Oui"]


@pytest.mark.parametrize("key", ["official_languages", "official languages", "Official-Languages"])
def test_keys_may_be_written_with_blanks_and_hyphens(tmp_path: Path, key: str) -> None:
    text = STATEMENT.replace("official languages", key)
    statement = only(load(write(tmp_path, {**GOOD, "statement.yaml": text})))
    assert statement.official_languages == ("en", "ar")


@pytest.mark.parametrize(("written", "kept"), [("yes", True), ("no", False), ("off", False)])
def test_yes_and_no_are_understood_where_only_they_fit(
    tmp_path: Path, written: str, kept: bool
) -> None:
    text = STATEMENT.replace("persons: true", f"persons: {written}")
    assert only(load(write(tmp_path, {**GOOD, "statement.yaml": text}))).terms.persons is kept


def test_windows_line_ends_and_trailing_blanks_do_not_change_the_digest(tmp_path: Path) -> None:
    plain = only(load(write(tmp_path / "plain", GOOD)))
    altered: dict[str, str | bytes] = {
        **GOOD,
        "en.md": b"\xef\xbb\xbf" + ENGLISH.replace("\n", "\r\n").encode() + b"\r\n",
        "ar.md": ARABIC.replace(":\n", ": \n"),
    }
    other = only(load(write(tmp_path / "altered", altered)))
    assert {r.digest for r in plain.revisions.values()} == {
        r.digest for r in other.revisions.values()
    }


def test_a_faulty_package_does_not_keep_a_good_one_out(tmp_path: Path) -> None:
    folder = write(tmp_path, GOOD)
    write(tmp_path, {"statement.yaml": "id: other\n"}, "other")
    loaded = load(folder)
    assert list(loaded.library.statements) == [StatementId("port")]
    assert {fault.file for fault in loaded.faults} == {
        "statements/other",
        "statements/other/statement.yaml",
    }


def test_hidden_files_readmes_and_lists_of_signatories_are_left_alone(tmp_path: Path) -> None:
    others = {".draft.md": "x", "signatories.csv": "x", "signatories.pdf": "x", "README.md": "x"}
    folder = write(tmp_path, {**GOOD, **others})
    (folder / "README.md").write_text("x")
    (folder / ".git").mkdir()
    assert load(folder).warnings == ()


def test_stray_files_are_warnings(tmp_path: Path) -> None:
    folder = write(tmp_path, {**GOOD, "en.txt": "x", "statement.yml": "x"})
    (folder / "en.md").write_text("x")
    loaded = load(folder)
    only(loaded)
    assert [warning.file for warning in loaded.warnings] == [
        "statements/en.md",
        "statements/port/en.txt",
        "statements/port/statement.yml",
    ]


WARNINGS = [
    ("We **demand**:", "We **demand **it:", 9, "The marks '**' stay visible here"),
    ("We **demand**:", "We demand:  \nthis", 9, "end it with a backslash"),
    ("We **demand**:", "> We demand:   \n> this", 9, "end it with a backslash"),
    ("We **demand**:", "We\nde\u202amand\u202c:", 10, "use U+2068 and U+2069 around the words"),
    ("We **demand**:", "We de\ufffdmand:", 9, "restore the letter"),
    ("3) Open", "3) **Open ** it", 13, "The marks '**' stay visible here"),
]


@pytest.mark.parametrize(("old", "new", "line", "message"), WARNINGS)
def test_what_is_worth_a_warning(
    tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    loaded = load(write(tmp_path, {**GOOD, "en.md": ENGLISH.replace(old, new)}))
    only(loaded)
    assert {(w.file, w.line) for w in loaded.warnings} == {("statements/port/en.md", line)}
    assert any(message in warning for warning in messages(loaded))


@pytest.mark.parametrize(
    "text",
    [
        "Amal said \u2067نعم\u2069.",
        "Stars `**` in code\n\n    and **here **too",
        "A backslash breaks\\\nthe line, one blank \ndoes not.",
        "## Heading  \nand text",
        "می\u200cخواهیم \U0001f468\u200d\U0001f469\u200d\U0001f467",
        "Write `{#demands}` or \\{#demands} behind a heading.",
    ],
)
def test_what_is_worth_none(tmp_path: Path, text: str) -> None:
    english = ENGLISH.replace("We **demand**:", text)
    loaded = load(write(tmp_path, {**GOOD, "en.md": english}))
    only(loaded)
    assert messages(loaded) == []


def test_a_missing_or_an_empty_folder_is_a_fault_with_the_remedy(tmp_path: Path) -> None:
    empty = tmp_path / "statements"
    remedy = "create it with a package statements/<id>/, or run `undersigned import`."
    for _ in range(2):
        (fault,) = load(empty).faults
        assert (fault.file, fault.line) == ("statements", None)
        assert fault.message.endswith(remedy)
        empty.mkdir(exist_ok=True)
