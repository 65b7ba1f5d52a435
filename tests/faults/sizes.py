"""How often a fault is tried: a few times by `make test`, all the times by `make soak`, as often as
TRIES says where that is set."""

from __future__ import annotations

import os

SOAK = "SOAK" in os.environ


def tries(short: int, long: int) -> int:
    return int(os.environ.get("TRIES", "0")) or (long if SOAK else short)
