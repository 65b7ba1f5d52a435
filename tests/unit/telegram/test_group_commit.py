"""Deliveries at the same time: one commit for many, and none that fails for another's sake."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence

import pytest

from bot.adapters.telegram import group_commit
from bot.adapters.telegram.group_commit import Gathering
from bot.adapters.telegram.intake import Taken
from bot.adapters.telegram.refs import chat_ref, person
from bot.domain.ids import AdapterName
from bot.ports import Event, Joined, Memo, Origin, Place
from tests.contract.inbox import MemoryInbox


def event(number: int) -> Event:
    now = dt.datetime.now(dt.UTC)
    chat = chat_ref(number)
    return Joined(Origin(str(number), chat, Place.PRIVATE, person(number), "Amal", None, now))


class Counting(MemoryInbox):
    """How many events each commit was asked to hold; `poison` is one that fails."""

    def __init__(self, poison: str = "") -> None:
        super().__init__()
        self.commits: list[int] = []
        self.poison = poison

    async def receive(
        self,
        adapter: AdapterName,
        events: Sequence[Event],
        cursor: str | None = None,
        memos: Sequence[Memo] = (),
    ) -> None:
        self.commits.append(len(events))
        if any(each.origin.id == self.poison for each in events):
            raise RuntimeError("no")
        await super().receive(adapter, events, cursor, memos)


async def test_what_comes_during_a_commit_goes_into_the_next_one() -> None:
    inbox = Counting()
    together = Gathering(inbox)
    inbox.open.clear()
    deliveries = [asyncio.create_task(together.commit(Taken([event(n)]))) for n in range(40)]
    await inbox.held()
    assert not any(task.done() for task in deliveries)
    inbox.open.set()
    await asyncio.gather(*deliveries)
    assert inbox.commits in ([40], [1, 39])
    assert inbox.received == [str(n) for n in range(40)]


async def test_a_single_one_waits_for_nobody() -> None:
    inbox = Counting()
    together = Gathering(inbox)
    for number in range(3):
        await together.commit(Taken([event(number)]))
    assert inbox.commits == [1, 1, 1]


async def test_one_that_fails_is_the_only_one_that_does() -> None:
    inbox = Counting(poison="7")
    together = Gathering(inbox)
    deliveries = [together.commit(Taken([event(n)])) for n in range(10)]
    results = await asyncio.gather(*deliveries, return_exceptions=True)
    assert [type(each) for each in results].count(RuntimeError) == 1
    assert isinstance(results[7], RuntimeError)
    assert len(inbox.events) == 9


async def test_a_commit_that_does_not_end_keeps_no_others_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Those that come later are told too that nothing can be saved, which the inbox does."""
    monkeypatch.setattr(group_commit, "PATIENCE", 0.05)
    monkeypatch.setattr(group_commit, "COMMIT_TIME", 0.5)
    inbox = Counting()
    inbox.open.clear()
    together = Gathering(inbox)
    deliveries = [asyncio.create_task(together.commit(Taken([event(1)])))]
    await inbox.held()
    deliveries += [asyncio.create_task(together.commit(Taken([event(n)]))) for n in (2, 3)]
    await inbox.held(2)
    assert inbox.commits == [1, 2]
    results = await asyncio.gather(*deliveries, return_exceptions=True)
    assert [type(each) for each in results] == [TimeoutError] * 3
    inbox.open.set()
    await together.commit(Taken([event(4)]))
    assert inbox.received == ["4"]


async def test_at_the_end_nothing_is_left() -> None:
    inbox = Counting()
    inbox.open.clear()
    together = Gathering(inbox)
    delivery = asyncio.create_task(together.commit(Taken([event(1)])))
    await inbox.held()
    delivery.cancel()
    await together.close()
    await asyncio.gather(delivery, return_exceptions=True)
    assert len(asyncio.all_tasks()) == 1
    assert inbox.received == []
