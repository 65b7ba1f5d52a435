"""What came on paper: added by one admin, agreed to by another, told apart wherever it counts, and
taken back."""

from __future__ import annotations

import csv
import io
import itertools
import json
import sys
from pathlib import Path

import pytest

from bot.dispatch import router
from bot.domain.counts import Counts, PublicCounts
from bot.domain.ids import StatementId
from bot.services import paper
from bot.services.publication import public_counts
from bot.services.snapshot import snapshot
from bot.verify import verify
from tests.support.dialogue import BotStopped, Dialogue, Did, open_dialogue

ADDED = (
    "zaid@admins: /add person Amal Haddad (Tunisia); by letter, 3 May",
    "zaid@admins: [confirm]",
)
LISTED = (*ADDED, "omar@admins: /verify 1", "%advance 11m")


def plain(text: str) -> str:
    return text.replace("\u2068", "").replace("\u2069", "")


def write_list(folder: Path, *rows: str) -> Path:
    file = folder / "list.csv"
    file.write_text("\n".join(["Full name,Organisation,Country", *rows]) + "\n", "utf-8")
    return file


async def send_list(d: Dialogue, file: Path, words: str = "by letter, 3 May") -> Did:
    """The preview."""
    await d.say("omar@admins: /stats", f"%file zaid@admins {file} /add {words}")
    await d.say("%advance 1s")
    return d.newest("@admins", "cancel")


async def outcome(d: Dialogue, message: int) -> str:
    await d.say("%advance 1s")
    return plain(d.now_showing("@admins", message).text)


async def on_paper(d: Dialogue) -> list[tuple[int, str]]:
    return await d.rows("SELECT number, status FROM endorsements WHERE paper ORDER BY number")


async def test_it_is_asked_for_piece_by_piece(d: Dialogue) -> None:
    kind = await d.answer("zaid@admins: /add")
    assert kind.names == ("person", "organisation", "cancel")
    name = await d.answer("zaid@admins: [person]")
    assert "Which name" in name.text
    country = await d.answer(f"zaid@admins: >{name.number} Amal Haddad")
    source = await d.answer(f"zaid@admins: >{country.number} Tunisai")
    preview = await d.answer(f"zaid@admins: >{source.number} by letter, 3 May")
    assert preview.names[0] == "TN"
    said = plain((await d.answer("zaid@admins: [TN]")).text)
    for part in ("Amal Haddad", "Tunisia", "Source: by letter, 3 May", "person · on paper"):
        assert part in said
    assert await on_paper(d) == []
    await d.say("zaid@admins: [confirm]")
    assert await on_paper(d) == [(1, "pending")]
    card = plain(d.newest("@admins", "verify").text)
    assert "on paper" in card
    assert "by letter, 3 May" in card
    assert "ask" not in d.newest("@admins", "verify").names
    assert await d.actions("add") == [("add", 1)]


async def test_who_added_it_cannot_be_the_second(d: Dialogue) -> None:
    await d.say("omar@admins: /stats", *ADDED)
    refused = await d.answer("zaid@admins: /verify 1")
    assert "another admin" in refused.text.casefold()
    assert await on_paper(d) == [(1, "pending")]
    await d.say("omar@admins: /verify 1")
    assert await on_paper(d) == [(1, "verified")]
    # Undone as any decision.
    await d.say("omar@admins: /undo 1")
    assert await on_paper(d) == [(1, "pending")]


async def test_it_is_told_apart_wherever_it_counts(d: Dialogue, tmp_path: Path) -> None:
    await d.sign("rami", "Rami Khoury")
    await d.say(*(line.replace("/verify 1", "/verify 2") for line in LISTED[:-1]))
    await d.say("zaid@admins: /verify 1", "%advance 11m")
    assert await d.counts() == Counts(verified=2, persons=2, paper=1)
    (stats,) = await d.say("zaid@admins: /stats")
    assert "of these on paper: 1" in stats.text
    (listed,) = await d.say("amal: /signatories")
    assert "Of these 1 on paper." in listed.text
    assert "Amal Haddad · Tunisia · on paper" in plain(listed.text)
    assert "Rami Khoury · on paper" not in plain(listed.text)
    (read,) = await d.say("amal: /read")
    assert "Of these 1 on paper." in read.text
    (table,) = await d.say("zaid@admins: /export")
    assert table.content is not None
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert {row["name"]: row["paper"] for row in rows} == {"Amal Haddad": "yes", "Rami Khoury": ""}
    (signed,) = await d.say("zaid@admins: /export signed")
    assert signed.content is not None
    bodies = [each.get("body", {}) for each in json.loads(signed.content)["entries"]]
    assert {b["name"]: b.get("paper") for b in bodies if "name" in b} == {
        "Amal Haddad": True,
        "Rami Khoury": None,
    }
    (tmp_path / "signed.json").write_bytes(signed.content)
    (tmp_path / "list.csv").write_bytes(table.content)
    findings = verify(tmp_path / "signed.json", listed=tmp_path / "list.csv")
    assert not findings.faults
    assert "of these on paper 1" in "\n".join(findings.said)


async def test_one_for_the_organisers_counts_without_its_name(d: Dialogue) -> None:
    await d.say(ADDED[0], "zaid@admins: [organisers]", *LISTED[1:])
    assert await d.counts() == Counts(verified=1, persons=1, paper=1)
    (signed,) = await d.say("zaid@admins: /export signed")
    assert signed.content is not None
    bodies = [each.get("body", {}) for each in json.loads(signed.content)["entries"]]
    (counted,) = [b for b in bodies if b.get("state") == "counted"]
    assert counted["paper"] is True
    assert b"Amal" not in signed.content


async def test_what_is_not_accepted_is_erased(d: Dialogue) -> None:
    """So whose name it is can have it erased."""
    await d.say(*LISTED)
    (reason,) = await d.say("zaid@admins: /reject 1")
    assert "on paper" in reason.text
    await d.say("zaid@admins: /reject 1 she asked for it")
    assert await d.rows("SELECT sealed_name IS NULL FROM endorsements") == [(0,)]
    await d.say("zaid@admins: /undo 1", "%advance 1m")
    assert await on_paper(d) == [(1, "verified")]
    await d.say("zaid@admins: /reject 1 she asked for it", "%advance 11m")
    gone = "SELECT sealed_name IS NULL AND public_name IS NULL AND sealed_details IS NULL"
    assert await d.rows(f"{gone} FROM endorsements") == [(1,)]


async def test_an_addition_is_taken_back_for_ten_minutes(d: Dialogue) -> None:
    await d.say(*ADDED)
    await d.say("zaid@admins: /add 1 undo", "%advance 1s")
    assert await on_paper(d) == []
    assert await d.rows("SELECT status FROM endorsements") == [("withdrawn",)]
    assert await d.actions("take paper back") == [("take paper back", 1)]
    await d.say(*ADDED)
    preview = next(did for did in reversed(d.did) if did.text.startswith("Added")).number
    assert "once another admin agrees" in d.now_showing("@admins", preview).text
    await d.say("%advance 11m")
    assert d.now_showing("@admins", preview).text == "Added from paper: #2."
    (late,) = await d.say("zaid@admins: /add 2 undo")
    assert "kind" not in late.text
    assert [status for _, status in await on_paper(d)] == ["pending"]


async def test_nobody_but_an_admin_adds(d: Dialogue) -> None:
    (unknown,) = await d.say("amal: /add person Amal Haddad; by letter")
    assert "don't know" in unknown.text
    assert await on_paper(d) == []


def nothing_in_clear(d: Dialogue, *names: str) -> None:
    for file in d.data.rglob("*"):
        data = file.read_bytes() if file.is_file() else b""
        assert not any(name.encode() in data for name in names), file


LINES = (
    "Amal Haddad,Union,Tunisia",
    ",Union,Tunisia",
    "Omar Nasser,Union,France",
    "Omar Nasser,Union,France",
    '"Evil\u202ename",Union,France',
    "Rami Khoury,Union,",
    "Huda Saleh,Union,Atlantis",
)


async def test_a_list_tells_each_faulty_line_and_is_undone_as_one(
    d: Dialogue, tmp_path: Path
) -> None:
    await d.sign("rami", "Rami Khoury")
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    preview = await send_list(d, write_list(folder, *LINES))
    said = plain(preview.text)
    assert "3 signatures" in said
    assert "4 lines are left out" in said
    assert "Line 3: no name" in said
    assert "Line 5: the same as line 4" in said
    assert "Line 6: a name" in said
    assert "Line 7: the same as #1" in said
    assert "Columns: name: Full name · affiliation: Organisation · country: Country" in said
    assert await on_paper(d) == []
    nothing_in_clear(d, "Huda Saleh", "Atlantis")
    # Pressed twice, and typed: it is added once.
    await d.receive(
        *(d.press("zaid", preview.number, preview.data["confirm"], "admins") for _ in range(2))
    )
    await d.say("zaid@admins: /add 1 confirm")
    told = await outcome(d, preview.number)
    assert "Added from paper: 3 signatures." in told
    assert len(await on_paper(d)) == 3
    nothing_in_clear(d, "Huda Saleh", "Atlantis")
    await d.say("omar@admins: /pending paper", "omar@admins: [bulk]", "omar@admins: [confirm]")
    await d.say("%advance 1s")
    assert (await d.counts()).paper == (await d.counts()).verified > 0
    await d.say("omar@admins: /bulk 1 undo", "%advance 1s")
    assert (await d.counts()).verified == 0
    await d.say("omar@admins: /verify 2", f"zaid@admins: [{preview.number}:undo]")
    told = await outcome(d, preview.number)
    assert "Taken back and erased: 3 signatures from paper." in told
    assert await on_paper(d) == []


@pytest.mark.soak
async def test_a_list_that_nobody_confirms_ends(d: Dialogue, tmp_path: Path) -> None:
    preview = await send_list(d, write_list(tmp_path, *LINES))
    await d.say("%advance 25h")
    assert "Nothing was added" in d.now_showing("@admins", preview.number).text
    assert await d.rows("SELECT 1 FROM conversations") == []
    assert await on_paper(d) == []


@pytest.mark.parametrize("rows", [30, pytest.param(500, marks=pytest.mark.soak)])
async def test_killed_in_the_middle_each_line_is_added_once(
    tmp_path: Path, port: Path, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper, "AT_ONCE", 5)
    lines = [f"Person {'abcdefghij'[n % 10]}{n} Test,Union,France" for n in range(rows)]
    lines[7], lines[9] = lines[6], ",nobody,France"
    async with open_dialogue(tmp_path, port) as d:
        preview = await send_list(d, write_list(tmp_path, *lines))
        assert f"{rows - 2} signatures" in preview.text
        commits = itertools.count(1)
        d.at_point = lambda what: d.die() if what == "a commit" and next(commits) == 8 else None
        with pytest.raises(BotStopped):
            await d.receive(d.press("zaid", preview.number, preview.data["confirm"], "admins"))
        d.at_point = None
        await d.kill()
        assert 0 < len(await on_paper(d)) < rows - 2
        await d.start()
        told = await outcome(d, preview.number)
        assert f"Added from paper: {rows - 2} signatures." in told
        assert len(await on_paper(d)) == rows - 2
        assert (await d.counts()).pending == rows - 2
        actions = await d.actions("add")
        assert len({number for _, number in actions}) == len(actions) == rows - 2


async def test_a_list_that_takes_longer_than_rights_are_known_is_read_once(
    d: Dialogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(router, "FRESH", 0.1)
    assert "1 signature" in (await send_list(d, write_list(tmp_path, LINES[0]))).text


async def test_where_no_list_can_be_read_the_chat_goes_on(
    d: Dialogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_list(tmp_path, LINES[0])
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nothing"))
    said = await d.answer(f"%file zaid@admins {file} /add by letter, 3 May")
    assert "can't read a list" in said.text
    assert await d.say("zaid@admins: /stats")


UNION = "add organisation Union of Dockers (Tunisia); by letter"


async def test_who_was_linked_to_one_that_is_taken_back_stands_alone(d: Dialogue) -> None:
    await d.say(f"zaid@admins: /{UNION}", "zaid@admins: [confirm]")
    await d.say("omar@tunis: /endorse Union of Dockers (Tunisia)", "omar@tunis: [confirm]")
    await d.say("omar@admins: /link 1 2", "zaid@admins: /add 1 undo", "%advance 1s")
    found = "SELECT number, status, linked_to FROM endorsements ORDER BY number"
    assert await d.rows(found) == [(1, "withdrawn", None), (2, "pending", None)]


async def test_a_line_may_name_several(d: Dialogue, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    rows = ("Name,Country,Name,Country", "Amal Haddad,Tunisia,Omar Nasser,France")
    file.write_text("\n".join((*rows, "Rami Khoury,,Rami Khoury,")), "utf-8")
    preview = await send_list(d, file)
    assert "Line 3: the same as line 3" in plain(preview.text)
    await d.say("zaid@admins: [confirm]")
    assert "Added from paper: 3 signatures." in await outcome(d, preview.number)
    assert len(await on_paper(d)) == 3


async def test_what_came_between_the_preview_and_confirm_is_not_added_twice(
    d: Dialogue, tmp_path: Path
) -> None:
    """Nor is one that another stands for. Two lines that the preview took for two are two."""
    folded = "Rami Khoury,,", "Rami Khoury,,France"
    preview = await send_list(d, write_list(tmp_path, LINES[0], "Union of Dockers,,", *folded))
    assert "4 signatures" in preview.text
    await d.sign("amal", "amal haddad")
    await d.say("omar@tunis: /endorse Union of Dockers (Tunisia)", "omar@tunis: [confirm]")
    await d.say("lina@sfax: /endorse Dockers of Sfax (Tunisia)", "lina@sfax: [confirm]")
    await d.say("omar@admins: /link 3 2", f"zaid@admins: [{preview.number}:confirm]")
    told = await outcome(d, preview.number)
    assert "Added from paper: 2 signatures." in told
    assert "2 lines are left out" in told
    assert "Line 2: the same as #1, which is here already" in told
    assert "Line 3: the same as #2, which is here already" in told
    assert "takes none" not in told
    assert len(await on_paper(d)) == 2


async def test_right_after_a_start_a_list_waits_until_all_names_are_known(
    d: Dialogue, tmp_path: Path
) -> None:
    await d.say("omar@admins: /stats")
    hidden = d.database._hidden
    hidden.complete = False
    await d.say(f"%file zaid@admins {write_list(tmp_path, LINES[0])} /add by letter", "%advance 5s")
    assert "Comparing" in d.did[-1].text
    hidden.complete = True
    await d.say("%advance 5s")
    assert "1 signature" in d.newest("@admins", "cancel").text


async def test_its_waiting_says_nothing_of_how_long_others_wait(d: Dialogue) -> None:
    await d.say(*LISTED[:-1])
    async with d.database.unit() as unit:
        assert (await unit.waits.pace()).lately == {}


async def test_a_button_typed_too_late_is_no_name(d: Dialogue) -> None:
    await d.say(*ADDED, "%advance 11m")
    await d.answer("zaid@admins: /add 1 undo")
    assert await d.rows("SELECT 1 FROM conversations") == []
    assert "Who signed" in (await d.answer(f"zaid@admins: /add {'9' * 5000} undo")).text


async def test_rounded_it_is_never_more_than_all(tmp_path: Path, port: Path) -> None:
    async with open_dialogue(tmp_path, port, UNDERSIGNED_PUBLICATION__ROUND_COUNTS_TO="2") as d:
        await d.say(
            "omar@admins: /stats", *ADDED, f"zaid@admins: /{UNION}", "zaid@admins: [confirm]"
        )
        await d.say("omar@admins: /verify 1", "omar@admins: /verify 2", "%advance 11m")
        campaign = d.bot.campaign
        statement = campaign.library.get(StatementId("port"))
        assert statement is not None
        async with d.database.unit() as unit:
            counts = await public_counts(unit, campaign, statement.id)
        assert counts == PublicCounts(of=2)
        async with snapshot(d.database.unit, statement, campaign.publication) as seen:
            assert seen is not None
            assert seen.counts == counts


async def test_undoing_a_list_leaves_the_word_of_who_added_it(d: Dialogue) -> None:
    await d.say(*ADDED, "omar@admins: /add person Rami Khoury (Tunisia); by letter")
    await d.say("omar@admins: [confirm]", "zaid@admins: /pending paper", "zaid@admins: [bulk]")
    await d.say("zaid@admins: [confirm]", "%advance 1s")
    assert any("1 was left as it is" in did.text for did in d.did)
    await d.say("zaid@admins: /bulk 1 undo", "%advance 1s", "omar@admins: /verify 1")
    assert await on_paper(d) == [(1, "verified"), (2, "pending")]


async def test_what_nobody_finishes_leaves_no_name_in_the_chat(d: Dialogue) -> None:
    preview = await d.answer(ADDED[0])
    assert "Amal" in preview.text
    await d.say("%advance 23h")
    assert "Amal" in d.now_showing("@admins", preview.number).text
    await d.say("%advance 2h")
    left = d.now_showing("@admins", preview.number)
    assert (left.text, left.names) == ("Nobody finished this within a day. Nothing was added.", ())
    assert await d.rows("SELECT 1 FROM conversations") == []


async def test_a_source_of_several_lines_is_one(d: Dialogue) -> None:
    await d.say("zaid@admins: /stats")
    preview = await d.receive(
        d.message("zaid", "/add person Amal Haddad (Tunisia); by\nletter", "admins")
    )
    assert "Source: by letter" in plain(preview[-1].text)
