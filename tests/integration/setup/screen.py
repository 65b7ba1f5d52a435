"""The program in a terminal of its own, in which a person types: a pseudo-terminal."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from tests.support.bot_process import PROGRAM

BEGIN = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execv(sys.argv[1], sys.argv[1:])"
)
"""Makes the terminal that of the process, which getpass and Ctrl-C need."""

CTRL_C = "\x03"
ROWS, COLUMNS = 40, 80


class Screen:
    """A process that was not forked from one with everything imported, as that would have another
    terminal."""

    def __init__(self, *arguments: str, folder: Path, environ: Mapping[str, str]) -> None:
        self._ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self._process = subprocess.Popen(
            (sys.executable, "-c", BEGIN, *PROGRAM, *arguments),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=folder,
            env=dict(environ),
            start_new_session=True,
        )
        os.close(theirs)
        self._seen = ""
        self._from = 0
        """Where what has not been waited for begins."""

    @property
    def text(self) -> str:
        """All that was shown."""
        return self._seen.replace("\r\n", "\n")

    def wait_for(self, words: str, within: float = 60.0) -> None:
        """Until they are shown, behind those that were waited for before."""
        ends = time.monotonic() + within
        while (at := self._seen.find(words, self._from)) < 0:
            assert self._read(ends - time.monotonic()), f"no {words!r} in\n{self.text}"
        self._from = at + len(words)

    def enter(self, line: str) -> None:
        """Type it, and Enter."""
        os.write(self._ours, f"{line}\n".encode())

    def press(self, key: str) -> None:
        """One key alone."""
        os.write(self._ours, key.encode())

    def interrupt(self) -> int:
        """Ctrl-C; the exit code. Pressed in the instant between a prompt and the reading behind it,
        it is only seen by Python with the next key, so that a person would press it again."""
        ends = time.monotonic() + 60.0
        while self._process.poll() is None and time.monotonic() < ends:
            self.press(CTRL_C)
            while self._read(5.0):
                pass
        return self.end()

    def end(self, within: float = 60.0) -> int:
        """Read on until it ends; the exit code."""
        ends = time.monotonic() + within
        while self._read(ends - time.monotonic()):
            pass
        return self._process.wait(within)

    def _read(self, within: float) -> bool:
        """Whether more has come."""
        ready, _, _ = select.select([self._ours], [], [], max(0.0, within))
        with contextlib.suppress(OSError):  # The end of a terminal that nobody has open any more.
            more = os.read(self._ours, 10_000) if ready else b""
            self._seen += more.decode()
            return bool(more)
        return False

    def __enter__(self) -> Screen:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait()
        os.close(self._ours)
