"""A device that its owner's account does not vouch for is told what anybody may know, and reads no
more than that."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.integration.matrix.whole import whole_bot
from tests.support.synapse import Account, Homeserver, Person
from tests.support.synapse.vouching import OtherDevice

NOT_YOU = "I can't tell that this is you"
QUESTION = "Are you the Amal Haddad of the port?"


async def test_what_is_personal_is_for_devices_that_the_account_vouches_for(
    tmp_path: Path, homeserver: Homeserver, account: Account, zaid: Person, amal: Person
) -> None:
    async with whole_bot(tmp_path, homeserver, account, admins=[zaid.id]) as w:
        await zaid.hear(w.admins, "Welcome")
        chat = await w.sign(amal, "Amal Haddad")
        card = await zaid.hear(w.admins, "#1 ·")
        async with OtherDevice(amal, tmp_path / "other") as other:
            for typed in ("!mydata", "!start mydata", "!mine", "!sign port", "Good morning"):
                before = len(amal.said_in(chat, w.id))
                await amal.say(chat, typed)
                said = await w.answer(amal, chat, before)
                assert "Amal" not in said.text
                assert (NOT_YOU in said.text) is (typed != "!start mydata")
            await w.hears(amal, chat, "!demands port 1", "1. ")
            await w.hears(amal, chat, "!mydata", NOT_YOU, clear=True)

            before = len(amal.said_in(chat, w.id))
            await other.texts(chat)
            await w.do(zaid, w.admins, f"!ask 1 {QUESTION}")
            await amal.wait_for(lambda: len(amal.said_in(chat, w.id)) > before)
            assert not amal.said_in(chat, w.id)[before].readable
            async with asyncio.timeout(10):
                while not any(QUESTION in text for text in await other.texts(chat)):
                    pass
            # What is asked next from the first device is answered to it again.
            await w.hears(amal, chat, "!demands port 2", "2. ")

            await other.vouch()
            said = await w.hears(amal, chat, "!mine", "Amal Haddad")
            assert said.readable
        assert card.readable
