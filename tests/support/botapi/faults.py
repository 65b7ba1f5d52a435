"""What goes wrong on purpose: on the way to the server, in it, or on the way back.

    server.fail("sendMessage", faults.drop(effect=True), times=2)

`effect` says whether the call is carried out before it goes wrong.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tests.support.botapi.journal import Call
from tests.support.botapi.state import Json

HTML = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n"


@dataclass(frozen=True)
class Fault:
    """`status` 0 drops the connection; None answers as usual, after `delay` real seconds."""

    name: str
    status: int | None
    effect: bool = False
    body: bytes = b""
    content_type: str = "application/json"
    delay: float = 0.0
    drip: float = 0.0
    """Real seconds before each byte of the answer's body."""
    alter: Callable[[Any], Any] | None = None
    """What becomes of the result."""


def drop(*, effect: bool = False) -> Fault:
    return Fault("drop after" if effect else "drop before", 0, effect)


def bad_gateway(*, effect: bool = False) -> Fault:
    return Fault("bad gateway", 502, effect, HTML, "text/html")


def garbage(*, effect: bool = True) -> Fault:
    """200 with a body that is cut off in the middle."""
    return Fault("garbage", 200, effect, b'{"ok":true,"result":{"mess\xff')


def slow(seconds: float, then: Fault | None = None) -> Fault:
    base = then or Fault("slow", None, effect=True)
    return replace(base, name=f"{base.name} after {seconds} s", delay=seconds)


def drip(pause: float = 1.0, *, effect: bool = False) -> Fault:
    """An answer that begins well and comes byte by byte, after thousands of spaces."""
    return Fault("drip", None if effect else 200, effect, b'{"ok":true,"result":[]}', drip=pause)


def odd(name: str) -> Fault:
    """Carried out, and described as no server should: `name` is one of `ODDITIES`."""
    return Fault(f"odd: {name}", None, effect=True, alter=ODDITIES[name])


def _with(part: str, value: Any) -> Callable[[Json], Json]:
    return lambda message: message | {part: value}


def _without(part: str, inner: str | None = None) -> Callable[[Json], Json]:
    def thin(message: Json) -> Json:
        kept = {name: value for name, value in message.items() if name != part}
        return kept if inner is None else message | {part: _without(inner)(message[part])}

    return thin


ODDITIES: dict[str, Callable[[Any], Any]] = {
    "date in milliseconds": lambda message: message | {"date": message["date"] * 1000},
    "date beyond all years": _with("date", 10**18),
    "no date": _without("date"),
    "chat without type": _without("chat", "type"),
    "sender without is_bot": _without("from", "is_bot"),
    "entity without length": _with("entities", [{"type": "bold", "offset": 0}]),
    "button without text": _with("reply_markup", {"inline_keyboard": [[{"callback_data": "x"}]]}),
    "true": lambda _message: True,
    "null": lambda _message: None,
    "a number in a word": _with("message_id", "five"),
}
"""By name, what becomes of the message in the answer to a call that sends or edits it."""


def refusal(code: int, description: str, *, status: int | None = None, **parameters: int) -> Fault:
    """An answer with ok:false; `status` other than the code is what no server should send."""
    body: Json = {"ok": False, "error_code": code, "description": description}
    if parameters:
        body["parameters"] = parameters
    return Fault(f"refusal {code}", status or code, body=json.dumps(body).encode())


def server_error() -> Fault:
    return refusal(500, "Internal Server Error: restart")


def too_many(retry_after: int | None = None) -> Fault:
    """429; without `retry_after` also without parameters."""
    if retry_after is None:
        return refusal(429, "Too Many Requests")
    return refusal(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


def not_ok_with_200() -> Fault:
    return refusal(500, "Internal Server Error", status=200)


BY_NAME: dict[str, Callable[..., Fault]] = {
    f.__name__: f
    for f in (
        drop, bad_gateway, garbage, slow, drip, odd, refusal, server_error, too_many,
        not_ok_with_200,
    )
}  # fmt: skip
"""For the control API, which names them."""


@dataclass
class Plan:
    """A fault for calls to come."""

    method: str
    fault: Fault
    times: int | None
    skip: int
    when: Callable[[Call], bool]


class Faults:
    def __init__(self) -> None:
        self._plans: list[Plan] = []

    def plan(self, plan: Plan) -> None:
        self._plans.append(plan)

    def clear(self) -> None:
        self._plans.clear()

    @property
    def left(self) -> int:
        """How many planned faults have not happened yet; those without an end count as one."""
        return sum(1 if plan.times is None else plan.times for plan in self._plans)

    def next(self, call: Call) -> Fault | None:
        for plan in self._plans:
            if plan.method not in {"*", call.method.lower()} or not plan.when(call):
                continue
            if plan.skip:
                plan.skip -= 1
                continue
            if plan.times is not None:
                plan.times -= 1
                if not plan.times:
                    self._plans.remove(plan)
            return plan.fault
        return None
