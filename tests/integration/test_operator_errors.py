"""Whatever an operator gets wrong ends in a sentence that says where and what to do."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import main
from tests.support.statements import write_port

Breaking = Callable[[Path], None]


def config(text: str) -> Breaking:
    def write(folder: Path) -> None:
        (folder / "config.yaml").write_text(text, encoding="utf-8")

    return write


def statement(change: str, to: str) -> Breaking:
    def write(folder: Path) -> None:
        file = folder / "statements/port/statement.yaml"
        text = file.read_text(encoding="utf-8")
        assert change in text
        file.write_text(text.replace(change, to, 1), encoding="utf-8")

    return write


def text(change: str, to: str) -> Breaking:
    def write(folder: Path) -> None:
        file = folder / "statements/port/en.md"
        found = file.read_text(encoding="utf-8")
        assert change in found
        file.write_text(found.replace(change, to, 1), encoding="utf-8")

    return write


def raw(name: str, data: bytes) -> Breaking:
    def write(folder: Path) -> None:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)

    return write


BROKEN: dict[str, tuple[Breaking, str]] = {
    "not YAML": (config("database: [1\n"), "config.yaml:"),
    "a list": (config("- 1\n"), "config.yaml:1"),
    "an unknown key": (config("databse: sqlite:///data/x.db\n"), "config.yaml:1"),
    "a key twice": (config("statements: a\nstatements: b\n"), "config.yaml:2"),
    "an alias": (config("a: &a 1\nstatements: *a\n"), "config.yaml:1"),
    "a tag": (config("statements: !!python/name:os.system x\n"), "config.yaml:1"),
    "a number for a path": (config("statements: 5\n"), "config.yaml:1"),
    "no languages": (config("languages: []\n"), "config.yaml:1"),
    "a language without words": (config("languages: [en, xx]\n"), "config.yaml:1"),
    "a language twice": (config("languages: [en, en]\n"), "config.yaml:1"),
    "another database": (config("database: mysql://x\n"), "config.yaml:1"),
    "a database beside the key": (config("database: sqlite:///undersigned.db\n"), "config.yaml:1"),
    "a chunk too small": (config("comfortable_chunk: 5\n"), "config.yaml:1"),
    "a chunk of words": (config("comfortable_chunk: many\n"), "config.yaml:1"),
    "a name not filled in": (config("statements: ${HERE}\n"), "config.yaml:1"),
    "a token that is none": (config("telegram:\n  token: x\n"), "config.yaml:2"),
    "no token": (config("telegram:\n  mode: polling\n"), "config.yaml:"),
    "a webhook without its address": (
        config(
            "telegram:\n  token: '123456:ABCDEFGHIJKLMNOPQRSTUVWXYZ012345678'\n  mode: webhook\n"
        ),
        "config.yaml:",
    ),
    "a user that is none": (
        config("matrix:\n  homeserver: https://a.example\n  user_id: bot\n  password: x\n"),
        "config.yaml:3",
    ),
    "not UTF-8": (raw("config.yaml", b"statements: \xff\n"), "config.yaml:1"),
    "a bomb": (
        config("a: &a [x,x,x]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]\nd: [*c,*c,*c]\n"),
        "config.yaml:1",
    ),
    "another id": (statement("id: port", "id: harbour"), "statements/port/statement.yaml:1"),
    "no such language": (
        statement("original_language: en", "original_language: english"),
        "statements/port/statement.yaml:2",
    ),
    "an official language without a text": (
        statement("[en, ar]", "[en, ar, fr]"),
        "statements/port/statement.yaml:3",
    ),
    "no such country": (statement("country: TN", "country: XQ"), "statement.yaml:6"),
    "a country that is a word": (statement("country: TN", "country: yes"), "statement.yaml:6"),
    "persons maybe": (statement("persons: true", "persons: maybe"), "statement.yaml:8"),
    "an unknown field": (statement("persons:", "peoples:"), "statement.yaml:8"),
    "a goal below nothing": (
        statement("organisations: true", "organisations: true\n  goal: -5"),
        "statement.yaml:10",
    ),
    "over before it opens": (
        statement(
            "organisations: true",
            "organisations: true\n  opens: 2026-05-01\n  closes: 2026-04-01",
        ),
        "statement.yaml:",
    ),
    "no title": (text("title: Open the port", "title:"), "statements/port/en.md:2"),
    "no front matter": (text("---\n", ""), "statements/port/en.md:"),
    "another number of demands": (text("3. Pay those who work there.\n", ""), "en.md has 2"),
    "an unknown section": (text("{#demands}", "{#wishes}"), "statements/port/en.md:"),
    "overriding direction": (text("since the spring", "\u202esince"), "statements/port/en.md:"),
    "no statement": (raw("statements/port/en.md", b""), "statements/port/en.md"),
    "a key that is none": (raw("undersigned.key", b"hello\n"), "undersigned.key"),
    "a key of other bytes": (raw("undersigned.key", b"\xff\xfe\n"), "undersigned.key"),
    "a file that is no database": (raw("data/undersigned.db", b"x" * 5000), "undersigned.db"),
    "a platform that is none": (raw("data/console.json", b"{}"), "console.json"),
    "a key that is missing": (raw("data/undersigned.db", b"SQLite format 3\0" + b"x"), "key"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_an_error_of_the_operator_is_a_sentence(
    broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_port(tmp_path)
    breaking, where = BROKEN[broken]
    breaking(tmp_path)
    monkeypatch.chdir(tmp_path)
    if broken == "a file that is no database":
        (tmp_path / "undersigned.key").touch(0o600)
        (tmp_path / "undersigned.key").write_text("A" * 43 + "=\n", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["undersigned", "console", "--json"])
    monkeypatch.setattr(sys, "stdin", io.StringIO("amal: /start\n"))
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    assert ended.value.code == 2
    assert where in said.err
    assert "Traceback" not in said.err
    assert said.out == ""
    # A place, and a sentence of some length, in each line.
    for line in said.err.strip().splitlines():
        assert len(line.split()) >= 5, line


def test_there_are_forty() -> None:
    assert len(BROKEN) >= 40
