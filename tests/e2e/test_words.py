"""The general words: each answer says what can be done next, and nothing that is sent to the bot in
private stays without one."""

from __future__ import annotations

import pytest

from tests.support.dialogue import Dialogue


@pytest.mark.usefixtures("started")
async def test_what_is_no_text_is_answered_once_in_a_swarm(d: Dialogue) -> None:
    said = await d.receive(*(d.message("amal", "") for _ in range(5)))
    (answer,) = said
    assert answer.text == "I can only read text. Here's what I can do:"
    assert answer.names == ("statements", "mine", "help")
    # Somebody else is not silenced by it, nor what amal writes meanwhile.
    assert len(await d.receive(d.message("rami", ""))) == 1
    assert (await d.answer("amal: /start")).names
    await d.say("%advance 11s")
    assert len(await d.receive(d.message("amal", ""))) == 1


async def test_a_picture_answers_no_question_and_ends_none(d: Dialogue) -> None:
    await d.say("amal: /sign", "amal: [confirm]")
    (answer,) = await d.receive(d.message("amal", ""))
    assert answer.text == "I can only read text. Type your answer, or send /cancel."
    assert "Amal Haddad" not in answer.text
    await d.say("amal: Amal Haddad", "amal: [skip]", "amal: [skip]", "amal: [public]")
    said = await d.say("amal: [confirm]")
    assert any("Recorded" in did.text for did in said)


async def test_a_command_that_was_nearly_right_is_a_button(d: Dialogue) -> None:
    said = await d.answer("amal: /statments")
    assert said.text == "I don't know that command. Did you mean \u2068/statements\u2069?"
    assert said.names[0] == "statements"
    assert "Open the port" in (await d.say("amal: [statements]"))[-1].text


async def test_help_names_what_can_be_typed_just_so(d: Dialogue) -> None:
    blocks = {
        "amal": 4,
        "omar@tunis": 4,
        "zaid@admins": 4,
    }
    for who, count in blocks.items():
        said = await d.answer(f"{who}: /help")
        assert len(said.text.split("\n\n")) == count, said.text
        assert "[" not in said.text
        assert said.names
    assert "/verify 12\u2069 – verify one, or several" in said.text


async def test_refused_in_a_group_one_can_still_read(d: Dialogue) -> None:
    await d.say("omar@tunis: hello")
    said = await d.answer("rami@tunis: /endorse")
    assert said.names == ("statements", "help")


async def test_a_number_tells_nothing_of_others(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    there, not_there = await d.answer("rami: /mine 1"), await d.answer("rami: /mine 9")
    assert there.text.replace("#1", "#9") == not_there.text
