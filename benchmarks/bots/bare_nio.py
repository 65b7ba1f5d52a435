"""An echo on matrix-nio, as its documentation builds one: it says what was said to it, in rooms
that it is invited to. Nothing is kept but, with a STORE, the keys for encrypted rooms.

python -m benchmarks.bots.bare_nio HOMESERVER USER DEVICE ACCESS_TOKEN [STORE]
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from typing import Any

from nio import InviteMemberEvent, MatrixRoom, RoomMessageText
from nio.client.async_client import AsyncClient, AsyncClientConfig


async def main(
    homeserver: str, user: str, device: str, access_token: str, store: str | None = None
) -> None:
    config = AsyncClientConfig(encryption_enabled=store is not None, store_sync_tokens=False)
    client: Any = AsyncClient(homeserver, user, store_path=store, config=config)
    client.restore_login(user, device, access_token)

    async def heard(room: MatrixRoom, event: RoomMessageText) -> None:
        if event.sender != user:
            content = {"msgtype": "m.text", "body": f"Echo: {event.body}"}
            await client.room_send(
                room.room_id, "m.room.message", content, ignore_unverified_devices=True
            )

    async def invited(room: MatrixRoom, _event: InviteMemberEvent) -> None:
        await client.join(room.room_id)

    client.add_event_callback(invited, InviteMemberEvent)
    await client.sync(full_state=True)
    client.add_event_callback(heard, RoomMessageText)
    try:
        await client.sync_forever(timeout=30_000)
    finally:
        await client.close()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main(*sys.argv[1:]))
