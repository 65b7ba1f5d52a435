"""A text that is corrected, as a signer and the admins see it on Matrix, where reactions are
buttons, and what is typed decides."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from tests.integration.matrix.conftest import Meet
from tests.integration.matrix.whole import whole_bot
from tests.support.statements import change_text
from tests.support.synapse import Homeserver

OUT_AND_IN = "Out: \u2068closed\u2069\nIn: \u2068shut\u2069"


async def test_two_admins_correct_a_text(
    tmp_path: Path, homeserver: Homeserver, meet: Meet, unique: Callable[[str], str]
) -> None:
    account = await homeserver.register(unique("bot"))
    zaid, omar = await meet("zaid"), await meet("omar")
    async with whole_bot(tmp_path, homeserver, account, admins=[zaid.id, omar.id]) as w:
        amal = await meet("amal")
        room = await w.sign(amal, "Amal Haddad")
        for admin in (zaid, omar):
            await admin.wait_until_there(w.admins, admin.id)
        change_text(tmp_path / "statements")
        asked = await w.hears(zaid, w.admins, "!reload", "was changed on the disk")
        assert OUT_AND_IN in asked.text
        typed = re.findall(r"!text port correction [0-9a-f]{8}", asked.text)[-1]
        await w.hears(zaid, w.admins, typed, "Another admin has to agree")
        await w.hears(omar, w.admins, typed, "The changed text is shown now")
        told = await amal.hear(room, "was corrected")
        assert OUT_AND_IN in told.text
        assert "!withdraw 1" in told.text
        assert "Corrected on" in (await w.ask(amal, room, "!read port en")).text
