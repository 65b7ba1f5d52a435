"""Photos: what the server takes as one, and how it refuses the rest."""

from __future__ import annotations

import struct

from tests.support.botapi.errors import bad
from tests.support.botapi.state import File

PHOTO_LIMIT = 10 * 1024 * 1024
SIDES_LIMIT = 10_000
"""Pixels of width and height together."""
RATIO_LIMIT = 20

_PNG = b"\x89PNG\r\n\x1a\n"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The markers of a JPEG behind which its size stands."""


def check_photo(photo: File) -> tuple[int, int]:
    """Width and height. Raises the server's refusal
    (https://core.telegram.org/bots/api#sendphoto)."""
    if not photo.data:
        raise bad("file must be non-empty")
    if len(photo.data) > PHOTO_LIMIT:
        raise bad(
            f"file of size {len(photo.data)} bytes is too big for a photo; the maximum size is "
            f"{PHOTO_LIMIT} bytes"
        )
    size = _size(photo.data)
    if size is None:
        raise bad("IMAGE_PROCESS_FAILED")
    width, height = size
    is_thin = max(size) > RATIO_LIMIT * min(size)
    if not min(size) or width + height > SIDES_LIMIT or is_thin:
        raise bad("PHOTO_INVALID_DIMENSIONS")
    return width, height


def _size(data: bytes) -> tuple[int, int] | None:
    """None for what is no whole PNG or JPEG."""
    if data.startswith(_PNG) and data[12:16] == b"IHDR" and data[-8:-4] == b"IEND":
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    return _size_of_jpeg(data) if data.startswith(b"\xff\xd8") else None


def _size_of_jpeg(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None
