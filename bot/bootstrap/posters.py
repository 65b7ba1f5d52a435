"""Posters and pictures of a statement into a folder, in each of its languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.bootstrap.documents import NothingToWrite, revision_of, snapshot_of
from bot.bootstrap.files import written
from bot.config import Settings
from bot.documents.picture import square_picture
from bot.documents.poster import poster
from bot.domain.ids import AdapterName
from bot.services.page_links import address_of
from bot.services.snapshot import PAYLOAD, Snapshot
from bot.statements.model import Revision, Statement
from bot.text.document import Demand
from bot.wording.voice import Voice

PAGE, SQUARE = "page", "square"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be drawn: `languages` without any are all that there are, `demand` None is the
    first one; `link` is `page` or a platform, None the first of these that there is."""

    languages: Sequence[str]
    demand: str | None
    sizes: Sequence[str]
    forms: Sequence[Literal["pdf", "png"]]
    link: str | None


async def write_posters(
    settings: Settings, statement: Statement, wanted: Wanted, folder: Path
) -> list[Path]:
    """The files that were written, named by statement, language and size. Raises `NothingToWrite`,
    `NoFont`, `KeyFault`, `StorageFault` or another `OperatorFault`."""
    async with snapshot_of(settings, statement) as found:
        pass
    made: list[Path] = []
    for language in wanted.languages or found.statement.revisions:
        revision = revision_of(found, language)
        for name, data in _drawn(settings, found, revision, wanted):
            with written(folder / name) as place:
                place.write_bytes(data)
            made.append(folder / name)
    return made


def _drawn(
    settings: Settings, found: Snapshot, revision: Revision, wanted: Wanted
) -> Iterator[tuple[str, bytes]]:
    """The names and the bytes of the files in one language."""
    demand = _demand(revision, wanted.demand)
    link, address = _link(settings, found, revision, demand, wanted.link)
    say = Voice(revision.language)
    for size in wanted.sizes:
        name = f"{revision.statement}-{revision.language}-{size}"
        if size == SQUARE:
            yield (
                f"{name}.png",
                square_picture(
                    revision.title,
                    found.counts,
                    revision.language,
                    attribution=revision.attribution,
                    link=link,
                    address=address,
                ),
            )
            continue
        for form in wanted.forms:
            yield f"{name}.{form}", poster(say, revision, demand, link, address, size, form)


def _demand(revision: Revision, wanted: str | None) -> Demand | None:
    demands = revision.document.demands
    if wanted is None:
        return next(iter(demands), None)
    for demand in demands:
        if demand.number == wanted:
            return demand
    known = ", ".join(demand.number for demand in demands) or "none"
    raise NothingToWrite(
        f"{revision.statement} has no demand {wanted} in {revision.language}; there are: {known}"
    )


def _link(
    settings: Settings,
    found: Snapshot,
    revision: Revision,
    demand: Demand | None,
    wanted: str | None,
) -> tuple[str, str]:
    """Where the QR code leads to, and what stands beside it for whoever types."""
    page = settings.page
    if page is not None and wanted in {None, PAGE}:
        return address_of(page, revision, demand.number if demand else None), page
    links = found.links
    name = AdapterName(wanted) if wanted else next(iter(links), None)
    if name is None or name not in links:
        known = ", ".join([*([PAGE] if page else []), *links]) or "none yet"
        raise NothingToWrite(
            f"There is no link to {wanted or 'the statement'}; there are: {known}. The page has "
            "one when publish.address is in config.yaml, a platform once the bot has run on it."
        )
    payload = f"r_{revision.statement}_{revision.language}"
    return links[name].replace(PAYLOAD, payload), links[name]
