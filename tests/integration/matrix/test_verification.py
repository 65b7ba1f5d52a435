"""Verifications that come to nothing: each ends with a sentence to the client that began it, and
none is taken for something said. Those that end well are in test_element.py."""

from __future__ import annotations

import secrets
import time
from pathlib import Path
from typing import Any

import pytest
from nio import Event, KeyVerificationEvent, MatrixRoom, UnknownEvent
from nio.events import ToDeviceEvent, UnknownToDeviceEvent

from bot.adapters.matrix import verification
from bot.adapters.matrix.verification import Verifications
from tests.integration.matrix.test_floods import memos
from tests.integration.matrix.whole import Whole, whole_bot
from tests.support.synapse import Account, Homeserver, Person

PREFIX = "m.key.verification."
PROMPTLY = 5.0
"""Seconds for an answer on a busy machine; alone it takes a tenth of one."""

SAS, SCANNED = ["m.sas.v1", "m.reciprocate.v1"], ["m.qr_code.show.v1", "m.reciprocate.v1"]

Content = dict[str, Any]


class Verifying:
    """A person's client as far as it verifies a bot by hand; `heard` is what the bot answers."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.heard: dict[str, list[tuple[str, Content]]] = {}
        person.client.add_event_callback(self._in_room, UnknownEvent)
        kinds = (KeyVerificationEvent, UnknownToDeviceEvent)
        person.client.add_to_device_callback(self._to_device, kinds)

    async def _in_room(self, _room: MatrixRoom, event: Event) -> None:
        if event.sender != self.person.id:
            relation = event.source["content"].get("m.relates_to") or {}
            self._note(event.source, relation.get("event_id"))

    def _to_device(self, event: ToDeviceEvent) -> None:
        self._note(event.source, event.source["content"].get("transaction_id"))

    def _note(self, source: Content, transaction: object) -> None:
        if source["type"].startswith(PREFIX):
            step = source["type"].removeprefix(PREFIX)
            self.heard.setdefault(str(transaction), []).append((step, source["content"]))

    async def hear(self, transaction: str, step: str) -> Content:
        """The bot's next step, which is this one; what it holds."""
        await self.person.wait_for(lambda: self.heard.get(transaction), PROMPTLY)
        name, content = self.heard[transaction].pop(0)
        assert name == step, (name, content)
        return content

    async def cancelled(self, transaction: str, code: str) -> str:
        """By the bot, with this code; its sentence."""
        content = await self.hear(transaction, "cancel")
        assert content["code"] == code, content
        return str(content["reason"])

    def request(self, methods: object, **other: object) -> Content:
        device = self.person.account.device
        return {"from_device": device, "methods": methods, "timestamp": now(), **other}

    async def send(self, w: Whole, step: str, content: Content, transaction: object = None) -> str:
        """From device to device."""
        named = secrets.token_hex(8) if transaction is None else transaction
        sent = {w.id: {device_of(w): content | {"transaction_id": named}}}
        path = f"/_matrix/client/v3/sendToDevice/{PREFIX}{step}/{secrets.token_hex(8)}"
        await self.person._ask("PUT", path, {"messages": sent})
        return str(named)

    async def ask(self, w: Whole, room: str, methods: object, **other: object) -> str:
        """In a room."""
        content = self.request(methods, **({"to": w.id} | other))
        content |= {"msgtype": f"{PREFIX}request", "body": "asks to verify you"}
        return await self.person.send(room, "m.room.message", content)

    async def say(self, room: str, step: str, request: object, content: Content) -> None:
        relation = {"rel_type": "m.reference", "event_id": request}
        content = {"m.relates_to": relation, **content}
        await self.person.send(room, f"{PREFIX}{step}", content)


def now(seconds: float = 0.0) -> int:
    return int((time.time() + seconds) * 1000)


def device_of(w: Whole) -> str:
    assert w.adapter._parts is not None
    return w.adapter._parts.client.own_device


def verifications(w: Whole) -> Verifications:
    assert w.adapter._parts is not None
    return w.adapter._parts.verifications


async def test_what_cannot_be_verified_is_cancelled_at_once_with_a_sentence(
    tmp_path: Path,
    homeserver: Homeserver,
    account: Account,
    amal: Person,
    omar: Person,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither a flood nor nonsense is answered, and nobody else waits for it."""
    async with whole_bot(tmp_path, homeserver, account) as w:
        hers, strangers = Verifying(amal), Verifying(omar)
        room = await amal.chat(w.id, encrypted=False)
        await amal.hear(room, "Hello")

        # What the bot cannot do: who only scans is told what to compare.
        for request in (
            await hers.ask(w, room, SCANNED),
            await hers.send(w, "request", hers.request(SCANNED)),
            await hers.ask(w, room, "m.sas.v1"),
        ):
            assert "undersigned matrix status" in await hers.cancelled(request, "m.unknown_method")
        # Nor does it sign another device for whoever has its password.
        async with Person(homeserver, account, tmp_path / "own", signs=False) as own:
            other = Verifying(own)
            request = await other.send(w, "request", other.request(SAS))
            await other.cancelled(request, "m.user")
        # A device that the server does not tell of, and that its owner then cannot verify from.
        unknown = await hers.ask(w, room, SAS, from_device="NONE")
        await hers.cancelled(unknown, "m.key_mismatch")
        # Older clients begin without a request; steps that are not due, or no client's.
        start = {"from_device": amal.account.device, "method": "m.sas.v1"}
        await hers.cancelled(await hers.send(w, "start", start), "m.unknown_method")
        asked = await hers.ask(w, room, SAS)
        assert (await hers.hear(asked, "ready"))["methods"] == ["m.sas.v1"]
        await hers.say(room, "key", asked, {"key": "no key"})
        await hers.cancelled(asked, "m.unexpected_message")
        given_up = await hers.send(w, "request", hers.request(SAS))
        await hers.hear(given_up, "ready")
        await hers.send(w, "cancel", {"code": "m.user", "reason": "no"}, given_up)

        # Nobody's business, or nonsense: no answer, and nothing else waits for it.
        quiet = [
            await hers.ask(w, room, SAS, to=omar.id),
            await hers.ask(w, room, SAS, from_device={"a": 1}),
            await hers.send(w, "request", hers.request(SAS, timestamp=now(-660))),
            await hers.send(w, "request", hers.request(SAS, timestamp=10**400)),
            await hers.send(w, "request", hers.request(SAS), "x" * 300),
            await hers.send(w, "request", hers.request(SAS), {"no": ["text"]}),
            await hers.send(w, "mac", {"mac": {}, "keys": 1}),
            await hers.send(w, "request", hers.request(SAS, more="x" * 20_000)),
        ]
        await hers.say(room, "start", quiet[0], start)
        strange: tuple[object, ...] = ("text", {"event_id": {}})
        for relation in strange:
            await amal.send(room, f"{PREFIX}done", {"m.relates_to": relation})

        # A flood of one who shares no room, then of one who does.
        flood = [await strangers.send(w, "request", strangers.request(SAS)) for _ in range(20)]
        flood += [
            await hers.send(w, "request", hers.request(SCANNED))
            for _ in range(verification.FROM_ONE)
        ]
        await w.hears(amal, room, "!demands port 1", "1. ")
        assert not strangers.heard
        assert not [each for each in map(str, quiet) if each in hers.heard]
        # Hers, and that of the bot's own account.
        assert len(verifications(w)._known) == verification.FROM_ONE + 1
        assert sum("are left out" in message for message in caplog.messages) == 1
        assert len(amal.said_in(room, w.id)) == 2
        assert not [each for each in caplog.records if each.exc_info]
        assert await memos(w, "verification") == 0


async def test_none_is_left_open_by_a_restart_or_in_the_end(
    tmp_path: Path, homeserver: Homeserver, account: Account, amal: Person
) -> None:
    hers = Verifying(amal)
    async with whole_bot(tmp_path, homeserver, account) as w:
        room = await amal.chat(w.id, encrypted=False)
        await amal.hear(room, "Hello")
        open_ones = [
            await hers.ask(w, room, SAS),
            await hers.send(w, "request", hers.request(SAS)),
        ]
        for request in open_ones:
            await hers.hear(request, "ready")
        assert await memos(w, "verification") == 2
    meanwhile = await hers.ask(w, room, SAS)
    async with whole_bot(tmp_path, homeserver, account) as w:
        for request in open_ones:
            assert "restarted" in await hers.cancelled(request, "m.user")
        await hers.hear(meanwhile, "ready")
        assert await memos(w, "verification") == 1

        (left,) = [one for one in verifications(w)._known.values() if not one.over]
        left.until = 0.0
        await w.hears(amal, room, "!demands port 1", "1. ")
        await hers.cancelled(meanwhile, "m.timeout")
        assert await memos(w, "verification") == 0
