"""Passing on in an encrypted room: the text alone, without what the bot's buttons add to it, with
the way to the bot's account; the picture as one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.integration.matrix.conftest import Meet
from tests.integration.matrix.whole import whole_bot
from tests.support.synapse import Homeserver


async def test_a_demand_and_a_picture(
    tmp_path: Path, homeserver: Homeserver, meet: Meet, unique: Callable[[str], str]
) -> None:
    account = await homeserver.register(unique("bot"))
    async with whole_bot(tmp_path, homeserver, account) as w:
        amal = await meet("amal")
        room = await amal.chat(w.id)
        await amal.hear(room, "Hello")
        shared = await w.ask(amal, room, "!share port 2")
        assert shared.encrypted
        assert shared.text == (
            "Open the port\n\n2. Keep it open.\n\n"
            f"Read and sign: \u2068https://matrix.to/#/{w.id}\u2069 – send !demands port 2 there"
        )
        beside = await amal.hear(room, "You can forward the message above.")
        await amal.press(beside, "🖼️")
        picture = await amal.wait_for(
            lambda: next((h for h in amal.said_in(room, w.id) if h.kind == "m.image"), None)
        )
        assert picture.encrypted
        assert picture.text.startswith("Open the port")
        assert picture.content["info"]["w"] == 1200
