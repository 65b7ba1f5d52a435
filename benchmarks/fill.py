"""Fills a database with endorsements, as a campaign of some months leaves it.

python -m benchmarks.fill DIR N [--seed 1]

DIR holds a config.yaml and its statements, `open-library` among them; that gets N endorsements.
Each goes through its whole life by the rules of `bot.domain.lifecycle`, and what the bot writes of
it is written with it: the row, the entries of the logs, what admins did, the words of the name; in
the end the sum and the counts. Only that a statement writes many rows is different: one by one, a
million would take half a day. All people and organisations are made up, and nobody can write to
one of them.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import sys
import time
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from benchmarks.signers import ELSEWHERE, Fate, Signer, signers
from bot.bootstrap.opening import open_storage, read_library, read_settings
from bot.bootstrap.wiring import build
from bot.domain import lifecycle, log
from bot.domain.admin import Admin
from bot.domain.endorsement import UNDO_WINDOW, Endorsement, Status
from bot.domain.ids import Number, StatementId, UserRef
from bot.domain.log import EntryKind
from bot.services.campaign import Campaign
from bot.statements.model import Statement
from bot.storage.database import Database
from bot.storage.log import Entry
from bot.storage.opening import is_new
from bot.storage.tables import endorsements, name_words
from bot.storage.unit import Unit
from bot.storage.word_keys import word_keys

STATEMENT = StatementId("open-library")
MONTHS = dt.timedelta(days=120)
TAKES = dt.timedelta(hours=20)
"""From a signature to what admins decide about it."""

REJECTED_KEPT = dt.timedelta(days=30)
"""As the configuration has it where it says nothing."""

AT_ONCE = 2000
IN_A_COMMIT = 25
"""Times `AT_ONCE`: what is drawn at random lands on pages all over the file, and each of them is
written once a commit."""

CACHE_KIB = 512 * 1024
IN_A_BUCKET = 12_000
"""Names whose words are sorted at once, roughly: they have some nine each."""

ADMINS = tuple(Admin(name, UserRef(ELSEWHERE, name)) for name in ("Zaid", "Mona", "Luz"))


class NotEmpty(Exception):
    """There is something already where endorsements should go."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When some people signed, and until when what became of it did."""

    signed: dt.datetime
    decided: dt.datetime
    settled: dt.datetime


class Clock:
    """The time of the campaign, which passes with its signatures."""

    def __init__(self, ends: dt.datetime, count: int) -> None:
        self.ends = ends
        self._count = count
        self._now = self.at(0).signed

    def now(self) -> dt.datetime:
        """When what is written now is."""
        return self._now

    def at(self, position: int) -> Moment:
        """Most sign in the first weeks."""
        passed = MONTHS * (position / self._count) ** 2
        signed = self.ends - TAKES - 2 * UNDO_WINDOW - MONTHS + passed
        decided = signed + TAKES
        return Moment(signed, decided, decided + 2 * UNDO_WINDOW)

    def pass_to(self, position: int) -> None:
        """It is as late as when what became of that one was settled."""
        self._now = self.at(position).settled


class Words:
    """What public names are found by. It is written at last, in the order of the index: in that of
    the names each would be written to another page."""

    def __init__(self, names: int) -> None:
        self._buckets = [array("q") for _ in range(names // IN_A_BUCKET + 1)]

    def add(self, record: Endorsement) -> None:
        """As `NameIndex.put` does."""
        assert record.name is not None
        for word in word_keys(record.statement, record.name):
            at = (word + (1 << 63)) * len(self._buckets) >> 64
            self._buckets[at].extend((word, record.number))

    async def write(self, database: Database) -> None:
        for bucket in self._buckets:
            rows = sorted(zip(bucket[::2], bucket[1::2], strict=True))
            values = [{"word": word, "number": number} for word, number in rows]
            async with database.unit() as unit:
                if values:
                    await unit._connection.execute(name_words.insert(), values)


class Filling:
    """One database that is being filled."""

    def __init__(self, database: Database, campaign: Campaign, clock: Clock, count: int) -> None:
        self._database = database
        self._statement: Statement = campaign.library.statements[STATEMENT]
        self._clock = clock
        self._taken: set[int] = set()
        self._words = Words(count)

    async def run(self, everybody: Iterator[Signer]) -> None:
        """Everybody signs."""
        began = time.monotonic()
        parts = iter(lambda: list(islice(everybody, AT_ONCE)), [])
        while commit := list(islice(parts, IN_A_COMMIT)):
            async with self._database.unit() as unit:
                await _widen(unit)
                for some in commit:
                    await self._sign(unit, some)
            _tell(len(self._taken), began)
        await self._words.write(self._database)
        async with self._database.unit() as unit:
            # All that is counted is counted at last, as always where one statement wrote many rows.
            unit.sum.is_anew = True

    async def _sign(self, unit: Unit, some: list[Signer]) -> None:
        self._clock.pass_to(some[-1].at)
        unit.log._today = self._clock.now().date()
        known = await unit.endorsements.total()
        lives = [await self._life(unit, signer) for signer in some]
        finals = [life[-1] for life in lives]
        values = [unit.endorsements._values(None, record) for record in finals]
        rows = [
            row | {"number": record.number, "fresh": False}
            for row, record in zip(values, finals, strict=True)
        ]
        await unit._connection.execute(endorsements.insert(), rows)
        unit.endorsements._total = known + len(rows)
        for record in finals:
            if record.published:
                self._words.add(record)
        await self._enter(unit, lives)
        await unit.log.flush()

    async def _life(self, unit: Unit, signer: Signer) -> list[Endorsement]:
        """What the record was, one after the other."""
        tag = await unit.statements.signer_tag(signer.kind, signer.account, STATEMENT)
        when = self._clock.at(signer.at)
        given = signer.given(self._statement)
        first = replace(lifecycle.sign(tag, given, when.signed).record, number=self._number())
        life = [first]
        admin = ADMINS[first.number % len(ADMINS)].name
        if signer.fate is Fate.REJECTED:
            reason = "We could not reach you"
            life.append(lifecycle.reject(first, admin, reason, when.decided).record)
        elif signer.fate is not Fate.PENDING:
            life.append(lifecycle.verify(first, admin, when.decided).record)
        if (ended := lifecycle.end_window(life[-1], when.settled)) is not None:
            record = ended.record
            life.append(lifecycle.publish(record) if record.is_for_lists else record)
        if signer.fate is Fate.WITHDRAWN:
            life.append(lifecycle.withdraw(life[-1], when.decided).record)
            ended = lifecycle.end_window(life[-1], when.settled)
            assert ended is not None
            life.append(ended.record)
        if signer.fate is Fate.REJECTED and when.settled < self._clock.ends - REJECTED_KEPT:
            life.append(lifecycle.expire(life[-1]).record)
        life[-1] = replace(life[-1], version=len(life) - 1)
        return life

    def _number(self) -> Number:
        while (drawn := self._database._numbers.draw(len(self._taken))) in self._taken:
            pass
        self._taken.add(drawn)
        return Number(drawn)

    async def _enter(self, unit: Unit, lives: list[list[Endorsement]]) -> None:
        """In the logs, as `bot.services.entries` does, and what the admins did."""
        for admin in ADMINS:
            its = [life for life in lives if ADMINS[life[0].number % len(ADMINS)] is admin]
            for status, action in ((Status.VERIFIED, "verify"), (Status.REJECTED, "reject")):
                done = [
                    life[0].number for life in its if len(life) > 1 and life[1].status is status
                ]
                now = self._clock.now() - 2 * UNDO_WINDOW
                await unit.actions.add_each(now, admin, action, done)
        for life in lives:
            said: log.Body | None = None
            for record in life:
                body = log.due(self._as_listed(record), said)
                if body is None:
                    continue
                if said is not None:
                    ref = await unit.log.ref(STATEMENT, record.number)
                    unit.log.erase_openings(STATEMENT, ref)
                await unit.log.append(STATEMENT, [Entry(EntryKind.RECORD, body, record.number)])
                said = body

    def _as_listed(self, record: Endorsement) -> Endorsement:
        if self._statement.terms.affiliation_shown or record.details is None:
            return record
        return replace(record, details=replace(record.details, affiliation_shown=False))


async def _widen(unit: Unit) -> None:
    if unit._connection.dialect.name == "sqlite":
        await unit._connection.exec_driver_sql(f"PRAGMA cache_size=-{CACHE_KIB}")


def _tell(done: int, began: float) -> None:
    seconds = time.monotonic() - began
    print(f"{done:,} signed, {done / seconds:,.0f} a second", file=sys.stderr, flush=True)


async def fill(folder: Path, count: int, seed: int = 1) -> None:
    """Raises `NotEmpty`, and what opening a database raises."""
    settings = read_settings(folder / "config.yaml")
    data = folder / "data"
    if (data.exists() and any(data.iterdir())) or not await is_new(settings.database.url):
        raise NotEmpty(f"there is something in {data} or in the database already")
    library = read_library(settings)
    if STATEMENT not in library.statements:
        raise NotEmpty(f"there is no statement {STATEMENT} in {settings.statements}")
    clock = Clock(dt.datetime.now(dt.UTC), count)
    async with open_storage(settings) as database:
        bot = await build(settings, library, database, {}, clock)
        await Filling(database, bot.campaign, clock, count).run(signers(count, seed))


def main() -> None:
    """`python -m benchmarks.fill`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fill")
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("count", type=int, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    try:
        asyncio.run(fill(given.folder, given.count, given.seed))
    except NotEmpty as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
