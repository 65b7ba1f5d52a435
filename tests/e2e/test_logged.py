"""What of a campaign is entered in its logs, and when; what is known of an entry, and how long."""

from __future__ import annotations

import json
import re
import secrets
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain import merkle
from bot.domain.ids import Number, StatementId
from bot.domain.log import EntryKind
from bot.notes import Checkpoint, VerifierKey, open_note
from bot.services.entries import enter_waiting
from bot.storage.log import ADMINS
from tests.e2e.test_publication import NOON, until
from tests.support.blank import write_blank
from tests.support.dialogue import Dialogue, settings_in
from tests.support.logs import assert_in_step, log_of

PORT = StatementId("port")
COUNTED = {"state": "counted", "kind": "person"}


async def said(d: Dialogue, kind: EntryKind = EntryKind.RECORD) -> list[dict[str, Any] | None]:
    """What the entries of that kind say; None where nobody can know it any more."""
    found = [entry for entry in await log_of(d.database, PORT) if entry.leaf.kind is kind]
    return [None if entry.opening is None else dict(entry.opening.says) for entry in found]


async def states(d: Dialogue) -> list[str | None]:
    return [None if says is None else says["state"] for says in await said(d)]


async def verified(d: Dialogue, visibility: str = "public", who: str = "amal") -> int:
    """Somebody who is verified for good."""
    number = await d.sign(who, f"{who.title()} Haddad", visibility)
    await d.say(f"zaid@admins: /verify {number}", "%advance 11m")
    return number


async def test_who_is_on_the_list_is_in_the_log_as_on_the_list(d: Dialogue) -> None:
    number = await d.sign("amal", "Amal Haddad", country="Tunisia")
    assert await said(d) == []
    await d.say(f"zaid@admins: /verify {number}")
    assert await said(d) == []
    await d.say("%advance 11m")
    (row,) = next(did for did in await d.say("zaid@admins: /export port json") if did.path).sent
    assert [row.pop(name) for name in ("except", "mandate", "paper")] == ["", "", ""]
    assert await said(d) == [{"state": "listed", **row}]
    (entry,) = [
        each for each in await log_of(d.database, PORT) if each.leaf.kind is EntryKind.RECORD
    ]
    assert entry.leaf.day == d.platform.now().date()


async def test_what_only_waits_or_was_not_accepted_never_enters(d: Dialogue) -> None:
    first, second, third = [await d.sign(who, f"{who.title()} H.") for who in ("a", "b", "c")]
    await d.say(f"zaid@admins: /reject {first} No", f"zaid@admins: /verify {second} {third}")
    await d.say("zaid@admins: [confirm]", f"zaid@admins: /undo {second}")
    await d.say("c: /withdraw", "c: [confirm]", "%advance 1h")
    assert await said(d) == []


async def test_a_name_that_leaves_the_list_is_out_at_once_and_known_to_nobody(d: Dialogue) -> None:
    number = await verified(d)
    await d.say("amal: /withdraw", "amal: [confirm]")
    assert await states(d) == [None, "out"]
    await d.say(f"amal: /withdraw undo {number}")
    assert await states(d) == [None, None, "listed"]
    await d.say("amal: /forget", "amal: [confirm]")
    assert await states(d) == [None, None, None, "out"]
    assert len({entry.leaf.ref for entry in await log_of(d.database, PORT)} - {bytes(16)}) == 1


async def test_a_name_that_is_hidden_goes_on_counting(d: Dialogue) -> None:
    number = await verified(d)
    await d.say(f"amal: /mine {number} organisers")
    hidden, newest = await said(d)
    assert hidden is None
    assert newest is not None
    digest = newest.pop("digest")
    assert newest == COUNTED
    assert (digest,) in await d.rows("SELECT digest FROM revisions")


async def test_an_admins_decision_about_what_is_listed(d: Dialogue) -> None:
    number = await verified(d)
    await d.say(f"zaid@admins: /reject {number} No")
    assert await states(d) == [None, "out"]
    await d.say(f"zaid@admins: /undo {number}")
    assert await states(d) == [None, None, "listed"]
    await d.say(f"zaid@admins: /reject {number} No", "%advance 11m")
    assert await states(d) == [None, None, None, "out"]


async def test_another_line_on_the_list_is_another_entry(d: Dialogue) -> None:
    await verified(d)
    await d.say("amal: /mine", "amal: [country]", "amal: Tunisia")
    first, second = await said(d)
    assert first is None
    assert second is not None
    assert second["country"] == "TN"


@pytest.mark.parametrize("visibility", ["organisers", "counted"])
async def test_who_counts_without_a_name_enters_when_the_window_ends(
    d: Dialogue, visibility: str
) -> None:
    await verified(d, visibility)
    (says,) = await said(d)
    assert says is not None
    assert says["state"] == "counted"
    assert "Haddad" not in json.dumps(says)
    await d.say("amal: /withdraw", "amal: [confirm]")
    assert await states(d) == ["counted"]
    await d.say("%advance 11m")
    assert await states(d) == [None, "out"]


async def test_what_is_entered_already_is_not_entered_again(d: Dialogue) -> None:
    """Whoever marks it in the database brings about nothing."""
    await verified(d)
    before = await said(d)
    async with d.database.unit() as unit:
        await unit._connection.execute(sa.text("UPDATE endorsements SET unlogged = true"))
    async with d.database.unit() as unit:
        assert not await enter_waiting(unit, d.bot.campaign)
    assert await said(d) == before != []
    assert await d.rows("SELECT unlogged FROM endorsements") == [(0,)]


@pytest.mark.usefixtures("started")
async def test_pauses_and_texts(d: Dialogue) -> None:
    assert await said(d, EntryKind.LIFE) == [{"event": "opened", "note": ""}]
    texts = await said(d, EntryKind.TEXT)
    await d.sign("amal", "Amal Haddad")
    await d.sign("rami", "Rami Mansour")
    # Nothing tells when somebody signed one of them first.
    assert await said(d, EntryKind.TEXT) == texts
    first, second = (text for text in texts if text is not None)
    assert (first["change"], first["language"], first["of"]) == ("first", "en", "")
    assert (second["change"], second["language"]) == ("translation", "ar")
    assert second["of"] == first["digest"]
    kept = await d.rows("SELECT digest, title FROM revisions")
    assert sorted(kept) == sorted((text["digest"], text["title"]) for text in (first, second))
    await d.say("zaid@admins: /close", "zaid@admins: /close", "zaid@admins: /open")
    events = [says and says["event"] for says in await said(d, EntryKind.LIFE)]
    assert events == ["opened", "paused", "opened"]
    await d.restart()
    assert len(await said(d, EntryKind.LIFE)) == 3


async def test_a_text_that_takes_the_place_of_another(d: Dialogue, port: Path) -> None:
    await d.sign("amal", "Amal Haddad")
    file = port / "port" / "en.md"
    file.write_text(f"{file.read_text(encoding='utf-8')}\nMore.\n", encoding="utf-8")
    await d.say("zaid@admins: /reload", "zaid@admins: [new]")
    first, _translation, new = await said(d, EntryKind.TEXT)
    assert first is not None
    assert new is not None
    assert (new["change"], new["of"]) == ("new", first["digest"])


async def test_all_that_admins_do_is_in_their_log(d: Dialogue) -> None:
    await verified(d)
    await d.say("zaid@admins: /export", "zaid@admins: /close", "zaid@admins: /reject 1 No")
    acts = [act.opening.says for act in await log_of(d.database, ADMINS) if act.opening]
    assert [act["action"] for act in acts] == ["verify", "export", "close", "reject"]
    await assert_in_step(d.database)


async def test_what_the_organisers_keep_off_the_list_is_in_no_entry(
    d: Dialogue, port: Path
) -> None:
    """Also once they turn it off, of those who are on the list already."""
    await d.say("amal: /sign port", "amal: [confirm]", "amal: Amal Haddad", "amal: Teacher")
    await d.say("amal: Tunisia", "amal: [public]", "amal: [shown]", "amal: [confirm]")
    await d.say("zaid@admins: /verify 1", "%advance 11m")
    (shown,) = await said(d)
    assert shown is not None
    assert shown["affiliation"] == "Teacher"
    file = port / "port" / "statement.yaml"
    shows = file.read_text(encoding="utf-8")
    file.write_text(f"{shows}  affiliations: false\n", encoding="utf-8")
    await d.say("zaid@admins: /reload")
    assert await said(d) == [None, shown | {"affiliation": ""}]
    await d.restart()
    assert len(await said(d)) == 2
    file.write_text(shows, encoding="utf-8")
    await d.restart()
    assert await said(d) == [None, None, shown]


@pytest.fixture
async def batched(tmp_path: Path, port: Path) -> AsyncIterator[Dialogue]:
    """Names at noon, counts in fours."""
    environ = {"UNDERSIGNED_PUBLICATION__NAMES_AT": NOON}
    environ["UNDERSIGNED_PUBLICATION__ROUND_COUNTS_TO"] = "4"
    write_blank(tmp_path)
    dialogue = Dialogue(settings_in(tmp_path, port, **environ))
    await dialogue.start()
    yield dialogue
    await dialogue.kill()


async def test_what_nobody_sees_comes_together_and_is_filled_up(batched: Dialogue) -> None:
    d = batched
    await until(d, "13:00")
    for who, visibility in (
        *(("amal", "public"), ("rami", "organisers"), ("lina", "counted")),
        *(("omar", "counted"), ("nour", "organisers"), ("sami", "counted")),
    ):
        await verified(d, visibility, who)
    # Who takes it back before the time has never been there.
    await d.say("sami: /withdraw", "sami: [confirm]", "%advance 1h")
    assert await said(d) == []
    await until(d, NOON)
    assert Counter(await states(d)) == {"listed": 1, "counted": 4}
    assert await d.rows("SELECT count(*) FROM endorsements WHERE unlogged") == [(0,)]
    await d.say("rami: /withdraw", "rami: [confirm]", "%advance 1h")
    assert Counter(await states(d)) == {"listed": 1, "counted": 4}
    await until(d, NOON)
    assert Counter(await states(d)) == {"listed": 1, "counted": 3, None: 1, "out": 1, "pad": 3}
    await until(d, NOON)
    assert len(await said(d)) == 9


async def test_the_order_of_those_that_come_together_means_nothing(
    batched: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here turned around, to see that it is drawn."""
    d = batched

    class Turned:
        def shuffle(self, new: list[Any]) -> None:
            new.reverse()

    monkeypatch.setattr(secrets, "SystemRandom", Turned)
    await until(d, "13:00")
    for who in ("amal", "rami", "lina", "omar"):
        await verified(d, "counted", who)
    await until(d, NOON)
    async with d.database.unit() as unit:
        refs = [await unit.log.ref(PORT, Number(number)) for number in (4, 3, 2, 1)]
    found = [
        entry for entry in await log_of(d.database, PORT) if entry.leaf.kind is EntryKind.RECORD
    ]
    assert [entry.leaf.ref for entry in found] == refs


async def test_counts_that_are_rounded_have_a_time_of_their_own(tmp_path: Path, port: Path) -> None:
    """Names come each by itself, what has none at midnight."""
    write_blank(tmp_path)
    environ = {"UNDERSIGNED_PUBLICATION__ROUND_COUNTS_TO": "3"}
    d = Dialogue(settings_in(tmp_path, port, **environ))
    await d.start()
    await until(d, "13:00")
    await verified(d, "public", "amal")
    await verified(d, "counted", "rami")
    assert await states(d) == ["listed"]
    await until(d, "00:00")
    assert Counter(await states(d)) == {"listed": 1, "counted": 1, "pad": 2}
    await d.kill()


def notes_in(text: str, key: str) -> list[Checkpoint]:
    """Every signed note in a message, each signed by that key."""
    lines = text.split("\n")
    starts = [at for at, line in enumerate(lines) if line.startswith("undersigned/")]
    notes = ["\n".join(lines[at : at + 5]) + "\n" for at in starts if "+" not in lines[at]]
    return [Checkpoint.parse(open_note(note, [VerifierKey.parse(key)])) for note in notes]


def key_in(text: str) -> str:
    (key,) = [line for line in text.split("\n") if re.fullmatch(r"undersigned/\S+\+\S+\+\S+", line)]
    return key


async def test_the_admin_chat_has_a_checkpoint_a_day(d: Dialogue) -> None:
    await verified(d)
    heard = len(d.adapter.heard)
    (first,) = [did for did in await d.say("%advance 1d") if did.chat == "@admins"]
    of_admins, of_port = notes_in(first.text, key_in(first.text))
    assert (of_admins.size, of_port.size) == (1, 4)
    assert of_port.root == merkle.root(e.leaf.hash for e in await log_of(d.database, PORT))
    assert first.action == "send"
    # Nothing has changed since, and nothing is said.
    assert [did for did in await d.say("%advance 1d") if did.chat == "@admins"] == []
    await d.say("zaid@admins: /close", "zaid@admins: /open")
    (again,) = [did for did in await d.say("%advance 1d") if did.chat == "@admins"]
    assert (again.action, again.message) == ("edit", first.message)
    assert [note.size for note in notes_in(again.text, key_in(again.text))] == [3, 6]
    assert key_in(again.text) == key_in(first.text)
    assert len(d.adapter.heard) == heard


async def test_an_export_says_how_far_the_log_is(d: Dialogue) -> None:
    await verified(d)
    for form in ("csv", "json", "signed"):
        (file,) = [did for did in await d.say(f"zaid@admins: /export port {form}") if did.path]
        (note,) = notes_in(file.text, key_in(file.text))
        assert note.origin.endswith("/port")
        assert note.root == merkle.root(e.leaf.hash for e in await log_of(d.database, PORT))
    assert [entry["kind"] for entry in file.sent["entries"]] == ["life", "text", "text", "record"]
