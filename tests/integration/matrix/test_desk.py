"""The desk where buttons are signs that one puts and takes away: every touch counts that was made
after the record was there to be read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from bot.adapters.matrix.buttons import READ_SECONDS
from tests.integration.matrix.conftest import Meet
from tests.integration.matrix.whole import whole_bot
from tests.support.synapse import Homeserver

VERIFY = "👍"


async def test_each_touch_decides_what_was_read(
    tmp_path: Path, homeserver: Homeserver, meet: Meet, unique: Callable[[str], str]
) -> None:
    account = await homeserver.register(unique("bot"))
    zaid = await meet("zaid")
    async with whole_bot(tmp_path, homeserver, account, admins=[zaid.id], trusts_server=True) as w:
        await zaid.wait_until_there(w.admins, zaid.id)
        await w.signed("Amal Haddad", "Rami Mansour", "Lina Aziz")
        desk = await w.hears(zaid, w.admins, "!pending", "Waiting: 3 people")
        assert "!pending skip" in desk.text
        first = await zaid.press(desk, VERIFY)
        # The same finger again, at once: nobody has read the next one by then.
        await zaid.redact(w.admins, first)
        await zaid.wait_for(lambda: "#2 · " in desk.text)
        second = await zaid.react(w.admins, desk.id, VERIFY)
        await zaid.wait_for(lambda: "#3 · " in desk.text)
        await zaid.hear(w.admins, "Undo until")
        assert (await w.counts()).verified == 2
        await asyncio.sleep(READ_SECONDS)
        await zaid.redact(w.admins, second)
        await zaid.wait_for(lambda: "Nothing is waiting." in desk.text)
        assert (await w.counts()).verified == 3


async def test_what_is_typed_moves_the_desk_on(
    tmp_path: Path, homeserver: Homeserver, meet: Meet, unique: Callable[[str], str]
) -> None:
    account = await homeserver.register(unique("bot"))
    zaid = await meet("zaid")
    async with whole_bot(tmp_path, homeserver, account, admins=[zaid.id]) as w:
        await zaid.wait_until_there(w.admins, zaid.id)
        await w.signed("Amal Haddad", "Rami Mansour")
        desk = await w.hears(zaid, w.admins, "!pending", "Waiting: 2 people")
        await zaid.press(desk, VERIFY)
        await zaid.hear(w.admins, "!verify 1 in this encrypted chat")
        assert (await w.counts()).verified == 0
        await w.hears(zaid, w.admins, "!verify 1", "#1 is verified.")
        await w.hears(zaid, w.admins, "!pending skip", "#2 · ")
        await w.hears(zaid, w.admins, "!pending bulk", "Verify this one?")
        await w.hears(zaid, w.admins, "!pending confirm", "List 1")
        await zaid.hear(w.admins, "Undo until")
        assert (await w.counts()).verified == 2
