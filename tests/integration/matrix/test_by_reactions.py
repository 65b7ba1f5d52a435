"""From the greeting to a receipt and a withdrawal, and a group's endorsement, by reactions and free
text alone: nobody types a command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bot.adapters.matrix.buttons import SIGNS
from tests.integration.matrix.conftest import Meet
from tests.integration.matrix.whole import Whole, whole_bot
from tests.support.synapse import Heard, Homeserver, Person


async def press(w: Whole, person: Person, shown: Heard, button: str, words: str) -> Heard:
    """React to the message once the button stands under it; the message that then says `words`."""
    sign = SIGNS[button]
    await person.wait_for(lambda: shown.has(sign))
    await person.press(shown, sign)
    return await person.wait_for(
        lambda: next(
            (heard for heard in person.said_in(shown.room, w.id) if words in heard.text), None
        )
    )


async def test_nobody_types_a_command(
    tmp_path: Path, homeserver: Homeserver, meet: Meet, unique: Callable[[str], str]
) -> None:
    account = await homeserver.register(unique("bot"))
    zaid = await meet("zaid")
    async with whole_bot(tmp_path, homeserver, account, admins=[zaid.id]) as w:
        amal, omar = await meet("amal"), await meet("omar")
        room = await amal.chat(w.id)
        shown = await amal.hear(room, "Hello")
        for button, words in (
            ("read", "Reading time"),
            ("demands", "Keep it open."),
            ("sign", "Step 1 of 5"),
            ("confirm", "Step 2 of 5"),
        ):
            shown = await press(w, amal, shown, button, words)
        shown = await w.hears(amal, room, "Amal Haddad", "Step 3 of 5")
        await press(w, amal, shown, "skip", "Step 4 of 5")
        shown = await w.hears(amal, room, "Tunisia", "Step 5 of 5")
        shown = await press(w, amal, shown, "public", "Is that right?")
        await press(w, amal, shown, "confirm", "Recorded. Your number is #1")

        tunis = await omar.create([w.id], name="Tunis Readers")
        await omar.wait_until_there(tunis, w.id)
        shown = await omar.hear(tunis, "An administrator can endorse")
        shown = await press(w, omar, shown, "endorse", "Endorse “")
        await press(w, omar, shown, "confirm", "Recorded: #2")
        assert (await w.counts()).pending == 2
