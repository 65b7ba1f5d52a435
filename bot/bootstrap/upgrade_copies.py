"""The copy of the database that an upgrade makes first, to go back with: it ends soon, as it holds
what may be erased meanwhile (docs/decisions/0052-a-copy-before-an-upgrade.md)."""

from __future__ import annotations

import datetime as dt
import logging
import os
from collections.abc import Iterator
from pathlib import Path

from bot.config import Settings
from bot.privacy import Keyring
from bot.storage import migrate
from bot.storage.engines import sqlite_file

log = logging.getLogger(__name__)

KEPT = dt.timedelta(days=3)
"""Whoever goes back loses what was signed since."""

BEGIN = 4096
"""Bytes that are overwritten: in the first line is the key of all others."""


class UpgradeCopies:
    """Those of one database, beside it; on a server, in the folder of the ledger, which is the one
    that can surely be written."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.database.url
        self._recipients = settings.backup.recipients if settings.backup else ()
        file = sqlite_file(self._url)
        self._folder = file.parent if file else settings.state

    async def make(self, keys: Keyring) -> Path:
        """What the database holds now, encrypted to the recipients of backups, else for this host.
        One that an earlier try has left is replaced. Raises `StorageFault`."""
        # Here, as few starts come to it.
        from bot.storage.backup import back_up, back_up_here  # noqa: PLC0415

        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = self._folder / f"before-upgrade-to-{migrate.HEAD}.copy"
        _destroy(file)
        if self._recipients:
            await back_up(self._url, file, self._recipients)
        else:
            await back_up_here(self._url, file, keys)
        return file

    def erase(self, before: dt.datetime) -> None:
        """Those that were made before that moment."""
        for file in self._all():
            try:
                if file.stat().st_mtime < before.timestamp():
                    _destroy(file)
                    log.info("the copy from before an upgrade is erased", extra={"file": file.name})
            except OSError as error:
                log.error("%s holds what is to be erased: delete it (%s)", file, error.strerror)  # noqa: TRY400

    def _all(self) -> Iterator[Path]:
        return self._folder.glob("before-upgrade-to-*.copy")


def _destroy(file: Path) -> None:
    """Nothing of it can be read, even where the disk keeps what is not overwritten."""
    try:
        with file.open("r+b") as out:
            out.write(bytes(min(BEGIN, file.stat().st_size)))
            out.flush()
            os.fsync(out.fileno())
    except FileNotFoundError:
        return
    file.unlink()
