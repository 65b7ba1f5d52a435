"""Messages that their authors edit: while a draft is open they correct it."""

from __future__ import annotations

import pytest

from bot.domain.ids import MessageRef
from bot.ports import Corrected, Message
from tests.support.dialogue import Dialogue, Did

NAME, AFFILIATION, COUNTRY, OTHER = "m1", "m2", "m3", "m4"


async def write(d: Dialogue, text: str, ref: str) -> list[Did]:
    return await d.receive(Message(d.origin("amal", None), text, ref=MessageRef(ref)))


async def edit(d: Dialogue, text: str, ref: str) -> list[Did]:
    return await d.receive(Corrected(d.origin("amal", None), text, MessageRef(ref)))


async def to_the_preview(d: Dialogue) -> Did:
    await d.say("amal: /sign", "amal: [confirm]")
    await write(d, "Amal Hadad", NAME)
    await write(d, "Nurse", AFFILIATION)
    await write(d, "Tunisia", COUNTRY)
    return await d.answer("amal: [public]")


async def test_an_edit_corrects_the_preview(d: Dialogue) -> None:
    preview = await to_the_preview(d)
    (said,) = await edit(d, "Amal Haddad", NAME)
    assert (said.action, said.message) == ("edit", preview.message)
    assert "\u2068Amal Haddad\u2069\n\u2068Tunisia\u2069" in said.text
    await d.restart()
    (said,) = await edit(d, "Iraq", COUNTRY)
    assert "\u2068Amal Haddad\u2069\n\u2068Iraq\u2069" in said.text
    assert "confirm" in said.names
    card, _ = sorted(await d.say("amal: [confirm]"), key=lambda did: did.chat)
    assert "\u2068Amal Haddad\u2069\n\u2068Iraq\u2069" in card.text


async def test_an_edit_of_what_is_asked_about(d: Dialogue) -> None:
    await d.say("amal: /sign", "amal: [confirm]")
    await write(d, "Anna and Bert", NAME)
    (said,) = await edit(d, "Anna Berg", NAME)
    assert "Step 3 of 5" in said.text


async def test_an_edit_that_is_odd_is_asked_about(d: Dialogue) -> None:
    await to_the_preview(d)
    (said,) = await edit(d, "Kurdistan", COUNTRY)
    assert "keep" in said.names
    assert "\u2068Kurdistan\u2069" in (await d.answer("amal: [keep]")).text


@pytest.mark.parametrize("text", ["/cancel", "cancel", "/sign"])
async def test_an_edit_is_no_command(d: Dialogue, text: str) -> None:
    await to_the_preview(d)
    assert await edit(d, text, OTHER) == []
    (said,) = await edit(d, text, AFFILIATION)
    assert f"\u2068{text}\u2069" in said.text


@pytest.mark.usefixtures("started")
async def test_other_edits_are_ignored(d: Dialogue) -> None:
    assert await edit(d, "Amal", NAME) == []
    await to_the_preview(d)
    assert await edit(d, "Amal", OTHER) == []
    await d.say("amal: /cancel")
    assert await edit(d, "Amal", NAME) == []


async def test_after_signing_one_line_says_how_to_change_it(d: Dialogue) -> None:
    await to_the_preview(d)
    await edit(d, "Amal Haddad", NAME)
    await d.say("amal: [confirm]")
    assert await edit(d, "Amal", OTHER) == []
    (said,) = await edit(d, "Amal", NAME)
    assert "You've signed already" in said.text
    assert said.names == ("mine",)
    assert await edit(d, "Amal H.", NAME) == []
    assert "Amal Haddad" in (await d.answer("amal: [mine]")).text


@pytest.mark.parametrize("lines", [("amal: /forget", "amal: [confirm]"), ("%advance 3d",)])
async def test_which_messages_they_were_is_forgotten(d: Dialogue, lines: tuple[str, ...]) -> None:
    await to_the_preview(d)
    await d.say("amal: [confirm]")
    assert await d.rows("SELECT count(*) FROM adapter_memos") == [(1,)]
    await d.say(*lines)
    assert await d.rows("SELECT count(*) FROM adapter_memos") == [(0,)]
    assert await edit(d, "Amal", NAME) == []
