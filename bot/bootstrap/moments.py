"""When something was done, each in a file of its own, for whoever has to warn of its age."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from pathlib import Path


def write(file: Path, at: dt.datetime) -> None:
    """In the place of what was noted before. Raises `OSError`."""
    file.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
    beside = file.with_suffix(f".{os.getpid()}.new")
    beside.write_text(f"{at.astimezone(dt.UTC).isoformat(timespec='seconds')}\n", encoding="ascii")
    try:
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def read(file: Path) -> dt.datetime | None:
    """None where nothing was noted. Raises `OSError`."""
    with contextlib.suppress(FileNotFoundError, ValueError):
        text = file.read_text(encoding="ascii").strip()
        return dt.datetime.fromisoformat(text).astimezone(dt.UTC)
    return None
