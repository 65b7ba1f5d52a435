"""When somebody came, whatever their own server says."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from nio import MatrixRoom, RoomMemberEvent

from bot.adapters.matrix.membership import Membership
from bot.adapters.matrix.rights import Rights
from bot.adapters.matrix.rooms import Rooms
from bot.adapters.matrix.store import Memory
from tests.contract.inbox import MemoryInbox

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
ROOM = "!room:x"


@pytest.mark.parametrize(
    ("said", "since", "counts"),
    [
        (NOON - dt.timedelta(days=3), NOON, NOON),
        (NOON + dt.timedelta(seconds=5), NOON, NOON + dt.timedelta(seconds=5)),
        # After a restart it may have been long ago.
        (NOON - dt.timedelta(hours=1), None, NOON - dt.timedelta(hours=1)),
    ],
)
async def test_nobody_comes_before_the_last_answer_of_the_server(
    said: dt.datetime, since: dt.datetime | None, counts: dt.datetime
) -> None:
    async def nothing(*_: object) -> None: ...

    client: Any = SimpleNamespace(user_id="@bot:x", rooms={}, state=nothing)
    rooms = Rooms(client, Memory(MemoryInbox()), lambda _: False)
    membership = Membership(client, rooms, Rights(client, (), None))
    membership.since = since
    event = RoomMemberEvent.from_dict(
        {
            "type": "m.room.member",
            "event_id": "$came",
            "sender": "@eve:x",
            "state_key": "@eve:x",
            "origin_server_ts": int(said.timestamp() * 1000),
            "content": {"membership": "join"},
        }
    )
    assert isinstance(event, RoomMemberEvent)
    (entered,) = await membership.changes(MatrixRoom(ROOM, "@bot:x"), event)
    assert entered.origin.at == counts


@pytest.mark.parametrize(("before", "count"), [("join", 1), ("invite", 0), (None, 0)])
async def test_only_who_was_there_is_gone(before: str | None, count: int) -> None:
    """Whoever is banned without having been in the room takes nobody from those who may vote."""
    client: Any = SimpleNamespace(user_id="@bot:x", rooms={})
    rooms = Rooms(client, Memory(MemoryInbox()), lambda _: False)
    membership = Membership(client, rooms, Rights(client, (), None))
    event = RoomMemberEvent.from_dict(
        {
            "type": "m.room.member",
            "event_id": "$banned",
            "sender": "@omar:x",
            "state_key": "@eve:x",
            "origin_server_ts": 0,
            "content": {"membership": "ban"},
            "unsigned": {"prev_content": {"membership": before}} if before else {},
        }
    )
    assert isinstance(event, RoomMemberEvent)
    assert len(await membership.changes(MatrixRoom(ROOM, "@bot:x"), event)) == count
