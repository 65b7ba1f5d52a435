"""The words of names: what `find`, the desk's filter and similar names go by.

Those of public names stand in the table name_words. Those of all others are in memory alone
(`HiddenNames`): in the database, beside the public ones, they could be told by the words that they
share (docs/decisions/0027-hidden-names-in-memory.md).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.endorsement import UNNUMBERED, Details, Endorsement, Kind, Route, Status
from bot.domain.ids import Country, Number, StatementId
from bot.privacy import Keyring
from bot.storage.hidden_names import HiddenNames
from bot.storage.sealing import Sealed
from bot.storage.tables import endorsements, name_words
from bot.storage.tallies import Of, Tallies
from bot.storage.word_keys import (
    asker_key,
    counts_of,
    key_of,
    keys_of_words,
    rarest_of,
    sharing,
    waiting_keys,
    with_all,
    with_any,
    word_keys,
)
from bot.text.alike import name_keys, search_keys

MOST_OPENED = 50
"""Names that one is compared with at most, those first that are likeliest to be near: each has to
be decrypted (docs/security.md), and the more have signed the more share a common word."""

MOST_COUNTED = 1000
"""Numbers that a search returns at most: enough to say that a word is too common."""

READ_AT_ONCE = 200
READ_SECONDS = 0.01
"""Names that one step reads at most, and how long it may take for their words: until then nobody
else's event is handled."""

MOST_NUMBERS = 500
"""Looked up in one query."""

_T = name_words.c
_E = endorsements.c
_NAME = Sealed(str, "endorsements.name")
_DETAILS = Sealed(Details, "endorsements.details")
_MARKED = Sealed(bool, "endorsements.marked")
_ROUTE = Sealed(Route, "endorsements.route")
_HIDDEN = sa.select(
    *(_E.number, _E.statement, _E.signer_tag, _E.sealed_marked, _E.sealed_route, _E.paper),
    sa.case((_E.public_name.is_(None), _E.sealed_name)).label("sealed_name"),
    # Of a person's nothing is looked for in them.
    sa.case((_E.kind == Kind.ORGANISATION, _E.sealed_details)).label("sealed_details"),
)
"""What is found in memory; of a public name none of it is."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name that was opened, and the record that it stands in."""

    number: Number
    status: Status
    country: Country | None
    name: str


class NameIndex:
    """Finds records by the words of their names, in the table and in memory.

    What a unit puts here is found in it at once. If it is not committed, the next one reads anew
    what it had changed in memory, before it finds anything.
    """

    def __init__(
        self, connection: AsyncConnection, keys: Keyring, hidden: HiddenNames, tallies: Tallies
    ) -> None:
        self._connection = connection
        self._keys = keys
        self._hidden = hidden
        self._tallies = tallies
        self._is_sure = False
        self._counted: dict[int, int] = {}
        """How many names have a key, as far as this unit has looked and put none."""

    @property
    def complete(self) -> bool:
        """Whether every name is found that was there when the bot started."""
        return self._hidden.complete

    @property
    def full(self) -> bool:
        """Whether more names are hidden than memory is for: some of them are not found."""
        return self._hidden.full

    async def put(self, before: Endorsement | None, record: Endorsement) -> None:
        """Make a stored record findable by its name, wherever that belongs now, and no more by what
        it was `before` (None: a first one)."""
        hidden = await self._sure()
        self._counted.clear()
        if before is not None and before.published:
            await self._connection.execute(name_words.delete().where(_T.number == record.number))
        hidden.unsure.add(record.number)
        if not hidden.complete:
            hidden.early.add(record.number)
        if before is not None:
            await hidden.drop([record.number])
        if record.name is None:
            return
        keys = word_keys(record.statement, record.name)
        if record.published:
            rows = [{"word": key, "number": record.number} for key in keys]
            await self._connection.execute(name_words.insert(), rows)
        else:
            way = record.paper or record.route
            keys |= waiting_keys(way, record.details, marked=record.marked)
            await hidden.add({record.number: keys})

    def committed(self) -> None:
        """What is in memory is what is stored; called when the unit has been committed."""
        if self._is_sure:
            self._hidden.unsure.clear()

    async def read_on(self) -> bool:
        """Read some more of the names that are hidden, as they are stored; whether that was all.
        Called from the start on until it is."""
        hidden = await self._sure()
        if not hidden.complete:
            query = _HIDDEN.where(_E.number > hidden.read_to).order_by(_E.number)
            rows = (await self._connection.execute(query.limit(READ_AT_ONCE))).all()
            found = self._keys_of(rows, READ_SECONDS)
            await hidden.add({number: keys for number, keys in found.items() if keys})
            hidden.read_to = max(found, default=hidden.read_to)
            hidden.complete = not rows or hidden.full
        return hidden.complete

    def given_early(self) -> list[Number]:
        """The records whose names were put here before all had been read, so that some may resemble
        them that were not found; each once."""
        early = sorted(self._hidden.early)
        self._hidden.early.clear()
        return early

    async def find(
        self,
        statements: Iterable[StatementId],
        typed: str,
        most: int = MOST_COUNTED,
        *,
        public: bool = False,
    ) -> list[Number]:
        """The names with all typed words in them, in the order of their numbers; `public`: of those
        that everybody may see. Nothing is decrypted."""
        wanted = keys_of_words(statements, typed)
        places = [self._connection] if public else await self._places()
        found = [n for place in places for n in await with_all(place, wanted, most)]
        return sorted(found)[:most]

    async def hidden_with(self, wanted: Sequence[Sequence[int]], most: int) -> list[Number]:
        """Of the names that not everybody may see those that have all the keys in any of `wanted`:
        `most` of them at most. Nothing is decrypted."""
        _, *hidden = await self._places()
        found = [number for place in hidden for number in await with_all(place, wanted, most)]
        return found[:most]

    async def asked_by(self, asker: str) -> list[Number]:
        """The organisations that somebody asked for, as long as that is known."""
        return await self.hidden_with([[asker_key(asker)]], MOST_COUNTED)

    async def having(
        self, numbers: Sequence[Number], wanted: Sequence[Sequence[int]]
    ) -> set[Number]:
        """Those of `numbers` that `hidden_with` would find among all."""
        _, *hidden = await self._places()
        return {n for place in hidden for n in await with_all(place, wanted, among=numbers)}

    async def resembling(
        self, statement: StatementId, name: str, besides: Number, limit: int = MOST_OPENED
    ) -> list[Number]:
        """Those of the statement whose names may be similar, `besides` not among them: first the
        ones that sound the same as a whole, then by how many words sound the same. Nothing is
        decrypted."""
        keys = name_keys(name)
        whole = [key_of(statement, "name", sound) for sound in keys.whole]
        parts = [key_of(statement, "sound", sound) for sound in keys.sounds]
        # Where a name is one run of characters, those who share pairs of them are near.
        parts += [key_of(statement, "word", word) for word in search_keys(name)]
        counts = await self._counts([*whole, *parts])
        places, found = await self._places(), list[Number]()
        if heard := [key for key in whole if key in counts]:
            found = [n for place in places for n in await with_any(place, heard, besides, limit)]
        rarest = rarest_of({key: counts[key] for key in parts if key in counts})
        if len(found) < limit and rarest:
            rows = [row for p in places for row in await sharing(p, rarest, besides, limit)]
            found += [number for number, _ in sorted(rows, key=lambda row: (-row[1], row[0]))]
        return list(dict.fromkeys(found))[:limit]

    async def spread(
        self, statement: StatementId, name: str, besides: Number
    ) -> tuple[int, int, list[int]]:
        """How many others have signed, how many of their names sound the same as a whole, and in
        how many each word of this one is."""
        signed = await self._tallies.total(Of.RECORD, statement=statement)
        whole = [key_of(statement, "name", sound) for sound in name_keys(name).whole]
        keys = [key_of(statement, "word", word) for word in search_keys(name)]
        counts = await self._counts([*whole, *keys])
        own = int(besides != UNNUMBERED)
        having = [max(0, counts.get(key, 0) - own) for key in (*whole, *keys)]
        return signed - own, max(having[: len(whole)], default=0), having[len(whole) :]

    async def names(self, numbers: Sequence[Number]) -> list[Named]:
        """Open the names of these, `MOST_OPENED` of them at most, in the order of `numbers`."""
        if not (wanted := numbers[:MOST_OPENED]):
            return []
        query = sa.select(_E.number, _E.status, _E.country, _E.sealed_name, _E.signer_tag).where(
            _E.number.in_(wanted), _E.sealed_name.is_not(None)
        )
        found = {}
        for row in await self._connection.execute(query):
            if (name := self._name(row)) is not None:
                country = None if row.country is None else Country(row.country)
                found[row.number] = Named(row.number, Status(row.status), country, name)
        return [found[number] for number in wanted if number in found]

    async def _sure(self) -> HiddenNames:
        """What is in memory, once it is what this transaction sees."""
        hidden = self._hidden
        if not self._is_sure:
            self._is_sure = True
            unsure = sorted(hidden.unsure)
            for at in range(0, len(unsure), MOST_NUMBERS):
                some = unsure[at : at + MOST_NUMBERS]
                rows = await self._connection.execute(_HIDDEN.where(_E.number.in_(some)))
                await hidden.drop(some)
                await hidden.add(self._keys_of(rows))
        return hidden

    async def _places(self) -> list[AsyncConnection]:
        """Where public words are, and where hidden ones are, if there ever were any."""
        hidden = await self._sure()
        return [self._connection, *([await hidden.connection()] if hidden.opened else [])]

    def _keys_of(self, rows: Iterable[Any], seconds: float | None = None) -> dict[Number, set[int]]:
        """The keys of each name that is hidden, none for another record: as far as one gets in so
        many seconds."""
        found = {}
        began = time.perf_counter()
        for row in rows:
            name = self._name(row)
            keys = found[Number(row.number)] = set[int]()
            if name is not None:
                route = _ROUTE.open(self._keys, row.sealed_route, _place(row))
                marked = _MARKED.open(self._keys, row.sealed_marked, _place(row))
                details = _DETAILS.open(self._keys, row.sealed_details, _place(row))
                keys |= word_keys(row.statement, name)
                keys |= waiting_keys(row.paper or route, details, marked=bool(marked))
            if seconds is not None and time.perf_counter() - began > seconds:
                break
        return found

    def _name(self, row: Any) -> str | None:
        return _NAME.open(self._keys, row.sealed_name, _place(row))

    async def _counts(self, keys: Sequence[int]) -> Mapping[int, int]:
        """How many names have each key, a tenth more or less where that is many; those that none
        has are left out."""
        counted, common = self._counted, self._hidden.common
        for key in set(keys) - counted.keys():
            if (known := common.look(key)) is not None:
                counted[key] = known
        if new := set(keys) - counted.keys():
            counted |= dict.fromkeys(new, 0)
            for place in await self._places():
                for key, count in (await counts_of(place, new)).items():
                    counted[key] += count
            common.learn({key: counted[key] for key in new})
        return {key: counted[key] for key in keys if counted[key]}


def _place(row: Any) -> str:
    """What binds the sealed values of a row to it."""
    return row.signer_tag.hex() if row.signer_tag else ""
