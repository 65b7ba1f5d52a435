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
import logging
import os
import sys
import threading
from collections.abc import Iterable
from typing import TextIO

from bot.logs import words
from bot.logs.words import WITHHELD, described

__all__ = ["OURS", "WITHHELD", "conceal", "configure", "described", "redacted"]

OURS = ("bot", "__main__")

log = logging.getLogger(__name__)


def configure(form: str = "auto", level: str = "WARNING", secrets: Iterable[str] = ()) -> None:
    """Log from here on in this form (`human`, `json`, or `auto`: human at a terminal), from this
    level up, without `secrets`. May be called again; secrets once given stay hidden."""
    conceal(secrets)
    terminal = sys.stderr.isatty()
    handler = _Handler(
        sys.stderr,
        is_human=terminal if form == "auto" else form == "human",
        colors=terminal and not os.environ.get("NO_COLOR"),
    )
    handler.addFilter(_is_heard)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.captureWarnings(capture=True)
    _catch_the_uncaught()


def conceal(secrets: Iterable[str]) -> None:
    """Leave these out of the log too, from now on, however they are spelled."""
    words.redacted.add(secrets)


def redacted(text: str) -> str:
    """The text without what is secret."""
    return words.redacted(text)


class _Handler(logging.StreamHandler[TextIO]):
    def __init__(self, stream: TextIO, *, is_human: bool, colors: bool) -> None:
        super().__init__(stream)
        self._is_human = is_human
        self._colors = colors

    def format(self, record: logging.LogRecord) -> str:
        if self.formatter is None:
            # With the first record: a tenth of a second, and most commands say nothing.
            from bot.logs.rendering import formatter  # noqa: PLC0415

            self.setFormatter(formatter(is_human=self._is_human, colors=self._colors))
        return super().format(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """A record that cannot be written; the standard library would print its arguments."""
        kind = type(sys.exc_info()[1]).__name__
        with contextlib.suppress(OSError, ValueError):
            self.stream.write(f"a log record of {record.name} could not be written: {kind}\n")


def _is_heard(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING or record.name.split(".")[0] in OURS


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
