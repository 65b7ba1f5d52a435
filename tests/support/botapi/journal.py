"""Every call that the bot made, with what it was answered."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.support.botapi.state import File, Json


@dataclass
class Call:
    """`method` is as the bot wrote it; `status` is None while the answer is out, 0 when the
    connection was dropped; `ended` is the server's time of the answer."""

    number: int
    at: float
    method: str
    parameters: dict[str, Any]
    status: int | None = None
    answer: Json | None = None
    ended: float | None = None
    fault: str | None = None

    @property
    def ok(self) -> bool:
        return self.status == 200

    def as_json(self) -> Json:
        shown = {
            name: {"file_name": value.name, "size": len(value.data)}
            if isinstance(value, File)
            else value
            for name, value in self.parameters.items()
        }
        return vars(self) | {"parameters": shown}


class Journal:
    """Keeps the newest `limit` calls, all of them without one."""

    def __init__(self, limit: int | None = None) -> None:
        self._calls: deque[Call] = deque(maxlen=limit)
        self.total = 0

    def begin(self, at: float, method: str, parameters: dict[str, Any]) -> Call:
        self.total += 1
        call = Call(self.total, at, method, parameters)
        self._calls.append(call)
        return call

    def __iter__(self) -> Iterator[Call]:
        return iter(self._calls)

    def __reversed__(self) -> Iterator[Call]:
        return reversed(self._calls)

    def calls(self, method: str | None = None, *, ok: bool | None = None) -> list[Call]:
        return self.find(
            lambda call: (
                (method is None or call.method.lower() == method.lower())
                and (ok is None or call.ok == ok)
            )
        )

    def find(self, fits: Callable[[Call], bool]) -> list[Call]:
        return [call for call in self._calls if fits(call)]

    def clear(self) -> None:
        self._calls.clear()
