"""The list of signatories on the page: in pages, by country, and in the index of its search."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from bot.domain.counts import PublicCounts
from bot.domain.endorsement import Kind
from bot.domain.ids import Country
from bot.services.snapshot import Snapshot
from bot.site.look import Choice, Look, frame
from bot.site.search_index import SearchIndex
from bot.site.templating import Templates
from bot.statements.model import Revision
from bot.storage.endorsements import PublicEndorsement
from bot.storage.lists import Order
from bot.text.collation import sort_key
from bot.text.rich import Textual
from bot.wording import excepting, mandates, paper, site
from bot.wording.voice import Voice

ON_A_PAGE = 250
"""Names: some 30 kB."""

FIRST = 40
"""Names that stand below the statement already."""

Files = AsyncIterator[tuple[PurePosixPath, bytes]]


@dataclass(frozen=True, slots=True)
class Row:
    """A name as templates show it; `notes` are sentences that belong to it."""

    name: str
    affiliation: str | None
    where: str | None
    notes: Sequence[Textual]
    is_organisation: bool


@dataclass(frozen=True, slots=True)
class CountryLink:
    """A country with names on the list, how many, and where they are."""

    code: Country
    name: str
    count: str
    href: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Writes the names of one statement in the language of one text."""

    snapshot: Snapshot
    revision: Revision
    say: Voice
    look: Look
    templates: Templates

    @property
    def folder(self) -> str:
        """Beside the statement's own page in that language."""
        return f"{self.snapshot.statement.id}/{self.revision.language}"

    @property
    def total(self) -> int:
        return sum(day.persons + day.organisations for day in self.snapshot.days)

    async def first(self) -> list[Row]:
        """The names that stand below the statement."""
        async for page in self.snapshot.names(self.snapshot.order(self.revision.language)):
            return [*map(self._row, page[:FIRST])]
        return []

    def countries(self) -> list[CountryLink]:
        """In the order of the language's names for them."""
        links = [
            CountryLink(
                code,
                self.say.country(code),
                self.say.number(_sum(counts)),
                f"{self.revision.language}/{_page_of(code, 1)}",
            )
            for code, counts in self.snapshot.countries.items()
        ]
        return sorted(links, key=lambda link: sort_key(link.name))

    async def files(self) -> Files:
        """Every page of names, of the whole list and of each country, in one reading of it."""
        whole = _Pages(self, self.total, site.signatories(self.say, self.revision.title).plain)
        countries = {
            code: _Pages(self, _sum(counts), self._title_of(code), code)
            for code, counts in self.snapshot.countries.items()
        }
        async for page in self.snapshot.names(self.snapshot.order(self.revision.language)):
            for listed in page:
                row = self._row(listed)
                its = (whole, countries[listed.country]) if listed.country else (whole,)
                for pages in its:
                    pages.rows.append(row)
                    if len(pages.rows) == ON_A_PAGE:
                        yield pages.take()
                        # Whoever runs beside goes on.
                        await asyncio.sleep(0)
        for pages in (whole, *countries.values()):
            if pages.rows:
                yield pages.take()
                await asyncio.sleep(0)

    def _title_of(self, country: Country) -> str:
        name = self.say.country(country)
        return site.of_country(self.say, self.revision.title, name).plain

    def choices(self) -> list[Choice]:
        """From a page of names, the list in every language."""
        return [
            Choice(language, f"../{language}.html#signatories", language == self.revision.language)
            for language in self.snapshot.statement.revisions
        ]

    def _row(self, listed: PublicEndorsement) -> Row:
        notes: list[Textual] = []
        if listed.digest in self.snapshot.history.earlier:
            notes.append(self.say.gettext("earlier text"))
        if listed.paper:
            notes.append(paper.beside(self.say))
        if (excepts := excepting.beside(self.say, listed.excepts)) is not None:
            notes.append(excepts)
        if (agreed := mandates.beside(self.say, listed.mandate)) is not None:
            notes.append(agreed)
        return Row(
            listed.name,
            listed.affiliation,
            self.say.country(listed.country) if listed.country else listed.place,
            notes,
            listed.kind is Kind.ORGANISATION,
        )


@dataclass(slots=True)
class _Pages:
    """Those of the whole list, or of one country: `rows` are those of the page that is filled now,
    `total` is how many come in all."""

    listing: Listing
    total: int
    title: str
    country: Country | None = None
    rows: list[Row] = field(default_factory=list)
    number: int = 0

    def take(self) -> tuple[PurePosixPath, bytes]:
        """The page that is full."""
        self.number += 1
        rows, self.rows = self.rows, []
        listing, number, last = self.listing, self.number, -(-self.total // ON_A_PAGE)
        path, say = f"{listing.folder}/{self._name(number)}", listing.say
        values = {
            "rows": rows,
            "total": say.number(self.total),
            "page_of": site.page_of(say, number, last).plain if last > 1 else None,
            "first": self._name(1) if number > 1 else None,
            "previous": self._name(number - 1) if number > 1 else None,
            "next": self._name(number + 1) if number < last else None,
            "last": self._name(last) if number < last else None,
        }
        home = f"../{listing.revision.language}.html#signatories"
        given = frame(say, path, self.title, listing.choices(), look=listing.look, home=home)
        return PurePosixPath(path), listing.templates.fill("names.html", {**given, **values})

    def _name(self, number: int) -> str:
        return f"names-{number}.html" if self.country is None else _page_of(self.country, number)


def _page_of(country: Country, number: int) -> str:
    return f"country-{country.lower()}{'' if number == 1 else f'-{number}'}.html"


async def index_files(snapshot: Snapshot) -> Files:
    """What the search of the statement loads: the same for all languages."""
    index = SearchIndex()
    async for page in snapshot.names(Order(snapshot.statement.id)):
        for listed in page:
            index.add(listed.name, _found(listed, snapshot))
        await asyncio.sleep(0)
    for name, content in index.files():
        yield PurePosixPath(snapshot.statement.id, "search", name), content
        await asyncio.sleep(0)


def _found(listed: PublicEndorsement, snapshot: Snapshot) -> list[str | int]:
    """As the script `search.js` reads it; what is empty at the end is left out."""
    row: list[str | int] = [
        listed.name,
        int(listed.kind is Kind.ORGANISATION),
        listed.country or "",
        listed.affiliation or "",
        listed.place or "",
        ", ".join(listed.excepts),
        int(listed.digest in snapshot.history.earlier),
        *((listed.mandate or "/").split("/")),
        int(listed.paper),
    ]
    while not row[-1]:
        row.pop()
    return row


def _sum(counts: PublicCounts) -> int:
    return counts.persons + counts.organisations
