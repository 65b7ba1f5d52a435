"""Whether the bot's account vouches for its device, and who has to hear of it when that changes."""

from __future__ import annotations

import datetime as dt
import logging
import time

from nio import SyncResponse

from bot.adapters.matrix.client import Client, Refused
from bot.adapters.matrix.cross_signing import CrossSigning, Disowned
from bot.adapters.matrix.refs import NAME, chat_ref
from bot.adapters.matrix.store import RENEWED, Memory
from bot.backoff import Backoff
from bot.domain.ids import UserRef
from bot.domain.standing import Standing
from bot.ports import Origin, OwnAccount, Place

log = logging.getLogger(__name__)

DISOWNED = "disowned"
"""The secret that holds the master key of which the admins have been told, until they are told that
all is well again: whoever has verified the bot has to do that once more then."""

DISOWNED_TROUBLE = (
    "Somebody else made the signing keys that the bot's account has now, and nobody can "
    "decide in the admin room. Stop the bot, run `undersigned matrix reset`, and start it "
    "again"
)


class Vouching:
    """`disowned` is the master key of whoever else made the account's signing keys, as long as they
    do not vouch for the bot: nobody decides in the admin room then."""

    def __init__(self, client: Client, memory: Memory, password: str | None) -> None:
        self.cross_signing = CrossSigning(client, memory, password)
        self._client = client
        self._memory = memory
        self._is_due = True
        self._not_before = 0.0
        self._backoff = Backoff()
        self._told = False
        self.disowned: str | None = None

    def waits(self) -> bool:
        return self._is_due

    @property
    def trouble(self) -> str | None:
        """For the operator."""
        return None if self.disowned is None else DISOWNED_TROUBLE

    async def load(self) -> None:
        """What was known when the program ended."""
        self.disowned = await self._memory.secret(DISOWNED)

    async def read(self, response: SyncResponse) -> None:
        """Look again where the account has changed, before anything that came with that counts.
        Raises one of `UNREACHED`."""
        if self._client.user_id in response.device_list.changed and not self._is_due:
            self._is_due = True
            await self._look()

    async def settle(self, admin_room: str | None) -> None:
        """Raises one of `UNREACHED`."""
        if self._is_due:
            await self._look()
        if admin_room is not None and not (self._is_due or self._told):
            await self._tell(admin_room)

    async def _look(self) -> None:
        if time.monotonic() < self._not_before:
            return
        before = self.disowned
        try:
            await self.cross_signing.set_up()
            self.disowned = None
        except Disowned as found:
            self.disowned = found.master
        except Refused as refused:
            self._not_before = time.monotonic() + self._backoff.next()
            log.warning(
                "the bot's device is not signed, and Element does not trust it: %s",
                self.cross_signing.explained(refused),
            )
            return
        if self.disowned not in {None, before}:
            log.error("%s", self.trouble)
        self._backoff.reset()
        self._is_due = self._told = False

    async def _tell(self, admin_room: str) -> None:
        """Each change once, after a restart too."""
        told = await self._memory.secret(DISOWNED)
        renewed = await self._memory.secret(RENEWED)
        event = None
        if self.disowned is not None:
            if self.disowned != told:
                event = self._event(admin_room, Standing.DISOWNED, self.disowned)
        elif told is not None:
            event = self._event(admin_room, Standing.RESTORED, told)
        elif renewed is not None:
            log.warning("the account vouches for the new device %s; nothing is to be done", renewed)
            event = self._event(admin_room, Standing.RENEWED, renewed)
        if event is not None:
            left = renewed if self.disowned is not None else None
            await self._memory.keep_secrets([event], **{DISOWNED: self.disowned, RENEWED: left})
        self._told = True

    def _event(self, room: str, what: Standing, key: str) -> OwnAccount:
        now = dt.datetime.now(dt.UTC)
        me = UserRef(NAME, self._client.user_id)
        origin = Origin(f"{what}:{key}", chat_ref(room), Place.ADMIN, me, "", None, now)
        return OwnAccount(origin, what)
