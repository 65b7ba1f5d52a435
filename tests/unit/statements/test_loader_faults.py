"""Every fault of a package, with its file, its line and its remedy."""

from pathlib import Path

import pytest

from bot.domain.faults import Fault
from bot.statements.loader import load
from tests.unit.statements.packages import ARABIC, ENGLISH, GOOD, STATEMENT, write

YAML = "statement.yaml"

# What is replaced in statement.yaml by what, and the line and the message of the only fault.
METADATA = [
    ("id: port", "id: harbour", 1, "differs from the folder's name 'port'; make them the same"),
    ("id: port", "id: Port!", 1, "must be 1 to 32 of a-z, 0-9 and '-'"),
    ("id: port", "id: 7", 1, "'id' must be text; put the value in quotes."),
    ("id: port\n", "", 1, "The id is missing; add a line 'id: port'."),
    ("issued: 2024-05-31", "isued: 2024-05-31", 2, "not known; did you mean 'issued'?"),
    ("issued: 2024-05-31", "issued: May", 2, "'issued' must be a date such as 2024-05-31."),
    ("issued: 2024-05-31", "issued: 2024-05-31 10:00", 2, "'issued' must be a date"),
    ("original_language: ar", "original_language: arab", 3, "'arab' is not a known language tag"),
    ("original_language: ar", "original_language: AR", 3, "write 'ar'"),
    ("original_language: ar\n", "", 1, "The original language is missing; add a line"),
    ("[en, ar]", "en", 4, "'official_languages' must be a list; write it as [en, ar]."),
    ("[en, ar]", "[]", 4, "name a language or remove the key"),
    ("[en, ar]", "[en, ar, en]", 4, "The language 'en' is listed twice; remove one."),
    ("[en, ar]", "[en, ar, 5]", 4, "A language must be text; put the value in quotes."),
    ("[en, ar]", "[en, ar, pt_BR]", 4, "write 'pt-BR'"),
    ("[en, ar]", "\n  - en\n  - ar\n  - fr", 7, "There is no file fr.md"),
    ("[en, ar]", "[en]\nofficial_languages: [ar]", 5, "stands in line 4 already; keep one"),
    ("country: no", "country: Norway", 7, "'Norway' is not a country code; write 'NO'."),
    ("country: no", "country: uk", 7, "write 'GB'"),
    ("country: no", "country: EU", 7, "is not a country code"),
    ("country: no", "country: true", 7, "'country' must be text"),
    ("country: no", "county: no", 7, "did you mean 'country'?"),
    ("- name: Local 12", "- Local 12", 8, "must hold lines 'key: value'; use name, country."),
    ("- name: Local 12", "- name: 12", 8, "'name' must be text; put the value in quotes."),
    ("- name: Local 12", "- name: ''", 8, "A signatory has no name; add a line 'name: …'."),
    ("- name: Local 12", "- country: fr", 8, "A signatory has no name; add a line 'name: …'."),
    ("- name: Local 12", "- name: {}", 8, "A signatory has no name"),
    ("- name: Local 12", "- name: {xx: A}", 8, "'xx' is not a known language tag"),
    ("- name: Local 12", "- name: {en: [A]}", 8, "The name in 'en' must be text"),
    ("- name: Local 12", "- name: {en: ''}", 8, "The name in 'en' is empty; fill it in."),
    ("- name: Local 12", '- name: "a\\nb"', 8, "'name' must be one line; join its lines."),
    ("- name: Local 12", '- name: "a\\u202eb"', 8, "U+202E RIGHT-TO-LEFT OVERRIDE"),
    ("- name: Local 12", f"- name: {'x' * 201}", 8, "has 201 characters, 200 at most; shorten it"),
    (
        "- name: Local 12",
        "- name: Local 12\n  - name: LOCAL 12",
        9,
        "This signatory stands in line 8 already; remove one.",
    ),
    (
        "- name: Local 12",
        "- name: {en: dockers' union}\n    country: NO",
        8,
        "This signatory stands in line 6 already; remove one.",
    ),
    ("persons: true", "persons: maybe", 10, "says neither true nor false; write one of the two"),
    ("persons: true", "people: true", 10, "The key 'people' is not known"),
    ("organisations: false", "organisations: 0", 11, "says neither true nor false"),
    ("opens: 2030-01-01", "opens: soon", 12, "'opens' must be a date such as 2030-05-31"),
    ("opens: 2030-01-01", "opens: 2030-02-31", 12, "'opens' must be a date"),
    ("opens: 2030-01-01", "opens: 0203-01-01", 12, "must lie between 2000 and 2199"),
    ("opens: 2030-01-01", "opens: 2030-02-01", 13, "'closes' is not after 'opens'"),
    ("closes: 2030-01-31", "closes: 9999-12-31", 13, "must lie between 2000 and 2199"),
    ("goal: 500", "goal: 0", 14, "'goal' must be a whole number above 0"),
    ("goal: 500", "goal: true", 14, "'goal' must be a whole number above 0"),
    ("goal: 500", "goal: 1.5", 14, "'goal' must be a whole number above 0"),
    ("goal: 500", "goal: 500\n  goal: 600", 15, "The key 'goal' stands in line 14 already"),
    ("goal: 500", "affiliations: perhaps", 14, "'affiliations' says neither true nor false"),
    ("goal: 500", "exceptions: 4", 14, "'exceptions' says neither true nor false"),
    ("goal: 500", "mandate: everybody", 14, "'mandate' says who decides in a group: write"),
    ("goal: 500", "mandate: 2", 14, "'mandate' says who decides in a group: write"),
    ("goal: 500", "quorum: 20%", 14, "counts only where the members decide; add"),
    ("goal: 500", "mandate: members\n  quorum: 0", 15, "'quorum' must be a number of members"),
    ("goal: 500", "mandate: members\n  quorum: 101%", 15, "'quorum' must be a number of"),
    ("goal: 500", "mandate: members\n  quorum: yes", 15, "'quorum' must be a number of members"),
    ("goal: 500", "mandate: members\n  vote_days: 91", 15, "a whole number of days, 1 to 90"),
    ("goal: 500", "mandate: members\n  vote_days: true", 15, "a whole number of days, 1 to 90"),
    ("goal: 500", "mandate: members\n  newcomers: 2", 15, "says neither true nor false"),
    ("goal: 500", "goal: *all", 14, "is an alias in YAML; put it in quotes"),
    ("goal: 500", "goal: '500", 14, "The quotation mark opened here is never closed"),
]

# The same for en.md.
TEXTS = [
    ('title: "Open the port: now"', 'title: ""', 2, "The title is missing; add a line 'title: …'"),
    ('title: "Open the port: now"', 'title: " "', 2, "'title' is empty; fill it in."),
    ('title: "Open the port: now"', f"title: {'x' * 201}", 2, "201 characters, 200 at most"),
    ('title: "Open the port: now"', "title: [Port]", 2, "'title' must be text"),
    ('title: "Open the port: now"', "title: Open: now", 2, "put a value that holds a colon in"),
    ('title: "Open the port: now"', "title: Local #5", 2, "is lost as a comment; put the whole"),
    ('title: "Open the port: now"', 'title: "Port\\a"', 2, "The control character U+0007"),
    ('title: "Open the port: now"', "title: |\n  a\n  b", 2, "'title' must be one line"),
    ('title: "Open the port: now"\n', "", 2, "The title is missing; add a line 'title: …'"),
    ("source: https:", "source: ftp:", 4, "must be an http or https address, or words"),
    ("source: https://example.org/", "source: https:///", 4, "must be an http or https address"),
    ("source: https://", "sauce: https://", 4, "did you mean 'source'?"),
    ("attribution: U", "title: U", 3, "The key 'title' stands in line 2 already; keep one."),
    ("We **", "W\x07e **", 9, "The control character U+0007 must not stand here; delete it."),
    ("We **", "W\u202ee **", 9, "can show a text as another than it is; delete it."),
    ("We **", "W\u202de **", 9, "U+202D LEFT-TO-RIGHT OVERRIDE"),
    ("We **", "W\u2028e **", 9, "U+2028 LINE SEPARATOR is no line end that chats show"),
    ("{#closing}", "{#end}", 16, "The id {#end} is not known; write {#demands} or {#closing}"),
    ("{#closing}", "{#1}", 16, "{#1} is no id here and would be shown"),
    ("{#closing}", "{#closing} now", 16, "{#closing} is no id here and would be shown"),
    ("Open it!", "Open {#demands} it!", 18, "{#demands} is no id here and would be shown"),
    ("Open it!", "> ## Open it! {#x}", 18, "The id {#x} is not known"),
    ("Open it!", "> ## It {#closing}", 18, "stands inside a quote or a list; move it out"),
    ("Open it!", "## It {#closing}", 18, "The id {#closing} stands in line 16 already"),
]


def one_fault(root: Path, file: str, content: str | bytes) -> Fault:
    loaded = load(write(root, {**GOOD, file: content}))
    assert not loaded.library
    faults = [str(fault) for fault in loaded.faults]
    assert len(faults) == 1, faults
    return loaded.faults[0]


@pytest.mark.parametrize(("old", "new", "line", "message"), METADATA)
def test_a_fault_in_statement_yaml(
    tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    assert old in STATEMENT
    fault = one_fault(tmp_path, YAML, STATEMENT.replace(old, new))
    assert (fault.file, fault.line) == ("statements/port/statement.yaml", line)
    assert message in fault.message


@pytest.mark.parametrize(("old", "new", "line", "message"), TEXTS)
def test_a_fault_in_a_text(tmp_path: Path, old: str, new: str, line: int, message: str) -> None:
    assert old in ENGLISH
    fault = one_fault(tmp_path, "en.md", ENGLISH.replace(old, new))
    assert (fault.file, fault.line) == ("statements/port/en.md", line)
    assert message in fault.message


DEMANDS = "## Demands {#demands}\n\n1. a\n2. b\n"
FILES: list[tuple[str, str | bytes, int | None, str]] = [
    (YAML, "", None, "This file is empty; write at least 'id: port' into it."),
    (YAML, "- id: port\n", 1, "This must hold lines 'key: value'"),
    (YAML, b"id: \xff\n", 1, "This is not UTF-8 text; save the file with the encoding UTF-8."),
    (YAML, "#" * 65 * 1024, None, "This file is larger than 64 KiB"),
    ("en.md", "", None, "This file is empty; write a line '---'"),
    ("en.md", "# Title\n", 1, "The title is missing; begin the file with a line '---'"),
    ("en.md", "\n---\ntitle: x\n", 2, "The front matter opened here is never closed"),
    ("en.md", f"---\n---\n{DEMANDS}", 1, "The title is missing; add a line 'title: …'"),
    ("en.md", "---\ntitle: x\n---\n\n", 3, "There is no text under the front matter; add it."),
    (
        "en.md",
        f"---\n# {'x' * 65 * 1024}\n---\n{DEMANDS}",
        1,
        "The front matter is larger than 64 KiB",
    ),
    ("en.md", "---\ntitle: x\n---\nl\xe9".encode("latin-1"), 4, "This is not UTF-8 text"),
    ("en.md", b"x" * (256 * 1024 + 1), None, "This file is larger than 256 KiB"),
    ("xx.md", ARABIC, None, "'xx' is not a known language tag; write one such as en, ar or pt-BR"),
    ("pt_BR.md", ARABIC, None, "write 'pt-BR' as the name of the file."),
    ("en-PS.md", ARABIC, None, "write one such as en as the name of the file."),
]


@pytest.mark.parametrize(("file", "content", "line", "message"), FILES)
def test_a_fault_of_a_whole_file(
    tmp_path: Path, file: str, content: str | bytes, line: int | None, message: str
) -> None:
    folder = write(tmp_path, {**GOOD, file: content})
    faults = [f for f in load(folder).faults if f.file == f"statements/port/{file}"]
    assert [(fault.line, message in fault.message) for fault in faults] == [(line, True)]


def test_the_heading_of_demands_needs_a_numbered_list(tmp_path: Path) -> None:
    bullets = ENGLISH.replace("3)", "-").replace("4)", "-")
    text = {"en.md": bullets, "ar.md": ARABIC.replace("1.", "-").replace("2.", "-")}
    loaded = load(write(tmp_path, {**GOOD, **text}))
    assert [(fault.file, fault.line) for fault in loaded.faults] == [
        ("statements/port/ar.md", 6),
        ("statements/port/en.md", 11),
    ]
    assert "There is no numbered list under the heading {#demands}" in str(loaded.faults[0])


def test_translations_must_have_as_many_demands_as_the_original(tmp_path: Path) -> None:
    fault = one_fault(tmp_path, "en.md", ENGLISH.replace("4) Keep it open.\n", ""))
    assert str(fault) == (
        "statements/port/en.md:11: statements/port/en.md has 1 demands and statements/port/ar.md"
        " has 2; make them the same number."
    )


EXCEPTIONS = STATEMENT.replace("goal: 500", "exceptions: true")
SAME = ENGLISH.replace("3)", "1)").replace("4)", "2)")


@pytest.mark.parametrize(
    ("english", "arabic", "file"),
    [
        (ENGLISH, ARABIC, "en.md"),
        (SAME.replace("2)", "1)"), ARABIC.replace("2.", "1."), "ar.md"),
        (SAME.replace("2)", ""), ARABIC.replace("2.", ""), "ar.md"),
        (
            SAME.replace("2) Keep it open.", "\n".join(f"{n}) Keep it." for n in range(2, 32))),
            ARABIC.replace("2. ", "\n".join(f"{n}. ." for n in range(2, 32))),
            "ar.md",
        ),
    ],
)
def test_a_demand_that_can_be_excepted_has_a_number_of_its_own(
    tmp_path: Path, english: str, arabic: str, file: str
) -> None:
    files = {YAML: EXCEPTIONS, "en.md": english, "ar.md": arabic}
    first = load(write(tmp_path, files)).faults[0]
    assert first.file == f"statements/port/{file}"
    assert "needs 2 to 30 demands, each with a number of its own" in first.message
    folder = write(tmp_path / "good", {YAML: EXCEPTIONS, "en.md": SAME, "ar.md": ARABIC})
    (statement,) = load(folder).library
    assert [statement.exceptable(r) for r in statement.revisions.values()] == [("1", "2")] * 2
    assert load(write(tmp_path / "none", GOOD)).library


def test_a_package_without_texts_or_without_metadata(tmp_path: Path) -> None:
    folder = write(tmp_path, {YAML: STATEMENT})
    write(tmp_path, {"en.md": ENGLISH}, "second")
    assert [str(fault) for fault in load(folder).faults] == [
        "statements/port: There is no text of this statement; add a file ar.md.",
        "statements/second/statement.yaml: There is no such file; create it or correct the name.",
    ]


def test_the_name_of_the_folder_is_checked(tmp_path: Path) -> None:
    loaded = load(write(tmp_path, {**GOOD, YAML: STATEMENT.replace("id: port", "id: a")}, "A_b"))
    assert [fault.file for fault in loaded.faults] == [
        "statements/A_b",
        "statements/A_b/statement.yaml",
    ]


def test_a_folder_in_place_of_a_text(tmp_path: Path) -> None:
    folder = write(tmp_path, GOOD)
    (folder / "port" / "fr.md").mkdir()
    (fault,) = load(folder).faults
    assert fault.file == "statements/port/fr.md"
    assert "This is a folder where a file is expected" in fault.message


def test_a_name_that_is_not_utf8_can_be_printed(tmp_path: Path) -> None:
    folder = write(tmp_path, GOOD)
    try:
        (folder / "caf\udce9").mkdir()
    except OSError:
        pytest.skip("the file system takes UTF-8 names only")
    assert all(str(fault).encode() for fault in load(folder).faults)


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    yaml = STATEMENT.replace("id: port", "id: quay").replace(
        "goal: 500", "goal: none\n  colour: red"
    )
    english = ENGLISH.replace("source: https", "source: gopher").replace("{#closing}", "{#end}")
    arabic = ARABIC.replace("title:", "titel:").replace("2.", "\n")
    loaded = load(write(tmp_path, {YAML: yaml, "en.md": english, "ar.md": arabic, "d_e.md": "x"}))
    assert [f"{fault.file.split('/')[-1]}:{fault.line}" for fault in loaded.faults] == [
        "statement.yaml:1",
        "statement.yaml:14",
        "statement.yaml:15",
        "ar.md:2",
        "ar.md:2",
        "d_e.md:None",
        "d_e.md:1",
        "en.md:4",
        "en.md:16",
        "en.md:11",
    ]
