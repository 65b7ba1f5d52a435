"""getFile, and what is at the address that it gives."""

from __future__ import annotations

import secrets
from pathlib import PurePath
from typing import Any

from tests.support.botapi import shapes
from tests.support.botapi.core import Core, Method
from tests.support.botapi.errors import ApiError, bad
from tests.support.botapi.parameters import Given, string
from tests.support.botapi.state import File

GIVEN_OUT = 20 * 1024 * 1024
"""Bytes (https://core.telegram.org/bots/api#getfile)."""
VALID = 3600.0
"""Seconds for which an address is good."""


def get_file(core: Core, given: Given) -> Any:
    file = _known(core, given["file_id"])
    if len(file.data) > GIVEN_OUT:
        raise bad("file is too big")
    path = f"documents/file_{secrets.token_hex(4)}{PurePath(file.name).suffix}"
    core.files[path] = (file, core.clock.now() + VALID)
    shape = shapes.file_json(file)
    return {n: shape[n] for n in ("file_id", "file_unique_id", "file_size")} | {"file_path": path}


def _known(core: Core, file_id: str | None) -> File:
    """One of those that the bot was shown; an id is of no use to another."""
    if not file_id:
        raise bad("invalid file_id")
    for chat in core.world.chats.values():
        for message in chat.messages.values():
            file = message.file
            if file is not None and shapes.file_json(file)["file_id"] == file_id:
                return file
    raise bad("wrong file_id or the file is temporarily unavailable")


def file_at(core: Core, path: str) -> File:
    """What is given out at that path, which `getFile` has named a while ago."""
    file, until = core.files.get(path, (None, 0.0))
    if file is None or core.clock.now() > until:
        raise ApiError(404, "Not Found")
    return file


METHODS = (Method("getFile", {"file_id": string}, get_file),)
