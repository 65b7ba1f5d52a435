"""Which event a message of the admin room first came as: the same message again, as another event,
is the server's doing or somebody else's, and is not read a second time."""

from __future__ import annotations

import json
from collections.abc import Mapping, MutableMapping
from typing import Any, cast

from nio.crypto.olm_machine import Olm
from nio.events import Event

from bot.ports import Memo

KIND = "heard"

Place = tuple[str, str, int]
"""The sender's key, their session and the message's place in it: a message is known by these."""

First = tuple[str, int]
"""The event's id and the server's time of it."""


class Replays:
    """In the place of the library's own list, which is gone when the program ends: whoever kept a
    decision could bring it once more after the next start."""

    def __init__(self, olm: Olm) -> None:
        self._lately: MutableMapping[Place, First] = olm.message_index_store
        self._kept: dict[Place, First] = {}
        self._places: dict[str, Place] = {}
        olm.message_index_store = cast(Any, self)

    def load(self, stored: Mapping[str, str]) -> None:
        for key, text in stored.items():
            sender_key, session, index = json.loads(key)
            event_id, at = json.loads(text)
            self._kept[sender_key, session, index] = (event_id, at)

    def __getitem__(self, place: Place) -> First:
        first = self._kept.get(place) or self._lately[place]
        self._places[first[0]] = place
        return first

    def __setitem__(self, place: Place, first: First) -> None:
        self._lately[place] = first
        self._places[first[0]] = place

    def keep(self, event: Event) -> list[Memo]:
        """The memo by which it is known after a restart too."""
        place = self._places.get(event.event_id)
        if place is None:
            return []
        first = self._kept[place] = (event.event_id, event.server_timestamp)
        return [Memo(KIND, json.dumps(place), json.dumps(first))]

    def looked(self) -> None:
        """What came with one look is dealt with."""
        self._places.clear()
