"""The log of a statement for everybody: the file that proves its list and counts (docs/log.md)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from bot.domain.ids import Digest, StatementId
from bot.domain.log import Opening
from bot.domain.log_file import Entry, export_bottom, export_entry, export_top, shown
from bot.services.campaign import Publication
from bot.services.export import Units
from bot.statements.model import Statement
from bot.storage.unit import Unit

AT_ONCE = 500
"""Entries that are read in one transaction, so that the bot goes on meanwhile."""

Seen = Callable[[Sequence[tuple[Entry, bool]]], None]
"""Called with the entries of a piece as everybody may see them, and whether each is the newest of
its record."""


@dataclass(frozen=True, slots=True)
class LogHead:
    """How far a log is: the signed note that says it, how many entries that are, and the public key
    of who signs."""

    checkpoint: str
    size: int
    vkey: str


async def head_of(unit: Unit, statement: StatementId) -> LogHead:
    """As it is now."""
    size = await unit.log.size(statement)
    vkey = str((await unit.log.key()).verifier)
    return LogHead(await unit.log.checkpoint(statement), size, vkey)


async def signed_export(
    units: Units,
    statement: Statement,
    publication: Publication,
    head: LogHead | None = None,
    seen: Seen = lambda _entries: None,
) -> AsyncIterator[str]:
    """The export, piece by piece, as of the head (None: now): what is appended meanwhile is not in
    it, and what is erased meanwhile is not opened any more."""
    if head is None:
        async with units() as unit:
            head = await head_of(unit, statement.id)
    yield export_top(head.checkpoint)
    digests: set[Digest] = set()
    for start in range(0, head.size, AT_ONCE):
        async with units() as unit:
            stop = min(start + AT_ONCE, head.size)
            page = await unit.log.between(statement.id, start, stop)
            newest = await unit.log.newest_between(statement.id, start, stop, head.size)
        entries: list[tuple[Entry, bool]] = []
        for logged in page:
            is_newest = logged.position in newest
            entry = shown(
                (logged.leaf, logged.opening),
                is_newest=is_newest,
                is_rounded=publication.round_to > 1,
                has_affiliations=statement.terms.affiliation_shown,
            )
            digests |= _named(entry[1])
            entries.append((entry, is_newest))
            yield export_entry(logged.position, entry)
        seen(entries)
    async with units() as unit:
        found = [await unit.statements.revision(digest) for digest in digests]
    texts = [text for text in found if text is not None]
    yield export_bottom(statement.id, head.vkey, texts)


def _named(opening: Opening | None) -> set[Digest]:
    """The text that an entry is about."""
    says = {} if opening is None else opening.says
    return {Digest(str(says["digest"]))} if "digest" in says else set()
