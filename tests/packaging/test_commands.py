"""`--help` of every command says enough that no manual is needed, and shells complete them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from bot.cli import COMPLETION_VARIABLE, program
from tests.support.bot_process import environment

SHOWN = "undersigned"


def walk(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from walk(inner, (*path, name))


COMMANDS = dict(walk(typer.main.get_command(program)))


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: " ".join(path) or SHOWN)
def test_all_that_can_be_typed_is_explained(path: tuple[str, ...]) -> None:
    command = COMMANDS[path]
    said = [command.help, *(parameter.help for parameter in command.params)]
    for sentence in said:
        assert sentence
        assert sentence.split("\n\n")[0].endswith((".", "and exit")), sentence


def test_help_of_every_command() -> None:
    for path, command in COMMANDS.items():
        shown = CliRunner().invoke(program, [*path, "--help"])
        assert shown.exit_code == 0, path
        # Lines behind a backspace are not wrapped (click).
        assert " ".join(command.help.replace("\b", "").split()) in " ".join(shown.output.split())
    first = CliRunner().invoke(program, ["--help"]).output
    assert "Exit codes: 0 done, 1 a problem was found, 2" in first


@pytest.fixture
def installed(tmp_path: Path) -> dict[str, str]:
    """The environment in which the program is found, as an installer writes it."""
    (tmp_path / SHOWN).write_text(
        f"#!{sys.executable}\nimport sys\nfrom bot.cli import main\nsys.exit(main())\n"
    )
    (tmp_path / SHOWN).chmod(0o755)
    environ = environment()
    return environ | {"PATH": f"{tmp_path}:{environ['PATH']}"}


def said(environ: dict[str, str], *command: str) -> str:
    ended = subprocess.run(command, env=environ, capture_output=True, encoding="utf-8", check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


@pytest.mark.parametrize(
    ("shell", "asked"),
    [
        ("zsh", {"_TYPER_COMPLETE_ARGS": "undersigned take"}),
        (
            "fish",
            {
                "_TYPER_COMPLETE_ARGS": "undersigned take",
                "_TYPER_COMPLETE_FISH_ACTION": "get-args",
            },
        ),
    ],
)
def test_a_shell_is_answered(installed: dict[str, str], shell: str, asked: dict[str, str]) -> None:
    answer = said(installed | {COMPLETION_VARIABLE: f"complete_{shell}"} | asked, SHOWN)
    assert "take-over" in answer
    assert "backup" not in answer
    script = said(installed | {COMPLETION_VARIABLE: f"source_{shell}"}, SHOWN)
    assert f"{COMPLETION_VARIABLE}=complete_{shell}" in script


def test_bash_completes(installed: dict[str, str]) -> None:
    """As docs/install.md has it set up."""
    typed = f"""
eval "$({COMPLETION_VARIABLE}=source_bash undersigned)"
COMP_WORDS=(undersigned export --sta) COMP_CWORD=2
_undersigned_completion undersigned
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    assert said(installed, "bash", "--norc", "-c", typed) == "--statement\n"
