"""Many endorsements in a database at once, without the conversations that give them."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch

import sqlalchemy as sa

from bot.domain.endorsement import CONSENT_WORDING, Details, Route, Status, Visibility
from bot.domain.ids import AdapterName, ChatRef, Language, Number, StatementId
from bot.privacy import Keyring
from bot.storage.database import Database
from bot.storage.sealing import Sealed
from bot.storage.tables import endorsements, name_words, revisions
from bot.storage.unit import Unit
from bot.storage.word_keys import MARKED, word_keys
from bot.text.collation import sort_key

HOUR = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
DIGEST = "0" * 64
ROUTE = Route(ChatRef(AdapterName("console"), "1"), Language("en"))

_NAME = Sealed(str, "endorsements.name")
_DETAILS = Sealed(Details, "endorsements.details")
_ROUTE = Sealed(Route, "endorsements.route")


async def prepare(database: Database, *wanted: str) -> None:
    """The statements, and the one revision that everybody signs. Nothing is stored yet, so that no
    name is to be read."""
    revision = dict.fromkeys(revisions.columns.keys(), "") | {"digest": DIGEST, "language": "en"}
    async with database.unit() as unit:
        await unit.statements.ensure(map(StatementId, wanted))
        await unit._connection.execute(revisions.insert(), revision)
        unit.sum.is_anew = True  # put there by hand, it counts as the bot's own
        assert await unit.name_index.read_on()


async def sign_all(
    database: Database,
    names: Sequence[str],
    *among: str,
    status: Status = Status.PENDING,
    visibility: Visibility = Visibility.PUBLIC,
) -> list[Number]:
    """Record the names, the statements in turn, and make them findable; their numbers."""
    async with database.unit() as unit:
        known = await _count(unit)
        statement = itertools.cycle(among or [str(s) for s in await unit.statements.known()])
        entries = [
            (StatementId(next(statement)), Number(number), name)
            for number, name in enumerate(names, known + 1)
        ]
        shown = {"visibility": visibility}
        rows = [_row(database.keys, *entry, status) | shown for entry in entries]
        await unit._connection.execute(endorsements.insert(), rows)
        unit.sum.is_anew = True  # put there by hand, it counts as the bot's own
    _count_anew(database)
    numbers = [number for _, number, _ in entries]
    # As after a unit of which nobody knows whether it was committed.
    database._hidden.unsure.update(numbers)
    async with database.unit() as unit:
        await unit.name_index.hidden_with([[MARKED]], 1)
    return numbers


@dataclass(frozen=True)
class OnList:
    """Somebody whose name is public."""

    name: str
    country: str | None = None
    kind: str = "person"
    affiliation: str | None = None
    place: str | None = None
    excepts: str | None = None


async def list_all(
    database: Database,
    statement: str,
    everybody: Iterable[OnList],
    *,
    findable: bool | None = None,
) -> None:
    """Put names onto a statement's public list, and make them findable (None: if they are few)."""
    async with database.unit() as unit:
        known = await _count(unit)
        rows, entries = [], []
        for number, one in enumerate(everybody, known + 1):
            entries.append((StatementId(statement), Number(number), one.name))
            row = _row(database.keys, *entries[-1], Status.VERIFIED)
            rows.append(
                row
                | {"kind": one.kind, "country": one.country, "sealed_route": None}
                | {"public_name": one.name, "sort_key": sort_key(one.name)}
                | {"public_affiliation": one.affiliation, "public_place": one.place}
                | {"public_excepts": one.excepts}
            )
        await unit._connection.execute(endorsements.insert(), rows)
        unit.sum.is_anew = True  # put there by hand, it counts as the bot's own
        if len(entries) <= 1000 if findable is None else findable:
            words = [
                {"word": word, "number": number}
                for of, number, name in entries
                for word in word_keys(of, name)
            ]
            await unit._connection.execute(name_words.insert(), words)
    _count_anew(database)


async def subscribe_all(database: Database, statement: str, routes: Sequence[Route]) -> None:
    """Record a signer for each route who asked to be told when the text changes."""
    async with database.unit() as unit:
        known = await _count(unit)
        rows = [
            _row(database.keys, StatementId(statement), Number(number), "Amal", Status.VERIFIED)
            | {"sealed_route": _seal_route(database.keys, Number(number), route)}
            | {"wants_updates": True}
            for number, route in enumerate(routes, known + 1)
        ]
        await unit._connection.execute(endorsements.insert(), rows)
        unit.sum.is_anew = True  # put there by hand, it counts as the bot's own
    _count_anew(database)


async def _count(unit: Unit) -> int:
    query = sa.select(sa.func.count()).select_from(endorsements)
    return await unit._connection.scalar(query) or 0


def _count_anew(database: Database) -> None:
    """The bot counts the records once, and has not been told of these."""
    database._numbers.records = None


def _seal_route(keys: Keyring, number: Number, route: Route) -> bytes | None:
    return _ROUTE.seal(keys, route, number.to_bytes(32, "big").hex())


def _row(
    keys: Keyring, statement: StatementId, number: Number, name: str, status: Status
) -> dict[str, object]:
    tag = number.to_bytes(32, "big")
    return {
        "number": number,
        "statement": statement,
        "kind": "person",
        "status": status,
        "visibility": Visibility.PUBLIC,
        "language": "en",
        "digest": DIGEST,
        "consent": CONSENT_WORDING,
        "hour": HOUR,
        "signer_tag": tag,
        "sealed_name": _NAME.seal(keys, name, tag.hex()),
        "sealed_details": _DETAILS.seal(keys, Details(affiliation="Secret works"), tag.hex()),
        "sealed_route": _seal_route(keys, number, ROUTE),
        "withdrawals": 0,
        "rejections": 0,
        "fresh": status is Status.PENDING,
        # The log has nothing of it yet.
        "unlogged": status is Status.VERIFIED,
    }


@contextmanager
def names_opened() -> Iterator[list[str]]:
    """The contexts of the names that are decrypted meanwhile."""
    opened: list[str] = []
    really = Keyring.open

    def counted(self: Keyring, sealed: bytes, context: str) -> bytes:
        if context.startswith("endorsements.name"):
            opened.append(context)
        return really(self, sealed, context)

    with patch.object(Keyring, "open", counted):
        yield opened
