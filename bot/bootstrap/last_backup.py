"""When the newest backup was made, for whoever has to say that it is too old."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from bot.bootstrap import moments


def note(folder: Path, database_id: str, at: dt.datetime) -> None:
    """A backup that was begun `at` is whole. `folder` is that of the ledger (state:). Raises
    `OSError` where nothing can be written there."""
    moments.write(_file(folder, database_id), at)


def made_at(folder: Path, database_id: str) -> dt.datetime | None:
    """When the newest was begun, as far as it was noted here; None where none was. Raises
    `OSError` where that cannot be read."""
    return moments.read(_file(folder, database_id))


def _file(folder: Path, database_id: str) -> Path:
    return folder / f"{database_id}.backup"
