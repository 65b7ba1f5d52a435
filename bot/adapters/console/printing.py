"""Writing what the bot does: one JSON object a line, for programs; for people see `people`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Protocol, TextIO

from bot.adapters.simulated_adapter import Shown


class Printer(Protocol):
    """Used by the console adapter for everything that goes out; must have flushed on return."""

    def show(self, shown: Shown) -> None: ...

    def done(self, line: int) -> None: ...

    def hint(self, text: str) -> None: ...


class JsonPrinter:
    def __init__(self, out: TextIO, gone: Callable[[], None]) -> None:
        """`gone` is called when nobody reads `out` any more."""
        self._out = out
        self._gone = gone

    def show(self, shown: Shown) -> None:
        entry: dict[str, object] = {
            "action": shown.action,
            "chat": shown.chat,
            "message": shown.message,
            "text": shown.text.plain,
            "buttons": [{"name": b.name, "label": b.label} for row in shown.buttons for b in row],
            "lang": shown.language,
        }
        if shown.path is not None:
            entry["path"] = shown.path
        if shown.pinned:
            entry["pinned"] = True
        self._write(entry)

    def done(self, line: int) -> None:
        self._write({"action": "done", "line": line})

    def hint(self, text: str) -> None:
        self._write(
            {
                "action": "notice",
                "chat": "",
                "message": None,
                "text": text,
                "buttons": [],
                "lang": "en",
            }
        )

    def _write(self, entry: dict[str, object]) -> None:
        try:
            self._out.write(json.dumps(entry, ensure_ascii=False) + "\n")
            self._out.flush()
        except BrokenPipeError:
            self._gone()
