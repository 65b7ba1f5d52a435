"""Who asked for news, so that the disk does not tell who that is.

A row is known by two tags, of its chat and of its record's signer; neither stands anywhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.endorsement import Endorsement, Route
from bot.domain.ids import ChatRef, Language, StatementId
from bot.domain.news import Audience
from bot.privacy import Keyring
from bot.storage.sealing import Sealed
from bot.storage.tables import news

_T = news.c
_ROUTE = Sealed(Route, "news.route")


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A chat that gets news. `place` is where it stands among all."""

    place: bytes
    route: Route


class Subscriptions:
    """For each chat and statement one at the most."""

    def __init__(self, connection: AsyncConnection, keys: Keyring) -> None:
        self._connection = connection
        self._keys = keys

    async def add(self, record: Endorsement, route: Route) -> None:
        """The signer of a record gets news of its statement, by that way."""
        assert record.signer is not None
        of_record, of_chat = self._of(record.statement, record.signer), self._of_chat(route.chat)
        same = sa.and_(_T.chat_tag == of_chat, _T.statement == record.statement)
        await self._connection.execute(
            news.delete().where(sa.or_(_T.record_tag == of_record, same))
        )
        row = {
            "chat_tag": of_chat,
            "statement": record.statement,
            "record_tag": of_record,
            "kind": record.kind,
            "language": route.language,
            "sealed_route": _ROUTE.seal(self._keys, route, of_record.hex()),
        }
        await self._connection.execute(news.insert(), row)
        await self.speak(route.chat, route.language)

    async def of(self, records: Iterable[Endorsement]) -> list[Endorsement]:
        """Those of them whose signers get news."""
        tags = {self._of(r.statement, r.signer): r for r in records if r.signer is not None}
        query = sa.select(_T.record_tag).where(_T.record_tag.in_(tags))
        found = set(await self._connection.scalars(query)) if tags else set()
        return [record for tag, record in tags.items() if tag in found]

    async def end(self, record: Endorsement) -> ChatRef | None:
        """The signer gets no more of it; the chat that did, None where none did."""
        route = await self._taken(record)
        return None if route is None else route.chat

    async def move(self, before: Endorsement, record: Endorsement) -> None:
        """The record is known by another signer's tag, and perhaps by another way."""
        route = await self._taken(before)
        if route is not None:
            await self.add(record, record.route or route)

    async def end_chat(self, chat: ChatRef) -> int:
        """A chat gets none of anything; of how many statements it did."""
        where = _T.chat_tag == self._of_chat(chat)
        return (await self._connection.execute(news.delete().where(where))).rowcount

    async def end_statement(self, statement: StatementId) -> None:
        """Nobody gets any more of it."""
        await self._connection.execute(news.delete().where(_T.statement == statement))

    async def speak(self, chat: ChatRef, language: Language) -> None:
        """A chat gets them in another language."""
        where = _T.chat_tag == self._of_chat(chat)
        await self._connection.execute(news.update().where(where).values(language=language))

    async def after(self, audience: Audience, place: bytes, most: int) -> list[Subscriber]:
        """The next of an audience behind a place, each chat once; none where there are no more."""
        where = (*_among(audience), _T.chat_tag > place)
        query = sa.select(news).where(*where).order_by(_T.chat_tag, _T.statement).limit(most)
        found: dict[bytes, sa.Row[Any]] = {}
        for row in await self._connection.execute(query):
            # Of a chat that has several the first stands for all, also across pages.
            found.setdefault(row.chat_tag, row)
        return [self._read(row) for row in found.values()]

    async def counts(self, audience: Audience) -> Mapping[Language, int]:
        """How many chats an audience has, by language."""
        count = sa.func.count(sa.distinct(_T.chat_tag))
        query = sa.select(_T.language, count).where(*_among(audience)).group_by(_T.language)
        return {Language(language): n for language, n in await self._connection.execute(query)}

    async def has(self, audience: Audience, chat: ChatRef) -> bool:
        """Whether a chat is in an audience."""
        where = (*_among(audience), _T.chat_tag == self._of_chat(chat))
        return bool(await self._connection.scalar(sa.select(sa.exists().where(*where))))

    async def _taken(self, record: Endorsement) -> Route | None:
        """The way that the news of a record go, which is known no more."""
        if record.signer is None:
            return None
        where = _T.record_tag == self._of(record.statement, record.signer)
        row = (await self._connection.execute(sa.select(news).where(where))).one_or_none()
        if row is None:
            return None
        await self._connection.execute(news.delete().where(where))
        return self._read(row).route

    def _read(self, row: sa.Row[Any]) -> Subscriber:
        route = _ROUTE.open(self._keys, row.sealed_route, row.record_tag.hex())
        assert route is not None
        language = Language(row.language)
        return Subscriber(row.chat_tag, replace(route, language=language))

    def _of(self, statement: StatementId, signer: bytes) -> bytes:
        return self._keys.tag("news of", f"{statement}\0{signer.hex()}")

    def _of_chat(self, chat: ChatRef) -> bytes:
        return self._keys.tag("news in", f"{chat.adapter}\0{chat.key}")


def _among(audience: Audience) -> Sequence[sa.ColumnElement[bool]]:
    wanted = {
        "statement": audience.statement,
        "kind": audience.kind,
        "language": audience.language,
    }
    return [news.c[name] == value for name, value in wanted.items() if value is not None]
