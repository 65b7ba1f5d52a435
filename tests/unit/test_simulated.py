"""The simulated platform's groups: who comes, goes, and administers them no more."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from bot.adapters.console import ConsoleAdapter, Platform
from bot.adapters.console.printing import JsonPrinter
from bot.ports import MEMBERSHIP, Entered, Event, Gone, Press
from tests.contract.inbox import MemoryInbox

LEFT = "omar has left @tunis; first type  %join omar@tunis"


class Told(JsonPrinter):
    def __init__(self) -> None:
        self.hints: list[str] = []

    def hint(self, text: str) -> None:
        self.hints.append(text)

    def done(self, line: int) -> None: ...


async def typed(folder: Path, *lines: str) -> tuple[list[Event], list[str]]:
    async def each() -> AsyncIterator[str]:
        for line in lines:
            yield line

    inbox, printer = MemoryInbox(), Told()
    await ConsoleAdapter(Platform(folder / "platform.json"), each(), printer).run(inbox)
    return inbox.events, printer.hints


def changes(events: Sequence[Event]) -> list[tuple[str, str, str]]:
    return [
        (event.kind, event.origin.name, event.origin.place)
        for event in events
        if isinstance(event, MEMBERSHIP)
    ]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["lina@tunis: hello"], []),  # She was there all along.
        (["%join lina@tunis", "%join lina@tunis"], [("entered", "lina", "group")]),
        (["lina@tunis: hello", "%leave lina@tunis", "%leave lina@tunis"],
         [("gone", "lina", "group")]),
        (["%leave lina@tunis", "%demote lina@tunis"], []),
        (["lina@tunis: hello", "%demote lina@tunis"], [("demoted", "lina", "group")]),
        (["%join omar@tunis", "%promote lina@tunis", "%leave lina@tunis"],
         [("entered", "omar", "group"), ("gone", "lina", "group")]),
        (["zaid@admins: hello", "%join noor@admins", "%demote noor@admins", "%leave zaid@admins"],
         [("entered", "noor", "admin")]),
    ],
)  # fmt: skip
async def test_what_is_told_of_people(
    tmp_path: Path, lines: list[str], told: list[tuple[str, str, str]]
) -> None:
    events, _ = await typed(tmp_path, *lines)
    assert changes(events) == told


async def test_who_has_left_does_nothing_there_until_they_are_back(tmp_path: Path) -> None:
    events, hints = await typed(
        tmp_path, "omar@tunis: one", "%leave omar@tunis", "omar@tunis: two", "omar@tunis: [agree]"
    )
    assert hints == [LEFT, LEFT]
    assert isinstance(events[-1], Gone)
    # Also after a restart.
    events, hints = await typed(
        tmp_path, "omar@tunis: three", "%join omar@tunis", "omar@tunis: four"
    )
    assert hints == [LEFT]
    assert [type(event) for event in events[:-1]] == [Entered]
    assert not isinstance(events[-1], Press)
