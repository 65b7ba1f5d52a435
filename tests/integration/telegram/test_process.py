"""`undersigned run` as a process: what it does without when Telegram refuses it, and what it never
writes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.bootstrap.opening import read_settings
from tests.integration.telegram.test_whole_dialogue import write_config
from tests.integration.telegram.whole import WITHIN
from tests.support.bot_process import environment
from tests.support.botapi import BotApiServer, Person, fast, faults
from tests.support.botapi.faults import Fault
from tests.support.nursery import nursery
from tests.support.statements import write_port

CANARY = "7654321098:AAF-canary_of_the_token_0123456789abcdef"
SAID = "canary-of-what-a-person-wrote"

OPTIONAL = (
    "setMyCommands",
    "setMyDescription",
    "setMyShortDescription",
    "setMyName",
    "sendChatAction",
    "setMessageReaction",
)
"""What nothing depends on."""

SHOWN = OPTIONAL[:4]
"""Those that every start calls."""

TIME_TO_END = 20.0


@dataclass
class Program:
    """A process that runs, and all that it has written."""

    pid: int
    log: Path

    def written(self) -> str:
        return self.log.read_text(encoding="utf-8")

    async def end(self, number: signal.Signals | None = signal.SIGTERM) -> int:
        """The exit code; without a signal it is to end by itself."""
        if number is not None:
            os.kill(self.pid, number)
        return await asyncio.wait_for(asyncio.to_thread(nursery().wait, self.pid), TIME_TO_END)


def configure(folder: Path, server: BotApiServer, mode: str, level: str) -> None:
    admins = server.group("Admins", creator=server.person("zaid"))
    write_config(folder, server, admins.id, mode)
    with (folder / "config.yaml").open("a", encoding="utf-8") as file:
        file.write("  name: {en: Undersigned, ar: الموقّعون}\n")
        file.write(f"log: {{level: {level}, form: human}}\n")
    write_port(folder)


def start(folder: Path) -> Program:
    with (folder / "log.txt").open("ab") as log, (folder / "nothing").open("w+b") as nothing:
        files = (nothing.fileno(), log.fileno(), log.fileno())
        environ = environment(folder / "statements")
        pid = nursery().start(("run",), folder, environ, files)
    return Program(pid, folder / "log.txt")


@contextlib.asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Program]:
    """The program; at the end it is asked to stop, and stops well."""
    program = start(folder)
    yield program
    assert await program.end() == 0


@pytest.mark.parametrize(
    ("code", "description"), [(404, "Not Found"), (400, "Bad Request: METHOD_REFUSED")]
)
async def test_optional_calls_that_are_refused_stop_nothing(
    tmp_path: Path, code: int, description: str
) -> None:
    async with BotApiServer() as server:
        configure(tmp_path, server, "polling", "WARNING")
        for method in OPTIONAL:
            server.fail(method, faults.refusal(code, description), times=None)
        async with running(tmp_path) as program:
            amal = server.person("amal")
            await amal.say("/read port")
            answer = await server.next_message(amal, within=WITHIN)
            assert answer.buttons
            await server.wait_for(lambda: set(SHOWN) <= refused(server, code), WITHIN)
        lines = program.written().splitlines()
        for method in SHOWN:
            told = [line for line in lines if method in line]
            assert len(told) == 1, (method, told)
        assert not [line for line in lines if "Traceback" in line]


def refused(server: BotApiServer, code: int) -> set[str]:
    """The methods that were called and refused."""
    return {call.method for call in server.journal.find(lambda call: call.status == code)}


@pytest.mark.parametrize("mode", ["polling", pytest.param("webhook", marks=pytest.mark.soak)])
async def test_no_token_in_what_a_debug_run_writes(tmp_path: Path, mode: str) -> None:
    """Through a start, answers, refusals that echo it, a message that is given up, a 401 and a
    shutdown."""
    async with BotApiServer(token=CANARY) as server:
        configure(tmp_path, server, mode, "DEBUG")
        echo = f"Bad Request: https://x/bot{CANARY}/sendMessage"
        async with running(tmp_path) as program:
            amal = server.person("amal")
            for fault in (
                faults.drop(),
                faults.refusal(400, echo),
                faults.too_many(1),
                Fault("cut", 200, body=b'{"ok":true,"result":[{"text":"' + CANARY.encode()),
                Fault(
                    "wrong",
                    200,
                    body=b'{"ok":true,"result":{"message_id":"' + CANARY.encode() + b'"}}',
                ),
            ):
                server.fail("sendMessage", fault, times=2 if fault.status == 400 else 1)
                await amal.say(f"/read port {SAID}")
            await server.next_message(amal, within=WITHIN)
        program_before = program.written()
        server.fail("getMe", faults.refusal(401, f"Unauthorized {CANARY}"), times=None)
        ended = start(tmp_path)
        assert await ended.end(None) != 0
        written = ended.written()
        assert len(written) > len(program_before) > 0
        assert "is given up" in written
        assert "Traceback" not in written
        assert "copy it from BotFather" in written
        assert "DeprecationWarning" not in written
        for secret in (CANARY, CANARY.partition(":")[2], SAID):
            assert secret not in written
        telegram = read_settings(tmp_path / "config.yaml").telegram
        assert telegram is not None
        hook = telegram.webhook
        assert (hook is None) == (mode == "polling")
        assert hook is None or hook.secret.get_secret_value() not in written


async def read_until(server: BotApiServer, reader: Person, words: str) -> None:
    """Ask for the text again and again, until the answer holds the words."""
    async with asyncio.timeout(WITHIN):
        while True:
            before = server.sent(reader)
            await reader.say("/read port")
            last = before[-1] if before else None
            text = (await server.next_message(reader, last, WITHIN)).text or ""
            if words in text:
                return
            await asyncio.sleep(0.2)


async def test_sighup_reads_the_statements_again_and_a_broken_edit_keeps_the_old_text(
    tmp_path: Path,
) -> None:
    async with BotApiServer(rules=fast()) as server:
        configure(tmp_path, server, "polling", "WARNING")
        statements = tmp_path / "statements"
        async with running(tmp_path) as program:
            amal = server.person("amal")
            await read_until(server, amal, "Open the port")
            retitle(statements, "Open the port", "Free the port")
            os.kill(program.pid, signal.SIGHUP)
            await read_until(server, amal, "Free the port")
            file = statements / "port" / "statement.yaml"
            lines = file.read_text(encoding="utf-8").splitlines()
            file.write_text("\n".join([*lines, "no_such_key: 1", ""]), encoding="utf-8")
            os.kill(program.pid, signal.SIGHUP)
            told = f"statement.yaml:{len(lines) + 1}"
            await server.wait_for(lambda: told in program.written(), WITHIN)
            assert "no_such_key" in program.written()
            retitle(statements, "Free the port", "Block the port")
            os.kill(program.pid, signal.SIGHUP)
            await server.wait_for(lambda: program.written().count(told) > 1, WITHIN)
            await read_until(server, amal, "Free the port")
            file.write_text("\n".join([*lines, ""]), encoding="utf-8")
            os.kill(program.pid, signal.SIGHUP)
            await read_until(server, amal, "Block the port")
        assert "Traceback" not in program.written()


def retitle(statements: Path, old: str, new: str) -> None:
    file = statements / "port" / "en.md"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(f"title: {old}", f"title: {new}"), encoding="utf-8")


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_it_says_in_one_line_that_it_works(tmp_path: Path, mode: str) -> None:
    async with BotApiServer(rules=fast()) as server:
        configure(tmp_path, server, mode, "WARNING")
        async with running(tmp_path) as program:
            await server.wait_for(lambda: "Running as" in program.written(), WITHIN)
            (line,) = [each for each in program.written().splitlines() if "Running" in each]
            assert line == (
                "Running as @undersigned_test_bot on telegram; 1 statement; admin chat: Admins."
            )
