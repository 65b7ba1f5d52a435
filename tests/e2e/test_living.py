"""A count in a group that is kept up to date: what it says, how often it is edited, how it ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.console.adapter import NAME
from bot.domain.ids import ChatRef, MessageRef
from bot.ports import ChatUnreachable, Joined, Left, Moved, Outgoing
from bot.services import living
from bot.storage.jobs import Job, JobKey, JobKind
from bot.storage.messages import bound
from tests.support.dialogue import BotStopped, Dialogue, Did, open_dialogue
from tests.support.signed import OnList, list_all, prepare
from tests.support.statements import write_port

GROUP = "omar@tunis: "
BEGIN = f"{GROUP}/count"


async def signed(d: Dialogue, *names: str) -> None:
    await list_all(d.database, "port", [OnList(name) for name in names])


async def edits(d: Dialogue, line: str) -> list[Did]:
    """What was done in the group after a line."""
    return [did for did in await d.say(line) if did.chat == "@tunis"]


async def test_it_is_pinned_and_edited_at_most_every_ten_minutes(tmp_path: Path) -> None:
    statements = write_port(tmp_path, endorsement="  goal: 4\n  closes: 2199-12-31\n")
    async with open_dialogue(tmp_path, statements) as d:
        await prepare(d.database)
        begun = await d.answer(BEGIN)
        assert (begun.action, begun.pinned, begun.names) == ("send", True, ())
        assert begun.text == (
            "Open the port\n\n"
            "No verified signatures yet.\n"
            "\u2068▱▱▱▱▱▱▱▱▱▱\u2069 \u20680%\u2069 · 0 of 4\n"
            "Signatures are taken until December 31, 2199.\n\n"
            "To sign, send the bot /sign port"
        )
        assert not await edits(d, "%advance 1h")
        await signed(d, "Amal Haddad", "Rami Mansour")
        await list_all(d.database, "port", [OnList("Dockers of Sfax", kind="organisation")])
        (edit,) = await edits(d, "%advance 11m")
        assert (edit.action, edit.message) == ("edit", begun.message)
        assert "2 people and 1 organisation have signed.\n" in edit.text
        assert "75%\u2069 · 3 of 4" in edit.text
        await signed(d, "Nour Said")
        assert not await edits(d, "%advance 5m")
        assert await edits(d, "%advance 6m")
        assert not await edits(d, "%advance 3h")


async def test_it_says_no_more_than_everybody_sees(tmp_path: Path) -> None:
    environ = {"UNDERSIGNED_PUBLICATION__ROUND_COUNTS_TO": "5"}
    async with open_dialogue(tmp_path, write_port(tmp_path), **environ) as d:
        await prepare(d.database)
        assert "Fewer than 5 have signed." in (await d.answer(BEGIN)).text
        await signed(d, *(f"Amal {letter}" for letter in "ABCD"))
        assert not await edits(d, "%advance 11m")
        await signed(d, "Amal E", "Amal F")
        (edit,) = await edits(d, "%advance 11m")
        assert "At least 5 people have signed." in edit.text
        assert "At least 5 people have signed." in (await d.answer("amal: /share")).text


async def test_it_stands_once_and_is_ended_by_who_may(d: Dialogue) -> None:
    await d.say("omar@tunis: hello", "rami@tunis: hello")
    assert "Only an administrator" in (await d.answer("rami@tunis: /count")).text
    begun = await d.answer(BEGIN)
    again = await d.answer(BEGIN)
    assert again.text.startswith("The count of “\u2068Open the port\u2069” stands here already")
    assert "Only an administrator" in (await d.answer(f"rami@tunis: [{again.names[0]}]")).text
    said = await edits(d, f"{GROUP}[{again.names[0]}]")
    last = d.now_showing("@tunis", begun.number)
    assert last in said
    assert "This is not kept up to date any more." in last.text
    assert "is not kept up to date any more" in d.now_showing("@tunis", again.number).text
    assert not await edits(d, "%advance 1h")
    assert "There's no count here" in (await d.answer(f"{GROUP}/endcount")).text
    assert (await d.answer(BEGIN)).pinned
    assert "groups" not in (await d.answer("amal: /count")).text


async def test_admins_see_all_of_them_and_end_any(d: Dialogue) -> None:
    await d.say("%title tunis Dockers of Tunis", BEGIN)
    database = d.data / "undersigned.db"
    assert b"Dockers of Tunis" not in database.read_bytes()
    told = await d.answer("zaid@admins: /count")
    assert "one of its administrators sends /count there" in told.text
    assert "channel" not in told.text  # the console has none
    assert "\u2068Dockers of Tunis\u2069: \u2068Open the port\u2069" in told.text
    (button,) = told.names
    said = await d.say(f"zaid@admins: [{button}]")
    assert {did.chat for did in said} == {"@tunis", "@admins"}
    assert await d.actions("end count")
    assert "not kept up to date any more" in d.newest("@tunis").text


async def test_of_what_is_finished_none_is_offered(d: Dialogue) -> None:
    await d.say("zaid@admins: /finish port", "omar@admins: [agree]", "%advance 30d")
    told = await d.answer("zaid@admins: /count port")
    assert "one of its administrators sends" not in told.text
    assert "Open the port" in told.text


async def test_it_speaks_the_language_of_the_chat(d: Dialogue) -> None:
    begun = await d.answer(f"{GROUP}/count port ar")
    assert begun.language == "ar"
    assert begun.text.startswith("افتحوا الميناء")
    await d.say(f"{GROUP}/language en")
    (edit,) = await edits(d, "%advance 11m")
    assert edit.language == "en"
    assert edit.text.startswith("Open the port")


@pytest.mark.usefixtures("started")
async def test_a_message_that_was_deleted_is_sent_anew_and_pinned(d: Dialogue) -> None:
    await prepare(d.database)
    begun = await d.answer(BEGIN)
    d.platform._posted.pop(begun.number)
    await signed(d, "Amal Haddad")
    (anew,) = await edits(d, "%advance 11m")
    assert (anew.action, anew.pinned) == ("send", True)
    await signed(d, "Rami Mansour")
    (edit,) = await edits(d, "%advance 11m")
    assert (edit.action, edit.message) == ("edit", anew.message)


@pytest.mark.usefixtures("started")
async def test_it_goes_on_where_the_group_moved_also_if_the_bot_seemed_to_have_left(
    d: Dialogue,
) -> None:
    await prepare(d.database)
    await d.answer(BEGIN)
    there = d.platform.group("there")
    await d.receive(Left(d.origin("omar", "tunis")))
    await d.receive(Moved(d.origin("omar", "tunis"), ChatRef(NAME, str(there.id))))
    await signed(d, "Amal Haddad")
    said = [did for did in await d.say("%advance 11m") if did.chat == "@there"]
    assert [(did.action, did.pinned) for did in said] == [("send", True)]
    assert "1 person has signed" in said[0].text


@pytest.mark.usefixtures("started")
async def test_it_ends_where_the_bot_was_removed_and_goes_on_where_it_is_back(d: Dialogue) -> None:
    await prepare(d.database)
    await d.answer(BEGIN)
    await d.receive(Left(d.origin("omar", "tunis")), Joined(d.origin("omar", "tunis")))
    await signed(d, "Amal Haddad")
    assert await edits(d, "%advance 11m")
    await d.receive(Left(d.origin("omar", "tunis")))
    await signed(d, "Rami Mansour")
    assert not await d.say("%advance 2h")
    async with d.database.unit() as unit:
        assert not await living.WAITING.all(unit)


@pytest.mark.usefixtures("started")
async def test_it_ends_where_nothing_can_be_written(
    d: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    await prepare(d.database)
    await d.answer(BEGIN)
    deliver = d.adapter.deliver

    async def refused(outgoing: Outgoing, key: str) -> MessageRef | None:
        if outgoing.chat.key == str(d.platform.group("tunis").id):
            raise ChatUnreachable("silenced")
        return await deliver(outgoing, key)

    monkeypatch.setattr(d.adapter, "deliver", refused)
    await signed(d, "Amal Haddad")
    await d.say("%advance 11m", "%advance 11m")
    async with d.database.unit() as unit:
        assert not await living.WAITING.all(unit)


async def test_the_last_edits_are_true(tmp_path: Path) -> None:
    day = dt.datetime.now(dt.UTC).date()
    async with open_dialogue(tmp_path, write_port(tmp_path, endorsement=f"  closes: {day}\n")) as d:
        await prepare(d.database)
        await d.say("zaid@admins: /help", "omar@admins: /help")
        await d.answer(BEGIN)
        await signed(d, "Amal Haddad")
        (edit,) = await edits(d, "%advance 25h")
        assert "Closed on " in edit.text
        assert "1 person signed." in edit.text
        assert "To read it, send the bot /read port" in edit.text
        # What was waiting when it closed is verified later.
        await signed(d, "Rami Mansour")
        (edit,) = await edits(d, "%advance 11m")
        assert "2 people signed." in edit.text
        await d.say("zaid@admins: /finish", "omar@admins: /finish")
        (edit,) = await edits(d, "%advance 11m")
        assert "Closed for ever on " in edit.text
        assert "2 people signed." in edit.text
        assert not await edits(d, "%advance 2h")
        async with d.database.unit() as unit:
            assert not await living.WAITING.all(unit)
        assert "it's closed for ever" in (await d.answer(BEGIN)).text


async def test_a_campaign_that_moved_says_so_and_ends(d: Dialogue) -> None:
    await d.answer(BEGIN)
    await d.stop()
    place = "https://example.org/there"
    d.settings = d.settings.model_copy(update={"moved_to": place})
    await d.start()
    (edit,) = await edits(d, "%advance 11m")
    assert place in edit.text
    assert "/sign" not in edit.text
    assert not await edits(d, "%advance 2h")


async def test_strangers_begin_only_so_many(d: Dialogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(living, "MOST", 1)
    await d.answer(BEGIN)
    told = await d.answer("rami@sfax: /count")
    assert told.text.startswith("I keep as many counts up to date as I can.")
    assert not told.pinned


@pytest.mark.usefixtures("started")
async def test_nothing_is_edited_while_an_earlier_edit_waits(d: Dialogue) -> None:
    """A platform that was away for hours gets one edit, not one for each ten minutes."""
    await prepare(d.database)
    await d.answer(BEGIN)
    await signed(d, "Amal Haddad")
    async with d.database.unit() as unit:
        (one,) = await living.WAITING.all(unit)
        token = await unit.messages.token(one.slot)
        assert token is not None
        name = bound(unit.keys, one.slot, token)
        job = Job(JobKey(JobKind.LIVING, str(one.id)), d.platform.now())
        await living.look(unit, d.bot.campaign, job, job.due)
        waiting = await unit.outbox.waiting(name)
        assert len(waiting) == 1
        # Whatever has changed by now.
        await living.WAITING.keep(unit, replace(one, said="something else"))
        await living.look(unit, d.bot.campaign, job, job.due + living.EVERY)
        assert await unit.outbox.waiting(name) == waiting


@pytest.mark.parametrize("every", [15, pytest.param(1, marks=pytest.mark.soak)])
async def test_a_kill_at_any_step_leaves_one_true_message(tmp_path: Path, every: int) -> None:
    async with open_dialogue(tmp_path, write_port(tmp_path)) as d:
        await prepare(d.database)
        begun = await d.answer(BEGIN)
        names = iter(f"Amal {number}" for number in range(1000))
        total, at = 0, 0
        while True:
            await signed(d, next(names))
            total, left = total + 1, iter(range(at))

            def step(_what: str, left: Iterator[int] = left) -> None:
                if next(left, None) is None:
                    d.die()
                    raise RuntimeError("killed")

            d.at_point = step
            try:
                await d.say("%advance 11m")
            except (BotStopped, RuntimeError):
                await d.kill()
            else:
                break
            finally:
                d.at_point = None
            await d.start()
            await d.say("%advance 11m")
            shown = d.now_showing("@tunis", begun.number)
            assert f"{total} " in shown.text.partition("\n\n")[2]
            at += every
        assert {did.message for did in d.did if did.chat == "@tunis"} == {begun.message}
