"""The log as a test sees it: what is written, with secrets that must never be in it."""

import base64
import contextlib
import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import structlog

from bot import logs
from bot.logs import words
from bot.logs.redaction import Redaction

NAME = "Zaynab Canary-Halabi"
TOKEN = "123456789:AAF-canary_ABCDEFGHIJKLMNOPQRSTUVWX"
KEY = bytes(range(200, 232))
KEY_TEXT = base64.b64encode(KEY).decode()
PASSWORD = 'pä"ss\\wort&1'


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


@contextlib.contextmanager
def logging_to_a_test() -> Iterator[Written]:
    """The log, configured; everything is put back in the end."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level, config = root.handlers[:], root.level, structlog.get_config()
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    redacted, words.redacted = words.redacted, Redaction()
    # The Matrix adapter, once made in this process, has the library say less.
    library = logging.getLogger("nio")
    quiet = library.level
    library.setLevel(logging.NOTSET)
    try:
        yield Written(stream)
    finally:
        logging.captureWarnings(capture=False)
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.configure(**config)
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
        words.redacted = redacted
        library.setLevel(quiet)


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    """The error, with a traceback."""
    try:
        raise error from cause
    except type(error) as caught:
        return caught
