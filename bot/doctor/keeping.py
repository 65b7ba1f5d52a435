"""What only the operator keeps: statements, the key and its copy, the ledger, backups."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from bot.bootstrap import key_copies, last_backup
from bot.bootstrap.checking import organisers_notes
from bot.bootstrap.opening import key_place
from bot.bootstrap.publishing import page_fault, read_state
from bot.config import KEY_VARIABLE, Settings
from bot.domain.findings import Finding, from_fault, note, ok, unknown, wrong
from bot.privacy import KeyFault, Keyring, read_keys
from bot.site.folder import PageFolder
from bot.statements.apart import load_apart
from bot.storage.errors import StorageFault
from bot.storage.heads_copy import HeadsCopy
from bot.storage.inspecting import Seen
from bot.storage.ledger import Ledger
from bot.wording import catalogues

OLD = dt.timedelta(days=7)
"""So old the newest backup may be."""

_KEY, _COPY, _LEDGER, _BACKUP, _PAGE = "key", "copy of the key", "ledger", "last backup", "page"


def statements(settings: Settings) -> list[Finding]:
    """Of all files that are read at a start, and what the configuration leaves to be told."""
    loaded = load_apart(settings.statements, settings.timezone)
    found = [from_fault("statements", fault) for fault in loaded.faults]
    ids = [str(statement.id) for statement in loaded.library]
    if not found and not ids:
        remedy = "`undersigned import FILE` makes one"
        found = [wrong("statements", f"there is none in {settings.statements}", remedy)]
    if not found:
        found = [ok("statements", ", ".join(ids))]
    found += [note("statements", str(each).removesuffix(".")) for each in loaded.warnings]
    found += [from_fault("translations", fault) for fault in catalogues.faults(catalogues.ROOT)]
    told = organisers_notes(settings)
    return found + [note("configuration", each.removesuffix(".")) for each in told]


def key(settings: Settings, *, is_new: bool) -> tuple[Keyring | None, list[Finding]]:
    """`is_new`: there is no database yet, whose first start makes a key where there is none."""
    is_given = bool(os.environ.get(KEY_VARIABLE)) or settings.key_file.exists()
    if is_new and not is_given:
        said = f"there is none yet; the first start makes {settings.key_file}"
        return None, [note(_KEY, said), unknown(_COPY, "there is no key yet")]
    try:
        keys = read_keys(os.environ, KEY_VARIABLE, settings.key_file)
    except KeyFault as fault:
        return None, [from_fault(_KEY, fault), unknown(_COPY, "the key cannot be read")]
    return keys, [ok(_KEY, f"in {key_place(settings)}"), _copy(settings.state, keys)]


def _copy(state: Path, keys: Keyring) -> Finding:
    try:
        at = key_copies.copied_at(state, keys)
    except OSError as error:
        return unknown(_COPY, f"{state} cannot be read ({error.strerror})")
    if at is None:
        remedy = (
            "Keep one apart from the database, then say `undersigned key-copied FILE`: without "
            "the key nobody can read what signers gave"
        )
        return note(_COPY, "none is known", remedy)
    return ok(_COPY, f"made by {at:%Y-%m-%d}")


def ledger(settings: Settings, seen: Seen, keys: Keyring | None) -> Finding:
    """Whether what stands beside the database is there."""
    state, remedy = settings.state, "Put the folder back if you have it (docs/backups.md)"
    if seen.id is None:
        return note(_LEDGER, f"the first start makes it in {state}")
    try:
        exists = Ledger(state, seen.id).exists
    except StorageFault as fault:
        return from_fault(_LEDGER, fault)
    if not exists:
        said = f"it is not in {state} any more, so that a backup would bring back what was erased"
        return wrong(_LEDGER, said, remedy)
    if keys is not None and not HeadsCopy(state, seen.id).read(keys):
        said = f"there is no copy of the heads in {state}, by which an older database is known"
        return note(_LEDGER, said, remedy)
    return ok(_LEDGER, f"in {state}")


def backup(settings: Settings, database_id: str | None, now: dt.datetime) -> Finding:
    """How old the newest is, of a database that can be read."""
    if settings.backup is None:
        remedy = "Write a key under backup.recipients (docs/backups.md)"
        return note(_BACKUP, "backups have no key that they are encrypted to", remedy)
    if database_id is None:
        return note(_BACKUP, "there is nothing to copy yet")
    try:
        at = last_backup.made_at(settings.state, database_id)
    except OSError as error:
        return unknown(_BACKUP, f"{settings.state} cannot be read ({error.strerror})")
    remedy = "Run `undersigned backup FILE` each day, as from a timer, and take the file elsewhere"
    if at is None:
        return note(_BACKUP, "none was made yet", remedy)
    said = f"{at:%Y-%m-%d %H:%M} UTC"
    return wrong(_BACKUP, said, remedy) if now - at > OLD else ok(_BACKUP, said)


def page(settings: Settings) -> list[Finding]:
    """Whether it was published when that was tried last; nothing where there is to be none."""
    if settings.publish is None:
        return []
    folder = PageFolder(settings.publish.folder)
    fault = page_fault(settings) or read_state(folder).fault
    if fault is not None:
        return [wrong(_PAGE, fault.removesuffix("."), "Then run `undersigned publish`")]
    if folder.digest is None:
        return [note(_PAGE, f"there is none in {folder.place} yet; the running bot makes it")]
    return [ok(_PAGE, f"in {folder.place}")]
