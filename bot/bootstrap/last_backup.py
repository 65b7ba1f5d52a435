"""When the newest backup was made, for whoever has to say that it is too old."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from pathlib import Path


def note(folder: Path, database_id: str, at: dt.datetime) -> None:
    """A backup that was begun `at` is whole. `folder` is that of the ledger (state:). Raises
    `OSError` where nothing can be written there."""
    folder.mkdir(parents=True, mode=0o700, exist_ok=True)
    file = _file(folder, database_id)
    beside = file.with_suffix(f".{os.getpid()}.new")
    beside.write_text(f"{at.astimezone(dt.UTC).isoformat(timespec='seconds')}\n", encoding="ascii")
    try:
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def made_at(folder: Path, database_id: str) -> dt.datetime | None:
    """When the newest was begun, as far as it was noted here; None where none was. Raises
    `OSError` where that cannot be read."""
    try:
        text = _file(folder, database_id).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    with contextlib.suppress(ValueError):
        return dt.datetime.fromisoformat(text).astimezone(dt.UTC)
    return None


def _file(folder: Path, database_id: str) -> Path:
    return folder / f"{database_id}.backup"
