"""The log: one record after the other on standard error, without what is secret or personal.

Everything goes through the root logger and one handler there: our own calls, those of libraries,
warnings, exceptions that nobody caught. What must not be read in a log is kept out in four ways:

- Libraries are heard from WARNING up, and some of them without their words.
- Only plain values are written. Of any other object, an event or an answer of a server, only the
  type is: its `repr` may hold a message or a token.
- Of an exception the type, a code and the lines of the program are written. Its words are only
  where they come from the system or from us: others repeat the value that they complain about.
  Values of variables are never written.
- What is left is searched for the secrets that this process knows, however they are spelled, and
  for what has the shape of one.

Write an event's name in snake_case and its fields as `extra`:
`log.warning("inbox_not_saved", extra={"pause": 0.5})`. Never pass what a person wrote.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import enum
import json
import logging
import os
import re
import sys
import threading
import traceback
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from pathlib import PurePath
from typing import Any, TextIO

import structlog

from bot.logs.redaction import Redaction

OURS = ("bot", "__main__")
WITHHELD = "[withheld]"

# They write the content of events that they do not understand.
_WITHOUT_WORDS = ("nio.events", "nio.responses")
# What the system and the interpreter say: of files, hosts, names in the program and types.
_SPEAKING = (ImportError, NameError, AttributeError, TypeError, RecursionError)
# Exceptions that hold one sentence, written with care: our own, and those of a server's answer.
_SENTENCES = re.compile(r"bot\.|telegram\.error$")
_CODES = ("sqlite_errorname", "sqlstate", "status", "status_code")
_UNPRINTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_DEPTH = 4

Event = MutableMapping[str, Any]
Processors = list[structlog.typing.Processor]

log = logging.getLogger(__name__)
redacted = Redaction()


def configure(form: str = "auto", level: str = "WARNING", secrets: Iterable[str] = ()) -> None:
    """Log from here on in this form (`human`, `json`, or `auto`: human at a terminal), from this
    level up, without `secrets`. May be called again; secrets once given stay hidden."""
    conceal(secrets)
    terminal = sys.stderr.isatty()
    is_human = terminal if form == "auto" else form == "human"
    renderer = _human(colors=terminal and not os.environ.get("NO_COLOR")) if is_human else _JSON
    timestamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    named = structlog.stdlib.add_logger_name
    before: Processors = [structlog.stdlib.add_log_level, named, timestamp]
    handler = _Handler(sys.stderr)
    handler.addFilter(_is_heard)
    handler.setFormatter(
        _Formatter(
            foreign_pre_chain=[*before, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _without_objects,
                *renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    logging.captureWarnings(capture=True)
    _catch_the_uncaught()


def conceal(secrets: Iterable[str]) -> None:
    """Leave these out of the log too, from now on, however they are spelled."""
    redacted.add(secrets)


def described(error: BaseException) -> str:
    """An exception without values: its type, the code of a database or server, and its words where
    those are the system's or ours."""
    kind = type(error)
    name = kind.__qualname__
    if kind.__module__ != "builtins":
        name = f"{kind.__module__}.{name}"
    original = getattr(error, "orig", None)
    codes = [getattr(each, code, None) for code in _CODES for each in (error, original)]
    for code in codes:
        if isinstance(code, str | int):
            name = f"{name} ({code})"
            break
    if not error.args:
        return name
    return f"{name}: {error if _may_speak(error) else WITHHELD}"


def _may_speak(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno is not None
    if isinstance(error, _SPEAKING):
        return True
    is_sentence = len(error.args) == 1 and isinstance(error.args[0], str)
    return is_sentence and _SENTENCES.match(type(error).__module__) is not None


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """A record that cannot be written; the standard library would print its arguments."""
        kind = type(sys.exc_info()[1]).__name__
        with contextlib.suppress(OSError, ValueError):
            self.stream.write(f"a log record of {record.name} could not be written: {kind}\n")


class _Formatter(structlog.stdlib.ProcessorFormatter):
    def format(self, record: logging.LogRecord) -> str:
        # Another handler may still want the record as it was.
        record = logging.makeLogRecord(record.__dict__)
        if isinstance(record.args, Mapping):
            record.args = {str(name): _plain(value) for name, value in record.args.items()}
        elif record.args:
            record.args = tuple(map(_plain, record.args))
        if not isinstance(record.msg, str | dict):
            record.msg, record.args = "%s", (_plain(record.msg),)
        if f"{record.name}.".startswith(tuple(f"{name}." for name in _WITHOUT_WORDS)):
            record.msg, record.args = WITHHELD, ()
        elif record.name == "asyncio":
            # Behind the first words it shows the task or callback that failed, arguments included.
            record.msg, record.args = re.split(r"[(<\n]", record.getMessage())[0].strip(), ()
        return super().format(record)


def _is_heard(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING or record.name.split(".")[0] in OURS


def _without_objects(_logger: object, _method: str, event: Event) -> Event:
    """Every value plain and redacted, the exception as text."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    if stack := event.pop("stack_info", None):
        event["stack"] = stack
    if isinstance(error, BaseException):
        event["exception"] = "\n".join(_traceback(error, set()))
    return {str(name): _plain(value) for name, value in event.items()}


def _plain(value: object, depth: int = _DEPTH) -> Any:
    match value:
        case None | bool() | int() | float():
            return value
        case BaseException():
            return _text(described(value))
        case str() | enum.Enum() | PurePath() | dt.date() | dt.timedelta() | type():
            return _text(str(value))
        case Mapping() if depth:
            return {_text(str(k)): _plain(v, depth - 1) for k, v in value.items()}
        case list() | tuple() | set() | frozenset() if depth:
            return [_plain(each, depth - 1) for each in value]
    return f"<{type(value).__qualname__}>"


def _text(text: str) -> str:
    """Redacted, and without what a terminal would obey."""
    return _UNPRINTED.sub(lambda found: ascii(found[0])[1:-1], redacted(text))


def _traceback(error: BaseException, seen: set[int]) -> Iterator[str]:
    """As the interpreter prints it, with `described` in place of the exception's words."""
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _traceback(before, seen)
        yield "which led to:" if error.__cause__ else "during which there was:"
    yield "Traceback (most recent call last):"
    yield "".join(traceback.format_list(traceback.extract_tb(error.__traceback__))).rstrip("\n")
    yield described(error)
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            if id(inner) not in seen:
                yield from (f"  {line}" for line in _traceback(inner, seen))


def _in_one_block(_logger: object, _method: str, event: Event) -> Event:
    """What has several lines is indented, so that no value looks like a record."""
    return {n: v.replace("\n", "\n  ") if isinstance(v, str) else v for n, v in event.items()}


def _human(*, colors: bool) -> Processors:
    plain = structlog.dev.plain_traceback
    return [_in_one_block, structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain)]


_JSON: Processors = [structlog.processors.JSONRenderer(serializer=json.dumps, ensure_ascii=False)]


def _catch_the_uncaught() -> None:
    def uncaught(_kind: type[BaseException], error: BaseException, _trace: object) -> None:
        log.critical("uncaught_exception", exc_info=error)

    def in_thread(failed: threading.ExceptHookArgs) -> None:
        log.critical("uncaught_exception_in_thread", exc_info=failed.exc_value)

    def unraisable(failed: sys.UnraisableHookArgs) -> None:
        kind = type(failed.object).__qualname__
        log.error("ignored_exception", exc_info=failed.exc_value, extra={"in": kind})

    sys.excepthook = uncaught
    threading.excepthook = in_thread
    sys.unraisablehook = unraisable
