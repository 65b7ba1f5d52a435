"""What stands for the words of a name in the index, and the queries by it: the same for the words
in the database and for those in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.endorsement import Details, Route
from bot.domain.ids import AdapterName, Number, StatementId
from bot.domain.selection import PAPER
from bot.storage.endorsements import is_among
from bot.storage.tables import name_words
from bot.text.alike import name_keys, search_keys

MOST_WORDS = 8
"""The rarest words of a search that count; further ones would only cost time."""

MOST_WEIGHED = 2_000
"""Rows that are counted up to find who shares most words with a name; the commonest words of a
campaign (union, of) stay out once that many rarer ones are in."""

KEY_BYTES = 8
"""Of a hash: enough that no two words of a campaign share one."""

_T = name_words.c
_OF_ALL = StatementId("")

# Made once, as making them costs more than carrying them out.
_WORDS = _T.word.in_(sa.bindparam("words", expanding=True))
_SHARED = sa.func.count()
_COUNTS = sa.select(_T.word, _SHARED).where(_WORDS).group_by(_T.word)
_OTHERS = (_WORDS, _T.number != sa.bindparam("besides"))
_MOST: sa.BindParameter[int] = sa.bindparam("most")
_WITH_ANY = sa.select(_T.number).where(*_OTHERS).order_by(_T.number).limit(_MOST)
_SHARING = sa.select(_T.number, _SHARED).where(*_OTHERS).group_by(_T.number)
_SHARING = _SHARING.order_by(_SHARED.desc(), _T.number).limit(_MOST)


def word_keys(statement: StatementId, name: str) -> set[int]:
    """What stands for a name in the index, as `name_keys` gives it. They tell the words to whoever
    guesses them, so that in the database only those of public names may be."""
    keys = name_keys(name)
    kinds = (("word", keys.words), ("sound", keys.sounds), ("name", keys.whole))
    return {key_of(statement, kind, value) for kind, values in kinds for value in values}


def waiting_keys(
    way: Route | Literal[True] | None, details: Details | None, *, marked: bool
) -> set[int]:
    """Of a record that may wait: by what it came (True: on paper) and its mark, for the filters of
    the desk; and who asked in a group's name."""
    keys = set[int]()
    if way is not None:
        keys.add(platform_key(PAPER if way is True else way.chat.adapter))
    if details is not None and details.asker is not None:
        keys.add(asker_key(details.asker))
    if details is not None and details.mandate is not None and details.mandate.second is not None:
        keys.add(asker_key(details.mandate.second))
    return keys | {MARKED} if marked else keys


def asker_key(asker: str) -> int:
    """Of all that somebody asked for (`Details.asker`)."""
    return key_of(_OF_ALL, "asker", asker)


def platform_key(platform: AdapterName) -> int:
    """Of all that came by a platform."""
    return key_of(_OF_ALL, "platform", platform)


def key_of(statement: StatementId, kind: str, value: str) -> int:
    """A hash without a key: of a `word`, of the sound of one (`sound`) or of all (`name`)."""
    data = f"{statement}\0{kind}\0{value}".encode()
    digest = hashlib.blake2b(data, digest_size=KEY_BYTES).digest()
    return int.from_bytes(digest, "big", signed=True)


MARKED = key_of(_OF_ALL, "marked", "")
"""Of all whose names have marks."""


def keys_of_words(statements: Iterable[StatementId], typed: str) -> list[list[int]]:
    """For each statement the keys of all typed words; none where no word was typed."""
    words = search_keys(typed)
    return [[key_of(s, "word", word) for word in words] for s in statements] if words else []


async def with_all(
    place: AsyncConnection,
    wanted: Sequence[Sequence[int]],
    most: int | None = None,
    among: Sequence[Number] | None = None,
) -> list[Number]:
    """For each of `wanted`, the numbers with all of its keys: `most` of them at most, and only
    those that are `among` these, if any are given."""
    if not wanted or (among is not None and not among):
        return []
    counts = await counts_of(place, chain.from_iterable(wanted), MOST_WEIGHED)
    found: list[Number] = []
    # One query for each statement: all in one would be compiled anew for each number of them.
    for keys in wanted:
        if all(key in counts for key in keys):
            query = _having(sorted(keys, key=counts.__getitem__)[:MOST_WORDS])
            if among is not None:
                query = query.where(is_among(place, among, _T.number))
            found += await place.scalars(query.order_by(_T.number).limit(most))
    return found


def _having(keys: Sequence[int]) -> sa.Select[Any]:
    """The numbers that have every key; looked up from the first, which should be the rarest."""
    query = sa.select(_T.number).where(_T.word == keys[0])
    for key in keys[1:]:
        also = name_words.alias()
        query = query.where(sa.exists().where(also.c.word == key, also.c.number == _T.number))
    return query


async def with_any(
    place: AsyncConnection, keys: Sequence[int], besides: Number, most: int
) -> Iterable[Number]:
    """The numbers but `besides` with any of these keys, in their order; `most` of them at most."""
    wanted = {"words": keys, "besides": besides, "most": most}
    return await place.scalars(_WITH_ANY, wanted)


async def sharing(
    place: AsyncConnection, keys: Sequence[int], besides: Number, most: int
) -> Iterable[tuple[Number, int]]:
    """The same, each with how many of the keys it has; those first that have most."""
    wanted = {"words": keys, "besides": besides, "most": most}
    return [(number, count) for number, count in await place.execute(_SHARING, wanted)]


async def counts_of(
    place: AsyncConnection, keys: Iterable[int], most: int | None = None
) -> Mapping[int, int]:
    """How many names have each key, as far as that is counted; those that none has are left
    out."""
    if most is None:
        rows = await place.execute(_COUNTS, {"words": [*set(keys)]})
    else:
        each = []
        for key in sorted(set(keys)):
            having = sa.select(_T.number).where(_T.word == key).limit(most).subquery()
            count = sa.select(sa.func.count()).select_from(having).scalar_subquery()
            each.append(sa.select(sa.literal(key, sa.BigInteger), count))
        rows = await place.execute(sa.union_all(*each))
    return {key: count for key, count in rows if count}


def rarest_of(counts: Mapping[int, int]) -> list[int]:
    """The keys that may be counted up: from the rarest on, as long as there are not too many."""
    taken: list[int] = []
    rows = 0
    for key, count in sorted(counts.items(), key=lambda entry: entry[1]):
        rows += count
        if rows > MOST_WEIGHED:
            break
        taken.append(key)
    return taken
