"""What can be told of the database while the bot runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from bot.age import AgeFault, Identities
from bot.bootstrap.opening import open_storage
from bot.config import Settings
from bot.delivery.letters import DeadLetter, dead_letters, try_again
from bot.domain.counts import Counts
from bot.domain.ids import StatementId
from bot.services import sealed_list
from bot.services.campaign import Publication
from bot.services.export import export
from bot.services.signed_export import signed_export
from bot.statements.model import Library, Statement

AT_ONCE = 500
"""Sealed parts that are read in one transaction."""

NAMES_AT_ONCE = 2000
"""Likewise: it takes some 30 milliseconds."""

Say = Callable[[str], object]
"""Writes a piece of text as it is."""


async def read_stats(settings: Settings, library: Library) -> dict[StatementId, Counts]:
    """The counts of every loaded statement. Raises `KeyFault` or `StorageFault`."""
    async with open_storage(settings, reader=True) as database, database.unit() as unit:
        return await unit.endorsements.counts(statement.id for statement in library)


def as_told(counts: Counts) -> dict[str, int]:
    """By their names, as scripts know them: how many are linked, or on paper, only where some
    are."""
    told = asdict(counts)
    return {name: told[name] for name in told if told[name] or name not in {"linked", "paper"}}


async def read_dead_letters(settings: Settings) -> list[DeadLetter]:
    """All of them. Raises `KeyFault` or `StorageFault`."""
    async with open_storage(settings, reader=True) as database, database.unit() as unit:
        return await dead_letters(unit)


async def retry_dead_letters(settings: Settings) -> str:
    """Let all of them wait for the next start; a sentence of how many. Raises `KeyFault` or
    `StorageFault`, also while an instance works on the database."""
    async with open_storage(settings) as database:
        received, sent, over = await try_again(database)
    if not received + sent + over:
        return "There are no dead letters."
    left = f" {over} were of messages that are gone, and are dropped." if over else ""
    return (
        f"The next start handles {received} again, and delivers {sent} again.{left} "
        "What fails again is kept again."
    )


async def export_public(settings: Settings, statement: Statement, form: str, say: Say) -> None:
    """The public list as `csv` or `json`, in pieces. Raises `KeyFault` or `StorageFault`."""
    async with open_storage(settings, reader=True) as database:
        async for piece in export(database.unit, statement, form, NAMES_AT_ONCE):
            say(piece)


async def export_sealed(settings: Settings, statement: StatementId, say: Say) -> None:
    """The list of what is sealed to the organisers, in pieces, so that the bot goes on meanwhile.
    Raises `KeyFault` or `StorageFault`."""
    say(sealed_list.top(statement))
    last = (0, -1)
    async with open_storage(settings, reader=True) as database:
        while True:
            async with database.unit() as unit:
                parts = await unit.entrusted.of_statement(statement, last, AT_ONCE)
            if not parts:
                return
            say("".join(map(sealed_list.block, parts)))
            last = parts[-1].number, parts[-1].part


async def export_signed(settings: Settings, statement: Statement, say: Say) -> None:
    """The log of a statement with what its list proves, in pieces. Raises `KeyFault` or
    `StorageFault`."""
    publication = Publication.of(settings.publication)
    async with open_storage(settings, reader=True) as database:
        async for piece in signed_export(database.unit, statement, publication):
            say(piece)


def open_sealed(identity: Path, file: Path, form: str) -> tuple[str, Sequence[int]]:
    """The opened list as `csv` or `json`, and the numbers that stay closed. Raises `AgeFault`."""
    identities = Identities.of(identity)
    try:
        with file.open(encoding="utf-8", errors="replace") as lines:
            opened = sealed_list.open_list(lines, identities.open)
    except OSError as error:
        raise AgeFault(f"{file} cannot be read: {error.strerror}") from None
    if not opened.rows and not opened.closed:
        raise AgeFault(
            f"{file} holds nothing sealed; name the file that `undersigned export --sealed` wrote"
        )
    as_text = sealed_list.as_csv if form == "csv" else sealed_list.as_json
    return as_text(opened.rows), opened.closed
