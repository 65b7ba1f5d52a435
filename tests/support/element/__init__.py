"""A person whose client is built as Element is, to show what such a client makes of the bot.

It is `person.mjs`, a program for Node: nothing of it is imported.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from tests.support.synapse import Account, Homeserver

HERE = Path(__file__).parent
PACKAGES = HERE.parents[2] / ".venv" / "element"
PATIENCE = 20.0
LONGEST_LINE = 1 << 24
T = TypeVar("T")


def missing() -> str | None:
    """What keeps it from running here."""
    node = shutil.which("node")
    if node is None:
        return "Node is not installed"
    wanted = json.loads((HERE / "package.json").read_text())["engines"]["node"]
    found = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    if _first_number(found) < _first_number(wanted):
        return f"Node {wanted} is needed, and there is {found.strip()}"
    if not (PACKAGES / "node_modules" / "matrix-js-sdk").exists():
        return "matrix-js-sdk is not installed; `make test` does that where there is npm"
    return None


def _first_number(version: str) -> int:
    found = re.search(r"\d+", version)
    return int(found[0]) if found else 0


@dataclass(frozen=True)
class Seen:
    """An event as the client has it: in clear as far as it could be decrypted."""

    id: str
    room: str
    sender: str
    type: str
    content: dict[str, Any] = field(repr=False)
    encrypted: bool
    failure: str | None = None
    """Why it cannot be read."""

    @property
    def text(self) -> str:
        """Of a message that can be read; else empty."""
        return "" if self.failure else str(self.content.get("body") or "")

    def relates_to(self, event: str, kind: str) -> bool:
        relation = self.content.get("m.relates_to") or {}
        return (relation.get("event_id"), relation.get("rel_type")) == (event, kind)


@dataclass(frozen=True)
class Shielded(Seen):
    colour: str | None = None
    """Of the shield that Element puts beside it; "NONE": no shield, None: it cannot be read."""
    reason: str | None = None


@dataclass(frozen=True)
class Verification:
    """How far it is: "Started" while people compare, "Done" or "Cancelled"; `verified` says whether
    the account has been verified, by this one or another."""

    phase: str
    code: str | None
    verified: bool
    emoji: list[str] | None = None
    decimal: str | None = None


class Element:
    """Its device is signed by its account, and it deals with none that is not signed by its own.
    `seen` is every event, as it was seen last."""

    def __init__(self, homeserver: Homeserver, account: Account, folder: Path) -> None:
        self.account = account
        self.id = account.user
        self.seen: dict[str, Seen] = {}
        self._homeserver = homeserver
        self._folder = folder
        self._changed = asyncio.Condition()
        self._numbers = count(1)
        self._asked: dict[int, asyncio.Future[Any]] = {}

    async def __aenter__(self) -> Element:
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._log.open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                "node",
                str(HERE / "person.mjs"),
                str(PACKAGES),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                limit=LONGEST_LINE,
            )
        self._reading = asyncio.create_task(self._read())
        account = self.account
        try:
            await self._ask(
                "start",
                url=self._homeserver.url,
                user=account.user,
                device=account.device,
                token=account.token,
            )
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._end()

    @property
    def _log(self) -> Path:
        return self._folder / "element.log"

    async def _end(self) -> None:
        """It ends with its input; what it holds open does not keep it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), PATIENCE)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await self._reading

    async def _read(self) -> None:
        assert self._process.stdout is not None
        try:
            async for line in self._process.stdout:
                await self._take(json.loads(line))
        finally:
            for waiting in self._asked.values():
                if not waiting.done():
                    waiting.set_exception(AssertionError(f"it has ended:\n{self._said()}"))

    async def _take(self, told: dict[str, Any]) -> None:
        if "event" in told:
            event = Seen(**told["event"])
            async with self._changed:
                self.seen[event.id] = event
                self._changed.notify_all()
            return
        waiting = self._asked.pop(told["id"])
        if waiting.done():
            return
        if "error" in told:
            waiting.set_exception(AssertionError(told["error"]))
        else:
            waiting.set_result(told["value"])

    async def _ask(self, what: str, **of: Any) -> Any:
        number = next(self._numbers)
        waiting = self._asked[number] = asyncio.get_running_loop().create_future()
        assert self._process.stdin is not None
        line = json.dumps({"id": number, "ask": what, "of": of})
        self._process.stdin.write(f"{line}\n".encode())
        await self._process.stdin.drain()
        try:
            return await asyncio.wait_for(waiting, PATIENCE)
        except TimeoutError:
            raise AssertionError(f"{what}: no answer\n{self._said()}") from None

    def _said(self) -> str:
        return self._log.read_text(errors="replace")[-3000:]

    # -- what it sees ------------------------------------------------------------------------------

    async def wait_for(self, found: Callable[[], T | None]) -> T:
        """What the condition gives, as soon as it gives anything true."""
        try:
            async with asyncio.timeout(PATIENCE), self._changed:
                while not (value := found()):
                    await self._changed.wait()
                return value
        except TimeoutError:
            newest = list(self.seen.values())[-6:]
            raise AssertionError(f"{self.id}: {newest}\n{self._said()}") from None

    async def hear(self, room: str, words: str) -> Seen:
        """A message of somebody else in the room that has these words."""
        return await self.wait_for(
            lambda: next((e for e in self._said_in(room) if words in e.text), None)
        )

    async def ask(self, room: str, text: str) -> Seen:
        """What is said next in the room: a new message, or an edit of an earlier one."""
        before = len(self._messages(room))
        await self.say(room, text)
        await self.wait_for(lambda: len(self._messages(room)) > before)
        return self._messages(room)[before]

    async def fail_to_read(self, room: str) -> Seen:
        """A message of somebody else in the room that cannot be decrypted."""
        return await self.wait_for(
            lambda: next((e for e in self._said_in(room) if e.failure), None)
        )

    def _messages(self, room: str) -> list[Seen]:
        return [e for e in self._said_in(room) if e.type == "m.room.message"]

    def _said_in(self, room: str) -> list[Seen]:
        return [e for e in self.seen.values() if e.room == room and e.sender != self.id]

    async def shields(self, room: str, user: str) -> list[Shielded]:
        """All that somebody sent encrypted into the room."""
        return [Shielded(**each) for each in await self._ask("shields", room=room, user=user)]

    async def signed(self, user: str, device: str) -> bool | None:
        """Whether the device is signed by its owner; None: it is not known."""
        found: bool | None = await self._ask("signed", user=user, device=device)
        return found

    async def wait_until_signed(self, user: str, device: str) -> None:
        await self._ask("signing", user=user, device=device)

    # -- what it does ------------------------------------------------------------------------------

    async def chat(self, user: str, *, encrypted: bool = True) -> str:
        """A new private chat."""
        return str(await self._ask("chat", user=user, encrypted=encrypted))

    async def verify(
        self, user: str, *, room: str | None = None, device: str | None = None
    ) -> Verification:
        """Begin to verify somebody, in a room or on a device, until there is something to compare
        or it is cancelled."""
        return Verification(**await self._ask("verify", user=user, room=room, device=device))

    async def compare(self, *, same: bool) -> Verification:
        """Say that the other side shows the same, or not; what then becomes of it."""
        return Verification(**await self._ask("compare", same=same))

    async def say(self, room: str, text: str) -> str:
        return str(await self._ask("say", room=room, text=text))

    async def press(self, seen: Seen, sign: str) -> str:
        """Put a sign on a message once somebody else has put it there."""

        def there() -> bool:
            return any(
                e.relates_to(seen.id, "m.annotation") and e.content["m.relates_to"]["key"] == sign
                for e in self._said_in(seen.room)
            )

        await self.wait_for(there)
        return str(await self._ask("react", room=seen.room, event=seen.id, sign=sign))
