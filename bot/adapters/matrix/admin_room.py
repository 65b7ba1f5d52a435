"""The admin room: the configured one, or one that the bot makes for the configured admins."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from bot.adapters.matrix.client import Client, Refused
from bot.adapters.matrix.faults import MatrixFault
from bot.adapters.matrix.refs import server_of
from bot.adapters.matrix.rights import Rights
from bot.adapters.matrix.store import Memory

log = logging.getLogger(__name__)

MARK = "org.undersigned.admin_room"
"""In the create event of a room that the bot made to be this: one that was made just before a
crash is known again by it."""

NAME = "Undersigned: admins"


class AdminRoom:
    """`id` is None as long as there is none: endorsing goes on, cards wait."""

    def __init__(self, configured: str | None, admins: Sequence[str]) -> None:
        self._configured = configured
        self._admins = tuple(admins)
        self.id: str | None = configured if (configured or "").startswith("!") else None
        self.trouble: str | None = None

    def is_it(self, room: str) -> bool:
        return room == self.id

    async def load(self, memory: Memory) -> None:
        """Know the room again before anything is read: what admins wrote while the bot was away
        comes with the first answer."""
        if self.id is None:
            self.id = await memory.secret(self._secret)

    @property
    def is_coming(self) -> bool:
        """Whether the bot enters a room when it starts, or makes one."""
        return self._configured is not None or bool(self._admins)

    def known_by(self, secrets: Mapping[str, str]) -> str | None:
        """Its id, as far as it is known without the server; `secrets` are those of the memory."""
        return self.id or secrets.get(self._secret)

    @property
    def _secret(self) -> str:
        """Each address has a room of its own."""
        return f"admin_room {self._configured or ''}".strip()

    async def find(self, client: Client, memory: Memory, rights: Rights) -> None:
        """Enter the room, or make it. Called once the rooms are known. Raises `MatrixFault` for an
        address that names nothing, `Refused`, or one of `UNREACHED`."""
        if self._configured is not None:
            await self._enter(client, self._configured)
            await memory.keep_secrets(**{self._secret: self.id})
        elif self.id is None and self._admins:
            room = await self._made_before(client) or await self._make(client)
            await memory.keep_secrets(**{self._secret: room})
            self.id = room
        await self._look(client, rights)

    async def _enter(self, client: Client, configured: str) -> None:
        try:
            if configured.startswith("#"):
                found = await client.ask("GET", ["directory", "room", configured])
                self.id = str(found["room_id"])
            if self.id not in client.rooms:
                await client.ask("POST", ["join", configured], {})
        except Refused as refused:
            if refused.status == 404 and configured.startswith("#"):
                raise MatrixFault(
                    f"There is no room {configured}. Correct matrix.admin_room."
                ) from None
            if refused.status not in {403, 404}:
                raise
            self.trouble = (
                f"The bot is not in the admin room {configured}: invite its account there"
            )
            log.error("%s", self.trouble)  # noqa: TRY400 - it says what to do

    async def _made_before(self, client: Client) -> str | None:
        for room in list(client.rooms):
            create = await client.state(room, "m.room.create") or {}
            if create.get(MARK) is True:
                return str(room)
        return None

    async def _make(self, client: Client) -> str:
        servers = {server_of(user) for user in (*self._admins, client.user_id)}
        state: list[dict[str, Any]] = [
            {
                "type": "m.room.encryption",
                "state_key": "",
                "content": {"algorithm": "m.megolm.v1.aes-sha2"},
            },
            {
                "type": "m.room.history_visibility",
                "state_key": "",
                "content": {"history_visibility": "joined"},
            },
        ]
        made = await client.ask(
            "POST",
            ["createRoom"],
            {
                "preset": "private_chat",
                "name": NAME,
                "invite": list(self._admins),
                "creation_content": {MARK: True, "m.federate": len(servers) > 1},
                "initial_state": state,
            },
        )
        log.info("the admin room is made, and %s invited", len(self._admins))
        return str(made["room_id"])

    async def _look(self, client: Client, rights: Rights) -> None:
        if self.id is None or self.id not in client.rooms:
            return
        exposed = await rights.exposure(self.id)
        if exposed is not None:
            log.error("the admin room is %s: nobody can decide there until that is mended", exposed)
