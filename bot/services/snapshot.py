"""All that everybody may see of one statement as of one checkpoint of its log.

It is made of what the signed export of that checkpoint shows, so that names, counts and proofs say
the same however long it takes to write them, and nothing that the export keeps closed can get into
it. Entries of a log never change: they are read some at a time, and nobody waits for the reader
(docs/decisions/0054-a-page-of-one-checkpoint.md).
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.counts import PublicCounts
from bot.domain.endorsement import Kind
from bot.domain.ids import AdapterName, Country, Digest, Language, Number
from bot.domain.log import Body, EntryKind, State
from bot.domain.log_file import Entry
from bot.domain.texts import History
from bot.services.campaign import Publication
from bot.services.export import Units
from bot.services.publication import apart, hidden_counts, hidden_on_paper, rounded
from bot.services.signed_export import LogHead, head_of, signed_export
from bot.services.texts import as_it_was
from bot.statements.model import Statement
from bot.storage import statements as stored
from bot.storage.endorsements import PublicEndorsement
from bot.storage.lists import Order
from bot.storage.public_names import PublicNames
from bot.storage.unit import Unit
from bot.text.collation import script_place
from bot.wording.voice import own_name

PAYLOAD = "{payload}"
"""Where a link to the bot has what it leads to."""


@dataclass(frozen=True, slots=True)
class Day:
    """How many came on that day (UTC)."""

    date: dt.date
    organisations: int
    persons: int


@dataclass(frozen=True, slots=True)
class Event:
    """What became of the statement or of a text of it, as its log says, and on which day (UTC)."""

    date: dt.date
    kind: EntryKind
    says: Body


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`statement` has the texts that are in use, `history` how they came to be. `counts` are those
    that count as far as everybody may know it, `days` and `countries` those on the list, by the day
    on which they signed; `came` are those that count by the day on which that came into the log,
    where counts are rounded those on the list alone. `as_of` is the day (UTC) of the newest entry:
    nothing here comes from a clock. `state` says whether admins have closed it for now or for ever.
    `names` reads the list in an order, in pieces of 1,000 at the most."""

    statement: Statement
    history: History
    state: stored.State
    counts: PublicCounts
    days: tuple[Day, ...]
    came: tuple[Day, ...]
    countries: Mapping[Country, PublicCounts]
    events: tuple[Event, ...]
    checkpoint: str
    size: int
    vkey: str
    as_of: dt.datetime
    names: Callable[[Order], AsyncIterator[Sequence[PublicEndorsement]]]
    links: Mapping[AdapterName, str]
    """Of the bot on each platform; `PAYLOAD` in it stands for what a link leads to."""
    leaves: bytes = b""
    """The hashes of all entries of the log, one behind the other."""

    @property
    def closed(self) -> dt.datetime | None:
        """When signing ends or has ended: the day (UTC) of one that is closed for ever."""
        finished = self.state.finished
        if finished is None:
            return self.statement.terms.closes
        return dt.datetime.combine(finished, dt.time(), dt.UTC)

    def order(self, language: Language) -> Order:
        """All names, those in the script of that language first."""
        return Order(self.statement.id, script_place(own_name(language)))

    def to_sign(self, language: Language) -> Mapping[AdapterName, str]:
        """A link to sign the text in that language, on each platform."""
        payload = f"s_{self.statement.id}_{language}"
        return {name: link.replace(PAYLOAD, payload) for name, link in self.links.items()}


@contextlib.asynccontextmanager
async def snapshot(
    units: Units,
    statement: Statement,
    publication: Publication,
    links: Mapping[AdapterName, str] | None = None,
    proof: Callable[[str], object] = lambda _piece: None,
) -> AsyncIterator[Snapshot | None]:
    """As of now; None of a statement that the bot has not opened yet. The names can be read until
    the block ends. `proof` is called with the pieces of the signed export of this checkpoint."""
    async with units() as unit:
        begun = await _begin(unit, statement, publication)
    if begun is None:
        yield None
        return
    with contextlib.closing(PublicNames()) as names:
        found = _Found(names, is_exact=publication.round_to == 1)
        statement = begun.statement
        async for piece in signed_export(units, statement, publication, begun.head, found.see):
            proof(piece)
        yield Snapshot(
            statement,
            begun.history,
            begun.state,
            found.counts(begun.hidden, begun.hidden_paper, publication.round_to),
            _in_order(found.days),
            _in_order(found.came),
            {at: _public(found.countries[at]) for at in sorted(found.countries)},
            tuple(found.events),
            begun.head.checkpoint,
            begun.head.size,
            begun.head.vkey,
            dt.datetime.combine(begun.newest, dt.time(), dt.UTC),
            lambda order: _names(names, order),
            dict(sorted((links or {}).items())),
            bytes(found.leaves),
        )


@dataclass(frozen=True, slots=True)
class _Begun:
    """What one transaction has read. `hidden` are those that count and are not listed, of which
    `hidden_paper` came on paper, where counts are rounded: the export does not tell them."""

    statement: Statement
    history: History
    state: stored.State
    hidden: Mapping[Kind, int]
    hidden_paper: Mapping[Kind, int]
    head: LogHead
    newest: dt.date


async def _begin(unit: Unit, statement: Statement, publication: Publication) -> _Begun | None:
    head = await head_of(unit, statement.id)
    if head.size == 0:
        return None
    [newest] = await unit.log.between(statement.id, head.size - 1, head.size)
    history = (await unit.texts.histories()).get(statement.id, History())
    is_rounded = publication.round_to > 1
    hidden = await hidden_counts(unit, statement.id) if is_rounded else {}
    hidden_paper = await hidden_on_paper(unit, statement.id) if is_rounded else {}
    statement = await as_it_was(unit, history, statement)
    state = await unit.statements.state(statement.id)
    return _Begun(statement, history, state, hidden, hidden_paper, head, newest.leaf.day)


Days = defaultdict[dt.date, Counter[Kind]]


class _Found:
    """What the entries of an export say that are the newest of their record."""

    def __init__(self, names: PublicNames, *, is_exact: bool) -> None:
        self._names = names
        self._is_exact = is_exact
        self._listed = Counter[Kind]()
        self._counted = Counter[Kind]()
        self._paper = Counter[Kind]()
        self.days: Days = defaultdict(Counter)
        self.came: Days = defaultdict(Counter)
        self.countries: defaultdict[Country, Counter[Kind]] = defaultdict(Counter)
        self.events: list[Event] = []
        self.leaves = bytearray()

    def see(self, entries: Sequence[tuple[Entry, bool]]) -> None:
        """Some more of them, in their order."""
        self.leaves += b"".join(entry[0].hash for entry, _ in entries)
        of_records = [entry for entry, _ in entries if entry[0].kind is EntryKind.RECORD]
        self._names.note((leaf.ref, leaf.day) for leaf, _ in of_records)
        listed: list[PublicEndorsement] = []
        for (leaf, opening), is_newest in entries:
            if opening is None:
                continue
            if leaf.kind is not EntryKind.RECORD:
                self.events.append(Event(leaf.day, leaf.kind, opening.says))
            elif is_newest:
                self._see_record(leaf.ref, opening.says, listed)
        self._names.add(listed)

    def _see_record(self, ref: bytes, says: Body, listed: list[PublicEndorsement]) -> None:
        if says["state"] == State.LISTED:
            line = _line(says)
            listed.append(line)
            self._listed[line.kind] += 1
            self._paper[line.kind] += line.paper
            self.days[line.day][line.kind] += 1
            if line.country is not None:
                self.countries[line.country][line.kind] += 1
            self.came[self._names.came(ref)][line.kind] += 1
        elif says["state"] == State.COUNTED:
            kind = Kind(str(says["kind"]))
            self._counted[kind] += 1
            self._paper[kind] += bool(says.get("paper"))
            self.came[self._names.came(ref)][kind] += 1

    def counts(
        self, hidden: Mapping[Kind, int], hidden_paper: Mapping[Kind, int], round_to: int
    ) -> PublicCounts:
        """All that count; where they are rounded, `hidden` of them are not listed."""
        if self._is_exact:
            counts = _public(self._listed + self._counted)
            return replace(counts, hidden=self._counted.total(), paper=self._paper.total())
        paper = apart(self._paper, hidden_paper)
        return rounded(apart(self._listed, hidden), round_to, paper)


def _line(says: Body) -> PublicEndorsement:
    """What a listed entry says, as `bot.domain.log.record_body` writes it."""
    text = {key: str(value) for key, value in says.items()}
    excepts = says.get("except", [])
    return PublicEndorsement(
        Number(int(text["number"])),
        Kind(text["kind"]),
        text["name"],
        Country(text["country"]) if text["country"] else None,
        Digest(text["digest"]),
        dt.date.fromisoformat(text["day"]),
        text["affiliation"] or None,
        text["place"] or None,
        tuple(excepts) if isinstance(excepts, list) else (),
        text.get("mandate"),
        bool(says.get("paper")),
    )


def _public(counts: Mapping[Kind, int]) -> PublicCounts:
    return PublicCounts(counts.get(Kind.PERSON, 0), counts.get(Kind.ORGANISATION, 0))


def _in_order(days: Days) -> tuple[Day, ...]:
    return tuple(
        Day(date, days[date][Kind.ORGANISATION], days[date][Kind.PERSON]) for date in sorted(days)
    )


async def _names(names: PublicNames, order: Order) -> AsyncIterator[Sequence[PublicEndorsement]]:
    for page in names.pages(order):
        yield page
        # Whoever runs beside goes on.
        await asyncio.sleep(0)
