"""The hashes of a log in pieces, so that the page can check by itself what was signed of it.

A tile holds those of 256 entries, the last one fewer; `roots.js` has the root of each. With that
and two tiles a script shows that the log has an entry, and goes on from a checkpoint.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

from bot.domain.merkle import HASH_BYTES, root

LEAVES = 256
"""A power of two, so that each whole tile is a subtree. Static logs have it too
(https://c2sp.org/tlog-tiles)."""


def tiles(leaves: bytes) -> Iterator[tuple[str, bytes]]:
    """File names and scripts, of the hashes of all leaves one behind the other."""
    roots = b""
    size = LEAVES * HASH_BYTES
    for number, start in enumerate(range(0, len(leaves), size)):
        tile = leaves[start : start + size]
        roots += root(tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES))
        yield f"{number}.js", _script(f"[{number}]", tile)
    yield "roots.js", _script(".roots", roots)


def _script(place: str, hashes: bytes) -> bytes:
    return f'undersigned.tiles{place}="{base64.b64encode(hashes).decode()}";\n'.encode()
