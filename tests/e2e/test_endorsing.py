"""Organisations: from nothing to "Recorded" in a group, by buttons and replies; what a group is
told of its endorsement for as long as that stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.counts import Counts
from tests.support.dialogue import Dialogue, Did, open_dialogue
from tests.support.statements import change_text, write_port

NOT_IN_THIS_GROUP = "Only an administrator of this group can do that."
PREVIEW = ("confirm", "name", "country", "cancel")


def told(said: list[Did], chat: str = "@tunis") -> list[str]:
    return [did.text for did in said if did.chat == chat]


async def reply(d: Dialogue, who: str, text: str) -> list[Did]:
    """To the newest message that has buttons."""
    return await d.say(f"{who}: >{d.newest('@tunis', 'cancel').number} {text}")


async def endorse(d: Dialogue, *more: str) -> None:
    await d.say(
        "%title tunis Tunis Readers", "omar@tunis: /endorse", "omar@tunis: [confirm]", *more
    )


async def test_from_the_preview_to_recorded_with_another_name_and_a_country(d: Dialogue) -> None:
    await d.say("%title tunis Chat of the readers")
    assert (await d.answer("omar@tunis: /endorse")).names == PREVIEW
    asked = await d.answer("omar@tunis: [name]")
    assert asked.names == ("back", "cancel")
    shown = (await reply(d, "omar@tunis", "Tunis Readers"))[-1]
    assert "\u2068Tunis Readers\u2069" in shown.text
    assert shown.names == PREVIEW
    await d.say("omar@tunis: [country]")
    shown = (await reply(d, "omar@tunis", "Tunis, Tunisia"))[-1]
    assert "\u2068Tunisia\u2069" in shown.text
    assert "published like this" in shown.text
    said = await d.say("omar@tunis: [confirm]")
    assert told(said)[0].startswith("Recorded: #1 \u2068Tunis Readers\u2069")
    assert await d.rows("SELECT country FROM endorsements") == [("TN",)]
    assert "Chat of the readers" in d.newest("@admins").text


async def test_a_slip_is_a_button_and_a_place_is_kept_as_typed(d: Dialogue) -> None:
    await d.say("omar@tunis: /endorse Tunis Readers", "omar@tunis: [country]")
    shown = (await reply(d, "omar@tunis", "Tunisai"))[-1]
    assert "Did you mean \u2068Tunisia\u2069?" in shown.text
    assert shown.names == ("TN", *PREVIEW)
    assert "\u2068Tunisia\u2069" in (await d.answer("omar@tunis: [TN]")).text
    await d.say("omar@tunis: [country]")
    shown = (await reply(d, "omar@tunis", "Kurdistan"))[-1]
    assert shown.names == PREVIEW
    await d.say("omar@tunis: [confirm]")
    assert await d.rows("SELECT country FROM endorsements") == [(None,)]
    assert "\u2068Kurdistan\u2069" in d.newest("@admins").text


async def test_only_the_reply_of_an_administrator_to_the_question_counts(d: Dialogue) -> None:
    await d.say("omar@tunis: /endorse Tunis Readers", "omar@tunis: [name]")
    assert await d.say("omar@tunis: nobody asked me") == []
    assert told(await reply(d, "lina@tunis", "Readers of Lina")) == [NOT_IN_THIS_GROUP]
    assert "\u2068Readers\u2069" in (await reply(d, "omar@tunis", "Readers"))[-1].text
    # Nothing is asked any more: people talk.
    assert await reply(d, "omar@tunis", "shall we?") == []
    assert await reply(d, "lina@tunis", "yes") == []
    await d.say("omar@tunis: [country]", "%demote omar@tunis")
    assert told(await reply(d, "omar@tunis", "France")) == [NOT_IN_THIS_GROUP]
    assert await d.counts() == Counts()


async def test_a_group_without_a_name_is_asked_for_one(d: Dialogue) -> None:
    await d.say(f"%title tunis {'x' * 121}")
    asked = await d.answer("omar@tunis: /endorse")
    assert "Reply to this message" in asked.text
    assert asked.names == ("cancel",)
    assert (await reply(d, "omar@tunis", "Tunis Readers"))[-1].names == PREVIEW


async def test_in_private_endorse_says_where(d: Dialogue) -> None:
    said = await d.answer("amal: /endorse")
    assert "Invite me there" in said.text
    assert said.text.count(".") == 2
    assert "in its own group" in (await d.answer("zaid@admins: /endorse")).text


@pytest.mark.parametrize("stays", ["reject", "undo", "text"])
async def test_a_group_hears_of_what_changes_long_after(
    d: Dialogue, port: Path, stays: str
) -> None:
    await endorse(d, "zaid@admins: /verify 1", "%advance 11m", "%advance 48h")
    if stays == "text":
        change_text(port)
        assert not told(await d.say("zaid@admins: /reload"))
        (text,) = told(await d.say("zaid@admins: [new]"))
        assert text.startswith("“\u2068Open the port\u2069”, which you endorsed as #1, has a new")
        return
    said = await d.say("zaid@admins: /reject 1 not yours")
    assert told(said)[-1].startswith("Not accepted: #1")
    assert "not yours" in told(said)[-1]
    if stays == "undo":
        said = await d.say("zaid@admins: /undo 1")
        assert "stays verified" in told(said)[-1]
        return
    await d.say("%advance 48h")
    assert await d.rows("SELECT sealed_route IS NULL FROM endorsements") == [(0,)]


async def test_the_way_to_a_group_ends_with_its_endorsement(d: Dialogue) -> None:
    await endorse(d, "zaid@admins: /verify 1", "%advance 11m")
    assert await d.rows("SELECT sealed_route IS NULL FROM endorsements") == [(0,)]
    await d.say("omar@tunis: /withdraw", "omar@tunis: [confirm]", "%advance 11m")
    assert await d.rows("SELECT sealed_route IS NULL FROM endorsements") == [(1,)]


async def test_what_a_group_is_told_names_the_state_it_is_in(d: Dialogue) -> None:
    """Each sentence in the state that makes it true."""
    await d.say("omar@tunis: /endorse Tunis Readers")
    assert told(await d.say("omar@tunis: [cancel]")) == [
        "Cancelled. This group hasn't endorsed.",
    ]
    await endorse(d)
    assert "already: #1 is waiting" in (await d.answer("omar@tunis: /endorse")).text
    await d.say("omar@tunis: /withdraw")
    assert (await d.answer("omar@tunis: [cancel]")).text == "Cancelled. #1 still stands."
    await d.say("omar@tunis: /withdraw")
    assert (await d.answer("omar@tunis: /cancel")).text == "Cancelled. #1 still stands."
    await d.say("zaid@admins: /verify 1", "%advance 48h")
    assert "already: #1 is verified" in (await d.answer("omar@tunis: /endorse")).text
    await d.say("omar@tunis: /withdraw")
    assert told(await d.say("omar@tunis: [confirm]")) == [
        "Withdrawn: #1. 10 minutes left to undo.",
        "Withdrawn: #1.",  # What said that it was recorded.
    ]
    await d.say("omar@tunis: [undo]")
    assert await d.counts() == Counts(verified=1, organisations=1)
    for _ in range(2):
        await d.say("zaid@admins: /reject 1 no", "omar@tunis: /endorse", "omar@tunis: [confirm]")
    assert "twice not accepted #1" in (await d.answer("omar@tunis: /endorse")).text


async def test_a_name_too_long_for_a_button_is_not_lost_on_the_way(tmp_path: Path) -> None:
    folder = write_port(tmp_path)
    write_port(tmp_path / "more", name="more")
    (tmp_path / "more" / "statements" / "more").rename(folder / "more")
    name = "اتحاد عمال الموانئ والنقل البحري في تونس"
    async with open_dialogue(tmp_path, folder) as d:
        said = await d.answer(f"omar@tunis: /endorse {name} (تونس)")
        assert said.names == ("more", "port")
        shown = await d.answer("omar@tunis: [port]")
        assert name in shown.text
        assert "Tunisia" in shown.text
