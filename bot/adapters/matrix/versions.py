"""What a message said before: on Matrix each edit is an event, which all in the room can read until
it is redacted.

Of a message whose text has to be erased some day the first event says nothing of it (`Send.kept`);
what it says is always an edit, and each takes the one before away.
"""

from __future__ import annotations

from bot.adapters.matrix.client import Client, Content, LeftOut
from bot.adapters.matrix.reactions import redact, transaction
from bot.adapters.matrix.rendering import content
from bot.adapters.matrix.store import Memory
from bot.text.rich import RichText


class Versions:
    """Of each such message the event of its newest edit is remembered, until its last one."""

    def __init__(self, client: Client, memory: Memory) -> None:
        self._client = client
        self._memory = memory

    async def change(
        self, room: str, message: str, text: RichText, key: str, left_out: LeftOut
    ) -> None:
        """Say what a new message is for, as its first edit; `key` is that of the message. Raises as
        `Client.send_event`."""
        said, tx_id = replacement(message, text), transaction(key, "shown")
        event = await self._client.send_event(room, "m.room.message", said, tx_id, left_out)
        await self._memory.note_version(message, event)

    async def follow(self, room: str, message: str, event: str, *, is_last: bool) -> None:
        """An edit was sent: take the one before away, where the message is such a one. Called again
        for the same one, it goes on with what was left. Raises as `redact`."""
        before = await self._memory.version(message)
        if before is None:
            return
        if before != event:
            await redact(self._client, room, before, transaction(before, "redact"))
        if is_last or before != event:
            await self._memory.note_version(message, None if is_last else event)


def replacement(message: str, text: RichText) -> Content:
    """An edit of a message, after which it says this."""
    new = content(text)
    return new | {
        "m.new_content": new,
        "body": f"* {new['body']}",
        "m.relates_to": {"rel_type": "m.replace", "event_id": message},
    }
