"""From the start button to a receipt, a withdrawal and a group's endorsement, by taps and free text
alone, on the whole bot through HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.ids import Language
from bot.wording.buttons import label
from bot.wording.voice import Voice
from tests.integration.telegram.whole import Whole, whole_bot_alone
from tests.support.botapi import Chat, Person

SAY = Voice(Language("en"))


@pytest.fixture
async def w(tmp_path: Path) -> AsyncIterator[Whole]:
    async with whole_bot_alone(tmp_path) as whole:
        yield whole


async def tap(w: Whole, person: Person, shown: str, chat: Chat | None = None) -> str:
    """Press the newest button that a person sees under that label; what the chat shows then."""
    where = chat or person.private
    found = [
        (message, each.data)
        for message in w.server.sent(where)
        for each in message.buttons
        if each.label == shown and each.data
    ]
    assert found, f"no button {shown} in {w.texts(where)}"
    press = await person.press(*found[-1])
    await w.settled()
    assert press.answered
    return "\n".join(w.texts(where))


async def test_a_signer_taps_to_the_end(w: Whole) -> None:
    amal = w.server.person("amal", language="en")
    await w.say(amal, "/start")
    for shown, words in (
        ("Read", "Reading time"),
        ("Demands", "Open the port"),
        ("2", "Keep it open."),
        ("Read", "Reading time"),
        ("Signatories", "Dockers' Union"),
        ("Read", "Reading time"),
        ("العربية", "افتحوا الميناء"),
        ("English", "Reading time"),
        ("Sign", "Step 1 of 5"),
        (label(SAY, "confirm"), "Step 2 of 5"),
    ):
        assert words in await tap(w, amal, shown)
    assert "Step 3 of 5" in await w.say(amal, "Amal Haddad")
    await tap(w, amal, label(SAY, "skip"))
    assert "Step 5 of 5" in await w.say(amal, "Tunisia")
    await tap(w, amal, label(SAY, "public"))
    assert "Recorded. Your number is #1" in await tap(w, amal, label(SAY, "confirm"))
    await tap(w, amal, label(SAY, "mine"))
    await tap(w, amal, label(SAY, "withdraw"))
    await tap(w, amal, label(SAY, "confirm"))
    assert (await w.counts()).withdrawn == 1


async def test_a_group_from_nothing(w: Whole) -> None:
    omar = w.server.person("omar", language="en")
    tunis = w.server.group("Tunis Readers", creator=omar)
    await w.settled()
    assert "Tunis Readers" in await tap(w, omar, label(SAY, "endorse"), tunis)
    assert "Recorded: #1" in await tap(w, omar, label(SAY, "confirm"), tunis)
    assert (await w.counts()).pending == 1
