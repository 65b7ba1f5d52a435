"""What an adapter may ask of the core: to keep what it received, and what it must remember."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.domain.ids import AdapterName
from bot.domain.memo import Memo
from bot.ports.events import Event


class Inbox(Protocol):
    """Where adapters put what they receive, and what they must remember."""

    async def receive(
        self,
        adapter: AdapterName,
        events: Sequence[Event],
        cursor: str | None = None,
        memos: Sequence[Memo] = (),
    ) -> None:
        """Commit events, cursor and memos together. Called by an adapter for each batch; it moves
        its offset or token on only after this has returned. Repeated events are dropped. While the
        database cannot be written, the people are told and this waits."""

    async def cursor(self, adapter: AdapterName) -> str | None:
        """The cursor of the last `receive` that gave one; None at the very first start."""

    async def recall(self, adapter: AdapterName, kind: str) -> Mapping[str, str]:
        """All memos of a kind, by their keys."""

    async def recall_one(self, adapter: AdapterName, kind: str, key: str) -> str | None:
        """One memo; None where there is none."""

    async def settled(self) -> None:
        """Returns once everything received has been handled, every answer delivered and every due
        job that is due has run. The console waits for it between two lines."""
