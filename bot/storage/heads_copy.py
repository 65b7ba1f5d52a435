"""The copy of the heads beside the ledger: what tells a database from an older copy of itself.

It is one file, to which each commit that changed a head adds a sealed line with all of them, and
which is begun anew once it is large. It is never synced: a crash leaves an older last line, which
the database is allowed to be ahead of.
"""

from __future__ import annotations

import base64
import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from bot.privacy import KeyFault, Keyring

log = logging.getLogger(__name__)

LARGEST = 1 << 18
"""Bytes, from which on the file is begun anew: to do that each time would cost a commit more than
all else that it does for the log."""


class HeadsCopy:
    """Of the database of that id, in the folder of the ledger."""

    def __init__(self, folder: Path, database: str) -> None:
        self.file = folder / f"{database}.heads"
        self._context = f"state.heads:{database}"

    def read(self, keys: Keyring) -> dict[str, bytes]:
        """The heads by their names; none where the file is not there, or cannot be read."""
        try:
            lines = self.file.read_bytes().split()
        except OSError:
            return {}
        # What a kill has cut off stands last, and what a power cut has spoilt, so does that.
        for line in reversed(lines):
            try:
                kept = json.loads(keys.open(base64.b64decode(line), self._context))
            except (ValueError, KeyFault):
                continue
            return {name: bytes.fromhex(head) for name, head in kept.items()}
        return {}

    def write(self, keys: Keyring, heads: Mapping[str, bytes]) -> None:
        """Must not raise: it is committed. Until the next one an older copy of the database could
        pass for it."""
        kept = json.dumps({name: head.hex() for name, head in heads.items()})
        # In front, so that it ends what a kill has cut off.
        line = b"\n" + base64.b64encode(keys.seal(kept.encode(), self._context))
        beside = self.file.with_suffix(".heads.new")
        try:
            with _opened(self.file, os.O_APPEND) as file:
                if file.tell() < LARGEST:
                    file.write(line)
                    return
            with _opened(beside, os.O_TRUNC) as file:
                file.write(line)
            beside.replace(self.file)
        except OSError as error:
            log.warning("the copy of the heads %s cannot be written: %s", self.file, error)


def _opened(file: Path, how: int) -> BinaryIO:
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | how, 0o600), "ab")
