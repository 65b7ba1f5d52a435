"""The copy of the heads beside the ledger: what tells a database from an older copy of itself.

It is one sealed file, replaced as a whole after each commit that changed a head, and never synced:
a crash leaves an older one, which the database is allowed to be ahead of.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path

from bot.privacy import KeyFault, Keyring

log = logging.getLogger(__name__)


class HeadsCopy:
    """Of the database of that id, in the folder of the ledger."""

    def __init__(self, folder: Path, database: str) -> None:
        self.file = folder / f"{database}.heads"
        self._context = f"state.heads:{database}"

    def read(self, keys: Keyring) -> dict[str, bytes]:
        """The heads by their names; none where the file is not there, or cannot be read."""
        try:
            kept = json.loads(keys.open(self.file.read_bytes(), self._context))
        except (OSError, KeyFault):
            return {}
        return {name: bytes.fromhex(head) for name, head in kept.items()}

    def write(self, keys: Keyring, heads: Mapping[str, bytes]) -> None:
        """Must not raise: it is committed. Until the next one an older copy of the database could
        pass for it."""
        kept = json.dumps({name: head.hex() for name, head in heads.items()})
        beside = self.file.with_suffix(".heads.new")
        try:
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(keys.seal(kept.encode(), self._context))
            beside.replace(self.file)
        except OSError as error:
            log.warning("the copy of the heads %s cannot be written: %s", self.file, error)
