"""Every page of a campaign, made of what everybody may see of its statements."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any

from bot.documents.fonts import NoFont
from bot.documents.picture import share_picture
from bot.services.snapshot import Snapshot
from bot.site import statement
from bot.site.look import Choice, Look, direction, frame
from bot.site.names import Files, Listing, index_files
from bot.site.search_index import folding_tables
from bot.site.templating import STATIC, Templates
from bot.site.tiles import tiles
from bot.statements.model import Revision
from bot.text.folding import APOSTROPHES, ELIDED, LETTERS, MARKS, UNSPACED
from bot.wording import site
from bot.wording.voice import Voice

__all__ = ["Look", "render"]

log = logging.getLogger(__name__)

_FOLDING = {
    "apostrophes": APOSTROPHES,
    "elided": ELIDED,
    "letters": LETTERS,
    "marks": MARKS,
    "unspaced": UNSPACED,
}


async def render(
    snapshots: Sequence[Snapshot], look: Look
) -> AsyncIterator[tuple[PurePosixPath, bytes]]:
    """Every file of the page but those with data, by its path in the folder. The same snapshots
    make the same bytes. Raises `TemplateFault` for a template of the organisers that cannot be
    used."""
    templates = Templates(look.templates)
    for path, content in (*templates.static(), *_scripts(look)):
        yield path, content
    for number, language in enumerate(look.languages):
        front = PurePosixPath(statement.index_page(number, language))
        yield front, templates.fill("index.html", _index(snapshots, look, number))
    for snapshot in snapshots:
        async for file in _statement(snapshot, look, templates):
            yield file


async def _statement(snapshot: Snapshot, look: Look, templates: Templates) -> Files:
    for revision in snapshot.statement.revisions.values():
        say = look.voice(revision.language)
        listing = Listing(snapshot, revision, say, look, templates)
        picture = await _picture(snapshot, revision, look) if look.address else None
        if picture is not None:
            yield PurePosixPath(f"{listing.folder}.png"), picture
        address = f"{look.address}/{listing.folder}.png" if picture else None
        values = await statement.values(listing, address)
        yield PurePosixPath(f"{listing.folder}.html"), templates.fill("statement.html", values)
        async for file in listing.files():
            yield file
    async for file in index_files(snapshot):
        yield file
    for name, content in tiles(snapshot.leaves):
        yield PurePosixPath(snapshot.statement.id, "log", name), content


async def _picture(snapshot: Snapshot, revision: Revision, look: Look) -> bytes | None:
    """For whoever passes the page on; None where this machine has no font for it."""
    drawn = asyncio.to_thread(
        share_picture,
        revision.title,
        snapshot.counts,
        revision.language,
        attribution=revision.attribution,
        address=look.address,
    )
    try:
        return await drawn
    except NoFont as fault:
        log.warning("The page has no picture for sharing: %s", fault)
        return None


def _index(snapshots: Sequence[Snapshot], look: Look, number: int) -> dict[str, Any]:
    """What the template of the front page is given, in one of the bot's languages."""
    language = look.languages[number]
    say = Voice(language, zone=look.zone)
    choices = [
        Choice(each, statement.index_page(place, each), each == language)
        for place, each in enumerate(look.languages)
    ]
    path = statement.index_page(number, language)
    title = site.labels(say)["statements"]
    entries = [_entry(snapshot, look, say) for snapshot in snapshots]
    return frame(say, path, title, choices, look=look, entries=entries)


def _entry(snapshot: Snapshot, look: Look, say: Voice) -> dict[str, Any]:
    revision = snapshot.statement.revision([say.language, *look.languages])
    folder = snapshot.statement.id
    return {
        "revision": revision,
        "text_dir": direction(revision.language),
        "href": f"{folder}/{revision.language}.html",
        "standing": statement.standing(snapshot, say),
        "languages": [
            Choice(language, f"{folder}/{language}.html", is_current=False)
            for language in snapshot.statement.revisions
        ],
    }


def _scripts(look: Look) -> Iterator[tuple[PurePosixPath, bytes]]:
    """What the scripts need: how names are folded, and their words in each language."""
    yield PurePosixPath(STATIC, "folding.js"), folding_tables(_FOLDING)
    for language in look.languages:
        words = json.dumps(site.scripted(Voice(language)), ensure_ascii=False, indent=1)
        script = f"undersigned.language={json.dumps(language)};\nundersigned.words={words};\n"
        yield PurePosixPath(STATIC, f"words-{language}.js"), script.encode()
