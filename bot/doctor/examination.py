"""All of it, in the order in which one thing rests on another."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Sequence
from pathlib import Path

from bot.bootstrap.opening import NO_PLATFORM
from bot.config import Settings
from bot.doctor import database, keeping, machine
from bot.doctor.platforms import platforms
from bot.domain.faults import OperatorFault
from bot.domain.findings import Finding, Verdict, from_fault, unknown, wrong
from bot.ports import Now
from bot.privacy import Keyring
from bot.storage import migrate

PATIENCE = 8.0
"""Seconds for each look at the database."""


def system_time() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


async def examine(
    settings: Settings | OperatorFault, file: Path | None, now: Now = system_time
) -> list[Finding]:
    """`settings` are those of `file`, or why it cannot be read."""
    found = machine.versions()
    if isinstance(settings, OperatorFault):
        faults = [from_fault("configuration", line) for line in str(settings).splitlines()]
        folder = (file or Path.cwd() / "config.yaml").absolute().parent
        rest = unknown("all else", "it is named in the configuration", "Correct that first")
        return [*found, *faults, *machine.space({"of the configuration": folder}), rest]
    found += [machine.config_file(file), *keeping.statements(settings)]
    found += machine.space(machine.places(settings))
    looked = await database.first_look(settings, now())
    keys, of_keys = keeping.key(settings, is_new=looked.is_new)
    found += of_keys
    seen, is_readable = looked.seen, False
    if seen is not None and seen.revision is not None:
        opened = await _opened(settings, keys, looked.findings)
        found += [opened, *looked.findings, keeping.ledger(settings, seen, keys)]
        is_readable = opened.verdict is Verdict.OK and seen.revision == migrate.HEAD
    else:
        found += looked.findings
    if seen is None and not looked.is_new:
        found.append(unknown("last backup", "the database cannot be read"))
    else:
        found.append(keeping.backup(settings, None if seen is None else seen.id, now()))
    found += keeping.page(settings)
    if is_readable:
        found += await _in_time(database.inside(settings, now()), database.OLDEST)
    elif not looked.is_new:
        why = "the database does not open, or is of another version"
        found += [unknown(what, why) for what in (database.OLDEST, database.LOG)]
    is_new = looked.is_new
    asked = await platforms(settings, now, is_readable=is_readable, is_new=is_new)
    return found + (asked or [from_fault("platforms", NO_PLATFORM)])


async def _opened(settings: Settings, keys: Keyring | None, before: Sequence[Finding]) -> Finding:
    if keys is None:
        return unknown(database.DATABASE, "nothing opens it without its key")
    if any(each.what == database.SCHEMA and each.verdict is Verdict.WRONG for each in before):
        return unknown(database.DATABASE, "its schema is not one of this version")
    [found] = await _in_time(database.second_look(settings, keys), database.DATABASE)
    return found


async def _in_time(look: Awaitable[list[Finding]], what: str) -> list[Finding]:
    try:
        async with asyncio.timeout(PATIENCE):
            return await look
    except TimeoutError:
        return [wrong(what, f"no answer within {PATIENCE:.0f} s", "Look at the database server")]
    except OperatorFault as fault:
        return [from_fault(what, fault)]
