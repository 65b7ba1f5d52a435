"""The whole dialogue in encrypted rooms: reading, signing, endorsing, deciding."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from tests.integration.matrix.conftest import Meet
from tests.integration.matrix.whole import whole_bot
from tests.support.synapse import Homeserver


async def test_a_signer_a_group_and_an_admin(
    tmp_path: Path, homeserver: Homeserver, meet: Meet, unique: Callable[[str], str]
) -> None:
    account = await homeserver.register(unique("bot"))
    zaid = await meet("zaid")
    async with whole_bot(tmp_path, homeserver, account, admins=[zaid.id]) as w:
        admins = w.adapter.admin_room.id
        assert admins is not None
        await zaid.wait_until_there(admins, zaid.id)

        amal = await meet("amal")
        room = await amal.chat(w.id)
        hello = await amal.hear(room, "Hello")
        assert hello.encrypted
        assert hello.kind == "m.notice"

        opening = await w.ask(amal, room, "!read port")
        assert opening.encrypted
        before = opening.text
        reaction = await amal.press(opening, "➡️")
        await amal.wait_for(lambda: opening.text != before)
        second = opening.text
        await amal.redact(room, reaction)
        await asyncio.sleep(0)
        assert second

        consent = await w.ask(amal, room, "!sign port")
        await amal.press(consent, "✅")
        await amal.hear(room, "What's your name")
        await w.do(amal, room, "Amal Haddad")
        for word in ("!skip", "!skip", "!public", "!confirm"):
            await w.do(amal, room, word)
        receipt = await amal.hear(room, "Recorded. Your number is #1")
        assert receipt.encrypted

        card = await zaid.hear(admins, "#1 ·")
        assert card.encrypted
        assert "Amal Haddad" in card.text
        assert "!verify 1" in card.text
        assert card.kind == "m.text"
        # A reaction is in the clear: it proposes, and a message that is encrypted decides.
        await zaid.press(card, "👍")
        await zaid.hear(admins, "!verify 1 in this encrypted chat")
        assert (await w.counts()).verified == 0
        await zaid.say(admins, "!verify 1")
        await amal.hear(room, "has been verified")
        assert (await w.counts()).verified == 1
