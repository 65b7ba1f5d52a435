"""The program itself: lines into its standard input, JSON out, and `kill -9` at any moment."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tests.support.dialogue import SHIPPED
from tests.support.nursery import nursery

PROGRAM = (sys.executable, "-m", "bot")

Entry = dict[str, Any]
"""One object of the program's output."""


def environment(statements: Path = SHIPPED) -> dict[str, str]:
    """This process's, without settings of its own, with the statements of the test."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("UNDERSIGNED_")}
    root = str(Path(__file__).parents[2])
    return kept | {"UNDERSIGNED_STATEMENTS": str(statements), "PYTHONPATH": root}


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    out: str
    error: str


def run(
    *arguments: str,
    folder: Path,
    lines: Iterable[str] = (),
    statements: Path = SHIPPED,
    environ: Mapping[str, str] | None = None,
) -> Ended:
    """One command of the program to its end, with `folder` as the current one."""
    said, out, error = (folder / f"{name}.txt" for name in ("stdin", "stdout", "error"))
    said.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    with said.open("rb") as a, out.open("wb") as b, error.open("wb") as c:
        files = (a.fileno(), b.fileno(), c.fileno())
        pid = nursery().start(
            arguments, folder, environment(statements) | dict(environ or {}), files
        )
        code = nursery().wait(pid)
    ended = Ended(code, out.read_text(encoding="utf-8"), error.read_text(encoding="utf-8"))
    for file in (said, out, error):
        file.unlink()
    return ended


def run_anew(*arguments: str, folder: Path, lines: Iterable[str] = ()) -> Ended:
    """As `run`, in a process that was not forked: what the program imports counts too."""
    ended = subprocess.run(
        (*PROGRAM, *arguments),
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        env=environment(),
        timeout=60,
        check=False,
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def console(folder: Path, lines: Iterable[str], statements: Path = SHIPPED) -> list[Entry]:
    """All that the bot did for these lines, `done` included."""
    arguments = ("console", "--json", "--data", "data")
    ended = run(*arguments, folder=folder, lines=lines, statements=statements)
    assert ended.code == 0, ended.error
    return [json.loads(line) for line in ended.out.splitlines()]


def stats(folder: Path, statements: Path = SHIPPED) -> dict[str, dict[str, int]]:
    ended = run("stats", "--json", "--data", "data", folder=folder, statements=statements)
    assert ended.code == 0, ended.error
    found: dict[str, dict[str, int]] = json.loads(ended.out)
    return found


class BotProcess:
    """A console that runs; `say` waits for the end of a line's answers."""

    def __init__(self, folder: Path, statements: Path = SHIPPED) -> None:
        self.folder = folder
        self._ended = False
        arguments = ("console", "--json", "--data", "data")
        their_in, our_in = os.pipe()
        our_out, their_out = os.pipe()
        with (folder / "stderr.txt").open("ab") as errors:
            files = (their_in, their_out, errors.fileno())
            self.pid = nursery().start(arguments, folder, environment(statements), files)
        os.close(their_in)
        os.close(their_out)
        self._in: IO[str] = os.fdopen(our_in, "w", encoding="utf-8")
        self._out: IO[str] = os.fdopen(our_out, "r", encoding="utf-8")

    def send(self, line: str) -> None:
        self._in.write(f"{line}\n")
        self._in.flush()

    def read(self) -> Entry | None:
        """The next object, None at the end."""
        line = self._out.readline()
        # A kill may leave half a line.
        return json.loads(line) if line.endswith("\n") else None

    def say(self, line: str) -> list[Entry]:
        self.send(line)
        return self.rest()

    def rest(self) -> list[Entry]:
        """What comes until the end of one line's answers."""
        said: list[Entry] = []
        while (entry := self.read()) is not None:
            if entry["action"] == "done":
                return said
            said.append(entry)
        raise AssertionError("the program has ended before the answers did")

    def kill(self) -> list[Entry]:
        """SIGKILL; what it still had said."""
        os.kill(self.pid, signal.SIGKILL)
        rest: list[Entry] = []
        while (entry := self.read()) is not None:
            rest.append(entry)
        assert self._end() == -signal.SIGKILL
        return rest

    def close(self) -> int:
        """End the input and wait; the exit code."""
        self._in.close()
        return self._end()

    def _end(self) -> int:
        self._ended = True
        code = nursery().wait(self.pid)
        for stream in (self._in, self._out):
            with contextlib.suppress(BrokenPipeError):
                stream.close()
        return code

    def __enter__(self) -> BotProcess:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._ended:
            os.kill(self.pid, signal.SIGKILL)
            self._end()
