"""The program itself: lines into its standard input, JSON out, and `kill -9` at any moment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.support.dialogue import SHIPPED

PROGRAM = (sys.executable, "-m", "bot")

Entry = dict[str, Any]
"""One object of the program's output."""


def environment(folder: Path, statements: Path = SHIPPED) -> dict[str, str]:
    """This process's, without settings of its own, with the statements of the test."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("UNDERSIGNED_")}
    root = str(Path(__file__).parents[2])
    return kept | {"UNDERSIGNED_STATEMENTS": str(statements), "PYTHONPATH": root}


def run(
    *arguments: str,
    folder: Path,
    lines: Iterable[str] = (),
    statements: Path = SHIPPED,
    environ: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """One command of the program to its end, with `folder` as the current one."""
    return subprocess.run(
        (*PROGRAM, *arguments),
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        env=environment(folder, statements) | dict(environ or {}),
        timeout=60,
        check=False,
    )


def console(folder: Path, lines: Iterable[str], statements: Path = SHIPPED) -> list[Entry]:
    """All that the bot did for these lines, `done` included."""
    ended = run("console", "--json", "--data", "data", folder=folder, lines=lines,
                statements=statements)  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return [json.loads(line) for line in ended.stdout.splitlines()]


def stats(folder: Path, statements: Path = SHIPPED) -> dict[str, dict[str, int]]:
    ended = run("stats", "--json", "--data", "data", folder=folder, statements=statements)
    assert ended.returncode == 0, ended.stderr
    found: dict[str, dict[str, int]] = json.loads(ended.stdout)
    return found


class BotProcess:
    """A console that runs; `say` waits for the end of a line's answers."""

    def __init__(self, folder: Path, statements: Path = SHIPPED) -> None:
        self.folder = folder
        with (folder / "stderr.txt").open("ab") as errors:
            self._process = subprocess.Popen(
                (*PROGRAM, "console", "--json", "--data", "data"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="utf-8",
                bufsize=1,
                cwd=folder,
                env=environment(folder, statements),
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def read(self) -> Entry | None:
        """The next object, None at the end."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        # A kill may leave half a line.
        return json.loads(line) if line.endswith("\n") else None

    def say(self, line: str) -> list[Entry]:
        self.send(line)
        said: list[Entry] = []
        while (entry := self.read()) is not None:
            if entry["action"] == "done":
                return said
            said.append(entry)
        raise AssertionError(f"no end of the answers to: {line}")

    def kill(self) -> list[Entry]:
        """SIGKILL; what it still had said."""
        self._process.send_signal(signal.SIGKILL)
        rest: list[Entry] = []
        while (entry := self.read()) is not None:
            rest.append(entry)
        self._end()
        return rest

    def close(self) -> int:
        """End the input and wait; the exit code."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        code = self._process.wait(timeout=30)
        self._end()
        return code

    def _end(self) -> None:
        self._process.wait(timeout=30)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except BrokenPipeError:
                    continue

    def __enter__(self) -> BotProcess:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._end()
