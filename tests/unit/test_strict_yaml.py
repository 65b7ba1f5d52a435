"""YAML as people write it: every surprise is refused with its line, none with a traceback."""

import datetime as dt
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.faults import Fault
from bot.strict import yaml as strict_yaml
from bot.strict.yaml import Value, parse, read, unknown_key
from tests.support.pace import is_within

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefghi", "bcdefghij", strict=True)
)

WORDS: list[tuple[str, Value]] = [
    ("no", "no"),
    ("NO", "NO"),
    ("yes", "yes"),
    ("on", "on"),
    ("off", "off"),
    ("y", "y"),
    ("true", True),
    ("False", False),
    ("~", None),
    ("null", None),
    ("", None),
    ("12", 12),
    ("-1001234567890", -1001234567890),
    ("1.5", 1.5),
    ("1:30", "1:30"),
    ("190:20:30", "190:20:30"),
    ("0x1F", "0x1F"),
    ("0o17", "0o17"),
    ("017", "017"),
    ("1_000", "1_000"),
    ("1e3", "1e3"),
    (".inf", ".inf"),
    ("9" * 5000, "9" * 5000),
    ("2030-05-31", dt.date(2030, 5, 31)),
    ("2030-02-31", "2030-02-31"),
    ("2030-05-31 18:00", dt.datetime(2030, 5, 31, 18)),  # noqa: DTZ001 - no zone is written
    ("2030-05-31T18:00Z", dt.datetime(2030, 5, 31, 18, tzinfo=dt.UTC)),
    ("2030-05-31 25:00", "2030-05-31 25:00"),
    ("'12'", "12"),
    ('"true"', "true"),
    ("!!str 12", "12"),
    ("<<", "<<"),
    ("=", "="),
]

FAULTS: list[tuple[str, int, str]] = [
    ("a: 1\nb: *a\n", 2, "alias in YAML; put it in quotes"),
    ("a: **bold**\n", 1, "alias in YAML; put it in quotes"),
    ("a: *\n", 1, "alias in YAML; put it in quotes"),
    ("a: 1\n*b : 2\n", 2, "A key must be one word"),
    ("a: &b 1\n", 1, "anchor in YAML; put it in quotes"),
    ("a: &b [1]\n", 1, "anchor in YAML; put it in quotes"),
    ("&b a: 1\n", 1, "anchor in YAML; put it in quotes"),
    ("a: & b\n", 1, "anchor in YAML; put it in quotes"),
    ("a: 1\nb: !room:x\n", 2, "tag in YAML; put it in quotes or remove it"),
    ("a: !!python/object/apply:os.system [x]\n", 1, "tag in YAML; put it in quotes or remove it"),
    ("a: !!binary eA==\n", 1, "tag in YAML; put it in quotes or remove it"),
    ("a: !!set {b}\n", 1, "tag in YAML; put it in quotes or remove it"),
    ("a: 1\n---\nb: 2\n", 2, "A second document begins here; remove the line"),
    ("%YAML 3.0\n---\na: 1\n", 1, "directive in YAML; remove it"),
    ("a: 1\nb: 2\na: 3\n", 3, "The key 'a' stands in line 1 already; keep one."),
    ("a:\n  b: 1\n  b: {c: 1}\n", 3, "The key 'b' stands in line 2 already; keep one."),
    ("a:\n\tb: 1\n", 2, "A tab stands where the line is indented; use blanks instead."),
    ("a: 1\n\tb: 1\n", 2, "A tab stands where the line is indented; use blanks instead."),
    ("a: 'x\nb: 2\n", 1, "The quotation mark opened here is never closed"),
    ('a: 1\nb: "x\n---\n', 2, "The quotation mark opened here is never closed"),
    ('a: "x\nb: "y"\n', 2, "look for a missing quotation mark"),
    ('a: 1\nb: "x\\q"\n', 2, "A backslash inside double quotes"),
    ("a: 1\nb: [1, 2\nc: 3\n", 2, "The bracket '[' opened here lacks its ']'"),
    ("a: {b: 1\nc: 3\n", 1, "The brace '{' opened here lacks its '}'"),
    ("a: b: c\n", 1, "put a value that holds a colon in quotes"),
    ("a: @x\n", 1, "put the value in quotes"),
    ("a: `x`\n", 1, "put the value in quotes"),
    ("a: 1\nb: %x\n", 2, "put the value in quotes"),
    ("a:\n  b: 1\n c: 2\n", 3, "begin keys of one level in the same column"),
    ("a: 1\nb\nc: 1\n", 2, "This line has no colon behind its key"),
    ("a: 1\nb: - c\n", 2, "A list item cannot begin here"),
    ("a: 1\n- {\n", 2, ""),
    ("a: {{ x }}\n", 1, "A key must be one word"),
    ("a: 1\nb: \x07\n", 2, "The character U+0007 must not stand here; delete it."),
    ("a: 1\nb: x\u2028y\n", 2, "The character U+2028 must not stand here; delete it."),
    ("a: " + "[" * 40_000, 1, "This is nested too deeply"),
    ("a: " + "{b: " * 10_000, 1, "This is nested too deeply"),
]


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def _loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both of PyYAML's parsers: where it was built without libyaml there is only the slow one."""
    monkeypatch.setattr(strict_yaml, "_LOADER", getattr(yaml, request.param))


@pytest.mark.usefixtures("_loader")
@pytest.mark.parametrize(("word", "value"), WORDS)
def test_a_word_is_what_a_reader_takes_it_for(word: str, value: Value) -> None:
    parsed = parse(f"key: {word}\n", "file.yaml")
    assert parsed.faults == ()
    assert parsed.data == {"key": value}
    assert isinstance(parsed.data, dict)
    assert type(parsed.data["key"]) is type(value)


@pytest.mark.usefixtures("_loader")
@pytest.mark.parametrize(("text", "line", "message"), FAULTS)
def test_a_fault_names_its_line_and_the_remedy(text: str, line: int, message: str) -> None:
    parsed = parse(text, "file.yaml")
    (fault,) = parsed.faults
    assert (fault.file, fault.line) == ("file.yaml", line)
    assert message in fault.message
    assert fault.message.endswith(".")


def test_keys_stay_as_written() -> None:
    assert parse("{no: 1, 1: 2, true: 3, '': 4}", "f").data == {"no": 1, "1": 2, "true": 3, "": 4}


def test_every_duplicate_key_is_told_and_the_first_is_kept() -> None:
    parsed = parse("a: 1\nb:\n  c: 1\n  c: 2\na: [3]\n", "f")
    assert parsed.complete
    assert parsed.data == {"a": 1, "b": {"c": 1}}
    assert [fault.line for fault in parsed.faults] == [4, 5]
    assert parsed.line("a") == 1
    assert parsed.line("a", 0) == 1


def test_the_line_of_everything_can_be_found() -> None:
    text = "# x\nsignatories:\n  - name: A\n    country:\n      no\n  - {name: B,\n country: NO}\n"
    parsed = parse(text, "f", first_line=10)
    assert parsed.line("signatories") == 11
    assert parsed.line("signatories", 0, "country") == 13
    assert parsed.line("signatories", 1) == 15
    assert parsed.line("signatories", 1, "country") == 16
    assert parsed.line("signatories", 1, "town") == 15
    assert parsed.line("nothing") == 11
    assert parse("", "f").line("nothing") is None


def test_first_line_counts_for_faults_too() -> None:
    assert parse("a: 1\na: 2\n", "f", first_line=2).faults[0].line == 3
    assert parse("a: 1\nb: 'x\n", "f", first_line=2).faults[0].line == 3
    assert parse("a: 1\nb: \x00\n", "f", first_line=2).faults[0].line == 3


def test_unquoted_words_can_all_be_text() -> None:
    assert parse("title: 1986\n", "f", plain=str).data == {"title": "1986"}


@pytest.mark.usefixtures("_loader")
def test_a_bomb_of_aliases_is_refused_at_once() -> None:
    parsed = parse(BOMB, "bomb.yaml")
    assert not parsed.complete
    assert parsed.faults
    assert is_within(0.1, lambda: parse(BOMB, "bomb.yaml"))


@pytest.mark.parametrize(
    "text",
    ["[" * 65_000, "{" * 65_000, "a: " * 20_000, "- " * 30_000, "? " * 30_000, "'" * 65_001],
    ids=["brackets", "braces", "keys", "items", "complex keys", "quotes"],
)
def test_no_file_within_the_limit_takes_long(text: str) -> None:
    assert parse(text, "f").faults
    assert is_within(0.1, lambda: parse(text, "f"))


def test_a_file_above_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    path.write_text("a: " + "x" * 64 * 1024)
    assert read(path, "big.yaml").faults == (
        Fault(
            "big.yaml",
            None,
            "This file is larger than 64 KiB, the most that is read; shorten it.",
        ),
    )
    assert read(path, "big.yaml", limit=65 * 1024).faults == ()


@pytest.mark.parametrize(
    ("data", "line"), [(b"\xff\xfea\x00", 1), (b"a: 1\nb: \xe9t\xe9\n", 2), (b"a: \xed\xa0\x80", 1)]
)
def test_what_is_not_utf8_is_a_fault_with_its_line(tmp_path: Path, data: bytes, line: int) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes(data)
    message = "This is not UTF-8 text; save the file with the encoding UTF-8."
    assert read(path, "latin.yaml").faults == (Fault("latin.yaml", line, message),)


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "windows.yaml"
    path.write_bytes("a: 1\r\nb: 2\r\n".encode("utf-8-sig"))
    parsed = read(path, "windows.yaml")
    assert (parsed.data, parsed.line("b")) == ({"a": 1, "b": 2}, 2)


def test_a_missing_file_and_a_folder_are_faults(tmp_path: Path) -> None:
    assert "There is no such file" in str(read(tmp_path / "none.yaml", "none.yaml").faults[0])
    assert "This is a folder" in str(read(tmp_path, "folder").faults[0])


def test_an_unknown_key_comes_with_the_nearest_or_with_all() -> None:
    known = ["statements", "languages"]
    assert unknown_key("statments", known).endswith("did you mean 'statements'?")
    assert unknown_key("x", known).endswith("use one of: statements, languages.")


@given(st.text(st.sampled_from("ab:-?*&!|>'\"%@`{}[],#\n\t \\~=<0é\u202e\x85"), max_size=60))
def test_anything_is_data_or_a_fault(text: str) -> None:
    parsed = parse(text, "f")
    assert parsed.complete or parsed.faults
    assert all(1 <= (fault.line or 0) <= text.count("\n") + 1 for fault in parsed.faults)
