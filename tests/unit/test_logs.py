"""The log: its two forms, and that nothing secret or personal gets into it, whichever way in."""

import asyncio
import base64
import contextlib
import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import FrozenInstanceError, dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog
from pydantic import TypeAdapter, ValidationError

from bot import logs
from bot.config import Log, load_settings
from bot.domain.endorsement import Status
from bot.domain.errors import AlreadyDecided
from bot.domain.ids import Number
from bot.logs.redaction import MARK, Redaction
from bot.privacy import KeyFault

NAME = "Zaynab Canary-Halabi"
TOKEN = "123456789:AAF-canary_ABCDEFGHIJKLMNOPQRSTUVWX"
KEY = bytes(range(200, 232))
KEY_TEXT = base64.b64encode(KEY).decode()
PASSWORD = 'pä"ss\\wort&1'
OTHER_LOG = logging.getLogger("library.part")
LOG = logging.getLogger("bot.part")


@dataclass
class Typed:
    """What a handler may hold; its repr shows the name."""

    name: str = NAME


class Written:
    """What is written from here on; `as_` chooses form and level."""

    def __init__(self, stream: io.StringIO) -> None:
        self.stream = stream
        self.as_("json", "DEBUG")

    def as_(self, form: str, level: str = "DEBUG") -> None:
        # pytest puts a stream of its own there for every phase of a test.
        with contextlib.redirect_stderr(self.stream):
            logs.configure(form, level, [TOKEN, KEY_TEXT, PASSWORD])

    def text(self) -> str:
        found = self.stream.getvalue()
        self.stream.truncate(0)
        self.stream.seek(0)
        return found

    def entry(self) -> dict[str, Any]:
        """The one record, in JSON."""
        found: dict[str, Any] = json.loads(self.text())
        return found


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Written]:
    """The log, configured; everything is put back in the end."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level, config = root.handlers[:], root.level, structlog.get_config()
    for hook in ("excepthook", "unraisablehook"):
        monkeypatch.setattr(sys, hook, getattr(sys, hook))
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(logs, "redacted", Redaction())
    yield Written(stream)
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**config)


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    try:
        raise error from cause
    except type(error) as caught:
        return caught


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


SPELLINGS = [
    TOKEN,
    TOKEN.replace(":", "%3A"),
    f"https://api.telegram.org/bot{TOKEN}/getMe",
    TOKEN.partition(":")[2],
    KEY_TEXT,
    KEY_TEXT.rstrip("="),
    base64.urlsafe_b64encode(KEY).decode(),
    base64.urlsafe_b64encode(KEY).decode().rstrip("="),
    KEY.hex(),
    KEY.hex().upper(),
    str(KEY),
    PASSWORD,
    repr(PASSWORD),
    json.dumps(PASSWORD),
    "p%C3%A4%22ss%5Cwort%261",
    base64.b64encode(PASSWORD.encode()).decode(),
    PASSWORD.encode().hex(),
]
SHAPES = [
    "987654321:AAE-other_ABCDEFGHIJKLMNOPQRSTUVWX",
    "syt_dW5kZXJz_aBcDeFgHiJkLmNoPqRsT_0abcde",
    "Authorization: Bearer some-opaque.value",
    "{'Authorization': 'Basic dXNlcjpjYW5hcnk='}",
    "postgresql://bot:canary-word@db.example.org/letters",
    "postgresql://canary-word@db.example.org/letters",
    "?access_token=canary-word&x=1",
    "access_token='canary-word'",
    "access token: canary-word",
    'pickle_key": "canary-word"',
    base64.b64encode(bytes(range(32))).decode(),
    "ab" * 32,
    "@canary.word:example.org",
    "%40canary.word%3Aexample.org",
    f"[type=string_type, input_value='{NAME}', input_type=str]",
]
PARTS = ("canary", "ABCDEFGH", "dXNlcjpj", "opaque", "abab", "AAECAwQF", "AaBcDeF", "pä", "wort")


@pytest.mark.parametrize("form", ["json", "human"])
@pytest.mark.parametrize("secret", [*SPELLINGS, *SHAPES])
def test_no_secret_gets_in_whichever_way(written: Written, secret: str, form: str) -> None:
    written.as_(form)
    error = raised(KeyFault(f"bad {secret}"), raised(ValueError(secret)))
    LOG.warning(f"said {secret}!")  # noqa: G004
    LOG.warning("said %s and %r", secret, secret)
    LOG.warning("said %(it)s", {"it": [secret, {secret: (secret,)}]})
    LOG.warning("said", extra={"it": secret, "deep": {"a": [{"b": secret}]}})
    LOG.warning("said %s", error)
    LOG.error("said", exc_info=error)
    LOG.error(error)
    structlog.stdlib.get_logger("bot.part").warning("said %s", secret, it=secret, exc_info=error)
    said = written.text()
    assert said.count(MARK) >= 10
    for piece in (secret, *PARTS, KEY_TEXT[:20], KEY.hex()[:20], KEY.hex()[:20].upper()):
        assert piece not in said


def test_what_is_no_secret_stays(written: Written) -> None:
    harmless = (
        "read https://example.org/a?b=c at 12:30:00, tell amal@example.org; bearer of news; "
        "statement iraq-2014; /usr/lib/python3.11/site-packages/bot/storage/database.py:87; %s"
    )
    LOG.warning(harmless, 200)
    assert written.entry()["event"] == harmless % 200


def test_no_other_handler_stays_at_the_root(written: Written) -> None:
    other = io.StringIO()
    logging.getLogger().addHandler(logging.StreamHandler(other))
    written.as_("json")
    LOG.warning(TOKEN)
    assert (other.getvalue(), written.entry()["event"]) == ("", MARK)


def test_a_very_short_secret_does_not_blank_the_log(written: Written) -> None:
    logs.conceal(["a", "", "abc"])
    LOG.warning("abc and a")
    assert written.entry()["event"] == "abc and a"


def test_secrets_once_given_stay_hidden(written: Written) -> None:
    logs.conceal(["another-one"])
    written.as_("json")
    LOG.warning("%s another-one", PASSWORD)
    assert written.entry()["event"] == f"{MARK} {MARK}"


def ask_pydantic() -> None:
    TypeAdapter(list[int]).validate_python([NAME])


def ask_python() -> None:
    int(NAME)


def ask_a_group() -> None:
    raise ExceptionGroup(NAME, [ValueError(NAME), KeyError(NAME)])


def refuse() -> None:
    raise AlreadyDecided(Number(7), Status.VERIFIED, NAME, None)


def assert_it() -> None:
    name = NAME
    assert name == "", f"{name}"


@pytest.mark.parametrize("form", ["json", "human"])
@pytest.mark.parametrize("fail", [ask_pydantic, ask_python, ask_a_group, refuse, assert_it])
def test_no_name_gets_in_with_an_exception(
    written: Written, fail: Callable[[], None], form: str
) -> None:
    written.as_(form)
    caught: BaseException | None = None
    try:
        fail()
    except Exception as error:
        caught = error
        with contextlib.suppress(FrozenInstanceError):
            error.add_note(NAME)
        LOG.exception("failed with %s", error)  # noqa: TRY401
        LOG.warning("it was %r", error, stack_info=True, extra={"error": error})
        LOG.warning("holding %s and %r", Typed(), [Typed()], extra={"it": Typed()})
    said = written.text()
    assert NAME.split()[1] not in said
    assert type(caught).__name__ in said
    assert f"in {fail.__name__}" in said
    assert "<Typed>" in said


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
        TELEGRAM__WEBHOOK__SECRET="hook-secret",
        TELEGRAM__WEBHOOK__LISTEN="127.0.0.1:80",
        MATRIX__HOMESERVER="https://matrix.example.org",
        MATRIX__USER_ID="@bot:example.org",
        MATRIX__PASSWORD="mx-secret",
    )
    assert sorted(found.secrets) == sorted([TOKEN, "hook-secret", "mx-secret", "pg/secret"])
