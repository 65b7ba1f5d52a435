"""What of a value and of an exception may stand in the log."""

from __future__ import annotations

import datetime as dt
import enum
import re
import traceback
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any

from bot.logs.redaction import Redaction

WITHHELD = "[withheld]"

# What the system and the interpreter say: of files, hosts, names in the program and types.
_SPEAKING = (ImportError, NameError, AttributeError, TypeError, RecursionError)
# Exceptions that hold one sentence, written with care: our own, and those of a server's answer.
_SENTENCES = re.compile(r"bot\.|telegram\.error$")
_CODES = ("sqlite_errorname", "sqlstate", "status", "status_code")
_UNPRINTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_DEPTH = 4

redacted = Redaction()


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


def plain(value: object, depth: int = _DEPTH) -> Any:
    """JSON's own kinds of values as they are, texts redacted, of any other object its type."""
    match value:
        case None | bool() | int() | float():
            return value
        case BaseException():
            return _text(described(value))
        case str() | enum.Enum() | PurePath() | dt.date() | dt.timedelta() | type():
            return _text(str(value))
        case Mapping() if depth:
            return {_text(str(k)): plain(v, depth - 1) for k, v in value.items()}
        case list() | tuple() | set() | frozenset() if depth:
            return [plain(each, depth - 1) for each in value]
    return f"<{type(value).__qualname__}>"


def _text(text: str) -> str:
    """Redacted, and without what a terminal would obey."""
    return _UNPRINTED.sub(lambda found: ascii(found[0])[1:-1], redacted(text))


def lines_of(error: BaseException, seen: set[int]) -> Iterator[str]:
    """As the interpreter prints it, with `described` in place of the exception's words."""
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from lines_of(before, seen)
        yield "which led to:" if error.__cause__ else "during which there was:"
    yield "Traceback (most recent call last):"
    yield "".join(traceback.format_list(traceback.extract_tb(error.__traceback__))).rstrip("\n")
    yield described(error)
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            if id(inner) not in seen:
                yield from (f"  {line}" for line in lines_of(inner, seen))
