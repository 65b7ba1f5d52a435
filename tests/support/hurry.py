"""Hours in minutes: what the program waits for is shorter by a factor, all else is as it is."""

from __future__ import annotations

import importlib
import os
from dataclasses import replace

FACTOR = "HURRY"
"""The variable of the environment that says by how much; a program is told by it when it starts."""

LEAST = 0.4
"""Seconds that an answer may take in any case, on a busy machine."""

WAITS = {
    "bot.adapters.telegram.admin_chat": ("LOOK_EVERY",),
    "bot.adapters.telegram.floods": ("FIRST_STEP", "LONGEST_STEP", "LONG"),
    "bot.adapters.telegram.request": ("LONGEST_STEP", "FLOOD_PAUSE"),
    "bot.adapters.telegram.sending": ("REFUSED_PAUSE",),
    "bot.adapters.telegram.typing": ("QUIET",),
    "bot.adapters.telegram.webhook": ("LOOK_EVERY",),
    "bot.delivery.outbox": ("LONGEST_PAUSE",),
}
"""What is waited for after a failure, or between two looks."""

PATIENCE = {
    "bot.adapters.telegram.adapter": ("LONG_POLL", "SILENCE"),
    "bot.adapters.telegram.poller": ("LONG_POLL",),
    "bot.adapters.telegram.request": ("ANSWER_TIME", "UPLOAD_TIME"),
    "bot.adapters.telegram.receiving": ("BODY_TIME",),
    "bot.delivery.health": ("LOOK_EVERY", "INBOX_PATIENCE", "OUTBOX_PATIENCE"),
}
"""How long something may take."""


def hurry() -> None:
    """Before the program begins, in its process."""
    factor = float(os.environ.get(FACTOR, "1"))
    if factor == 1:
        return
    for least, table in ((0.0, WAITS), (LEAST, PATIENCE)):
        for name, constants in table.items():
            module = importlib.import_module(name)
            for constant in constants:
                whole = getattr(module, constant)
                shorter = max(least, whole / factor)
                setattr(
                    module, constant, max(1, round(shorter)) if isinstance(whole, int) else shorter
                )
    backoff = importlib.import_module("bot.backoff")
    for function in (backoff.pause_after, backoff.Backoff.__init__):
        function.__defaults__ = tuple(each / factor for each in function.__defaults__)
    telegram = importlib.import_module("bot.adapters.telegram.adapter")
    for name in ("IN_A_CHAT", "IN_A_GROUP"):
        rates = getattr(telegram, name)
        setattr(telegram, name, tuple(replace(r, seconds=r.seconds / factor) for r in rates))
