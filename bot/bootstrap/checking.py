"""All that would keep the bot from running as it is configured, told before it is started."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.bootstrap.opening import NO_PLATFORM, key_place
from bot.bootstrap.platforms import PLATFORMS, access_faults, folders_in, unclaimed_in
from bot.bootstrap.publishing import page_fault
from bot.config import KEY_VARIABLE, Settings
from bot.domain.faults import OperatorFault
from bot.privacy import read_keys
from bot.statements.apart import load_apart
from bot.statements.model import Library
from bot.storage.engines import sqlite_file
from bot.storage.opening import inspect_database, is_new
from bot.wording import catalogues


@dataclass(frozen=True, slots=True)
class Checked:
    """Sentences. `faults` must be mended; with `notes` the bot runs, though perhaps not as it was
    meant."""

    library: Library
    faults: Sequence[object]
    notes: Sequence[object]


async def check(settings: Settings) -> Checked:
    """Everything but what only the servers can say: whether they know the accounts, and whether an
    address is free to listen on. Changes nothing; the bot may be running."""
    loaded = load_apart(settings.statements, settings.timezone)
    kept = [fault async for fault in _storage_faults(settings)]
    kept += [] if kept else await access_faults(settings)
    kept += _page_faults(settings)
    faults = [*loaded.faults, *catalogues.faults(catalogues.ROOT), *kept]
    return Checked(loaded.library, faults, [*loaded.warnings, *_notes(settings)])


def _notes(settings: Settings) -> list[str]:
    return [*_platform_notes(settings), *organisers_notes(settings)]


def organisers_notes(settings: Settings) -> list[str]:
    """Which keys hold, so that a wrong one is noticed before anything is sealed to it."""
    keys = settings.organisers_key
    notes = [f"What only the organisers may see is sealed to: {', '.join(keys)}."] if keys else []
    if keys and settings.contact is None:
        notes.append(
            "Nobody is told whom to ask about what is sealed: write `contact: ` and an address of "
            "the organisers into the configuration."
        )
    return notes


def _platform_notes(settings: Settings) -> list[str]:
    if not any(platform.section(settings) for platform in PLATFORMS):
        return [NO_PLATFORM]
    return [
        f"No admin chat is configured for {name}: unless a group was made one before, "
        "`undersigned run` says how that is done."
        for name in sorted(unclaimed_in(settings))
    ]


async def _storage_faults(settings: Settings) -> AsyncIterator[str]:
    url = settings.database.url
    try:
        if not await is_new(url):
            keys = read_keys(os.environ, KEY_VARIABLE, settings.key_file)
            place = key_place(settings)
            await inspect_database(url, keys, key_place=place, state=settings.state)
        elif os.environ.get(KEY_VARIABLE) or _is_there(settings.key_file):
            read_keys(os.environ, KEY_VARIABLE, settings.key_file)
        elif fault := unwritable(settings.key_file.parent, "of the key file"):
            yield fault
    except OperatorFault as error:
        yield str(error)
    file = sqlite_file(url)
    if file is not None and (fault := unwritable(file.parent, "of the database")):
        yield fault
    if fault := unwritable(settings.state, "of the ledger (state:)"):
        yield fault
    for name, folder in folders_in(settings).items():
        if fault := unwritable(folder, f"of {name}"):
            yield fault


def _page_faults(settings: Settings) -> list[str]:
    if settings.publish is None:
        return []
    fault = unwritable(settings.publish.folder.parent, "of the page (publish:)")
    fault = fault or page_fault(settings)
    return [] if fault is None else [fault]


def _is_there(key_file: Path) -> bool:
    """An empty one was cut off while it was made, and is made anew."""
    return key_file.exists() and key_file.stat().st_size > 0


def unwritable(folder: Path, what: str) -> str | None:
    """Why nothing can be kept in a folder, which may have to be made first; None if it can."""
    there = next(each for each in (folder, *folder.parents) if each.exists())
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return None
    return f"the folder {what} cannot be used: nothing can be written in {there}; mend its rights"
