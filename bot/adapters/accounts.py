"""Whose database it is: what it knows of its place in one account's stream makes the bot miss
messages of another, or take them for handled (docs/operating.md)."""

from __future__ import annotations

from bot.domain.ids import AdapterName
from bot.domain.memo import Memo
from bot.ports import Inbox
from bot.ports.diagnosis import Recall

KIND, KEY = "account", "own"


async def own(inbox: Inbox, adapter: AdapterName, account: str) -> bool:
    """Whether the database is this account's; one of nobody becomes so."""
    known = await inbox.recall_one(adapter, KIND, KEY)
    if known is None:
        await inbox.receive(adapter, [], memos=[Memo(KIND, KEY, account)])
    return known in {None, account}


async def is_of_another(recall: Recall | None, account: str) -> bool:
    """The same, for who only looks."""
    known = None if recall is None else (await recall(KIND)).get(KEY)
    return known not in {None, account}
