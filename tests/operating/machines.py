"""The machines of docs/operating.md, each a folder. What an operator types is run by a shell, with
the real program; what belongs to a machine of its own is stood in for: its service manager, `scp`,
`pipx`, and an editor."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from tests.operating.page import DIFFERENT, Step
from tests.support import next_version
from tests.support.altered import ALTERED
from tests.support.botapi import BotApiServer
from tests.support.nursery import ROOT, nursery

WITHIN = 30.0

BEGUN = re.compile(r"Running as |refuses the bot's token|newer version of the program")
"""What a start ends with."""

TOOLS = {
    # A machine before the colon is a folder beside this one.
    "scp": "for word; do case $word in -*) ;; *:*) word=$MACHINES/${word%%:*}/${word#*:} ;; esac; "
    'set -- "$@" "$word"; shift; done; exec cp -rp "$@"',
}
WITHOUT_AGE = f"""exec {sys.executable} -c '
import datetime, pathlib, sys
from bot.age import make_identity
print("Public key:", make_identity(pathlib.Path(sys.argv[2]), datetime.datetime.now()))' "$@"
"""
"""In the place of `age-keygen` where that is not installed."""


class Machine:
    """One that has its folder, and perhaps a bot that runs there."""

    def __init__(self, folder: Path, server: BotApiServer | None) -> None:
        self.folder = folder
        self.server = server
        self.pid = 0
        self.environ: dict[str, str] = {}
        folder.mkdir()

    @property
    def log(self) -> list[str]:
        file = self.folder / "journal"
        return file.read_text("utf-8").splitlines() if file.exists() else []

    async def start(self) -> None:
        """Until it says that it works, or has ended."""
        said = len(self.log)
        environ = self._environ() | {"UNDERSIGNED_STATEMENTS": str(self.folder / "statements")}
        self.pid = self._program(("run",), environ, self.folder / "journal")

        def has_begun() -> bool:
            return any(map(BEGUN.search, self.log[said:]))

        assert self.server is not None
        await self.server.wait_for(has_begun, WITHIN)

    async def stop(self) -> int:
        if not self.pid:
            return 0
        os.kill(self.pid, signal.SIGTERM)
        pid, self.pid = self.pid, 0
        return await asyncio.to_thread(nursery().wait, pid)

    def _program(self, arguments: Sequence[str], environ: Mapping[str, str], out: Path) -> int:
        with out.open("ab") as log, Path(os.devnull).open("r+b") as nothing:
            files = (nothing.fileno(), log.fileno(), log.fileno())
            return nursery().start(arguments, self.folder, environ, files)

    def _environ(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("UNDERSIGNED_")}
        return kept | {"PYTHONPATH": str(ROOT)} | self.environ

    async def undersigned(self, *arguments: str) -> str:
        """All that a command of the program prints."""
        out = self.folder / "printed"
        pid = self._program(arguments, self._environ(), out)
        await asyncio.to_thread(nursery().wait, pid)
        text = out.read_text("utf-8")
        out.unlink()
        return text

    async def shell(self, command: str) -> str:
        """All that it prints."""
        tools = self.folder.parent / "tools"
        environ = self._environ() | {"MACHINES": str(self.folder.parent)}
        environ["PATH"] = f"{tools}:{environ['PATH']}"
        done = await asyncio.to_thread(
            subprocess.run,
            command,
            shell=True,
            cwd=self.folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        return done.stdout


class Machines:
    """Those of one test. `edit` is called for the editor, with the machine's name."""

    def __init__(self, folder: Path, servers: dict[str, BotApiServer]) -> None:
        self._folder = folder
        self._servers = servers
        self._all: dict[str, Machine] = {}
        self._printed: list[str] = []
        self.edit: Callable[[Machine], None] = lambda _machine: None
        (folder / "tools").mkdir()
        tools = TOOLS if shutil.which("age-keygen") else {**TOOLS, "age-keygen": WITHOUT_AGE}
        for name, text in tools.items():
            file = folder / "tools" / name
            file.write_text(f"#!/bin/sh\n{text}\n")
            file.chmod(0o755)

    def __getitem__(self, name: str) -> Machine:
        if name not in self._all:
            self._all[name] = Machine(self._folder / name, self._servers.get(name))
        return self._all[name]

    async def close(self) -> None:
        for machine in self._all.values():
            await machine.stop()

    async def follow(self, steps: Iterable[Step]) -> None:
        """Do what the page says, and see that it prints what the page shows."""
        for step in steps:
            machine, command = self[step.machine], self._filled(step.command)
            printed = await self._do(machine, command)
            if command.startswith("journalctl"):
                assert machine.server is not None
                # Who reads the journal looks again.
                await machine.server.wait_for(partial(_says, machine, step), WITHIN)
                continue
            assert step.prints(printed), (step, printed)
            self._printed.append(printed)

    def _filled(self, command: str) -> str:
        """What is different each time is what was printed before; the newest."""
        words = command.split(" ")
        for place, word in enumerate(words):
            if DIFFERENT in word:
                like = re.compile(re.escape(word).replace(DIFFERENT, r"[^\s.,]+"))
                words[place] = next(
                    found for text in reversed(self._printed) for found in like.findall(text)
                )
        return " ".join(words)

    async def _do(self, machine: Machine, command: str) -> str:
        match command.split():
            case ["systemctl", "start", _]:
                await machine.start()
            case ["systemctl", "stop", _]:
                assert await machine.stop() == 0
            case ["systemctl", "restart", _]:
                await machine.stop()
                await machine.start()
            case ["journalctl", *_]:
                pass
            case ["pipx", "upgrade", _]:
                function = next_version.become
                machine.environ[ALTERED] = f"{function.__module__}:{function.__name__}"
            case ["pipx", "install", *_]:
                machine.environ.clear()
            case ["editor", _]:
                self.edit(machine)
            case ["undersigned", *arguments]:
                return await machine.undersigned(*_globbed(arguments, machine.folder))
            case _:
                return await machine.shell(command)
        return ""


def _says(machine: Machine, step: Step) -> bool:
    """Whether the last lines of the journal are those that the page shows."""
    count = int(step.command.split()[-1])
    return step.prints("\n".join(machine.log[-count:]))


def _globbed(words: Iterable[str], folder: Path) -> Iterator[str]:
    """As a shell does it."""
    for word in words:
        yield from map(str, folder.glob(word)) if "*" in word else [word]
