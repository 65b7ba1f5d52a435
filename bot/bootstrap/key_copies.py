"""That the operator has a copy of the key elsewhere, and since when: nobody else can know it."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from bot.bootstrap import moments
from bot.bootstrap.opening import key_place
from bot.config import KEY_VARIABLE, Settings
from bot.privacy import KeyFault, Keyring, parse_keys, read_keys


def copied_at(folder: Path, keys: Keyring) -> dt.datetime | None:
    """When the newest key was said to have a copy; None where it never was. `folder` is that of the
    ledger. Raises `OSError`."""
    return moments.read(_file(folder, keys))


def note_copy(settings: Settings, copy: Path | None, now: dt.datetime) -> None:
    """There is a copy of the key that is in use; `copy` is looked at where it is given. Raises
    `KeyFault`, also where that file holds other keys."""
    keys = read_keys(os.environ, KEY_VARIABLE, settings.key_file)
    if copy is not None:
        try:
            text = copy.read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as error:
            raise KeyFault(f"the copy {copy} cannot be read: {error}") from None
        if keys.id not in parse_keys(text, str(copy)).ids:
            raise KeyFault(f"{copy} holds another key than {key_place(settings)}; copy it again")
    try:
        moments.write(_file(settings.state, keys), now)
    except OSError as error:
        raise KeyFault(f"it cannot be noted in {settings.state}: {error.strerror}") from None


def _file(folder: Path, keys: Keyring) -> Path:
    return folder / f"{keys.id}.key-copy"
