"""SIGTERM while a message is on its way: the server has it, and that is written down."""

from __future__ import annotations

import asyncio
from pathlib import Path

from aiohttp import web

from tests.integration.matrix.conftest import Meet
from tests.integration.matrix.test_program import configure, program
from tests.support.mortal import rows
from tests.support.synapse import Account, Homeserver, Proxy

HELD = 0.5
"""Seconds for which nothing is heard of the event that the server has made."""

SENDING = "PUT .*/send/m.room.encrypted/"


async def test_what_is_on_its_way_is_written_down(
    tmp_path: Path, homeserver: Homeserver, account: Account, meet: Meet
) -> None:
    zaid, amal = await meet("zaid"), await meet("amal")
    async with Proxy(homeserver) as proxy:

        async def late(request: web.Request) -> web.StreamResponse:
            answer = await proxy.forward(request)
            await asyncio.sleep(HELD)
            return answer

        configure(tmp_path, proxy, account, zaid)
        async with program(tmp_path):
            await zaid.wait_for(lambda: any("Welcome" in heard.text for heard in zaid.heard))
            room = await amal.chat(account.user)
            await amal.hear(room, "Hello")
            held = proxy.fail(SENDING, late)
            await amal.say(room, "!read port")
            await held.begun.wait()
        sent = len(proxy.asked(SENDING))
        assert not rows(tmp_path, "SELECT id FROM outbox")
        assert len(amal.said_in(room, account.user)) == 2
        async with program(tmp_path):
            await amal.say(room, "!statements")
            await amal.wait_for(lambda: len(amal.said_in(room, account.user)) > 2)
        assert len(proxy.asked(SENDING)) == sent + 1
