"""How the bot's account on Matrix is: its access, its device, its keys and its admin room.

Nothing is opened that the running bot uses: its store stays closed, its access is only read.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp

from bot.adapters.accounts import is_of_another
from bot.adapters.matrix.admin_room import AdminRoom
from bot.adapters.matrix.faults import (
    UNREACHED,
    MatrixFault,
    SignedOut,
    lost_device,
    no_access,
    of_another,
    reason_of,
    unanswered,
    unknown_token,
)
from bot.adapters.matrix.login import Account
from bot.adapters.matrix.rights import EXPOSING, exposed_by, level_of
from bot.adapters.matrix.status import read_status
from bot.adapters.matrix.store import SECRET
from bot.adapters.matrix.vouching import DISOWNED, DISOWNED_TROUBLE
from bot.domain.exposure import Exposure
from bot.domain.findings import Finding, from_fault, note, ok, unknown, wrong
from bot.ports.diagnosis import Now, Recall, clock

REACHABLE, CLOCK, ACCESS = "Matrix", "clock (Matrix)", "Matrix access"
SIGNED, ENCRYPTION = "Matrix device", "Matrix encryption"
KEYS = "Matrix one-time keys"
ROOM, RIGHTS = "Matrix admin room", "Matrix rights in the admin room"

FEW_KEYS = 5
"""One-time keys on the server: each person who writes to the bot for the first time takes one."""

TROUBLE: Mapping[Exposure, str] = {
    Exposure.PUBLIC: "anybody can enter it; let people come in by invitation alone",
    Exposure.READABLE: "anybody can read it; let members alone read its history",
    Exposure.REPLACED: "it has been upgraded to another room; name that as matrix.admin_room",
}

State = Mapping[tuple[str, str], Mapping[str, Any]]
"""The events of a room's state, by type and key."""


class Look:
    """A `Diagnosis`, of the account whose store is in the folder."""

    def __init__(
        self,
        account: Account,
        folder: Path,
        admin_room: AdminRoom,
        recall: Recall | None,
        now: Now,
        *,
        trusts_server: bool,
    ) -> None:
        self._account = account
        self._folder = folder
        self._admin_room = admin_room
        self._room: str | None = None
        self._recall = recall
        self._now = now
        self._trusts_server = trusts_server
        self.looks_at = [REACHABLE, CLOCK, ACCESS, SIGNED, ENCRYPTION, KEYS, ROOM, RIGHTS]

    async def findings(self) -> AsyncIterator[Finding]:
        """What the server says, in the order in which one thing needs another."""
        async with aiohttp.ClientSession() as session:
            server = _Server(session, self._account.homeserver)
            try:
                status, _ = await server.ask("GET", "versions", version="")
            except MatrixFault as fault:
                yield from_fault(REACHABLE, fault)
                return
            except UNREACHED as error:
                yield from_fault(REACHABLE, unanswered(reason_of(error)))
                return
            if status != 200:
                yield wrong(REACHABLE, f"it answers with status {status}", "Ask who runs it")
                return
            yield ok(REACHABLE, f"{self._account.homeserver} answers")
            yield clock(server.date, self._now(), REACHABLE)
            if self._recall is None:
                return
            kept = await self._recall(SECRET)
            server.token = kept.get("token") or self._account.token
            try:
                async for finding in self._inside(server, kept):
                    yield finding
            except (*UNREACHED, MatrixFault):
                return

    async def _inside(self, server: _Server, kept: Mapping[str, str]) -> AsyncIterator[Finding]:
        self._room = self._admin_room.known_by(kept)
        found = await self._access(server)
        yield found
        if found.verdict != "ok":
            return
        for finding in await self._device(server, kept):
            yield finding
        for finding in await self._in_admin_room(server):
            yield finding

    async def _access(self, server: _Server) -> Finding:
        if await is_of_another(self._recall, self._account.user):
            return from_fault(ACCESS, of_another())
        comes_in = "The password lets it in when it starts"
        has_password = self._account.password is not None
        if server.token is None:
            said = "the bot has not been on Matrix yet"
            return note(ACCESS, said, comes_in) if has_password else from_fault(ACCESS, no_access())
        status, answer = await server.ask("GET", "account/whoami")
        if status == 401:
            ended = note(ACCESS, "its access has ended", comes_in)
            return ended if has_password else from_fault(ACCESS, unknown_token())
        if status != 200:
            said = f"{status} {answer.get('errcode', '')}".strip()
            return wrong(ACCESS, f"the homeserver refuses the account ({said})", "Ask who runs it")
        if answer.get("user_id") != self._account.user:
            said = "the access token belongs to another account than matrix.user_id"
            return wrong(ACCESS, said, "Correct one of them")
        return ok(ACCESS, f"as {self._account.user}")

    async def _device(self, server: _Server, kept: Mapping[str, str]) -> list[Finding]:
        try:
            device = await read_status(self._account, kept)
        except SignedOut as fault:
            return [from_fault(SIGNED, fault)]
        except MatrixFault as fault:
            return [unknown(SIGNED, str(fault).removesuffix("."))]
        problem = DISOWNED_TROUBLE if kept.get(DISOWNED) else device.problem()
        signed = ok(SIGNED, f"{device.device}, which the account vouches for")
        found = [signed if problem is None else from_fault(SIGNED, problem)]
        store = self._folder / f"{self._account.user}_{device.device}.db"
        if not store.exists():
            return [*found, from_fault(ENCRYPTION, lost_device())]
        if device.shown == device.fingerprint:
            found.append(ok(ENCRYPTION, "the homeserver gives out the keys that the bot has"))
        else:
            found.append(wrong(ENCRYPTION, "nobody can write to the keys that the bot has"))
        return [*found, await self._one_time_keys(server)]

    async def _one_time_keys(self, server: _Server) -> Finding:
        status, answer = await server.ask("POST", "keys/upload", {})
        counts = answer.get("one_time_key_counts")
        if status != 200 or not isinstance(counts, dict):
            return unknown(KEYS, f"the homeserver answers with status {status}")
        count = counts.get("signed_curve25519") or 0
        if count >= FEW_KEYS:
            return ok(KEYS, f"{count} on the homeserver")
        said = f"{count} on the homeserver, by which people write to the bot for the first time"
        return note(KEYS, said, "The running bot brings others; start it if it is stopped")

    async def _in_admin_room(self, server: _Server) -> list[Finding]:
        if self._room is None:
            why = "there is no room"
            if self._admin_room.is_coming:
                said = "the bot makes it, or enters it, when it starts"
                return [note(ROOM, said), unknown(RIGHTS, why)]
            said = "none is set, so endorsements wait"
            remedy = "Set matrix.admins or matrix.admin_room, or claim a room"
            return [note(ROOM, said, remedy), unknown(RIGHTS, why)]
        status, answer = await server.ask("GET", f"rooms/{quote(self._room, safe='')}/state")
        state = _by_kind(answer.get("list"))
        # Who has left may still read what the room was then.
        own = _content(state.get(("m.room.member", self._account.user)))
        if status in {403, 404} or (status == 200 and own.get("membership") != "join"):
            said = "the bot is not in it, so endorsements wait"
            found = wrong(ROOM, said, "Invite its account there, or correct matrix.admin_room")
            return [found, unknown(RIGHTS, "the bot is not in the room")]
        if status != 200:
            return [unknown(ROOM, f"the homeserver answers with status {status}")]
        return [self._privacy(state), self._rights(state)]

    def _privacy(self, state: State) -> Finding:
        frozen = "so nobody can decide there"
        for kind in EXPOSING:
            event = state.get((kind, ""))
            exposure = None if event is None else exposed_by(kind, _content(event))
            if exposure is not None:
                said, _, remedy = TROUBLE[exposure].partition("; ")
                return wrong(ROOM, f"{said}, {frozen}", remedy.capitalize())
        if ("m.room.encryption", "") in state:
            return ok(ROOM, "private and encrypted")
        said = "private, but not encrypted"
        if self._trusts_server:
            return note(ROOM, f"{said}: the homeserver reads every decision", "Encrypt it")
        return wrong(ROOM, f"{said}, {frozen}", "Encrypt the room, in its settings")

    def _rights(self, state: State) -> Finding:
        levels = _content(state.get(("m.room.power_levels", "")))
        create = state.get(("m.room.create", ""), {})
        own = level_of(self._account.user, levels or None, create)
        events = levels.get("events")
        by_kind = events if isinstance(events, Mapping) else {}
        kind = "m.room.encrypted" if ("m.room.encryption", "") in state else "m.room.message"
        needed = by_kind.get(kind, levels.get("events_default", 0))
        if isinstance(needed, int) and own < needed:
            said = f"it may not write there: it has the power {own}, and {needed} is needed"
            return wrong(RIGHTS, said, "Give it that power, so that cards can come")
        return ok(RIGHTS, "it may write there")


class _Server:
    """Asked without the library, which has a store of its own in mind."""

    def __init__(self, session: aiohttp.ClientSession, homeserver: str) -> None:
        self._session = session
        self._base = homeserver.rstrip("/")
        self.token: str | None = None
        self.date: str | None = None

    async def ask(
        self, method: str, path: str, body: object = None, *, version: str = "v3/"
    ) -> tuple[int, Mapping[str, Any]]:
        """The status and the answer; a list as `list`. Raises one of `UNREACHED`, or `MatrixFault`
        for what is no answer of a homeserver's."""
        url = f"{self._base}/_matrix/client/{version}{path}"
        headers = {} if self.token is None else {"Authorization": f"Bearer {self.token}"}
        async with self._session.request(method, url, json=body, headers=headers) as response:
            self.date = response.headers.get("Date")
            text = await response.text()
        try:
            answer = json.loads(text)
        except ValueError:
            raise MatrixFault(
                f"What answers at matrix.homeserver is no homeserver (status {response.status}). "
                "Correct it, or look at the proxy in front."
            ) from None
        if isinstance(answer, list):
            return response.status, {"list": answer}
        return response.status, answer if isinstance(answer, dict) else {}


def _by_kind(events: object) -> State:
    listed = events if isinstance(events, list) else []
    return {
        (str(event.get("type")), str(event.get("state_key"))): event
        for event in listed
        if isinstance(event, dict)
    }


def _content(event: Mapping[str, Any] | None) -> Mapping[str, Any]:
    content = None if event is None else event.get("content")
    return content if isinstance(content, dict) else {}
