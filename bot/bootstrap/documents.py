"""Documents, tables and posters as files, made of one snapshot of the database."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from bot.bootstrap.files import written
from bot.bootstrap.opening import open_storage
from bot.bootstrap.platforms import links_in
from bot.config import Settings
from bot.documents.markdown import markdown
from bot.documents.paper import paper
from bot.documents.table import write_table
from bot.domain.faults import OperatorFault
from bot.domain.ids import Language
from bot.services.campaign import Publication
from bot.services.page_links import address_of
from bot.services.snapshot import Snapshot, snapshot
from bot.statements.model import Revision, Statement
from bot.wording.voice import Voice


class NothingToWrite(OperatorFault):
    """What was asked for is not there; the message says what is."""


async def export_document(
    settings: Settings, statement: Statement, form: str, language: str | None, file: Path | None
) -> None:
    """The statement and its public list as `xlsx`, `pdf` or `md`, in the language of one of its
    texts (None: the original), into `file`, or else to standard output. Raises `KeyFault`,
    `StorageFault` or another `OperatorFault`."""
    async with snapshot_of(settings, statement) as found:
        revision = revision_of(found, language)
        with written(file) as place:
            await _write(settings, found, revision, form, place)


async def _write(
    settings: Settings, found: Snapshot, revision: Revision, form: str, place: Path
) -> None:
    say = Voice(revision.language, zone=settings.timezone)
    page = settings.page
    link = page and address_of(page, revision)
    if form == "xlsx":
        await write_table(say, found, revision, place, link)
    elif form == "pdf":
        await asyncio.to_thread(place.write_bytes, await paper(say, found, revision, link))
    else:
        with place.open("w", encoding="utf-8", newline="\n") as file:
            async for piece in markdown(say, found, revision, link):
                file.write(piece)


@contextlib.asynccontextmanager
async def snapshot_of(settings: Settings, statement: Statement) -> AsyncIterator[Snapshot]:
    """As everybody may see it now. Raises `NothingToWrite`, `KeyFault` or `StorageFault`."""
    publication = Publication.of(settings.publication)
    async with open_storage(settings, reader=True) as database:
        async with database.unit() as unit:
            links = await links_in(settings, unit)
        async with snapshot(database.unit, statement, publication, links) as found:
            if found is None:
                raise NothingToWrite(
                    f"The bot has not opened {statement.id} yet, so there is nothing of it to "
                    "show: start it once."
                )
            yield found


def revision_of(found: Snapshot, wanted: str | None) -> Revision:
    """The text in that language; without one the original. Raises `NothingToWrite`."""
    revisions = found.statement.revisions
    if wanted is None:
        return found.statement.revision([])
    if (revision := revisions.get(Language(wanted))) is None:
        raise NothingToWrite(
            f"{found.statement.id} has no text in {wanted}; there are: {', '.join(revisions)}"
        )
    return revision
