"""People verify the bot: each request is answered, in a room or from device to device.

The bot has nobody who compares: it confirms once the person on the other side has. What they must
see is in the log, where no server writes. Nothing is kept of their keys: who may decide is asked of
`cross_signing.py` alone.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from nio.events import Event

from bot.adapters.matrix.client import RELATION, Client, Refused
from bot.adapters.matrix.cross_signing import own_master
from bot.adapters.matrix.devices import fingerprint, public_key, query_keys
from bot.adapters.matrix.faults import UNREACHED, reason_of
from bot.adapters.matrix.reactions import transaction
from bot.adapters.matrix.refs import NAME
from bot.adapters.matrix.sas import (
    METHOD,
    Cancelled,
    Content,
    Exchange,
    Side,
    invalid,
    offers,
    unknown_method,
)
from bot.adapters.matrix.store import Memory
from bot.adapters.matrix.sync import Batch
from bot.ports import ChatUnreachable, DeliveryFault, Inbox, Memo, TryLater

log = logging.getLogger(__name__)

PREFIX = "m.key.verification."
KIND = "verification"
"""Of the memos that name what is not over yet."""

PATIENCE = 600.0
"""Seconds from a request to its end, as the specification has it; an older one is not answered."""

AHEAD = 300.0
"""Seconds that a request may seem to come from the future."""

MOST = 100
FROM_ONE = 10
"""Verifications in `PATIENCE` seconds, and those of one person; more are left out."""

MOST_STEPS = 8
"""Steps of one verification that wait to be answered."""

MOST_STEP = 16_384
"""Characters of a step; a larger one is no client's."""

MOST_ID = 256


@dataclass(slots=True)
class _Verification:
    room: str | None
    """None: from device to device."""
    user: str
    device: str
    transaction: str
    until: float
    new: list[tuple[str, Content]] = field(default_factory=list)
    """Steps that have come, and are not answered yet."""
    out: list[tuple[str, Content]] = field(default_factory=list)
    exchange: Exchange | None = None
    over: bool = False

    @property
    def key(self) -> str:
        """In ASCII, whatever a stranger called it."""
        return json.dumps([self.room, self.user, self.device, self.transaction])

    def end(self, how: str, *out: tuple[str, Content]) -> None:
        was_shown = self.exchange is not None and self.exchange.shown is not None
        self.over, self.out, self.exchange = True, list(out), None
        log.log(
            logging.WARNING if was_shown else logging.INFO, "a verification of the bot: %s", how
        )

    def cancel(self, cancelled: Cancelled) -> None:
        said = {"code": cancelled.code, "reason": cancelled.reason}
        self.end(f"cancelled here, {cancelled.code}", ("cancel", said))


class Verifications:
    """Each is known for `PATIENCE` seconds, over or not: what is given out again begins no second
    one."""

    def __init__(self, client: Client, memory: Memory) -> None:
        self._client = client
        self._memory = memory
        self._known: dict[tuple[str | None, str, str], _Verification] = {}
        self._not_before = 0.0
        self._silent_until = 0.0

    async def load(self, inbox: Inbox) -> None:
        """What was not over when the program ended cannot go on: its secret is gone."""
        for kept in await inbox.recall(NAME, KIND):
            room, user, device, transaction = json.loads(kept)
            one = self._add(room, user, device, transaction)
            one.cancel(Cancelled("m.user", "I was restarted. Start the verification again."))

    # -- what comes --------------------------------------------------------------------------------

    def take_from_room(self, batch: Batch, room: str, event: Event) -> bool:
        """Whether the event is part of a verification, be it other people's."""
        kind, content = str(event.source.get("type")), event.source["content"]
        if kind == "m.room.message" and content.get("msgtype") == f"{PREFIX}request":
            if content.get("to") == self._client.user_id and _is_fresh(event.server_timestamp):
                self._take(batch, (room, event.sender, event.event_id), "request", content)
            return True
        if not kind.startswith(PREFIX):
            return False
        relation = content.get(RELATION)
        request = relation.get("event_id") if isinstance(relation, Mapping) else None
        name = (room, event.sender, str(request))
        if name in self._known:
            self._take(batch, name, kind.removeprefix(PREFIX), content)
        return True

    def take_from_devices(self, batch: Batch, events: Iterable[object]) -> None:
        """What came to this device alone."""
        for event in events:
            source = getattr(event, "source", None)
            source = source if isinstance(source, Mapping) else {}
            kind, content, user = (source.get(part) for part in ("type", "content", "sender"))
            if not str(kind).startswith(PREFIX) or not isinstance(content, Mapping):
                continue
            step, transaction = str(kind).removeprefix(PREFIX), content.get("transaction_id")
            if not isinstance(transaction, str):
                continue
            name = (None, str(user), transaction)
            # Older clients begin without a request.
            begins = step == "start" or (step == "request" and _is_fresh(content.get("timestamp")))
            if name in self._known or begins:
                self._take(batch, name, step, content)

    def _take(
        self, batch: Batch, name: tuple[str | None, str, str], step: str, content: Content
    ) -> None:
        if len(json.dumps(content)) > MOST_STEP:
            return
        one = self._known.get(name) or self._begin(*name, content.get("from_device"))
        if one is None or one.over or len(one.new) >= MOST_STEPS:
            return
        one.new.append((step, content))
        if one.exchange is None:
            tomorrow = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)
            batch.memos.append(Memo(KIND, one.key, "", tomorrow))

    def _begin(
        self, room: str | None, user: str, transaction: str, device: object
    ) -> _Verification | None:
        if not isinstance(device, str) or max(len(device), len(transaction)) > MOST_ID:
            return None
        theirs = sum(one.user == user for one in self._known.values())
        is_met = room is not None or any(user in r.users for r in self._client.rooms.values())
        if is_met and theirs < FROM_ONE and len(self._known) < MOST:
            return self._add(room, user, device, transaction)
        if time.monotonic() >= self._silent_until:
            log.warning("requests to verify the bot are left out: too many, or from strangers")
            self._silent_until = time.monotonic() + PATIENCE
        return None

    def _add(self, room: str | None, user: str, device: str, transaction: str) -> _Verification:
        one = _Verification(room, user, device, transaction, time.monotonic() + PATIENCE)
        self._known[room, user, transaction] = one
        return one

    # -- what follows ------------------------------------------------------------------------------

    def waits(self) -> bool:
        return any(one.new or one.out for one in self._known.values())

    async def answer(self) -> None:
        """Take the steps that have come, and send those that follow. What the server does not take
        now is tried again the next time."""
        now = time.monotonic()
        for name, one in list(self._known.items()):
            if now >= one.until and not one.over:
                one.cancel(Cancelled("m.timeout", "The ten minutes are over. Start again."))
            elif now >= one.until + (PATIENCE if one.out else 0.0):
                del self._known[name]
        for one in [each for each in self._known.values() if each.new or each.out]:
            if now < self._not_before:
                return
            try:
                await self._go_on(one)
            except (DeliveryFault, Refused) as fault:
                meant = fault.meaning() if isinstance(fault, Refused) else fault
                if isinstance(meant, TryLater):
                    self._not_before = now + (meant.after or 0.0)
                    return
                one.end("nobody to answer there")
            except UNREACHED as error:
                log.debug("a verification waits: %s", reason_of(error))
                return
            if one.over:
                one.new.clear()
                await self._memory.keep([Memo(KIND, one.key, None)])

    async def _go_on(self, one: _Verification) -> None:
        while one.new and not one.over:
            try:
                out = await self._answers(one, *one.new[0])
            except Cancelled as cancelled:
                one.cancel(cancelled)
            except (TypeError, ValueError):
                one.cancel(invalid())
            else:
                one.new.pop(0)
                one.out += out
        while one.out:
            await self._send(one, *one.out[0])
            one.out.pop(0)

    async def _answers(
        self, one: _Verification, step: str, content: Content
    ) -> list[tuple[str, Content]]:
        if step == "cancel":
            code = content.get("code")
            known = isinstance(code, str) and re.fullmatch(r"m\.[a-z_]{1,40}", code)
            one.end(f"cancelled on the other side, {code if known else 'for no known reason'}")
            return []
        if step == "request":
            if one.exchange is not None:
                return []
            if one.user == self._client.user_id:
                raise Cancelled("m.user", "I don't verify other devices of my own account.")
            if not offers(content, "methods", METHOD):
                raise unknown_method()
            one.exchange = await self._exchange(one)
            return [("ready", {"from_device": self._client.own_device, "methods": [METHOD]})]
        if one.exchange is None:
            one.exchange = await self._exchange(one)
        out = one.exchange.take(step, content)
        if step == "key" and out:
            log.warning("somebody verifies the bot, and must see just this: %s", one.exchange.shown)
        elif one.exchange.done:
            one.end("both sides have the right keys")
        return out

    async def _exchange(self, one: _Verification) -> Exchange:
        client = self._client
        published = await query_keys(client, one.user)
        theirs = fingerprint(published, one.user, one.device)
        if theirs is None:
            raise Cancelled("m.key_mismatch", "Your server doesn't tell me of this device.")
        assert client.olm is not None
        ours = str(client.olm.account.identity_keys["ed25519"])
        # By no means the master key that the server gives out in the bot's name.
        mine = Side(client.user_id, client.own_device, ours, await own_master(self._memory))
        master = public_key(published.get("master_keys"), one.user)
        return Exchange(mine, Side(one.user, one.device, theirs, master), one.transaction)

    async def _send(self, one: _Verification, step: str, content: Content) -> None:
        kind = f"{PREFIX}{step}"
        tx_id = transaction(one.key, step)
        if one.room is None:
            said = {**content, "transaction_id": one.transaction}
            path = ["sendToDevice", kind, tx_id]
            await self._client.ask("PUT", path, {"messages": {one.user: {one.device: said}}})
            return
        if one.room not in self._client.rooms:
            raise ChatUnreachable("the bot is not in the room")
        relation = {"rel_type": "m.reference", "event_id": one.transaction}
        await self._client.send_event(one.room, kind, {**content, RELATION: relation}, tx_id)


def _is_fresh(at: object) -> bool:
    """Whether a request of that time, in milliseconds, is still waited for."""
    now = time.time()
    # Only compared: a stranger's number may be too large to be divided.
    return isinstance(at, int | float) and (now - PATIENCE) * 1000 <= at <= (now + AHEAD) * 1000
