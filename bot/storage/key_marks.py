"""Which keys a database was used with: what a start needs of the key file, and in which order.

Each key that something is sealed under has a mark in `meta`, sealed under itself; one that opens
nothing any more is retired. The subkey of all tags is kept there too, sealed as everything else:
it outlives the key that it came from.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.privacy import Keyring
from bot.storage.errors import StorageFault
from bot.storage.sealing import SealedBytes
from bot.storage.tables import meta

FIRST, MARK, RETIRED, TAGS = "key", "key ", "retired ", "tags"
_CHECK = b"undersigned"
_VALUE = SealedBytes("meta.value")


async def examine(connection: AsyncConnection, keys: Keyring, place: str) -> Keyring:
    """The keys as this database needs them, changing nothing; those of a new one as they are.

    Raises `KeyFault` where one is missing, `StorageFault` where one is at the wrong place of
    `place`: nobody can tell a key that was meant to be new from one that was mixed up.
    """
    found = await _found(connection)
    marks = _named(found, FIRST)
    for name, sealed in marks.items():
        _VALUE.open(keys, sealed, name)
    marked = {Keyring.id_of(sealed) for sealed in marks.values()}
    retired = {name.removeprefix(RETIRED) for name in _named(found, RETIRED)}
    if keys.id in retired:
        raise StorageFault(
            f"the first key in {place} was taken out of use by a rotation; put the newest one "
            "first (docs/backups.md, Keys), nothing was changed"
        )
    if not keys.ids <= marked | retired | {keys.id}:
        raise StorageFault(
            f"{place} holds a key behind the first that this database was never used with; a new "
            "key stands first, any other is taken out (docs/backups.md, Keys), nothing was changed"
        )
    if (tags := found.get(TAGS)) is not None:
        return keys.tagging_with(bytes.fromhex(_VALUE.open(keys, tags, TAGS).decode()))
    # An earlier version kept no subkey: its tags come from the first key that it was used with.
    first = Keyring.id_of(marks[FIRST]) if FIRST in marks else keys.id
    return keys.tagging_with(keys.tags_of(first))


async def is_turned(connection: AsyncConnection, keys: Keyring) -> bool:
    """Whether everything is sealed under the key in front."""
    marks = _named(await _found(connection), FIRST)
    return {Keyring.id_of(sealed) for sealed in marks.values()} == {keys.id}


async def spare(connection: AsyncConnection, keys: Keyring) -> frozenset[str]:
    """The ids of those keys that open nothing any more."""
    retired = _named(await _found(connection), RETIRED)
    return keys.ids & {name.removeprefix(RETIRED) for name in retired}


async def is_used(connection: AsyncConnection) -> bool:
    """Whether anything was ever sealed in it."""
    return bool(_named(await _found(connection), FIRST))


async def enter(connection: AsyncConnection, keys: Keyring) -> None:
    """Mark the key in front, and keep the subkey of tags, unless that is done. The first mark is
    called `key`, others after the ids of their keys. `keys` are as `examine` gave them."""
    found = await _found(connection)
    marks = _named(found, FIRST)
    if not any(Keyring.id_of(sealed) == keys.id for sealed in marks.values()):
        await _put(connection, keys, f"{MARK}{keys.id}" if marks else FIRST, _CHECK)
    if TAGS not in found:
        # As text: a subkey may end with the byte that values are filled up with.
        await _put(connection, keys, TAGS, keys.tags.hex().encode())


async def older(connection: AsyncConnection, keys: Keyring) -> frozenset[str]:
    """The ids of the keys behind the first that something may still be sealed under."""
    marks = _named(await _found(connection), FIRST)
    return frozenset(map(Keyring.id_of, marks.values())) - {keys.id}


async def retire(connection: AsyncConnection, keys: Keyring) -> None:
    """Nothing is sealed under another key than the first any more: the others can be taken out."""
    others = await older(connection, keys)
    await connection.execute(meta.delete().where(meta.c.name.startswith(FIRST)))
    await _put(connection, keys, FIRST, _CHECK)
    for key in others:
        await _put(connection, keys, f"{RETIRED}{key}", _CHECK)


async def _found(connection: AsyncConnection) -> dict[str, bytes]:
    name = meta.c.name
    query = sa.select(name, meta.c.value).where(
        name.startswith(FIRST) | name.startswith(RETIRED) | (name == TAGS)
    )
    return {str(row.name): bytes(row.value) for row in await connection.execute(query)}


def _named(found: dict[str, bytes], beginning: str) -> dict[str, bytes]:
    return {name: value for name, value in found.items() if name.startswith(beginning)}


async def _put(connection: AsyncConnection, keys: Keyring, name: str, value: bytes) -> None:
    sealed = _VALUE.seal(keys, value, name)
    await connection.execute(meta.insert().values(name=name, value=sealed))
