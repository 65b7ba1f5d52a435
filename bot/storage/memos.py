"""What adapters must still know after a restart: neither its keys nor its values stand in clear."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import AdapterName
from bot.domain.memo import Memo
from bot.privacy import Keyring
from bot.storage.engines import upsert
from bot.storage.sealing import Sealed
from bot.storage.tables import adapter_memos as memos

_MEMO = Sealed(tuple[str, str], "adapter_memos.memo")


class Memos:
    """Rows of one adapter by kind and key; what a value means, only that adapter knows."""

    def __init__(self, connection: AsyncConnection, keys: Keyring) -> None:
        self._connection = connection
        self._keys = keys

    async def write(self, adapter: AdapterName, new: Sequence[Memo]) -> None:
        """Each takes the place of an earlier one of its kind and key; of two, the last counts."""
        latest = {(memo.kind, self._tag(adapter, memo.kind, memo.key)): memo for memo in new}
        rows = []
        for (kind, tag), memo in latest.items():
            if memo.value is None:
                await self._connection.execute(memos.delete().where(*self._is(adapter, kind, tag)))
                continue
            sealed = _MEMO.seal(self._keys, (memo.key, memo.value), tag.hex())
            row = {"adapter": adapter, "kind": kind, "key_tag": tag}
            rows.append(row | {"sealed_memo": sealed, "until": memo.until})
        if rows:
            await self._connection.execute(upsert(self._connection, memos), rows)

    async def all(self, adapter: AdapterName, kind: str) -> dict[str, str]:
        """The values of a kind by their keys; each is decrypted."""
        query = sa.select(memos.c.key_tag, memos.c.sealed_memo).where(
            memos.c.adapter == adapter, memos.c.kind == kind
        )
        opened = [
            _MEMO.open(self._keys, row.sealed_memo, row.key_tag.hex())
            for row in await self._connection.execute(query)
        ]
        return dict(memo for memo in opened if memo is not None)

    async def one(self, adapter: AdapterName, kind: str, key: str) -> str | None:
        """The value under a kind and key; None where there is none."""
        tag = self._tag(adapter, kind, key)
        query = sa.select(memos.c.sealed_memo).where(*self._is(adapter, kind, tag))
        memo = _MEMO.open(self._keys, await self._connection.scalar(query), tag.hex())
        return None if memo is None else memo[1]

    async def forget_before(self, day: dt.date) -> None:
        """Drop what was to be kept until an earlier day."""
        await self._connection.execute(memos.delete().where(memos.c.until < day))

    def _tag(self, adapter: AdapterName, kind: str, key: str) -> bytes:
        return self._keys.tag("memo", f"{adapter}\0{kind}\0{key}")

    @staticmethod
    def _is(adapter: AdapterName, kind: str, tag: bytes) -> tuple[sa.ColumnElement[bool], ...]:
        return memos.c.adapter == adapter, memos.c.kind == kind, memos.c.key_tag == tag
