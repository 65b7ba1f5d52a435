"""System calls of a running program: watched, failing, or its last."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import subprocess
from collections.abc import Iterator

import pytest

STRACE = shutil.which("strace")


@contextlib.contextmanager
def traced(pid: int, *options: str, into: str = os.devnull) -> Iterator[None]:
    """With strace on all threads of the process, which may end meanwhile. Skips the test where
    there is no strace, or where it may not attach."""
    if STRACE is None:
        pytest.skip("strace is not installed (Debian: apt install strace)")
    command = [STRACE, "-f", "-p", str(pid), "-o", into, *options]
    tracer = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        assert tracer.stderr is not None
        attached, _, _ = select.select([tracer.stderr], [], [], 10)
        line = tracer.stderr.readline() if attached else ""
        if "attached" not in line:
            pytest.skip(f"strace cannot attach here: {line.strip()}")
        yield
    finally:
        tracer.send_signal(signal.SIGTERM)
        tracer.wait(timeout=10)
        if tracer.stderr is not None:
            tracer.stderr.close()


@contextlib.contextmanager
def failing(pid: int, calls: str, error: str, when: str = "1+") -> Iterator[None]:
    """Let these system calls of the process fail, as the kernel would; `when` counts those of each
    thread, as strace does."""
    inject = f"inject={calls}:error={error}:when={when}"
    with traced(pid, "-e", f"trace={calls}", "-e", inject):
        yield
