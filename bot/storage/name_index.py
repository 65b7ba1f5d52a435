"""The words of names, as tags under the statement's key: what `find` and similar names go by.

A word and a number are linked here only by HMACs; a name itself is opened only when it is among
the few that share tags with what is looked for. Rows are written and dropped with the name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.endorsement import UNNUMBERED, Status
from bot.domain.ids import Country, Number, StatementId
from bot.privacy import Keyring, StatementKey
from bot.storage.sealing import Sealed
from bot.storage.statements import StatementKeys
from bot.storage.tables import endorsements, name_words
from bot.text.alike import name_keys, search_keys

MOST_OPENED = 200
"""Names that one search decrypts at most (docs/security.md)."""

MOST_COUNTED = 1000
"""Numbers that a search returns at most: enough to say that a word is too common."""

MOST_WORDS = 8
"""The rarest words of a search that count; further ones would only cost time."""

MOST_WEIGHED = 20_000
"""Rows that are counted up to find who shares most words with a name; the commonest words of a
campaign (union, of) stay out once that many rarer ones are in."""

TAG_BYTES = 16
"""Of the HMAC's 32: enough that no two words of a campaign ever share a tag."""

_T = name_words.c
_NAME = Sealed(str, "endorsements.name")


@dataclass(frozen=True, slots=True)
class Named:
    """A name that was opened, and the record that it stands in."""

    number: Number
    status: Status
    country: Country | None
    name: str


class NameIndex:
    """Finds records by tags of words, each under the key of its statement."""

    def __init__(
        self, connection: AsyncConnection, keys: Keyring, statement_keys: StatementKeys
    ) -> None:
        self._connection = connection
        self._keys = keys
        self._statement_keys = statement_keys

    async def put(self, statement: StatementId, number: Number, name: str) -> None:
        """Make a name findable, in place of an earlier one of that number."""
        await self.drop(number)
        await self.put_new([(statement, number, name)])

    async def put_new(self, entries: Iterable[tuple[StatementId, Number, str]]) -> None:
        """Make many names findable at once whose numbers have no rows yet."""
        rows = []
        for statement, number, name in entries:
            key = await self._statement_keys.get(self._connection, statement)
            rows += [{"word_tag": tag, "number": number} for tag in _all_tags(key, name)]
        if rows:
            await self._connection.execute(name_words.insert(), rows)

    async def drop(self, number: Number) -> None:
        """Forget the words of a name; called wherever the name itself is erased."""
        await self._connection.execute(name_words.delete().where(_T.number == number))

    async def find(
        self,
        statements: Iterable[StatementId],
        typed: str,
        most: int = MOST_COUNTED,
        *,
        public: bool = False,
    ) -> list[Number]:
        """The names with all typed words in them, the newest first; `public`: of those that
        everybody may see. Nothing is decrypted."""
        found: list[Number] = []
        # One query for each statement: all in one would be compiled anew for each number of them.
        for query in await self.having(statements, typed):
            if public:
                c = endorsements.c
                shown = c.public_name.is_not(None)
                query = query.where(sa.exists().where(c.number == _T.number, shown))  # noqa: PLW2901
            rows = await self._connection.scalars(query.order_by(_T.number.desc()).limit(most))
            found += (Number(number) for number in rows)
        return sorted(found, reverse=True)[:most]

    async def having(self, statements: Iterable[StatementId], typed: str) -> list[sa.Select[Any]]:
        """For each statement the query of the names in it with all typed words; none where there
        are no such names."""
        words = search_keys(typed)
        keys = [await self._statement_keys.get(self._connection, s) for s in statements]
        wanted = [[_tag(key, "word", word) for word in words] for key in keys] if words else []
        counts = await self._counts(tag for tags in wanted for tag in tags)
        return [
            _with_all(sorted(tags, key=counts.__getitem__)[:MOST_WORDS])
            for tags in wanted
            if all(tag in counts for tag in tags)
        ]

    async def resembling(
        self, statement: StatementId, name: str, besides: Number, limit: int = MOST_OPENED
    ) -> list[Number]:
        """Those of the statement whose names may be similar, `besides` not among them: first the
        ones that sound the same as a whole, then by how many words sound the same, the newest
        first. Nothing is decrypted."""
        key = await self._statement_keys.get(self._connection, statement)
        keys = name_keys(name)
        whole = [_tag(key, "name", sound) for sound in keys.whole]
        query = sa.select(_T.number).where(_T.word_tag.in_(whole), _T.number != besides)
        rows = await self._connection.scalars(query.order_by(_T.number.desc()).limit(limit))
        found = dict.fromkeys(Number(n) for n in rows)
        parts = [_tag(key, "sound", sound) for sound in keys.sounds]
        # Where a name is one run of characters, those who share pairs of them are near.
        parts += [_tag(key, "word", word) for word in search_keys(name)]
        rarest = _rarest(await self._counts(parts))
        if len(found) < limit and rarest:
            query = (
                sa.select(_T.number)
                .where(_T.word_tag.in_(rarest), _T.number != besides)
                .group_by(_T.number)
                .order_by(sa.func.count().desc(), _T.number.desc())
                .limit(limit)
            )
            found |= dict.fromkeys(Number(n) for n in await self._connection.scalars(query))
        return list(found)[:limit]

    async def spread(
        self, statement: StatementId, name: str, besides: Number
    ) -> tuple[int, list[int]]:
        """How many others have signed, and in how many of their names each word of this one is."""
        # Of all statements: to count those of one takes longer than all else here.
        signed = await self._connection.scalar(sa.select(sa.func.max(endorsements.c.number))) or 0
        key = await self._statement_keys.get(self._connection, statement)
        tags = [_tag(key, "word", word) for word in search_keys(name)]
        counts = await self._counts(tags)
        own = int(besides != UNNUMBERED)
        return signed - own, [max(0, counts.get(tag, 0) - own) for tag in tags]

    async def names(self, numbers: Sequence[Number]) -> list[Named]:
        """Open the names of these, `MOST_OPENED` of them at most, in the order of `numbers`."""
        wanted = numbers[:MOST_OPENED]
        c = endorsements.c
        query = sa.select(c.number, c.status, c.country, c.sealed_name, c.signer_tag).where(
            c.number.in_(wanted), c.sealed_name.is_not(None)
        )
        found = {}
        for row in await self._connection.execute(query):
            place = row.signer_tag.hex() if row.signer_tag else ""
            if (name := _NAME.open(self._keys, row.sealed_name, place)) is not None:
                country = None if row.country is None else Country(row.country)
                found[row.number] = Named(row.number, Status(row.status), country, name)
        return [found[number] for number in wanted if number in found]

    async def _counts(self, tags: Iterable[bytes]) -> Mapping[bytes, int]:
        """How many names have each tag; those that none has are left out."""
        query = sa.select(_T.word_tag, sa.func.count()).where(_T.word_tag.in_(set(tags)))
        rows = await self._connection.execute(query.group_by(_T.word_tag))
        return {tag: count for tag, count in rows}  # noqa: C416 - rows are no pairs to mypy


def _all_tags(key: StatementKey, name: str) -> set[bytes]:
    keys = name_keys(name)
    kinds = (("word", keys.words), ("sound", keys.sounds), ("name", keys.whole))
    return {_tag(key, kind, value) for kind, values in kinds for value in values}


def _tag(key: StatementKey, kind: str, value: str) -> bytes:
    return key.tag(kind, value)[:TAG_BYTES]


def _with_all(tags: Sequence[bytes]) -> sa.Select[Any]:
    """The numbers that have every tag; looked up from the first tag, which should be the rarest."""
    query = sa.select(_T.number).where(_T.word_tag == tags[0])
    for tag in tags[1:]:
        also = name_words.alias()
        query = query.where(sa.exists().where(also.c.word_tag == tag, also.c.number == _T.number))
    return query


def _rarest(counts: Mapping[bytes, int]) -> list[bytes]:
    """The tags that may be counted up: from the rarest on, as long as there are not too many."""
    taken: list[bytes] = []
    rows = 0
    for tag, count in sorted(counts.items(), key=lambda entry: entry[1]):
        rows += count
        if taken and rows > MOST_WEIGHED:
            break
        taken.append(tag)
    return taken
