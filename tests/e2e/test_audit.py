"""What admins did, as they read it; and the names outside the queue, few in an hour and noted."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.commands.catalogue import command_table
from bot.commands.table import ADMIN
from bot.domain.admin import Admin
from bot.domain.endorsement import Status, Visibility
from bot.domain.ids import Number, UserRef
from bot.storage.tables import admin_actions
from bot.wording.audit import _DONE
from tests.support.dialogue import Dialogue, open_dialogue
from tests.support.signed import prepare, sign_all
from tests.support.statements import write_port

READ = ("find", "show")
SIGN = re.compile(r"\(([a-z2-7]{4})\)")


async def test_what_was_done_to_a_record(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.sign("rami", "Rami Mansour")
    await d.say("zaid@admins: /verify 1", "omar@admins: /verify 2", "omar@admins: /undo 1")
    await d.say("zaid@admins: /reject 1 no such person")
    shown = await d.answer("zaid@admins: /audit 1")
    rows = [line for line in shown.text.splitlines() if " · " in line]
    assert all(f"{d.platform.now():%b %-d, %Y}" in row for row in rows)
    for row, part in zip(rows, ("zaid", "omar", "zaid"), strict=True):
        assert f"\u2068{part}\u2069" in row
    assert "rejected #1" in rows[0]
    assert "undid the decision about #1" in rows[1]
    assert "verified #1" in rows[2]
    assert "Amal" not in shown.text
    # Why stays with the record.
    assert "no such person" not in shown.text
    assert (await d.answer("zaid@admins: /audit #1")).text == shown.text


async def test_what_was_done_on_a_day(d: Dialogue) -> None:
    await d.say("zaid@admins: /close", "zaid@admins: /open", "%advance 24h")
    yesterday = (d.platform.now() - dt.timedelta(days=1)).date()
    await d.say("omar@admins: /export")
    today = await d.answer("zaid@admins: /audit")
    assert "exported the public list" in today.text
    assert "paused" not in today.text
    assert (await d.answer("zaid@admins: /audit today")).text == today.text
    before = await d.answer(f"zaid@admins: /audit {yesterday}")
    assert "paused signing" in before.text
    assert "resumed signing" in before.text
    assert "exported" not in before.text
    assert "Nothing was done" in (await d.answer("zaid@admins: /audit 2014-01-01")).text
    # To read it is nothing that was done.
    assert await d.rows("SELECT count(*) FROM admin_actions") == [(3,)]


async def test_a_day_is_the_campaign_s(tmp_path: Path) -> None:
    """In Auckland it is tomorrow already while it is today in UTC, or today while yesterday."""
    async with open_dialogue(
        tmp_path, write_port(tmp_path), UNDERSIGNED_TIMEZONE="Pacific/Auckland"
    ) as d:
        zone = d.bot.campaign.zone
        await d.say("zaid@admins: /close")
        at = d.platform.now().astimezone(zone)
        midnight = dt.datetime.combine(at.date() + dt.timedelta(days=1), dt.time.min, zone)
        d.platform.advance(midnight - at + dt.timedelta(minutes=1))
        await d.say("zaid@admins: /open")
        assert "paused" not in (await d.answer("zaid@admins: /audit")).text
        first = await d.answer(f"zaid@admins: /audit {at.date()}")
        assert "paused" in first.text
        assert "resumed" not in first.text


async def test_row_2_an_account_is_the_same_under_any_name(d: Dialogue) -> None:
    """And another account of the same name is another one."""

    async def says(who: str, name: str, text: str) -> None:
        message = d.message(who, text, "admins")
        await d.receive(replace(message, origin=replace(message.origin, name=name)))

    await d.say("zaid@admins: /help", "omar@admins: /help")
    await says("zaid", "Zaid", "/close")
    await says("zaid", "Another Name", "/open")
    await says("omar", "Zaid", "/close")
    text = (await d.answer("omar@admins: /audit")).text
    last, second, first = SIGN.findall(text)
    assert first == second != last
    rows = [line for line in text.splitlines() if " · " in line]
    assert "Another Name" in rows[1]
    for who in ("zaid", "omar"):
        assert str(d.platform.person(who).id) not in text


async def test_a_page_holds_fifteen_and_turns(d: Dialogue) -> None:
    await d.say(*(f"zaid@admins: /{('close', 'open')[n % 2]}" for n in range(32)))
    first = await d.answer("zaid@admins: /audit")
    assert (len(SIGN.findall(first.text)), first.names) == (15, ("next",))
    second = await d.answer("zaid@admins: [next]")
    assert (second.message, second.names) == (first.message, ("previous", "next"))
    third = await d.answer("zaid@admins: [next]")
    assert (len(SIGN.findall(third.text)), third.names) == (2, ("previous",))
    assert (await d.answer("zaid@admins: [previous]")).text == second.text
    assert (await d.answer("zaid@admins: /audit today 2")).text == second.text


async def test_nobody_else_reads_it(d: Dialogue) -> None:
    await d.say("zaid@admins: /close", "omar@tunis: hello")
    for line in ("amal: /audit", "omar@tunis: /audit"):
        (said,) = await d.say(line)
        assert "don't know that command" in said.text
    d.platform.demote("zaid", "admins")
    (said,) = await d.receive(d.message("zaid", "/audit", "admins"))
    assert said.text.startswith("Only an admin can do that.")


@pytest.mark.usefixtures("started")
async def test_a_name_opens_in_its_own_row_alone(d: Dialogue) -> None:
    """Also among what was done in the same instant."""
    d.is_changed = True
    now = d.platform.now()
    async with d.database.unit() as unit:
        for who, number in (("zaid", 1), ("omar", 2)):
            admin = Admin(who, UserRef(d.adapter.name, who))
            await unit.actions.add(now, admin, "verify", Number(number))
        rows = (await unit._connection.execute(sa.select(admin_actions))).all()
        first, second = (dict(row._mapping) for row in rows)
        del first["id"]
        forged = first | {"sealed_actor": second["sealed_actor"]}
        await unit._connection.execute(admin_actions.insert(), forged)
        with pytest.raises(Exception, match="changed or moved"):
            await unit.actions.about(Number(1), 10)
        assert [row.actor for row in await unit.actions.about(Number(2), 10)] == ["omar"]


@pytest.mark.usefixtures("started")
async def test_an_action_that_this_version_does_not_know_is_shown_as_it_is(d: Dialogue) -> None:
    async with d.database.unit() as unit:
        zaid = Admin("zaid", UserRef(d.adapter.name, "1"))
        await unit.actions.add(d.platform.now(), zaid, "levitate", Number(7))
    assert "levitate #7" in (await d.answer("zaid@admins: /audit 7")).text


async def test_every_action_that_is_written_has_its_sentence(d: Dialogue) -> None:
    """As they stand in the code."""
    bot = Path(__file__).parents[2] / "bot"
    found = set()
    for file in bot.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        found |= set(re.findall(r'actions\.add\([^)]*?"(\w+)"', text))
    assert {"verify", "ask", "claim", "reload"} <= found <= set(_DONE)
    assert {"reject", "undo", "reopen", "find", "show", "close", "open", "release"} <= set(_DONE)


@contextmanager
def _queries(d: Dialogue) -> Iterator[list[tuple[str, Any]]]:
    seen: list[tuple[str, Any]] = []

    def note(_c: object, _k: object, statement: str, values: Any, *_: object) -> None:
        if "FROM admin_actions" in statement and statement.startswith("SELECT"):
            seen.append((statement, values))

    engine = d.database._engine.sync_engine
    sa.event.listen(engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(engine, "before_cursor_execute", note)


async def test_among_many_actions_only_what_is_shown_is_read(d: Dialogue) -> None:
    """Each query goes along an index, and none sorts or counts what it does not give."""
    await d.sign("amal", "Amal Haddad", "organisers")
    await d.say("zaid@admins: /verify 1", "%advance 11m")
    with _queries(d) as seen:
        await d.say("zaid@admins: /audit", "zaid@admins: /audit 1", "zaid@admins: /show 1")
        await d.say("zaid@admins: /reject 1 No")
    assert len(seen) == 15
    for statement, values in seen:
        async with d.database.unit() as unit:
            plan = await unit._connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            steps = [str(row.detail) for row in plan]
        assert len(steps) == 1, steps
        by_index = r"SEARCH admin_actions USING (INTEGER PRIMARY KEY|(COVERING )?INDEX ix_admin)"
        assert re.match(by_index, steps[0]), steps


async def hidden(d: Dialogue, count: int) -> None:
    """So many with one word in their names whose names the organisers alone see."""
    await prepare(d.database)
    names = [f"Amal Haddad {n}" for n in range(count)]
    hidden = Visibility.ORGANISERS
    await sign_all(d.database, names, "port", status=Status.VERIFIED, visibility=hidden)
    await d.say("zaid@admins: /help", "omar@admins: /help")


@pytest.mark.usefixtures("started")
async def test_row_2_reading_names_outside_the_queue_is_noted_and_limited(d: Dialogue) -> None:
    await hidden(d, 60)
    first = await d.answer("zaid@admins: /find amal")
    assert await d.actions(*READ) == [("find", number) for number in range(1, 11)]
    for _ in range(4):
        assert "Amal Haddad" in (await d.answer("zaid@admins: [next]")).text
    (told,) = await d.say("zaid@admins: [next]")
    assert (told.action, told.message) == ("notice", None)
    assert "You've read 50 names that aren't public in an hour. You can go on at" in told.text
    assert len(await d.actions(*READ)) == 50
    (told,) = await d.say("zaid@admins: /show 60")
    assert "You've read 50 names" in told.text
    assert len(await d.actions(*READ)) == 50
    # What was read already can be read again.
    assert "Amal Haddad" in (await d.answer("zaid@admins: /find amal")).text
    assert d.now_showing("@admins", first.number).text
    # Each account has its own number.
    assert "Amal Haddad 0" in (await d.say("omar@admins: /show 1"))[-1].text
    assert "omar\u2069" in (await d.answer("omar@admins: /audit 1")).text
    await d.say("%advance 61m")
    assert "Amal Haddad 0" in (await d.say("zaid@admins: /show 1"))[-1].text


@pytest.mark.usefixtures("started")
async def test_it_goes_on_when_it_says(d: Dialogue) -> None:
    await hidden(d, 60)
    await d.say("zaid@admins: /find amal", "%advance 30m")
    await d.say(*(f"zaid@admins: /find #{page} amal" for page in range(2, 6)))
    (told,) = await d.say("zaid@admins: /find #6 amal")
    until = d.platform.now() + dt.timedelta(minutes=30)
    assert f"{until:%H:%M}" in told.text or f"{until - dt.timedelta(minutes=1):%H:%M}" in told.text
    await d.say("%advance 30m")
    assert "Amal Haddad" in (await d.answer("zaid@admins: /find #6 amal")).text


async def test_the_queue_is_not_limited_and_a_public_name_is_nobody_s_secret(d: Dialogue) -> None:
    for who, visibility in (("amal", "public"), ("rami", "organisers"), ("lina", "counted")):
        await d.sign(who, f"{who} Haddad", visibility)
    await d.say("zaid@admins: /show 1 2 3", "zaid@admins: /pending")
    await d.say("zaid@admins: /verify 1 2", "zaid@admins: [confirm]", "zaid@admins: /show 1 2")
    assert await d.actions(*READ) == []
    # Who looks for a name is looking for somebody.
    await d.say("zaid@admins: /find haddad")
    assert await d.actions(*READ) == [("find", 2), ("find", 3)]
    await d.say("%advance 11m", "zaid@admins: /show 1 2", "zaid@admins: /find haddad")
    assert (await d.actions(*READ))[2:] == [("show", 2), ("find", 2), ("find", 3)]


@pytest.mark.usefixtures("started")
@pytest.mark.parametrize("verb", ["verify", "undo", "reject"])
async def test_a_list_to_decide_is_no_way_around_it(d: Dialogue, verb: str) -> None:
    await hidden(d, 60)
    reason = " No" if verb == "reject" else ""
    listed = [await d.answer(f"zaid@admins: /{verb} {n}-{n + 19}{reason}") for n in (1, 21, 41)]
    assert "Amal Haddad" in listed[1].text
    assert "You've read 50 names" in listed[2].text
    assert len(await d.actions(*READ)) == 40


async def test_what_was_turned_down_is_a_hidden_name(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("zaid@admins: /reject 1 No", "zaid@admins: /show 1", "%advance 11m")
    assert await d.actions(*READ) == []
    await d.say("zaid@admins: /show 1")
    assert await d.actions(*READ) == [("show", 1)]


async def test_row_2_the_desk_is_no_way_around_it(d: Dialogue) -> None:
    for who, name in (("amal", "Amal Haddad"), ("rami", "Rami Mansour")):
        await d.sign(who, name, "organisers")
    await d.say("zaid@admins: /pending", "zaid@admins: [verify]", "zaid@admins: [skip]")
    await d.say("zaid@admins: [previous]", "zaid@admins: [skip]", "%advance 11m")
    assert await d.actions(*READ) == []
    await d.say("zaid@admins: /pending 1", "zaid@admins: [skip]", "zaid@admins: [previous]")
    assert await d.actions(*READ) == [("show", 1)] * 2


@pytest.mark.usefixtures("started")
async def test_row_2_no_command_answers_with_more_than_a_page_of_names(d: Dialogue) -> None:
    """Whatever an admin types: at most ten names in a message, or those of the numbers typed, and
    nothing of what leads to a person."""
    await hidden(d, 30)
    await sign_all(d.database, [f"Amal Mansour {n}" for n in range(30)], "port")
    behind = {"find": "amal", "export": "csv", "audit": "31", "agree": "31"}
    behind |= {"reject": "31-50 No", "ask": "31 Who?"}
    commands = [c.name for c in command_table() if c.places == ADMIN]
    for name in commands:
        said = await d.say(f"zaid@admins: /{name} {behind.get(name, '31-50')}")
        said += await d.say(f"zaid@admins: /{name}")
        for did in said:
            most = 20 if name in {"verify", "reject", "undo"} else 10
            assert len(re.findall("Amal (?:Haddad|Mansour)", did.text)) <= most, did.text
            is_card = did.text.startswith("#") or "skip" in did.names
            assert is_card or "Secret works" not in did.text, did.text
    assert len(commands) >= 15
