"""What a person does with their own records: look, change, take along, forget."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.domain.counts import Counts
from tests.e2e.admin_chat import cards
from tests.e2e.test_privacy_on_disk import hits, left_behind
from tests.support.dialogue import Dialogue, open_dialogue
from tests.support.statements import change_text

NAME = "Amal Haddad"
SIGNING = (
    "amal: /sign port",
    "amal: [confirm]",
    f"amal: {NAME}",
    "amal: Teacher in Sfax",
    "amal: Tunisia",
    "amal: [organisers]",
    "amal: [confirm]",
)


async def sealed_fields(d: Dialogue) -> list[tuple[Any, ...]]:
    columns = "signer_tag, public_name, sealed_name, sealed_details, sealed_decision, sealed_route"
    return await d.rows(f"SELECT {columns} FROM endorsements")


async def held_about_people(d: Dialogue) -> dict[str, int]:
    """Rows in every table that knows of people."""
    tables = ("conversations", "languages", "name_words", "questions", "inbox", "outbox")
    return {name: (await d.rows(f"SELECT count(*) FROM {name}"))[0][0] for name in tables}


async def forget(d: Dialogue) -> str:
    await d.say("amal: /forget")
    said = await d.say("amal: [confirm]")
    return next(did.text for did in said if did.chat == "amal")


STATES = {
    "pending": (),
    "verified in its window": ("zaid@admins: /verify 1",),
    "verified for good": ("zaid@admins: /verify 1", "%advance 11m"),
    "public": ("amal: /mine 1 public", "zaid@admins: /verify 1", "%advance 11m"),
    "counted": (
        "amal: /mine 1 counted",
        "amal: [confirm]",
        "zaid@admins: /verify 1",
        "%advance 11m",
    ),
    "rejected": ("zaid@admins: /reject 1 We could not reach you",),
    "withdrawn": ("amal: /withdraw", "amal: [confirm]"),
    "asked": ("zaid@admins: /ask 1 Which school?", "amal: [answer]", "amal: The one in Sfax"),
    "mended": ("amal: /mine 1 name Amal Haddad",),
}


@pytest.mark.parametrize("state", STATES)
async def test_forget_at_every_state(d: Dialogue, state: str) -> None:
    await d.say("amal: /language en", *SIGNING, *STATES[state])
    told = await forget(d)
    assert told.startswith("1 signature withdrawn and erased")
    assert await sealed_fields(d) == [(None,) * 6]
    assert not any((held := await held_about_people(d)).values()), held
    # No card keeps the name; the counts add up; the person may sign again, with a new number.
    cards = {did.number for did in d.did if did.chat == "@admins" and did.message}
    shown = [d.now_showing("@admins", number).text for number in cards]
    assert not any(NAME in text for text in shown if text.startswith("#1"))
    assert await d.counts() == Counts(withdrawn=1)
    assert await d.sign("amal", NAME) == 2
    assert await d.counts() == Counts(withdrawn=1, pending=1)
    # What was due for the erased one changes nothing any more.
    await d.say("%advance 2h")
    assert await d.counts() == Counts(withdrawn=1, pending=1)


@pytest.mark.sampled(2)
@pytest.mark.parametrize("steps", range(1, len(SIGNING)))
async def test_forget_between_any_two_steps(d: Dialogue, steps: int) -> None:
    await d.say(*SIGNING[:steps])
    await d.restart()
    await d.say("amal: /forget")
    await d.restart()
    assert "I store nothing about you" in (await d.say("amal: [confirm]"))[-1].text
    assert not any((held := await held_about_people(d)).values()), held
    await d.stop()
    assert hits(left_behind(d.folder), [NAME, "Teacher in Sfax"]) == []
    await d.start()
    assert await d.sign("amal", NAME) == 1


async def test_forget_is_asked_and_can_be_cancelled(d: Dialogue) -> None:
    await d.sign("amal", NAME)
    assert "You can't undo it" in (await d.answer("amal: /forget")).text
    assert "one of the buttons" in (await d.answer("amal: yes please")).text
    assert (await d.answer("amal: [cancel]")).text == "Nothing was erased."
    assert await d.counts() == Counts(pending=1)


async def test_forget_leaves_the_records_of_others(d: Dialogue) -> None:
    await d.sign("amal", NAME)
    await d.sign("rami", "Rami Mansour")
    await forget(d)
    assert await d.counts() == Counts(pending=1, withdrawn=1)
    assert "Rami Mansour" in (await d.answer("rami: /mine")).text


async def test_mydata_holds_everything(d: Dialogue) -> None:
    await d.say("amal: /language ar", *SIGNING, "zaid@admins: /ask 1 Which school?")
    await d.say("amal: [answer]", "amal: The one in Sfax")
    words, file = await d.say("amal: /mydata")
    assert (words.action, file.action) == ("send", "file")
    for part in (NAME, "Teacher in Sfax", "Which school?", "The one in Sfax", "#1"):
        assert part in words.text
    data = file.sent
    (record,) = data["endorsements"]
    assert data["language"] == "ar"
    assert (record["name"], record["affiliation"]) == (NAME, "Teacher in Sfax")
    assert record["questions"] == [{"question": "Which school?", "answer": "The one in Sfax"}]
    assert record["text"]["language"] == "ar"
    assert "الميناء" in record["text"]["text"]


async def test_mydata_of_somebody_else_is_empty(d: Dialogue) -> None:
    await d.sign("amal", NAME)
    words, file = await d.say("rami: /mydata")
    assert "You haven't signed anything" in words.text
    assert "Haddad" not in words.text
    assert file.sent == {"language": None, "endorsements": []}


async def test_visibility_is_changed_at_once(d: Dialogue) -> None:
    await d.say(*SIGNING, "zaid@admins: /verify 1", "%advance 11m")
    assert NAME not in (await d.answer("reader: /signatories")).text
    await d.say("amal: /mine", "amal: [public]")
    assert NAME in (await d.answer("reader: /signatories")).text
    await d.say("amal: [organisers]")
    assert NAME not in (await d.answer("reader: /signatories")).text
    await d.say("amal: [counted]", "amal: [confirm]", "%advance 11m")
    assert await d.rows("SELECT sealed_name FROM endorsements") == [(None,)]
    assert "was erased" in (await d.answer("amal: /mine 1 public")).text
    assert await d.counts() == Counts(verified=1, persons=1)


PUBLIC = (
    *(line.replace("[organisers]", "[public]") for line in SIGNING),
    "zaid@admins: /verify 1",
    "%advance 11m",
)


async def listed(d: Dialogue) -> str:
    return (await d.answer("reader: /signatories")).text


async def test_to_be_counted_only_is_asked_and_can_be_undone(d: Dialogue) -> None:
    """The name leaves the list at once; for ten minutes it comes back as it was."""
    await d.say(*PUBLIC)
    for way in ("amal: /mine 1 counted", "amal: [counted]"):
        await d.say("amal: /mine")
        assert "gone for good" in (await d.answer(way)).text
        assert (await d.answer("amal: [cancel]")).text == "Nothing has changed."
        assert NAME in await listed(d)
    await d.say("amal: /mine 1 counted")
    chosen = next(s for s in await d.say("amal: [confirm]") if s.chat == "amal")
    assert "10 minutes left to undo" in chosen.text
    assert "undo" in chosen.names
    assert NAME not in await listed(d)
    # It is the signer's own choice: no admin's undo takes it back.
    card = (await d.say("zaid@admins: /show 1"))[-1]
    assert card.names == ("reject",)
    assert "can't be undone" in (await d.answer("zaid@admins: /undo 1")).text
    await d.say("%advance 9m")
    assert "1 minute left" in (await d.answer("amal: /mine")).text
    back = next(s for s in await d.say("amal: [undo]") if s.chat == "amal")
    assert "Who sees the name: public" in back.text
    assert NAME in await listed(d)
    await d.say("amal: /mine 1 counted", "amal: [confirm]", "%advance 11m")
    assert await d.rows("SELECT sealed_name, sort_key FROM endorsements") == [(None, None)]
    assert "can't be undone" in (await d.answer("amal: /mine 1 undo")).text
    assert await d.counts() == Counts(verified=1, persons=1)


async def test_an_admin_undoes_the_verification_of_who_chose_to_be_counted(d: Dialogue) -> None:
    """Her choice stays, and the decision below it is taken back all the same."""
    await d.say(*PUBLIC[:-1], "amal: /mine 1 counted", "amal: [confirm]", "zaid@admins: /undo 1")
    assert await d.counts() == Counts(pending=1)
    assert "counted only" in (await d.answer("amal: /mine")).text
    await d.say("%advance 11m")
    assert NAME in (await d.answer("amal: /mine")).text


async def test_a_country_is_changed_and_needs_no_look(d: Dialogue) -> None:
    await d.say(*PUBLIC)
    await d.say("amal: /mine", "amal: [country]")
    asked = await d.answer("amal: Tunesiaa")
    assert "Did you mean \u2068Tunisia\u2069" in asked.text
    assert "TN" in asked.names
    await d.say("amal: [TN]", "amal: /mine 1 country Baghdad, Iraq")
    assert "\u2068Amal Haddad\u2069 · \u2068Iraq\u2069" in await listed(d)
    await d.say("amal: /mine 1 country", "amal: [skip]")
    assert "Iraq" not in await listed(d)
    assert await d.counts() == Counts(verified=1, persons=1)


async def test_a_place_in_her_own_words_is_looked_at_before_it_is_public(d: Dialogue) -> None:
    await d.say(*PUBLIC, "amal: /mine 1 country Kurdistan")
    assert await d.counts() == Counts(pending=1)
    assert NAME not in await listed(d)
    assert "Kurdistan" in (await d.answer("zaid@admins: /pending")).text
    await d.say("zaid@admins: /verify 1", "%advance 11m")
    assert "\u2068Amal Haddad\u2069 · \u2068Kurdistan\u2069" in await listed(d)
    # The same words again are verified already.
    await d.say("amal: /mine 1 country Kurdistan")
    assert await d.counts() == Counts(verified=1, persons=1)


async def test_an_affiliation_is_shown_or_not_as_its_bearer_wants(d: Dialogue) -> None:
    await d.say(*PUBLIC)
    assert "Teacher" not in await listed(d)
    await d.say("amal: /mine")
    shown = next(s for s in await d.say("amal: [shown]") if s.chat == "amal")
    assert "goes with your name" in shown.text
    assert "\u2068Teacher in Sfax\u2069" in (text := await listed(d))
    assert "for identification only" in text
    exported = (await d.say("zaid@admins: /export csv"))[-1].content
    assert exported is not None
    head, row = exported.decode("utf-8-sig").splitlines()
    assert head.endswith(",day,affiliation,place,except,mandate,paper")
    assert row.endswith(",Teacher in Sfax,,,,")
    # Pressed twice it stays.
    await d.say("amal: /mine 1 shown")
    assert "Teacher" in await listed(d)
    await d.say("amal: /mine", "amal: [hidden]")
    assert "Teacher" not in await listed(d)


async def test_organisers_take_affiliations_from_the_list(d: Dialogue) -> None:
    """Also those that were given before; and nobody can show one any more."""
    await d.say(*PUBLIC, "amal: /mine 1 shown")
    assert "Teacher in Sfax" in await listed(d)
    file = d.settings.statements / "port" / "statement.yaml"
    file.write_text(file.read_text() + "  affiliations: false\n")
    await d.say("zaid@admins: /reload")
    assert "Teacher in Sfax" not in await listed(d)
    exported = (await d.say("zaid@admins: /export csv"))[-1].content
    assert exported is not None
    assert "Teacher in Sfax" not in exported.decode("utf-8-sig")
    await d.say("amal: /mine 1 hidden")
    assert "shown" not in (await d.answer("amal: /mine")).names


async def test_an_odd_name_is_asked_about_once_here_too(d: Dialogue) -> None:
    await d.say(*SIGNING)
    asked = await d.answer("amal: /mine 1 name Amal and Bert Haddad")
    assert asked.names == ("confirm", "cancel")
    assert "two people" in asked.text
    assert "two people" in (await d.answer("amal: Amal & Bert Haddad")).text
    await d.say("amal: [confirm]")
    assert "Amal & Bert Haddad" in (await d.answer("amal: /mine")).text


async def test_a_mended_name_goes_back_to_the_admins(d: Dialogue) -> None:
    await d.sign("amal", "Amal Hadad")
    await d.say("zaid@admins: /verify 1", "%advance 11m")
    await d.say("amal: /mine", "amal: [name]")
    assert "can't see anything in that" in (await d.answer("amal: \u200b\u200b")).text
    said = await d.say(f"amal: {NAME}")
    assert "The organisers verify #1 again" in next(s.text for s in said if s.chat == "amal")
    assert await d.counts() == Counts(pending=1)
    assert "Hadad\u2069" not in (await d.answer("reader: /signatories")).text
    assert cards(d) == [1], "a correction adds no card"
    assert NAME in (await d.answer("zaid@admins: /pending")).text


async def test_the_text_that_was_signed_whatever_it_is_now(d: Dialogue, port: Path) -> None:
    await d.sign("amal", NAME)
    change_text(port)
    await d.say("zaid@admins: /reload", "zaid@admins: [new]")
    signed, changed = await d.say("amal: /mine 1 text")
    assert "has been closed since" in signed.text
    assert "Out: \u2068closed\u2069\nIn: \u2068shut\u2069" in changed.text
    assert "has been shut since" in (await d.say("amal: /read port", "amal: [next]"))[-1].text


async def test_nobody_changes_what_is_not_theirs(d: Dialogue) -> None:
    await d.sign("amal", NAME)
    unknown = (await d.answer("rami: /mine 99 public")).text.replace("99", "1")
    for what in ("", "public", "name Rami", "text"):
        assert (await d.answer(f"rami: /mine 1 {what}")).text == unknown
    assert (await d.answer("rami: /withdraw 1")).text == unknown
    assert await d.counts() == Counts(pending=1)


async def test_told_of_changes_of_the_text(d: Dialogue, port: Path) -> None:
    """Whom the bot can still reach, once for each change: those whose window has ended only where
    they asked for it."""
    await d.sign("rami", "Rami Mansour")
    await d.say(*SIGNING[:-1], "amal: [updates]", "amal: [confirm]")
    await d.say("zaid@admins: /verify 1", "zaid@admins: /verify 2", "%advance 11m")
    change_text(port)
    assert {did.chat for did in await d.say("zaid@admins: /reload")} == {"@admins"}
    said = await d.say("zaid@admins: [new]")
    assert [did.chat for did in said if did.chat != "@admins"] == ["amal"]
    assert "has a new text" in d.newest("amal").text
    assert "1 more can't be reached" in d.newest("@admins").text
    assert [did.chat for did in await d.say("zaid@admins: /reload")] == ["@admins"]


async def test_a_change_while_the_bot_was_off_is_asked_about_and_told_too(
    tmp_path: Path, port: Path
) -> None:
    async with open_dialogue(tmp_path, port) as d:
        await d.say(*SIGNING[:-1], "amal: [updates]", "amal: [confirm]", "zaid@admins: /help")
        await d.stop()
        change_text(port)
        await d.start()
        await d.say("amal: /read", "amal: [next]")
        assert "has been closed since" in d.newest("amal").text
        await d.say("zaid@admins: [new]")
        assert "has a new text" in d.newest("amal").text
