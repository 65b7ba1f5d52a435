"""Names that come onto the lists together, counts that are rounded, and what two accounts of an
attacker around a victim's signing can learn."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.domain.endorsement import Status, Visibility
from bot.domain.ids import Number
from bot.storage.numbers import at_random
from tests.support.blank import write_blank
from tests.support.dialogue import Dialogue, settings_in
from tests.support.signed import OnList, list_all, prepare, sign_all

NOON = "12:00"
SIGNERS = ("mallory", "amal", "eve")
"""Two accounts of an attacker, and between them the victim."""


def _hours(time: str) -> int:
    hours, minutes = map(int, time.split(":"))
    return 60 * hours + minutes


async def until(d: Dialogue, time: str) -> None:
    """Let the clock go on to a time of day, today or tomorrow."""
    now = d.platform.now()
    left = (_hours(time) - _hours(f"{now:%H:%M}")) % (24 * 60)
    await d.say(f"%advance {left or 24 * 60}m")


@pytest.fixture
async def batched(tmp_path: Path, port: Path) -> AsyncIterator[Dialogue]:
    """Names at noon, counts in tens."""
    environ = {"UNDERSIGNED_PUBLICATION__NAMES_AT": NOON}
    environ["UNDERSIGNED_PUBLICATION__ROUND_COUNTS_TO"] = "10"
    write_blank(tmp_path)
    dialogue = Dialogue(settings_in(tmp_path, port, **environ), at_random)
    await dialogue.start()
    yield dialogue
    await dialogue.kill()


async def public(d: Dialogue) -> dict[str, Any]:
    """All that somebody can ask about the statement."""
    asked = ("signatories", "read", "share", "search Haddad", "signatories port Haddad")
    seen: dict[str, Any] = {a: (await d.answer(f"eve: /{a}")).text for a in asked}
    files = [did for did in await d.say("zaid@admins: /export port json") if did.path]
    seen["export"] = files[0].sent
    return seen


async def listed(d: Dialogue) -> list[str]:
    return [row["name"] for row in (await public(d))["export"]]


async def test_names_come_onto_the_lists_together(batched: Dialogue) -> None:
    d = batched
    await until(d, "13:00")
    nothing = await public(d)
    numbers = []
    for who in SIGNERS:
        numbers.append(await d.sign(who, f"{who.title()} Haddad"))
        await d.say(f"zaid@admins: /verify {numbers[-1]}", "%advance 2h")
        # Neither the list nor a count has moved, though each window is over.
        assert await public(d) == nothing
    assert "listed together, every day at \u206812:00 UTC\u2069" in d.newest("amal").text
    assert "every day at" in (await d.answer("amal: /mine")).text
    await until(d, NOON)
    now = await public(d)
    assert [row["name"] for row in now["export"]] == ["Amal Haddad", "Eve Haddad", "Mallory Haddad"]
    # What is told of them is the same for all three.
    rows = [{k: v for k, v in row.items() if k not in {"name", "number"}} for row in now["export"]]
    assert rows[0] == rows[1] == rows[2]
    assert "hour" not in rows[0]
    assert "Fewer than 10 have signed." in now["read"]
    assert "every day at" not in (await d.answer("amal: /mine")).text


async def test_what_was_hidden_meanwhile_never_appears(batched: Dialogue) -> None:
    d = batched
    await until(d, "13:00")
    first, second, third = [await d.sign(who, f"{who.title()} Haddad") for who in SIGNERS]
    await d.say(f"zaid@admins: /verify {first} {second} {third}", "zaid@admins: [confirm]")
    await d.say("%advance 1h", f"mallory: /mine {first} organisers")
    await d.say("amal: /withdraw", "amal: [confirm]", f"zaid@admins: /reject {third} No")
    await until(d, NOON)
    assert await listed(d) == []
    assert await d.rows("SELECT count(*) FROM endorsements WHERE public_name IS NOT NULL") == [(0,)]


async def test_a_bot_that_was_away_at_the_time_goes_on(batched: Dialogue) -> None:
    d = batched
    await until(d, "11:00")
    number = await d.sign("amal", "Amal Haddad")
    await d.say(f"zaid@admins: /verify {number}", "%advance 20m")
    assert await listed(d) == []
    await d.kill()
    await d.start()
    await d.say("%advance 2h")
    assert await listed(d) == ["Amal Haddad"]


async def test_without_a_time_each_comes_by_itself(d: Dialogue) -> None:
    number = await d.sign("amal", "Amal Haddad")
    await d.say(f"zaid@admins: /verify {number}", "%advance 11m")
    assert await listed(d) == ["Amal Haddad"]
    assert "every day at" not in "".join(did.text for did in d.did)


async def test_what_comes_back_by_an_undo_is_there_at_once(batched: Dialogue) -> None:
    """It was public already: whoever looks learns of the undo alone."""
    d = batched
    await until(d, "11:00")
    number = await d.sign("amal", "Amal Haddad")
    await d.say(f"zaid@admins: /verify {number}", "%advance 2h")
    assert await listed(d) == ["Amal Haddad"]
    await d.say("amal: /withdraw", "amal: [confirm]")
    assert await listed(d) == []
    await d.say(f"amal: /withdraw undo {number}")
    assert await listed(d) == ["Amal Haddad"]


async def test_of_a_hidden_signing_nothing_is_learnt(batched: Dialogue) -> None:
    """At each of its steps everything that can be asked is as it was before."""
    d = batched
    await until(d, "13:00")
    for who in ("mallory", "eve"):
        number = await d.sign(who, f"{who.title()} Haddad")
        await d.say(f"zaid@admins: /verify {number}")
    await until(d, NOON)
    before = await public(d)
    number = await d.sign("amal", "Amal Haddad", "organisers")
    assert await public(d) == before
    await d.say(f"zaid@admins: /verify {number}")
    assert await public(d) == before
    await d.say("%advance 11m")
    assert await public(d) == before
    await until(d, NOON)
    assert await public(d) == before
    # Admins know the exact counts.
    stats = (await d.answer("zaid@admins: /stats")).text
    assert "verified: \u20683\u2069" in stats or "verified: 3" in stats


async def test_a_sum_that_moves_on_does_not_tell_how_many_are_hidden(batched: Dialogue) -> None:
    """Public names can be counted, so only what is hidden is rounded, and then the sum."""
    d = batched
    await until(d, "13:00")
    before = (await d.answer("eve: /read")).text
    await prepare(d.database)
    hidden = [f"Rana Mansour {n}" for n in range(3)]
    shown = Visibility.ORGANISERS
    await sign_all(d.database, hidden, "port", status=Status.VERIFIED, visibility=shown)
    assert (await d.answer("eve: /read")).text == before
    await list_all(d.database, "port", [OnList(f"Lina Haddad {n}") for n in range(9)])
    # Nine are listed and three hidden: the sum is above ten, and that is not said.
    assert "Fewer than 10 have signed." in (await d.answer("eve: /read")).text


async def _story(d: Dialogue, visibility: str) -> dict[str, int]:
    """The attacker, the victim and the attacker sign, and are verified, some hours apart."""
    await until(d, "13:00")
    numbers = {}
    for who in SIGNERS:
        numbers[who] = await d.sign(who, f"{who.title()} Haddad", visibility)
        await d.say("%advance 61m")
    await d.say("omar@admins: /pending")
    for number in numbers.values():
        await d.say(f"zaid@admins: /show {number}", f"zaid@admins: /verify {number}")
        await d.say("%advance 11m")
    await until(d, NOON)
    return numbers


SECRET = re.compile(r"^(sealed_|.*_tag$)")
TIME = re.compile(r"\d\d:\d\d:\d\d")


@pytest.mark.parametrize("visibility", ["public", "organisers"])
async def test_the_file_without_its_key(batched: Dialogue, visibility: str) -> None:
    """Of the three no clear value tells who was before whom, nor when."""
    d = batched
    numbers = await _story(d, visibility)
    await d.stop()
    with closing(sqlite3.connect(d.data / "undersigned.db")) as file:
        file.row_factory = sqlite3.Row
        tables = [r[0] for r in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {t: [dict(r) for r in file.execute(f"SELECT * FROM {t}")] for t in tables}
    await d.start()
    clear = {
        table: [{k: v for k, v in row.items() if not SECRET.match(k)} for row in found]
        for table, found in rows.items()
    }
    own = {"number", "public_name", "sort_key"}
    mine = [r for r in clear["endorsements"] if r["number"] in numbers.values()]
    alike = [{k: v for k, v in row.items() if k not in own} for row in mine]
    assert alike[0] == alike[1] == alike[2]
    assert alike[0]["hour"].endswith("00:00:00.000000")
    assert "endorsements" not in {row["name"] for row in clear["sqlite_sequence"]}
    # Nothing else that names a record says when, or in which order of its own.
    for table in ("admin_actions", "due_jobs", "desks"):
        assert clear[table]
        for row in clear[table]:
            assert not set(map(str, numbers.values())) & set(re.findall(r"\d+", str(row.values())))
    for table, found in clear.items():
        for row in found:
            if "number" in row:
                assert not TIME.search(str(row).replace("00:00:00", "")), (table, row)


async def test_no_moment_stands_beside_a_record_while_its_window_is_open(
    batched: Dialogue,
) -> None:
    d = batched
    number = await d.sign("amal", "Amal Haddad")
    await d.say(f"zaid@admins: /verify {number}")
    ((row,),) = [await d.rows(f"SELECT * FROM endorsements WHERE number = {number}")]
    times = [value for value in row if isinstance(value, str) and TIME.search(value)]
    assert len(times) == 1
    assert times[0].endswith(":00:00.000000")
    assert await d.rows("SELECT 1 FROM due_jobs WHERE kind = 'window'") == [(1,)]
    for table in ("due_jobs", "admin_actions", "live_messages", "shown", "outbox", "desks"):
        values = [value for row in await d.rows(f"SELECT * FROM {table}") for value in row]
        # When its job is due has digits of its own.
        texts = [value for value in values if not TIME.search(str(value))]
        told = [value if isinstance(value, bytes) else str(value).encode() for value in texts]
        assert not any(str(number).encode() in value for value in told), table
    async with d.database.unit() as unit:
        record = await unit.endorsements.get(Number(number))
    assert record is not None
    assert record.undo_until is not None


async def test_who_asked_in_a_groups_name_goes_with_that_person(d: Dialogue) -> None:
    """While the group's endorsement waits, and when it has been decided."""
    for group in ("tunis", "sfax"):
        await d.say(f"%title {group} Readers of {group}", f"omar@{group}: /endorse port")
        await d.say(f"omar@{group}: [confirm]")
    await d.say("zaid@admins: /verify 1", "%advance 11m")
    assert "omar" in (await d.say("zaid@admins: /show 2"))[-1].text
    assert await askers(d) == {1: None, 2: "omar"}
    await d.say("omar: /forget", "omar: [confirm]")
    assert await askers(d) == {1: None, 2: None}
    assert "omar" not in (await d.say("zaid@admins: /show 2"))[-1].text
    assert (await d.counts()).pending == 1


async def askers(d: Dialogue) -> dict[int, str | None]:
    async with d.database.unit() as unit:
        records = [await unit.endorsements.get(Number(n)) for n in (1, 2)]
    return {r.number: r.details.asked_by for r in records if r is not None and r.details}


async def test_the_exact_counts_are_the_operators(batched: Dialogue) -> None:
    d = batched
    number = await d.sign("amal", "Amal Haddad")
    await d.say(f"zaid@admins: /verify {number}")
    assert json.dumps((await d.counts()).persons) == "1"
