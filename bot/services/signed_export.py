"""The log of a statement for everybody: the file that proves its list and counts (docs/log.md)."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.domain.ids import Digest
from bot.domain.log import Opening
from bot.domain.log_file import export_bottom, export_entry, export_top, shown
from bot.services.campaign import Publication
from bot.services.export import Units
from bot.statements.model import Statement

AT_ONCE = 500
"""Entries that are read in one transaction, so that the bot goes on meanwhile."""


async def signed_export(
    units: Units, statement: Statement, publication: Publication
) -> AsyncIterator[str]:
    """The export, piece by piece, as of now: what is appended meanwhile is not in it, and what is
    erased meanwhile is not opened any more."""
    async with units() as unit:
        checkpoint, size = (
            await unit.log.checkpoint(statement.id),
            await unit.log.size(statement.id),
        )
        vkey = str((await unit.log.key()).verifier)
    yield export_top(checkpoint)
    digests: set[Digest] = set()
    for start in range(0, size, AT_ONCE):
        async with units() as unit:
            stop = min(start + AT_ONCE, size)
            page = await unit.log.between(statement.id, start, stop)
            newest = await unit.log.newest_between(statement.id, start, stop, size)
        for logged in page:
            entry = shown(
                (logged.leaf, logged.opening),
                is_newest=logged.position in newest,
                is_rounded=publication.round_to > 1,
                has_affiliations=statement.terms.affiliation_shown,
            )
            digests |= _named(entry[1])
            yield export_entry(logged.position, entry)
    async with units() as unit:
        found = [await unit.statements.revision(digest) for digest in digests]
    yield export_bottom(statement.id, vkey, [text for text in found if text is not None])


def _named(opening: Opening | None) -> set[Digest]:
    """The text that an entry is about."""
    says = {} if opening is None else opening.says
    return {Digest(str(says["digest"]))} if "digest" in says else set()
