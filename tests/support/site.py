"""A campaign's page on a disk, as a test wants it: made of a log in memory."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import threading
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.counts import PublicCounts
from bot.domain.endorsement import Kind
from bot.domain.ids import AdapterName, Country, Language, Number, StatementId
from bot.domain.log import REF_BYTES, EntryKind, TextChange, text_body
from bot.domain.texts import Adoption, History
from bot.services.snapshot import Day, Snapshot
from bot.site.pages import Look, render
from bot.statements.loader import load
from bot.statements.model import Statement
from bot.storage.endorsements import PublicEndorsement
from bot.storage.lists import Order
from bot.storage.public_names import PublicNames
from bot.storage.statements import State
from tests.support.signed import OnList
from tests.support.written_log import WrittenLog

LOOK = Look((Language("en"), Language("ar")))
LINKS = {
    AdapterName("telegram"): "https://t.me/example_bot?start={payload}",
    AdapterName("matrix"): "https://matrix.to/#/@bot:example.org",
}
_FIRST = dt.date(2026, 3, 1)


@dataclass(frozen=True)
class Written:
    """What everybody may see of one statement, and the log that proves it. To be closed."""

    snapshot: Snapshot
    log: WrittenLog
    names: PublicNames

    def close(self) -> None:
        self.names.close()


def read(folder: Path, name: str) -> Statement:
    """A statement of these packages."""
    loaded = load(folder, ZoneInfo("UTC"))
    assert not loaded.faults
    return loaded.library.statements[StatementId(name)]


def written(statement: Statement, everybody: Sequence[OnList], days: int = 30) -> Written:
    """With these on its list, who came over so many days."""
    log = WrittenLog(random.Random(5), statement=statement.id)
    adoptions = []
    for revision in statement.revisions.values():
        fields = revision.language, revision.digest
        log.append(EntryKind.TEXT, text_body(TextChange.FIRST, *fields, revision.title))
        adoptions.append(Adoption(statement.id, *fields, TextChange.FIRST, None, _FIRST))
    digest = next(iter(statement.revisions.values())).digest
    names = PublicNames()
    listed = [_listed(number, one, digest) for number, one in enumerate(everybody, 1)]
    for each, day in zip(listed, _days(len(listed), days), strict=True):
        log.day = day
        log.append(EntryKind.RECORD, _body(each), log.random.randbytes(REF_BYTES))
    names.add(listed)
    came: defaultdict[dt.date, Counter[Kind]] = defaultdict(Counter)
    countries: defaultdict[Country, Counter[Kind]] = defaultdict(Counter)
    for each, day in zip(listed, _days(len(listed), days), strict=True):
        came[day][each.kind] += 1
        if each.country:
            countries[each.country][each.kind] += 1
    return Written(
        Snapshot(
            statement,
            History(tuple(adoptions)),
            State(),
            _public(Counter(each.kind for each in listed)),
            _in_order(came),
            _in_order(came),
            {code: _public(counts) for code, counts in sorted(countries.items())},
            (),
            log.checkpoint(),
            len(log.entries),
            str(log.key.verifier),
            dt.datetime.combine(log.day, dt.time(), dt.UTC),
            lambda order: _pages(names, order),
            LINKS,
            b"".join(leaf.hash for leaf, _ in log.entries),
        ),
        log,
        names,
    )


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder over http: the address, without a slash at the end."""

    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args, directory=str(folder))

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def write(folder: Path, snapshots: Sequence[Snapshot], look: Look = LOOK) -> Path:
    """All files of the page."""
    asyncio.run(write_now(folder, snapshots, look))
    return folder


async def write_now(folder: Path, snapshots: Sequence[Snapshot], look: Look = LOOK) -> None:
    """The same, within a test that waits."""
    async for path, content in render(snapshots, look):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        assert not file.exists(), path
        file.write_bytes(content)


def _listed(number: int, one: OnList, digest: str) -> PublicEndorsement:
    excepts = tuple(one.excepts.split(",")) if one.excepts else ()
    country = Country(one.country) if one.country else None
    fields = (Number(number), Kind(one.kind), one.name, country, digest, _FIRST)
    return PublicEndorsement(*fields, one.affiliation, one.place, excepts)  # type: ignore[arg-type]


def _body(each: PublicEndorsement) -> Mapping[str, str | int | list[str]]:
    return {
        "state": "listed",
        "number": each.number,
        "kind": each.kind,
        "name": each.name,
        "country": each.country or "",
        "affiliation": each.affiliation or "",
        "place": each.place or "",
        "digest": each.digest,
        "day": each.day.isoformat(),
        **({"except": list(each.excepts)} if each.excepts else {}),
        **({"mandate": each.mandate} if each.mandate else {}),
    }


def _days(count: int, days: int) -> list[dt.date]:
    """In their order, more and more of them a day."""
    return [_FIRST + dt.timedelta(days=int(days * (at / count) ** 0.5)) for at in range(count)]


def _public(counts: Mapping[Kind, int]) -> PublicCounts:
    return PublicCounts(counts.get(Kind.PERSON, 0), counts.get(Kind.ORGANISATION, 0))


def _in_order(days: Mapping[dt.date, Mapping[Kind, int]]) -> tuple[Day, ...]:
    return tuple(
        Day(date, days[date].get(Kind.ORGANISATION, 0), days[date].get(Kind.PERSON, 0))
        for date in sorted(days)
    )


async def _pages(names: PublicNames, order: Order) -> AsyncIterator[Sequence[PublicEndorsement]]:
    for page in names.pages(order):
        yield page
