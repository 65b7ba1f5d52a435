"""How a record is written, by structlog."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

from bot.logs.words import WITHHELD, lines_of, plain

# Else structlog takes in what shows tracebacks in colours, 4 MiB; here they are plain.
_HAS_RICH = "rich" in sys.modules
sys.modules.setdefault("rich", None)  # type: ignore[arg-type]
import structlog  # noqa: E402

if not _HAS_RICH:
    del sys.modules["rich"]

# They write the content of events that they do not understand.
_WITHOUT_WORDS = ("nio.events", "nio.responses")

Event = MutableMapping[str, Any]
Processors = list[structlog.typing.Processor]


def formatter(*, is_human: bool, colors: bool) -> logging.Formatter:
    """For the one handler; what is said to structlog directly goes there too from now on."""
    timestamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    named = structlog.stdlib.add_logger_name
    before: Processors = [structlog.stdlib.add_log_level, named, timestamp]
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    return _Formatter(
        foreign_pre_chain=[*before, structlog.stdlib.ExtraAdder()],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _without_objects,
            *(_human(colors=colors) if is_human else _JSON),
        ],
    )


class _Formatter(structlog.stdlib.ProcessorFormatter):
    def format(self, record: logging.LogRecord) -> str:
        # Another handler may still want the record as it was.
        record = logging.makeLogRecord(record.__dict__)
        if isinstance(record.args, Mapping):
            record.args = {str(name): plain(value) for name, value in record.args.items()}
        elif record.args:
            record.args = tuple(map(plain, record.args))
        if not isinstance(record.msg, str | dict):
            record.msg, record.args = "%s", (plain(record.msg),)
        if f"{record.name}.".startswith(tuple(f"{name}." for name in _WITHOUT_WORDS)):
            record.msg, record.args = WITHHELD, ()
        elif record.name == "asyncio":
            # Behind the first words it shows the task or callback that failed, arguments included.
            record.msg, record.args = re.split(r"[(<\n]", record.getMessage())[0].strip(), ()
        return super().format(record)


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
        event["exception"] = "\n".join(lines_of(error, set()))
    return {str(name): plain(value) for name, value in event.items()}


def _in_one_block(_logger: object, _method: str, event: Event) -> Event:
    """What has several lines is indented, so that no value looks like a record."""
    return {n: v.replace("\n", "\n  ") if isinstance(v, str) else v for n, v in event.items()}


def _human(*, colors: bool) -> Processors:
    plain = structlog.dev.plain_traceback
    return [_in_one_block, structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain)]


_JSON: Processors = [structlog.processors.JSONRenderer(serializer=json.dumps, ensure_ascii=False)]
