"""What is left after a fault, held against what people were told."""

from __future__ import annotations

import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from bot.bootstrap.opening import open_storage, read_library
from bot.config import Settings
from bot.domain.ids import Number, StatementId
from bot.services.campaign import Publication
from bot.services.signed_export import signed_export
from bot.storage.database import Database
from bot.verify import verify
from tests.faults.tally import Outcome
from tests.integration.telegram.crowd import STATEMENT
from tests.support.botapi import Call

RECEIPT = re.compile(r"Recorded\. Your number is #(\d+)")
CARD = re.compile(r"#(\d+) · ")
SAYING = {"sendmessage", "editmessagetext"}


@dataclass
class Heard:
    """What the server has taken from the bot: the numbers that each chat was acknowledged, and
    those of the cards."""

    admins: int
    receipts: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    cards: set[int] = field(default_factory=set)

    def call(self, call: Call) -> None:
        """A call that has ended, whether or not the bot has heard its answer."""
        if call.method.lower() not in SAYING or not (call.answer or {}).get("ok"):
            return
        chat, text = int(call.parameters["chat_id"]), str(call.parameters["text"])
        if chat == self.admins:
            if (card := CARD.match(text)) is not None:
                self.cards.add(int(card[1]))
        elif (receipt := RECEIPT.search(text)) is not None:
            self.receipts[chat].add(int(receipt[1]))


async def audited(settings: Settings, heard: Heard, statement: str = STATEMENT) -> Outcome:
    """Of a program that has ended. Raises where the database is no longer what the bot left (its
    own look at it: rows, sum, log), is damaged, or does not prove itself."""
    async with open_storage(settings, whole=True) as database:
        outcome = compare(await names_in(database), heard)
        outcome.unsent += await _waiting(database)
        await _check_file(database)
        await _check_export(database, settings, StatementId(statement))
    return outcome


async def names_in(database: Database) -> Mapping[int, str | None]:
    """By number; None where the name was erased."""
    async with database.unit() as unit:
        found = await unit._connection.scalars(sa.text("SELECT number FROM endorsements"))
        records = await unit.endorsements.each([Number(number) for number in found])
    return {number: None if record is None else record.name for number, record in records.items()}


def compare(names: Mapping[int, str | None], heard: Heard) -> Outcome:
    told = {number for numbers in heard.receipts.values() for number in numbers}
    twice = Counter(name for name in names.values() if name is not None)
    return Outcome(
        "",
        lost=len(told - names.keys()) + len(heard.cards - names.keys() - told),
        doubled=sum(count - 1 for count in twice.values())
        + sum(len(numbers) - 1 for numbers in heard.receipts.values()),
        unsent=len(names.keys() - told),
    )


async def _waiting(database: Database) -> int:
    async with database.unit() as unit:
        count = "SELECT (SELECT count(*) FROM inbox) + (SELECT count(*) FROM outbox)"
        dead = await unit._connection.scalar(sa.text("SELECT count(*) FROM dead_letters"))
        assert dead == 0, "an event could not be handled"
        return int(await unit._connection.scalar(sa.text(count)) or 0)


async def _check_file(database: Database) -> None:
    if database._engine.dialect.name != "sqlite":
        return
    async with database.unit() as unit:
        said = await unit._connection.execute(sa.text("PRAGMA integrity_check"))
        assert said.scalars().all() == ["ok"]
        broken = await unit._connection.execute(sa.text("PRAGMA foreign_key_check"))
        assert broken.all() == []


async def _check_export(database: Database, settings: Settings, id_: StatementId) -> None:
    statement = read_library(settings).statements[id_]
    rules = Publication(settings.publication.names_at, settings.publication.round_counts_to)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "signed"
        with file.open("w", encoding="utf-8") as out:
            async for piece in signed_export(database.unit, statement, rules):
                out.write(piece)
        assert verify(file).faults == []
