"""Files that commands write: whole, or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.domain.faults import OperatorFault


class NotWritten(OperatorFault):
    """A file cannot be written."""


@contextlib.contextmanager
def written(file: Path | None) -> Iterator[Path]:
    """A place to write to. What is there in the end takes the place of `file` at once, whose folder
    is made, or goes to standard output (None)."""
    if file is None:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / "document"
            yield place
            with place.open("rb") as source:
                shutil.copyfileobj(source, sys.stdout.buffer)
            sys.stdout.flush()
        return
    place = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
        yield place
        os.replace(place, file)  # noqa: PTH105 - Path.replace is the same call
    except OSError as error:
        raise NotWritten(f"{file} cannot be written: {error.strerror or error}.") from None
    finally:
        with contextlib.suppress(OSError):
            place.unlink(missing_ok=True)


@contextlib.contextmanager
def said(file: Path | None) -> Iterator[Callable[[str], object]]:
    """Takes pieces of text, for `file` or for standard output (None), where they come at once."""
    if file is None:
        yield sys.stdout.write
        sys.stdout.flush()
        return
    with written(file) as place, place.open("w", encoding="utf-8", newline="") as text:
        yield text.write
