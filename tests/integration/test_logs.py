"""The program at its most talkative, with everything going wrong: nothing of it is in the log.

The program runs as a process of its own, with a few lines in front that make it fail on demand.
Canaries are what people write in a dialogue, the token, and the key in every spelling.
"""

import base64
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.privacy import Keyring
from bot.storage.opening import open_database
from bot.storage.tables import endorsements
from tests.support.dialogue import number_in
from tests.support.statements import write_port

ROOT = Path(__file__).parents[2]
KEY = bytes(range(200, 232))
KEY_TEXT = base64.b64encode(KEY).decode()
TOKEN = "123456789:AAF-canary_ABCDEFGHIJKLMNOPQRSTUVWX"
ACCESS = "syt_dW5kZXJzaWduZWQ_canaryCANARYcanary_0abcde"
PASSWORD = "canary-pässword"
WRITTEN = ("Zaynab Canary-Halabi", "Canary Harbour Union", "canary reason", "canary words")

FAILING = """
import asyncio, logging, os, sys, threading, warnings
import sqlalchemy
from pydantic import TypeAdapter
from bot import cli, importer
from bot.bootstrap import checking
from bot.dispatch.router import Router
from bot.privacy import KeyFault
from bot.storage.tables import endorsements

KEY, TOKEN = bytes(range(200, 232)), os.environ["UNDERSIGNED_TELEGRAM__TOKEN"]
ours, handle = logging.getLogger("bot.commands"), Router.handle

def in_a_callback(words): raise LookupError(words)

async def fail(self, call):
    words, unit = getattr(call.event, "text", ""), call.unit
    for level in (logging.DEBUG, logging.WARNING):
        ours.log(level, "handling %r of %s", call.event, call.unit, extra={"event_": call.event})
        ours.log(level, "key %s", TOKEN, extra={"key": os.environ.get("UNDERSIGNED_KEY")})
        for spelled in (KEY.hex(), KEY.hex().upper(), KEY, str(KEY), [KEY.hex()]):
            ours.log(level, "key %s", spelled)
    for name in ("httpx", "httpcore", "nio.client", "aiosqlite", "sqlalchemy.engine", "telegram"):
        logging.getLogger(name).info("POST https://api.telegram.org/bot%s %s", TOKEN, words)
        logging.getLogger(name).warning("POST https://api.telegram.org/bot%s", TOKEN)
    for name in ("nio.events.misc", "nio.responses"):
        logging.getLogger(name).warning("Error validating event: " + words)
    if words.startswith("/fail loop"):
        asyncio.get_running_loop().call_soon(in_a_callback, words)
        asyncio.create_task(failing(words))
        thread = threading.Thread(target=in_a_callback, args=(words,))
        thread.start()
        thread.join()
        warnings.warn(f"Authorization: Bearer {TOKEN}", UserWarning)
    if words.startswith("/fail python"):
        try:
            int(words)
        except ValueError as error:
            ours.warning("failed: %s", error)
            raise LookupError(words, call.event) from error
    if words.startswith("/fail pydantic"):
        TypeAdapter(dict[str, int]).validate_python({words: words})
    if words.startswith("/fail database"):
        row = {"statement": words, "kind": words, "sealed_name": words.encode()}
        await unit._connection.execute(endorsements.insert().values(row))
    if words.startswith("/fail statement"):
        await unit._connection.execute(sqlalchemy.text("SELECT '" + words + "' FROM nowhere"))
    await handle(self, call)

async def failing(words): raise LookupError(words)

def stop(*given, **named): raise ValueError(TOKEN, given)

Router.handle, checking.check, importer.run = fail, stop, stop
cli.main()
"""


SLOW = re.compile(r"^.*\bExecuting\b.*\basyncio\b.*\n", re.MULTILINE)
"""What asyncio says at this level of a step that took long, on a machine that has much to do."""


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    log: str

    @property
    def said(self) -> str:
        """The log without what depends on the speed of the machine."""
        return SLOW.sub("", self.log)


def run(
    folder: Path,
    *arguments: str,
    lines: Iterable[str] = (),
    before: str = FAILING,
    **environ: str,
) -> Ran:
    """The program with `before` in front, in that folder, logging all that it can."""
    path = folder / "program.py"
    path.write_text(before)
    kept = {k: v for k, v in os.environ.items() if not k.startswith("UNDERSIGNED_")}
    settings = {
        "UNDERSIGNED_STATEMENTS": str(folder / "statements"),
        "UNDERSIGNED_TELEGRAM__TOKEN": TOKEN,
        "UNDERSIGNED_MATRIX__HOMESERVER": "https://matrix.example.org",
        "UNDERSIGNED_MATRIX__USER_ID": "@bot:example.org",
        "UNDERSIGNED_MATRIX__ACCESS_TOKEN": ACCESS,
        "UNDERSIGNED_MATRIX__DEVICE_ID": "DEVICE",
        "UNDERSIGNED_LOG__LEVEL": "DEBUG",
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "utf-8",
    }
    ended = subprocess.run(
        (sys.executable, "-X", "dev", str(path), *arguments),
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        env=kept | settings | environ,
        timeout=100,
        check=False,
    )
    return Ran(ended.returncode, ended.stdout, ended.stderr)


def hits(log: str, more: Sequence[str] = ()) -> list[str]:
    """Every canary that is in the log."""
    keys = [KEY_TEXT, base64.urlsafe_b64encode(KEY).decode(), KEY.hex(), str(KEY)[2:-1]]
    spelled = [key[:24] for key in keys] + [KEY.hex()[:24].upper()]
    canaries = [*WRITTEN, TOKEN, TOKEN[-20:], ACCESS, ACCESS[-20:], PASSWORD, *spelled, *more]
    canaries += [word for written in WRITTEN for word in written.split() if "anary" in word]
    return [c for c in canaries if c in log or json.dumps(c)[1:-1] in log]


DIALOGUE = (
    "amal: /sign port",
    "amal: [confirm]",
    "amal: Zaynab Canary-Halabi",
    "amal: Canary Harbour Union",
    "amal: [skip]",
    "amal: [public]",
    "amal: [confirm]",
    "amal: /fail python Zaynab Canary-Halabi",
    "amal: /fail pydantic Zaynab Canary-Halabi",
    "amal: /fail database Zaynab Canary-Halabi",
    "amal: /fail statement Zaynab Canary-Halabi",
    "amal: /fail loop Zaynab Canary-Halabi",
    "zaid@admins: /find Canary",
)
DECIDING = ("/ask {} canary words?", "/reject {} canary reason")


@pytest.mark.parametrize("form", ["json", pytest.param("human", marks=pytest.mark.soak)])
def test_row_18_no_token_key_or_name_is_in_a_debug_log(tmp_path: Path, form: str) -> None:
    write_port(tmp_path)
    arguments = ("console", "--json", "--data", "data")
    environ = {"UNDERSIGNED_KEY": KEY_TEXT, "UNDERSIGNED_LOG__FORM": form}
    ran = run(tmp_path, *arguments, lines=DIALOGUE, **environ)
    assert ran.code == 0
    assert "Zaynab Canary-Halabi" in ran.out
    assert ran.log.count("an event could not be handled") == 4
    assert ran.log.startswith("{") == (form == "json")
    for sign in ("debug", "[redacted]", "[withheld]", "<Message>", "uncaught_exception_in_thread"):
        assert sign in ran.log
    for told in ("Exception in callback", "Task exception was never retrieved", "UserWarning"):
        assert told in ran.log
    for error in ("ValidationError", "IntegrityError", "OperationalError", "LookupError"):
        assert error in ran.log
    assert hits(ran.log) == []

    number = number_in(ran.out.partition("Recorded.")[2])
    lines = [f"zaid@admins: {line.format(number)}" for line in DECIDING]
    decided = run(tmp_path, *arguments, lines=lines, **environ)
    assert "canary reason" in decided.out
    assert hits(decided.log) == []

    with sqlite3.connect(tmp_path / "data" / "undersigned.db") as database:
        database.execute("UPDATE endorsements SET sealed_name = zeroblob(60)")
    database.close()
    ran = run(
        tmp_path, *arguments, lines=("amal: /mine", f"zaid@admins: /show {number}"), **environ
    )
    assert "that is not in the key file" in ran.log
    assert hits(ran.log) == []


def test_row_18_a_key_that_the_first_start_makes_is_left_out_too(tmp_path: Path) -> None:
    write_port(tmp_path)
    arguments = ("console", "--json", "--data", "data")
    shown = FAILING.replace('"key %s", spelled', '"key %s", open("undersigned.key").read().strip()')
    for _ in range(2):
        ran = run(tmp_path, *arguments, lines=("amal: /help",), before=shown)
        key = (tmp_path / "undersigned.key").read_text().strip()
        assert "key [redacted]" in ran.log
        assert hits(ran.log, [key]) == []


async def test_an_error_of_the_database_does_not_repeat_what_was_to_be_stored(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 'data' / 'undersigned.db'}"
    database = await open_database(url, Keyring([KEY]), key_place="here")
    row = endorsements.insert().values(number=7, statement=WRITTEN[0], public_name=WRITTEN[1])
    try:
        with pytest.raises(sa.exc.IntegrityError) as caught:
            async with database.unit() as unit:
                await unit._connection.execute(row)
        assert hits(str(caught.value)) == []
    finally:
        await database.close()


@pytest.mark.parametrize("command", ["check", "import letter.txt --id letter --lang en"])
def test_what_nobody_catches_ends_the_program_and_not_the_silence(
    tmp_path: Path, command: str
) -> None:
    write_port(tmp_path)
    ran = run(tmp_path, *command.split(), UNDERSIGNED_LOG__FORM="json")
    assert ran.code == 1
    entry = json.loads(ran.said)
    assert (entry["event"], entry["level"]) == ("uncaught_exception", "critical")
    assert entry["exception"].endswith("ValueError: [withheld]")
    assert hits(ran.log) == []


def test_an_expected_error_is_a_sentence_without_secrets(tmp_path: Path) -> None:
    write_port(tmp_path)
    url = f"postgresql://bot:{PASSWORD}@127.0.0.1:1/letters"
    environ = {"UNDERSIGNED_KEY": KEY_TEXT, "UNDERSIGNED_DATABASE": url}
    ran = run(tmp_path, "stats", **environ)
    assert ran.code == 2
    assert ran.said.startswith("the database postgresql://")
    assert hits(ran.log) == []

    from_inside = FAILING.replace("ValueError(TOKEN, given)", "KeyFault('no ' + TOKEN)")
    ran = run(tmp_path, "check", before=from_inside)
    assert (ran.code, ran.said) == (2, "no [redacted]\n")
