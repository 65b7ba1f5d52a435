"""Writing the whole page into a folder: what everybody may see of each statement, and proofs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from bot.domain.ids import AdapterName
from bot.services.campaign import Publication
from bot.services.export import Units, written
from bot.services.snapshot import Snapshot, snapshot
from bot.site.folder import NewPage, PageFolder
from bot.site.look import Look
from bot.site.news import rss
from bot.site.pages import render
from bot.statements.model import Statement
from bot.storage.lists import Order

LOG, CHECKPOINT, LIST, NEWS = "log.txt", "checkpoint.txt", "signatories.json", "news.xml"
"""Beside the pages of a statement; the news in the folder of each language."""


@dataclass(frozen=True, slots=True)
class Published:
    """What was made: where, how many files, whether the page is another one than before, and
    which."""

    folder: Path
    files: int
    is_new: bool
    digest: str


async def publish(
    units: Units,
    statements: Iterable[Statement],
    publication: Publication,
    links: Mapping[AdapterName, str],
    look: Look,
    folder: PageFolder,
) -> Published:
    """The page of these statements, in the place of the one that is there. The folder is locked.
    Raises `PageFault` or `TemplateFault`; then the old one is as it was."""
    before = folder.digest
    with folder.new() as page:
        async with contextlib.AsyncExitStack() as stack:
            snapshots: list[Snapshot] = []
            for statement in await _opened(units, statements):
                log = stack.enter_context(page.file(PurePosixPath(statement.id, LOG)))
                found = await stack.enter_async_context(
                    snapshot(units, statement, publication, links, log.write_text)
                )
                if found is not None:
                    snapshots.append(found)
            async for path, data in render(snapshots, look):
                page.write(path, data)
            for each in snapshots:
                await _write_data(page, each, look)
    digest = folder.digest or ""
    return Published(folder.place, page.count, digest != before, digest)


async def _opened(units: Units, statements: Iterable[Statement]) -> list[Statement]:
    """Those that the bot has been started with: of others there is nothing to prove yet."""
    async with units() as unit:
        return [each for each in statements if await unit.log.size(each.id)]


async def _write_data(page: NewPage, snapshot: Snapshot, look: Look) -> None:
    """What programs read."""
    folder = PurePosixPath(snapshot.statement.id)
    page.write(folder / CHECKPOINT, snapshot.checkpoint.encode())
    with page.file(folder / LIST) as out:
        async for piece in written(snapshot.names(Order(snapshot.statement.id)), "json"):
            out.write_text(piece)
    for revision in snapshot.statement.revisions.values():
        text = f"{folder}/{revision.language}.html"
        address = f"{look.address}/{text}" if look.address else f"../{revision.language}.html"
        feed = rss(look.voice(revision.language), address, snapshot, revision)
        page.write(folder / revision.language / NEWS, feed)
