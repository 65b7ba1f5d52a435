"""The console says how it is left, and ends well however that is done."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.bot_process import PROGRAM, environment, run

LONGEST = 30.0


class Terminal:
    """The console at a terminal of its own."""

    def __init__(self, folder: Path, statements: Path) -> None:
        self.pid, self._screen = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execve(sys.executable, [*PROGRAM, "console"], environment(statements))
        self.shown = ""

    def until(self, words: str) -> str:
        """All that was shown, once it holds the words."""
        ends = time.monotonic() + LONGEST
        while words not in self.shown:
            ready, _, _ = select.select([self._screen], [], [], ends - time.monotonic())
            assert ready, self.shown
            self.shown += os.read(self._screen, 4096).decode()
        return self.shown

    def type(self, keys: str) -> None:
        os.write(self._screen, keys.encode())

    def end(self) -> int:
        """The exit code, when all has been shown."""
        while True:
            try:
                shown = os.read(self._screen, 4096)
            except OSError:
                shown = b""
            if not shown:
                return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            self.shown += shown.decode()


@pytest.fixture
def terminal(tmp_path: Path, port: Path) -> Terminal:
    return Terminal(tmp_path, port)


@pytest.mark.parametrize("keys", ["\x03", "\x04", "quit\n"])
def test_a_terminal_is_left(terminal: Terminal, keys: str) -> None:
    assert "quit or Ctrl-D leaves" in terminal.until("> ")
    terminal.type("amal: /start\n")
    terminal.until("bot → amal")
    terminal.until("> ")
    terminal.type(keys)
    assert terminal.end() == 0
    assert "Traceback" not in terminal.shown
    assert "Error" not in terminal.shown


@pytest.mark.parametrize("leaving", ["quit", "exit", "QUIT"])
def test_lines_that_nobody_says(tmp_path: Path, port: Path, leaving: str) -> None:
    lines = ["hello", "%nonsense", "help", leaving, "amal: /start"]
    ended = run("console", "--json", folder=tmp_path, statements=port, lines=lines)
    said = ended.out.splitlines()
    assert ended.code == 0
    assert "Begin with who speaks" in said[0]
    assert "help lists them" in said[2]
    assert "quit or Ctrl-D leaves" in said[4]
    assert len(said) == 6


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_whose_output_nobody_reads_ends(tmp_path: Path, port: Path, form: list[str]) -> None:
    """As `| head -1` does, while the input stays open."""
    program = subprocess.Popen(
        [*PROGRAM, "console", *form],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=environment(port),
    )
    assert program.stdin
    assert program.stdout
    assert program.stderr
    program.stdin.write(b"amal: /start\n")
    program.stdin.flush()
    assert program.stdout.readline()
    program.stdout.close()
    program.stdin.write(b"amal: /start\n" * 3)
    program.stdin.flush()
    assert program.wait(LONGEST) == 0
    told = program.stderr.read().decode()
    assert len(told.splitlines()) == 1, told
    assert "A new key" in told
    program.stdin.close()
    program.stderr.close()
