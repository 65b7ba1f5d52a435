"""What a signer holds in their hand: the code of their record in the log, and the proof of it."""

from __future__ import annotations

from bot.domain import log_file
from bot.domain.endorsement import Endorsement
from bot.domain.log import short_code
from bot.storage.unit import Unit


async def code_of(unit: Unit, record: Endorsement) -> str:
    """Such as `K7QF2-M4XAB`; it stays the same for as long as the record does."""
    return short_code(await unit.log.ref(record.statement, record.number))


async def receipt_of(unit: Unit, record: Endorsement) -> str | None:
    """The file that proves the record's newest entry; None where it has none yet, or nobody can
    know any more what that said."""
    log, name = unit.log, record.statement
    newest = await log.newest(name, await log.ref(name, record.number))
    if newest is None or newest.opening is None:
        return None
    return log_file.receipt(
        name,
        str((await log.key()).verifier),
        await log.checkpoint(name),
        newest.position,
        (newest.leaf, newest.opening),
        await log.inclusion(name, newest.position),
    )
