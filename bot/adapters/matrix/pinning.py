"""Pinning a message: it is named in the room's state, which takes some power."""

from __future__ import annotations

import logging

from bot.adapters.matrix.client import Client, Refused
from bot.adapters.matrix.faults import UNREACHED, reason_of
from bot.ports import TryLater

log = logging.getLogger(__name__)

KIND = "m.room.pinned_events"


async def pin(client: Client, room: str, event: str) -> None:
    """Name it behind those that are pinned already. Where the bot may not, nothing happens; raises
    `TryLater` where the server has enough, as the same message is there once however often it is
    sent."""
    try:
        found = await client.state(room, KIND) or {}
        named = found.get("pinned")
        pinned = [each for each in named if isinstance(each, str)] if named else []
        if event not in pinned:
            state = {"pinned": [*pinned, event]}
            await client.ask("PUT", ["rooms", room, "state", KIND, ""], state)
    except Refused as refused:
        meaning = refused.meaning()
        if isinstance(meaning, TryLater) and meaning.has_enough:
            raise meaning from None
        log.info("a message is not pinned: %s", refused.code)
    except UNREACHED as error:
        log.info("a message is not pinned: %s", reason_of(error))
