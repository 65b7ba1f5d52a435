"""The log: its two forms, what is heard, and what becomes of exceptions."""

import asyncio
import io
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bot import logs
from bot.config import Log, load_settings
from bot.logs.redaction import MARK
from bot.privacy import KeyFault
from tests.support.logged import (
    NAME,
    PASSWORD,
    TOKEN,
    Typed,
    Written,
    logging_to_a_test,
    raised,
)

OTHER_LOG = logging.getLogger("library.part")
LOG = logging.getLogger("bot.part")


@pytest.fixture
def written() -> Iterator[Written]:
    with logging_to_a_test() as written:
        yield written


def test_json_is_one_object_a_line_with_fields(written: Written) -> None:
    LOG.warning("inbox_not_saved", extra={"pause": 0.5, "file": Path("/a"), "by": Typed()})
    entry = written.entry()
    assert entry.pop("timestamp").endswith("Z")
    assert entry == {
        "event": "inbox_not_saved",
        "level": "warning",
        "logger": "bot.part",
        "pause": 0.5,
        "file": "/a",
        "by": "<Typed>",
    }


def test_human_is_one_block_without_control_signs(written: Written) -> None:
    written.as_("human")
    LOG.warning("first\nsecond \x1b[2J \u202e %s", {"a": 1})
    line, more = written.text().splitlines()
    assert "warning" in line
    assert line.rstrip().endswith("first")
    assert more.startswith("  second \\x1b[2J \\u202e {'a': 1}")


def test_auto_is_json_where_there_is_no_terminal(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    written.as_("auto")
    LOG.error("x")
    assert written.entry()["event"] == "x"
    monkeypatch.setattr(written.stream, "isatty", lambda: True)
    written.as_("auto")
    LOG.error("x")
    assert "\x1b[" in written.text()
    monkeypatch.setenv("NO_COLOR", "1")
    written.as_("auto")
    LOG.error("x")
    said = written.text()
    assert "x" in said
    assert "\x1b[" not in said


def test_the_level_is_that_of_the_configuration(written: Written) -> None:
    written.as_("json", "INFO")
    LOG.debug("no")
    LOG.info("yes")
    assert written.entry()["event"] == "yes"


def test_libraries_are_heard_from_warning_up(written: Written) -> None:
    for name in ("httpx", "nio.client", "aiosqlite", "sqlalchemy.engine", "telegram", "asyncio"):
        library = logging.getLogger(name)
        library.setLevel(logging.DEBUG)
        library.info("GET %s", NAME)
        library.debug(NAME)
        library.setLevel(logging.NOTSET)
    assert written.text() == ""
    OTHER_LOG.warning("slow")
    assert "slow" in written.text()


@pytest.mark.parametrize("name", ["nio.events.misc", "nio.events", "nio.responses"])
def test_some_are_heard_without_their_words(written: Written, name: str) -> None:
    logging.getLogger(name).warning("Error validating event: %s", NAME)
    entry = written.entry()
    assert (entry["logger"], entry["event"]) == (name, logs.WITHHELD)


def test_no_other_handler_stays_at_the_root(written: Written) -> None:
    other = io.StringIO()
    logging.getLogger().addHandler(logging.StreamHandler(other))
    written.as_("json")
    LOG.warning(TOKEN)
    assert (other.getvalue(), written.entry()["event"]) == ("", MARK)


def test_an_exception_shows_where_why_and_what_led_to_it(written: Written) -> None:
    cause = raised(FileNotFoundError(2, "No such file", "/data/x"))
    LOG.error("failed", exc_info=raised(KeyFault("the key is missing"), cause))
    text = written.entry()["exception"]
    assert text.splitlines()[0] == "Traceback (most recent call last):"
    assert "\nFileNotFoundError: [Errno 2] No such file: '/data/x'\nwhich led to:\n" in text
    assert text.endswith("\nbot.privacy.KeyFault: the key is missing")
    assert "raise error from cause" in text


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError(NAME), "ValueError: [withheld]"),
        (ValueError(), "ValueError"),
        (OSError(NAME), "OSError: [withheld]"),
        (PermissionError(13, "Permission denied"), "PermissionError: [Errno 13] Permission denied"),
        (TypeError("f() takes no arguments"), "TypeError: f() takes no arguments"),
        (KeyFault("one sentence"), "bot.privacy.KeyFault: one sentence"),
        (KeyFault("one", NAME), "bot.privacy.KeyFault: [withheld]"),
    ],
)
def test_only_the_system_and_our_own_sentences_speak(error: BaseException, words: str) -> None:
    assert logs.described(error) == words


def test_a_code_of_a_server_is_told() -> None:
    error, original = ValueError(NAME), ValueError(NAME)
    error.orig = original  # type: ignore[attr-defined]
    original.sqlite_errorname = "SQLITE_FULL"  # type: ignore[attr-defined]
    assert logs.described(error) == "ValueError (SQLITE_FULL): [withheld]"


def test_exceptions_that_lead_to_each_other_end(written: Written) -> None:
    first, second = ValueError(), KeyError()
    first.__context__, second.__context__ = second, first
    LOG.error("failed", exc_info=first)
    assert written.entry()["exception"].count("Traceback") == 2


def test_a_record_that_cannot_be_written_says_so_and_no_more(written: Written) -> None:
    written.as_("json")
    LOG.warning("%d people", NAME)
    LOG.warning("too few: %s %s", NAME)  # noqa: PLE1206
    assert written.text() == "a log record of bot.part could not be written: TypeError\n" * 2


def test_warnings_go_through_it(written: Written) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        written.as_("json")
        warnings.warn(f"old: {PASSWORD}", UserWarning, stacklevel=1)
        logging.captureWarnings(capture=False)
    entry = written.entry()
    assert (entry["logger"], entry["level"]) == ("py.warnings", "warning")
    assert f"UserWarning: old: {MARK}" in entry["event"]


def test_what_nobody_catches_goes_through_it(written: Written) -> None:
    error = raised(ValueError(NAME))
    sys.excepthook(ValueError, error, error.__traceback__)
    assert written.entry()["event"] == "uncaught_exception"

    def fail(*_: object) -> None:
        raise ValueError(NAME)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    entry = written.entry()
    assert entry["event"] == "uncaught_exception_in_thread"
    assert entry["exception"].endswith("ValueError: [withheld]")

    class Failing(Typed):
        __del__ = fail

    Failing()
    entry = written.entry()
    assert (entry["event"], entry["in"]) == ("ignored_exception", "function")


async def test_what_a_loop_reports_goes_through_it_without_arguments(written: Written) -> None:
    loop = asyncio.get_running_loop()

    def fail(_: object) -> None:
        raise ValueError(NAME)

    loop.call_soon(fail, NAME)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    entry = written.entry()
    assert (
        entry["event"]
        == "Exception in callback test_what_a_loop_reports_goes_through_it_without_arguments."
    )
    assert NAME not in str(entry)

    loop.call_exception_handler({"message": "Lost", "task": Typed(), "exception": ValueError(NAME)})
    entry = written.entry()
    assert (entry["event"], entry["exception"].splitlines()[-1]) == (
        "Lost",
        "ValueError: [withheld]",
    )
    assert NAME not in str(entry)


def settings(**environ: str) -> Any:
    values = {f"UNDERSIGNED_{name}": value for name, value in environ.items()}
    return load_settings(None, values, ("en", "ar"))


def test_the_configuration_chooses_form_and_level() -> None:
    assert settings().log == Log(form="auto", level="WARNING")
    assert settings(LOG__LEVEL="debug", LOG__FORM="JSON").log == Log(form="json", level="DEBUG")
    with pytest.raises(ValidationError):
        Log(level="LOUD")  # type: ignore[arg-type]


def test_the_configuration_knows_its_secrets() -> None:
    found = settings(
        DATABASE="postgresql://bot:pg%2Fsecret@db.example.org/letters",
        TELEGRAM__TOKEN=TOKEN,
        TELEGRAM__MODE="webhook",
        TELEGRAM__WEBHOOK__URL="https://bot.example.org",
        TELEGRAM__WEBHOOK__SECRET="hook-secret-of-thirty-two-letters",
        TELEGRAM__WEBHOOK__LISTEN="127.0.0.1:80",
        MATRIX__HOMESERVER="https://matrix.example.org",
        MATRIX__USER_ID="@bot:example.org",
        MATRIX__PASSWORD="mx-secret",
    )
    assert sorted(found.secrets) == sorted(
        [TOKEN, "hook-secret-of-thirty-two-letters", "mx-secret", "pg/secret"]
    )
