"""A text that is replaced and corrected, as a signer, a group and the admins see it on Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.telegram.whole import Whole, whole_bot
from tests.support.botapi import BotApiServer, Chat, Person
from tests.support.statements import change_text

OUT_AND_IN = "Out: \u2068closed\u2069\nIn: \u2068shut\u2069"


@pytest.fixture
async def w(tmp_path: Path, server: BotApiServer) -> AsyncIterator[Whole]:
    async with whole_bot(tmp_path, server) as whole:
        yield whole


async def press(w: Whole, person: Person, chat: Chat, command: str) -> None:
    """The button of the newest message that stands for the command."""
    message = w.server.sent(chat)[-1]
    (data,) = [each.data for each in message.buttons if each.data == command]
    assert data is not None
    await person.press(message, data)
    await w.settled()


async def test_a_new_text_and_a_correction(
    w: Whole,
) -> None:
    amal, omar = w.server.person("amal"), w.server.person("omar")
    tunis = w.server.group("Tunis Readers", creator=omar)
    await w.sign(amal, "Amal Haddad")
    await w.endorse(omar, tunis)
    change_text(w.folder / "statements")
    await w.say(w.zaid, "/reload", w.admins)
    asked, _ = w.with_button(w.admins, "new")
    assert OUT_AND_IN in (asked.text or "")
    assert "1 person and 1 organisation have signed" in (asked.text or "")
    # What went out is struck through, and what came in is bold.
    marks = {entity["type"] for entity in asked.entities}
    assert {"strikethrough", "bold"} <= marks

    await w.press(w.zaid, "new", w.admins)
    for told in (w.texts(amal)[-1], w.texts(tunis)[-1]):
        assert "has a new text" in told
        assert OUT_AND_IN in told
    await press(w, amal, amal.private, "/sign port en")
    await w.press(amal, "confirm")
    assert "#1 now stands under the new text" in w.texts(amal)[-1]
    await press(w, omar, tunis, "/stay 2")
    assert "#2 stays under the text that was signed." in w.texts(tunis)[-1]

    text = w.folder / "statements" / "port" / "en.md"
    text.write_text(text.read_text().replace("has been shut", "has been shut down"))
    await w.say(w.zaid, "/reload", w.admins)
    await w.press(w.zaid, "correction", w.admins)
    lina = w.server.person("lina")
    w.admins.add(lina)
    w.admins.promote(lina)
    await w.press(lina, "correction", w.admins)
    assert "was corrected" in w.texts(amal)[-1]
    assert "In: \u2068down\u2069" in w.texts(amal)[-1]
    # The group stands under a text that is none of these any more.
    assert "stays under" in w.texts(tunis)[-1]
    assert "Corrected on" in await w.say(amal, "/read port en")
