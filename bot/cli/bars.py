"""How far something is that takes long, on a terminal."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)


@contextlib.contextmanager
def bars() -> Iterator[Callable[[str, int, int], None]]:
    """What is given shows what is done, how much of it, and of how much: a bar for each."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as shown:
        begun: dict[str, TaskID] = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in begun:
                begun[what] = shown.add_task(what)
            shown.update(begun[what], completed=done, total=total)

        yield show
