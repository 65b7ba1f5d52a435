"""Many processes of the program quickly: one that has imported everything forks for each start.

A start takes a second otherwise, nearly all of it importing. What comes out of the fork is a
process like any other: with its own memory, files and end, also by SIGKILL.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import socket
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
STANDARD = (0, 1, 2)

LIBRARIES = (
    "alembic.command",
    "alembic.config",
    "confusable_homoglyphs.categories",
    "confusable_homoglyphs.confusables",
    "sqlalchemy.dialects.sqlite.aiosqlite",
)
"""What the program itself imports only when it comes to it."""


class Nursery:
    """The side of the tests."""

    def __init__(self) -> None:
        self._socket, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with other:
            self._process = subprocess.Popen(
                (sys.executable, "-m", "tests.support.nursery", str(other.fileno())),
                pass_fds=(other.fileno(),),
                stdin=subprocess.DEVNULL,
                cwd=ROOT,
            )

    def start(
        self,
        arguments: Sequence[str],
        folder: Path,
        environ: Mapping[str, str],
        files: tuple[int, int, int],
    ) -> int:
        """Start the program with these standard files; its process id."""
        request = {"arguments": list(arguments), "folder": str(folder), "environ": dict(environ)}
        socket.send_fds(self._socket, [json.dumps(request).encode()], files)
        return int(self._answer())

    def wait(self, pid: int) -> int:
        """The exit code; negative: the signal."""
        self._socket.send(json.dumps({"wait": pid}).encode())
        return int(self._answer())

    def close(self) -> None:
        self._socket.close()
        self._process.wait(timeout=30)

    def _answer(self) -> str:
        answer = self._socket.recv(1000).decode()
        assert answer, "the process that forks has ended"
        return answer


@cache
def nursery() -> Nursery:
    """The one of this test process; `close_nursery` ends it."""
    return Nursery()


def close_nursery() -> None:
    if nursery.cache_info().currsize:
        nursery().close()
        nursery.cache_clear()


def _serve(requests: socket.socket) -> None:
    """The side of the process that forks."""
    _import_everything()
    # What is known by now is nothing that a child's collector should look at: looking copies it.
    gc.collect()
    gc.freeze()
    while True:
        message, files, _, _ = socket.recv_fds(requests, 1_000_000, len(STANDARD))
        if not message:
            return
        request = json.loads(message)
        if "wait" in request:
            _, status = os.waitpid(request["wait"], 0)
            requests.send(str(os.waitstatus_to_exitcode(status)).encode())
            continue
        if (pid := os.fork()) == 0:
            requests.close()
            os._exit(_be_the_program(request, files))
        for file in files:
            os.close(file)
        requests.send(str(pid).encode())


def _import_everything() -> None:
    """Also what the program and its libraries import only where they need it."""
    import bot  # noqa: PLC0415

    for name in LIBRARIES:
        importlib.import_module(name)
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        # Those that do something when they are imported.
        if not module.name.endswith(("__main__", "migrations.env")):
            importlib.import_module(module.name)


def _be_the_program(request: dict[str, object], files: Sequence[int]) -> int:
    from bot.cli import main  # noqa: PLC0415
    from tests.support.altered import alter  # noqa: PLC0415
    from tests.support.hurry import hurry  # noqa: PLC0415

    arguments, environ = request["arguments"], request["environ"]
    assert isinstance(arguments, list)
    assert isinstance(environ, dict)
    for file, standard in zip(files, STANDARD, strict=True):
        os.dup2(file, standard)
        os.close(file)
    os.chdir(str(request["folder"]))
    os.environ.clear()
    os.environ.update(environ)
    hurry()
    alter()
    sys.argv = ["undersigned", *arguments]
    for standard, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        stream = os.fdopen(standard, mode, encoding="utf-8", closefd=False)
        setattr(sys, name, stream)
    code = 0
    try:
        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except Exception:  # noqa: BLE001 - the interpreter would print it and end with 1
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return code


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as given:
        _serve(given)
