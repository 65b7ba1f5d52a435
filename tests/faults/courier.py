"""Brings updates to the program as nobody ordered them: late, twice at once, again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import aiohttp

from tests.faults.host import Host
from tests.support.botapi.updates import Update
from tests.support.botapi.webhook import SECRET_HEADER
from tests.support.listening import free_port

SECRET = "a-secret-of-thirty-two-characters"


@dataclass
class Courier:
    """In the place of the server's own webhook. `bag` is what was not brought yet, in the order in
    which people made it; `brought` the rest."""

    host: Host
    session: aiohttp.ClientSession
    url: str
    bag: list[Update] = field(default_factory=list)
    brought: list[Update] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.host.server.updates.on_new = self._collect

    def _collect(self) -> None:
        updates = self.host.server.updates
        for update in updates.pending:
            self.bag.append(update)
            updates.forget(update.id)

    async def bring(self, updates: Sequence[Update]) -> None:
        """All at once; each is in the inbox when this returns."""
        await asyncio.gather(*map(self._post, updates))
        for update in updates:
            if update in self.bag:
                self.bag.remove(update)
                self.brought.append(update)

    async def _post(self, update: Update) -> None:
        headers = {"Content-Type": "application/json", SECRET_HEADER: SECRET}
        answer = await self.session.post(self.url, data=update.text.encode(), headers=headers)
        async with answer:
            assert answer.status == 200, answer.status


def webhook_lines() -> tuple[str, str]:
    """Of the configuration's section `telegram`, and the address of the webhook."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/hook"
    lines = f"""\
  mode: webhook
  webhook:
    url: {url}
    secret: {SECRET}
    listen: 127.0.0.1:{port}
"""
    return lines, url
