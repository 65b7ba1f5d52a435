"""`/finish`, by two admins, closes a statement for ever: nothing leads to anybody who signed it any
more. `/close` only pauses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.adapters.console.adapter import NAME
from bot.age import make_identity
from bot.domain.admin import Admin
from bot.domain.counts import Counts
from bot.domain.endorsement import Kind
from bot.domain.ids import ChatRef, Number, StatementId, UserRef
from bot.services import finishing
from bot.services.signed_export import signed_export
from bot.storage.jobs import Job, JobKey, JobKind
from bot.storage.rotation import sealed_columns
from bot.storage.statements import signer_value
from bot.storage.tables import metadata
from bot.storage.tags import chat_tag, record_tag
from bot.verify import verify
from tests.e2e.test_privacy_on_disk import hits, left_behind
from tests.support.dialogue import Dialogue, open_dialogue
from tests.support.logs import log_of
from tests.support.signed import prepare, sign_all
from tests.support.statements import change_text

PORT = StatementId("port")
FINISH = ("zaid@admins: /finish", "omar@admins: /finish port")

WHO = ("amal", "rami", "lina", "nour", "dina", "sami", "tunis")


async def signed(d: Dialogue) -> None:
    """In every state that there is: `amal` and the group `tunis` on the list, `rami` for the
    organisers, both of whom want to be told, and `lina` counted; `nour` waits and was asked
    something, `dina` was not accepted, and `sami` has withdrawn a moment ago."""
    shown = {"rami": "organisers", "lina": "counted"}
    lines = ["omar@tunis: /help", "zaid@admins: /help", "omar@admins: /help"]
    for who in WHO[:-1]:
        answers = ["/sign port", "[confirm]", f"Canary {who}", "Canary Works", "Tunisia"]
        updates = ["[updates]"] if who in {"amal", "rami"} else []
        answers += [f"[{shown.get(who, 'public')}]", *updates, "[confirm]"]
        lines += [f"{who}: {answer}" for answer in answers]
    await d.already(
        *lines,
        *("omar@tunis: /endorse Club of Tunis", "omar@tunis: [confirm]"),
        *("zaid@admins: /verify 1 2 3 7", "zaid@admins: [confirm]"),
        *("zaid@admins: /reject 5 Canary reason", "%advance 11m"),
        *("zaid@admins: /ask 4 Canary question?", "sami: /withdraw", "sami: [confirm]"),
    )


def accounts(d: Dialogue) -> Mapping[str, UserRef | ChatRef]:
    people = {who: UserRef(NAME, str(d.platform.person(who).id)) for who in WHO[:-1]}
    return {**people, "tunis": ChatRef(NAME, str(d.platform.group("tunis").id))}


async def linked(d: Dialogue) -> set[str]:
    """Whom somebody with the database and the host's key finds a record of: by a mark that is made
    again, by what a row of a record holds when it is opened, or by a message in their chat that is
    known to show a record."""
    keys, found = d.database.keys, set[str]()
    async with d.database.unit() as unit:
        rows = {
            table: (await unit._connection.execute(table.select())).all()
            for table in metadata.sorted_tables
        }
    named = {table.name: some for table, some in rows.items()}
    marks = {row.signer_tag for row in named["endorsements"]}
    made = [
        keys.statement_key(row.id, row.sealed_key)
        for row in named["statements"]
        if row.sealed_key is not None
    ]
    opened = [
        keys.open(value, sealed.context(row)).decode()
        for sealed in sealed_columns()
        if sealed.table.name in {"endorsements", "questions"}
        for row in rows[sealed.table]
        if (value := getattr(row, sealed.column.name)) is not None
    ]
    in_chat = {row.token_tag: row.chat_tag for row in named["live_messages"]}
    records = {record_tag(keys, Number(row.number)) for row in named["endorsements"]}
    shown = {in_chat[row.token_tag] for row in named["shown"] if row.record_tag in records}
    for who, account in accounts(d).items():
        kind = Kind.ORGANISATION if isinstance(account, ChatRef) else Kind.PERSON
        is_marked = any(key.tag("signer", signer_value(kind, account)) in marks for key in made)
        is_named = any(f'"{account.key}"' in text for text in opened)
        if is_marked or is_named or chat_tag(keys, ChatRef(NAME, account.key)) in shown:
            found.add(who)
    return found


async def test_row_15_key_and_database_lead_from_no_account_to_a_record(d: Dialogue) -> None:
    """Must show 4."""
    await signed(d)
    assert await linked(d) == set(WHO)
    (old,) = await d.rows("SELECT sealed_key FROM statements")
    before = await d.answer("amal: /signatories"), await d.counts()
    await d.say(*FINISH)
    assert await linked(d) == set()
    assert await d.rows("SELECT sealed_key, finished FROM statements") == [
        (None, str(d.platform.now().date()))
    ]
    assert PORT not in d.database._statement_keys
    # What was public and what was counted is as it was.
    after = await d.answer("amal: /signatories"), await d.counts()
    assert after[0].text == before[0].text
    assert "Canary amal" in after[0].text
    assert after[1] == Counts(verified=4, persons=3, organisations=1, rejected=1, withdrawn=2)
    await d.stop()
    gone = ["Canary rami", "Canary nour", "Canary sami", "Canary reason", "Canary question"]
    files = left_behind(d.data) | {"key": d.settings.key_file.read_bytes()}
    assert hits(files, gone) == []
    assert not [name for name, data in files.items() if old[0] in data]
    await d.start()
    with pytest.raises(KeyError):
        async with d.database.unit() as unit:
            await unit.statements.signer_tag(Kind.PERSON, UserRef(NAME, "1"), PORT)


async def test_nothing_that_was_sealed_about_a_record_but_its_public_name_is_left(
    d: Dialogue,
) -> None:
    await signed(d)
    await d.say(*FINISH)
    keys, left = d.database.keys, []
    for sealed in sealed_columns():
        if sealed.table.name == "endorsements":
            async with d.database.unit() as unit:
                rows = (await unit._connection.execute(sealed.table.select())).all()
            for row in rows:
                if (value := getattr(row, sealed.column.name)) is not None:
                    said = keys.open(value, sealed.context(row)).decode().rstrip()
                    left.append((row.number, sealed.column.name, "Canary" in said))
    assert sorted(left) == [
        (1, "sealed_details", False),
        (1, "sealed_name", True),
        (7, "sealed_details", False),
        (7, "sealed_name", False),
    ]
    assert await d.rows("SELECT 1 FROM questions") == []


async def test_who_can_be_reached_is_thanked_once(d: Dialogue) -> None:
    await signed(d)
    said = await d.say("zaid@admins: /finish")
    assert not [did for did in said if did.chat != "@admins"]
    said = await d.say("omar@admins: [agree]")
    told = {did.chat: did for did in said if did.chat != "@admins"}
    assert sorted(told) == ["@tunis", "amal", "nour", "rami"]
    assert len([did for did in said if did.chat in told]) == len(told)
    for who in ("amal", "rami"):
        assert "is finished. Thank you for signing!" in told[who].text
        assert "3 people and 1 organisation have signed." in told[who].text
    assert "Your name stays on the public list" in told["amal"].text
    assert "nobody can find out from me that you signed" in told["rami"].text
    assert "Thank you for endorsing it!" in told["@tunis"].text
    assert "wasn't verified in time, so it doesn't count" in told["nour"].text
    # What waits to be delivered would lead from a chat to a record by its number.
    assert not [did.text for did in told.values() if "#" in did.text]
    assert "Open the port" in (await d.say("amal: [signatories]"))[0].text
    assert not [did for did in await d.say("%advance 2d") if did.chat in told]


async def test_afterwards_nobody_signs_withdraws_or_is_recognised(d: Dialogue) -> None:
    await signed(d)
    # They began before it was finished, and confirm after it.
    await d.say("hala: /sign port", "hala: [confirm]", "hala: Hala", "hala: [skip]")
    await d.say("hala: [skip]", "hala: [public]", "karim@sfax: /endorse Club of Sfax")
    await d.say(*FINISH)
    counts = await d.counts()
    for line in ("hala: [confirm]", "hala: /sign port", "hala: /start s_port_en"):
        assert "This is finished: nobody can sign it any more." in (await d.say(line))[-1].text
    for line in ("karim@sfax: [confirm]", "karim@sfax: /endorse Club of Sfax"):
        assert "This is finished: nobody can sign it any more." in (await d.say(line))[-1].text
    forgot = "Of a finished statement I don't know any more who signed it."
    for line in ("/mine", "/mine 1", "/mine 1 organisers", "/withdraw", "/withdraw 1"):
        told = await d.answer(f"amal: {line}")
        assert forgot in told.text, line
        assert told.names, line
    assert forgot in (await d.answer("omar@tunis: /withdraw")).text
    await d.say("amal: /forget")
    assert forgot in (await d.say("amal: [confirm]"))[-1].text
    (told, file) = await d.say("amal: /mydata")
    assert file.sent["endorsements"] == []
    assert await d.counts() == counts


async def test_what_readers_and_admins_see_of_it(d: Dialogue) -> None:
    await signed(d)
    said = await d.say(*FINISH)
    asked = "zaid\u2069 asked, \u2068omar\u2069 agreed: I'm finishing"
    assert any(asked in did.text for did in said)
    assert "is finished.\n\n3 people and 1 organisation signed." in d.newest("@admins").text
    cover = await d.answer("amal: /read")
    assert "Closed for ever on" in cover.text
    assert "3 people and 1 organisation signed." in cover.text
    assert "sign" not in cover.names
    assert "signatories" in cover.names
    for line in ("/close", "/open", "/finish"):
        told = await d.answer(f"zaid@admins: {line}")
        assert "was finished on" in told.text
        assert "it's closed for ever" in told.text
    assert "Nothing waits" in (await d.answer("zaid@admins: /agree")).text
    for line in ("/reject 1 No", "/reopen 1"):
        told = await d.answer(f"zaid@admins: {line}")
        assert "#1 can't be decided any more: its statement is finished." in told.text, line
    assert "has been decided" in (await d.answer("zaid@admins: /verify 1")).text
    assert "can't be undone" in (await d.answer("zaid@admins: /undo 1")).text
    assert "can't reach the signer" in (await d.answer("zaid@admins: /ask 1 Who?")).text
    card = (await d.answer("zaid@admins: /show 1")).text
    assert "Canary amal" in card
    assert "erased by its signer" not in card
    assert "verified: 4" in (await d.answer("zaid@admins: /stats")).text
    assert "Canary amal" in (await d.answer("zaid@admins: /find amal")).text
    exported = (await d.answer("zaid@admins: /export")).content
    assert exported is not None
    assert b"Canary amal" in exported
    assert b"Club of Tunis" in exported
    assert await d.actions("finish") == [("finish", None)] * 2


async def test_closing_only_pauses_and_says_so(d: Dialogue) -> None:
    told = await d.answer("zaid@admins: /close")
    assert "is paused. To close it for ever: /finish port" in told.text
    await d.say("zaid@admins: [open]")
    assert "sign" in (await d.answer("amal: /read port")).names


async def test_one_admin_alone_finishes_nothing(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("zaid@admins: /help", "omar@admins: /help")
    told, asked = await d.say("zaid@admins: /finish")
    assert "Another admin has to agree before" in told.text
    assert "wants to finish “\u2068Open the port\u2069”: to close it for ever." in asked.text
    assert "1 signature is waiting." in asked.text
    assert "types /finish port." in asked.text
    assert asked.names == ("agree", "cancel")
    for line in ("/finish", "[agree]"):
        (told,) = await d.say(f"zaid@admins: {line}")
        assert "You asked for this yourself." in told.text
    listed = await d.answer("omar@admins: /agree")
    assert "finish" in listed.text
    assert "/finish port" in listed.text
    await d.say("zaid@admins: [cancel]")
    assert "cancelled this" in d.now_showing("@admins", asked.number).text
    assert await d.actions() == [("don't finish", None)]
    asked = (await d.say("zaid@admins: /finish"))[-1]
    await d.say("%advance 25h")
    assert "Nobody agreed for a day." in d.now_showing("@admins", asked.number).text
    assert await d.rows("SELECT finished FROM statements") == [(None,)]
    assert await d.counts() == Counts(pending=1)


@pytest.mark.usefixtures("started")
async def test_killed_on_the_way_it_goes_on(d: Dialogue) -> None:
    """Many go in steps, and nobody is thanked twice."""
    await prepare(d.database)
    await sign_all(d.database, [f"Amal Haddad {n}" for n in range(60)], "port")
    zaid, omar = (Admin(who, UserRef(NAME, who)) for who in ("zaid", "omar"))
    now = d.platform.now()
    async with d.database.unit() as unit:
        await finishing.begin(unit, PORT, zaid, omar, now)
        await unit.jobs.end(JobKey(JobKind.FINISH, PORT))
    job = Job(JobKey(JobKind.FINISH, PORT), now)
    async with d.database.unit() as unit:
        await finishing.go_on(unit, d.bot.campaign, job, now)
    assert len(await d.rows("SELECT 1 FROM endorsements WHERE signer_tag IS NOT NULL")) == 35
    # On the way already nobody is recognised, though the key is there.
    async with d.database.unit() as unit:
        assert await unit.statements.signer_tags(Kind.PERSON, UserRef(NAME, "1")) == {}
        await unit.statements.signer_tag(Kind.PERSON, UserRef(NAME, "1"), PORT)
    await d.kill()
    await d.start()
    await d.say("%advance 1m")
    assert await d.rows("SELECT 1 FROM endorsements WHERE signer_tag IS NOT NULL") == []
    assert await d.rows("SELECT 1 FROM statements WHERE sealed_key IS NOT NULL") == []
    assert await d.counts() == Counts(withdrawn=60)
    told = [did for did in d.did if "wasn't verified in time" in did.text]
    assert len(told) == 60


async def test_a_decision_that_could_be_undone_is_final(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.sign("rami", "Rami Mansour")
    await d.say("zaid@admins: /verify 1", "zaid@admins: /reject 2 No", "omar@admins: /help")
    assert "Amal" not in (await d.answer("lina: /signatories")).text
    await d.say(*FINISH)
    assert "Amal Haddad" in (await d.answer("lina: /signatories")).text
    assert await d.counts() == Counts(verified=1, persons=1, rejected=1)
    assert "Amal Haddad" in (await d.answer("lina: /signatories amal")).text
    jobs = [row[0] for row in await d.rows("SELECT kind FROM due_jobs")]
    assert JobKind.WINDOW not in jobs


@pytest.mark.parametrize("round_to", [1, 5])
async def test_the_list_verifies_against_the_last_checkpoint(
    tmp_path: Path, port: Path, round_to: int
) -> None:
    """Must show 4. Where counts are rounded, what was counted without a name and what fills up can
    be told apart by nobody any more."""
    rounded = {"UNDERSIGNED_PUBLICATION__ROUND_COUNTS_TO": str(round_to)}
    async with open_dialogue(tmp_path, port, **rounded) as d:
        await d.sign("amal", "Amal Haddad")
        await d.sign("lina", "Lina Saidi", "counted")
        await d.sign("rami", "Rami Mansour", "organisers")
        await d.say("omar@admins: /help", "zaid@admins: /verify 1 2 3", "zaid@admins: [confirm]")
        await d.say("%advance 11m")
        await d.say(*FINISH)
        file, listed, checkpoint = (tmp_path / name for name in ("export", "list.csv", "note"))
        exported = (await d.answer("zaid@admins: /export")).content
        sent = next(did.content for did in d.did if "checkpoint" in (did.path or ""))
        assert exported is not None
        assert sent is not None
        listed.write_bytes(exported)
        checkpoint.write_bytes(sent)
        statement, publication = d.bot.campaign.library.statements[PORT], d.bot.campaign.publication
        pieces = signed_export(d.database.unit, statement, publication)
        file.write_text("".join([piece async for piece in pieces]), encoding="utf-8")
        found = verify(file, against=checkpoint, listed=listed)
        assert found.faults == []
        assert "On the list: persons 1, organisations 0" in found.said
        counted = 2 if round_to == 1 else 0
        assert f"Counted without a name: persons {counted}, organisations 0" in found.said
        logged = await log_of(d.database, PORT)
        said = [each.opening and each.opening.says for each in logged]
        assert said[-1] == {"event": "finished", "note": ""}
        states = sorted(str(says["state"]) for says in said if says and "state" in says)
        assert states == (["counted", "counted", "listed"] if round_to == 1 else ["listed"])
        assert len(logged) == (7 if round_to == 1 else 10)
        # Nothing can be entered of a record any more, nor needs to be, also at another start.
        with pytest.raises(KeyError):
            async with d.database.unit() as unit:
                await unit.log.ref(PORT, Number(1))
        await d.restart()
        await d.say("%advance 500d")
        assert len(await log_of(d.database, PORT)) == len(logged)


async def test_what_is_the_organisers_stays_theirs_until_its_time_is_over(
    tmp_path: Path, port: Path
) -> None:
    key = {"UNDERSIGNED_ORGANISERS_KEY": make_identity(tmp_path / "key", dt.datetime.now(dt.UTC))}
    async with open_dialogue(tmp_path, port, **key) as d:
        await d.sign("rami", "Rami Mansour", "organisers")
        await d.sign("lina", "Lina Saidi", "organisers")
        await d.say("omar@admins: /help", "zaid@admins: /verify 1", "%advance 11m")
        await d.say("zaid@admins: /verify 2")
        await d.say(*FINISH)
        # Also what could still be undone a moment ago, and was not sealed yet.
        assert await d.rows("SELECT DISTINCT number FROM entrusted") == [(1,), (2,)]
        assert await d.rows("SELECT 1 FROM endorsements WHERE sealed_name IS NOT NULL") == []
        logged = len(await log_of(d.database, PORT))
        await d.say("%advance 560d", "%advance 2d")
        assert await d.rows("SELECT 1 FROM entrusted") == []
        assert len(await log_of(d.database, PORT)) == logged
        assert await d.counts() == Counts(verified=2, persons=2)


async def test_also_where_there_was_a_new_text(d: Dialogue) -> None:
    """Who stood under the earlier one is asked about the new one before, and no more then."""
    await signed(d)
    change_text(d.folder / "statements")
    await d.say("zaid@admins: /reload", "zaid@admins: [new]")
    assert "Sign the new text?" in (await d.say("amal: /sign port"))[-1].text
    await d.say("amal: [cancel]", *FINISH, "%advance 1h")
    for line in ("amal: /sign port", "omar@tunis: /endorse"):
        told = (await d.answer(line)).text
        assert "finished" in told, told


async def test_its_text_stays_as_it_was(d: Dialogue) -> None:
    """Nothing comes into the log behind the last checkpoint: not what was asked about before, nor
    another text on the disk, nor a translation that is added; and whoever reloads is told."""
    await d.sign("amal", "Amal Haddad")
    await d.say("omar@admins: /help", "zaid@admins: /verify 1", "%advance 11m")
    change_text(d.settings.statements)
    await d.say("zaid@admins: /reload")
    asked = d.newest("@admins", "correction")
    await d.say(*FINISH)
    stays = "The text of “\u2068Open the port\u2069” stays as it was. It can't be changed any more."
    over = d.now_showing("@admins", asked.number)
    assert (over.text, over.names) == (stays, ())
    await d.receive(d.press("zaid", asked.number, asked.data["new"], "admins"))
    port = d.settings.statements / "port"
    (port / "fr.md").write_text((port / "en.md").read_text(), encoding="utf-8")
    assert stays in (await d.answer("zaid@admins: /reload")).text
    await d.restart()
    shown = (await d.say("reader: /read port", "reader: [next]"))[-1]
    assert "has been closed since" in shown.text
    assert "fr" not in shown.names
    entries = await log_of(d.database, PORT)
    assert entries[-1].opening is not None
    assert entries[-1].opening.says == {"event": "finished", "note": ""}
    (port / "fr.md").unlink()
    text = (port / "en.md").read_text()
    (port / "en.md").write_text(text.replace("shut", "closed"), encoding="utf-8")
    assert stays not in (await d.answer("zaid@admins: /reload")).text
