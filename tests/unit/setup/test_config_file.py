"""config.yaml as a set-up writes it: the example with its comments, and the answers in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.config import ConfigFaults, load_settings
from bot.setup.config_file import as_yaml, filled, write
from bot.setup.questions import SETTINGS
from bot.strict.yaml import parse
from bot.wording.voice import available_languages

EXAMPLE = (Path(__file__).parents[3] / "config.example.yaml").read_text(encoding="utf-8")
TOKEN = "123456:ABCDEFGHIJKLMNOPQRSTUVWXYZ012345678"
NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})")
AGE = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"

ANSWERS = {
    "UNDERSIGNED_LANGUAGES": "fr, en",
    "UNDERSIGNED_TIMEZONE": "Europe/Paris",
    "UNDERSIGNED_TELEGRAM__TOKEN": TOKEN,
    "UNDERSIGNED_TELEGRAM__API_URL": "http://127.0.0.1:8081",
    "UNDERSIGNED_TELEGRAM__ADMIN_CHAT": "-1001234567890",
    "UNDERSIGNED_TELEGRAM__MODE": "webhook",
    "UNDERSIGNED_TELEGRAM__WEBHOOK__URL": "https://bot.example.org/telegram",
    "UNDERSIGNED_TELEGRAM__WEBHOOK__SECRET": "0123456789abcdef" * 4,
    "UNDERSIGNED_TELEGRAM__WEBHOOK__LISTEN": "127.0.0.1:9000",
    "UNDERSIGNED_MATRIX__HOMESERVER": "https://matrix.example.org",
    "UNDERSIGNED_MATRIX__USER_ID": "@bot:example.org",
    "UNDERSIGNED_MATRIX__PASSWORD": 'a "word": #1\\',
    "UNDERSIGNED_MATRIX__ADMINS": "@amal:example.org, @zaid:example.org",
    "UNDERSIGNED_ORGANISERS_KEY": AGE,
}


def values(answers: dict[str, str]) -> dict[tuple[str, ...], str]:
    by_variable = {each.variable: each for each in SETTINGS}
    found = {}
    for name, answer in answers.items():
        question = by_variable[name]
        assert question.place is not None
        found[question.place] = as_yaml(answer, is_list=question.is_list)
    return found


def test_every_answer_has_its_line_in_the_example(tmp_path: Path) -> None:
    """What is written says what the same answers say as variables."""
    assert set(ANSWERS) == {each.variable for each in SETTINGS}
    file = tmp_path / "config.yaml"
    file.write_text(filled(EXAMPLE, values(ANSWERS)), encoding="utf-8")
    languages = available_languages()
    assert load_settings(file, {}, languages) == load_settings(None, ANSWERS, languages, tmp_path)


@pytest.mark.parametrize("only", ["UNDERSIGNED_LANGUAGES", "UNDERSIGNED_TELEGRAM__TOKEN"])
def test_all_else_stays_as_it_is_explained(only: str) -> None:
    text = filled(EXAMPLE, values({only: ANSWERS[only]}))
    before, after = EXAMPLE.splitlines(), text.splitlines()
    assert len(before) == len(after)
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert (
        changed
        == {
            "UNDERSIGNED_LANGUAGES": ["languages: [fr, en]"],
            "UNDERSIGNED_TELEGRAM__TOKEN": ["telegram:", f'  token: "{TOKEN}"'],
        }[only]
    )


def test_a_section_alone(tmp_path: Path) -> None:
    """For a token that comes from its variable."""
    file = tmp_path / "config.yaml"
    file.write_text(filled(EXAMPLE, {("telegram",): ""}), encoding="utf-8")
    assert load_settings(file, {}, ["en", "ar"]).telegram is None
    environ = {"UNDERSIGNED_TELEGRAM__TOKEN": TOKEN}
    assert load_settings(file, environ, ["en", "ar"]).telegram is not None


def test_a_key_that_the_example_does_not_show() -> None:
    with pytest.raises(LookupError, match="nothing"):
        filled(EXAMPLE, {("telegram", "nothing"): "x"})


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), min_size=1))
@example("null")
@example("True")
@example("no")
@example("1:30")
@example("@you:example.org")
@example('a "b" #c\\')
@example("2026-01-01")
@example("0x1F")
@example("-")
@example("007")
def test_any_text_is_read_as_it_was_given(text: str) -> None:
    """But for numbers, which are numbers."""
    parsed = parse(f"key: {as_yaml(text)}\n", "file")
    assert not parsed.faults
    assert parsed.data == {"key": int(text) if NUMBER.fullmatch(text) else text}


def test_written_for_its_owner_alone_and_over_nothing(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    # What an earlier one left that was killed.
    draft = tmp_path / "config.yaml.new"
    draft.write_text("languages", encoding="utf-8")
    draft.chmod(0o644)
    write(file, "languages: [en]\n", ["en"])
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        write(file, "languages: [ar]\n", ["ar"])
    assert file.read_text(encoding="utf-8") == "languages: [en]\n"
    assert [path.name for path in tmp_path.iterdir()] == ["config.yaml"]


def test_what_the_program_would_refuse_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ConfigFaults):
        write(tmp_path / "config.yaml", "languages: [xx]\n", ["en"])
    assert not list(tmp_path.iterdir())
