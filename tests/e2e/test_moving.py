"""A campaign that has moved: the old bot says where, and signers are known elsewhere by a code."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from bot.domain.counts import Counts
from bot.domain.ids import AdapterName, Number, StatementId, UserRef
from bot.services.claims import Guesses
from bot.services.moving import secret_code
from bot.storage.jobs import Job, JobKey, JobKind
from bot.storage.moving import leave as leave_for
from tests.support.dialogue import Dialogue, open_dialogue
from tests.support.logs import log_of
from tests.support.statements import change_text

PLACE = "https://example.org/there"
BOUND = "is yours here now"
WRONG = "That code doesn't work here."


async def code_of(d: Dialogue, number: int) -> str:
    """The secret code of a record."""
    async with d.database.unit() as unit:
        record = await unit.endorsements.get(Number(number))
        assert record is not None
        return str(await secret_code(unit, record))


async def said_to(d: Dialogue, who: str, line: str) -> str:
    """What somebody is told, whoever else is."""
    (told,) = [did for did in await d.say(f"{who}: {line}") if did.chat == who]
    return told.text


async def leave(d: Dialogue) -> None:
    """The operator writes where the campaign goes, and starts the bot again."""
    await d.stop()
    d.settings = d.settings.model_copy(update={"moved_to": PLACE})
    await d.start()


async def test_everybody_is_told_where_it_is(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("rami: /sign", "rami: [confirm]")
    card = d.newest("@admins", "verify").number
    await leave(d)
    lines = ("omar: /start", "omar: /sign", "rami: Rami Mansour", "rami: [cancel]", "omar: Hello")
    admins = ("zaid@admins: /pending", "zaid@admins: /verify 1", "omar@tunis: /endorse Readers")
    for line in (*lines, *admins):
        assert PLACE in (await d.answer(line)).text, line
    verify = d.now_showing("@admins", card).data["verify"]
    said = await d.receive(d.press("zaid", card, verify, "admins"))
    assert PLACE in said[0].text
    assert await d.counts() == Counts(pending=1)


async def test_signers_keep_what_is_theirs(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await leave(d)
    assert (await d.answer("amal: /mine")).names == ("code", "text", "proof", "withdraw")
    assert PLACE in (await d.answer("amal: /mine 1 organisers")).text
    said = await d.answer("amal: /mine 1 code")
    assert await code_of(d, 1) in said.text
    assert PLACE in said.text
    assert [did.path is not None for did in await d.say("amal: /mydata")][-1]
    await d.say("amal: /withdraw")
    told = await said_to(d, "amal", "[confirm]")
    assert "has been withdrawn" in told
    assert PLACE in told
    assert await d.counts() == Counts(withdrawn=1)
    await d.say("amal: /forget")
    assert PLACE in await said_to(d, "amal", "[confirm]")
    assert (await d.rows("SELECT signer_tag FROM endorsements")) == [(None,)]


async def test_nobody_gets_a_code_where_nothing_has_moved(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    assert "code" not in (await d.answer("amal: /mine")).names
    assert (await d.answer("amal: /mine 1 code")).text.startswith("There's no secret code")


async def test_a_code_makes_it_somebody_elses_once(d: Dialogue) -> None:
    """Typed as a command or just so; then it is worth nothing, also to who had it before."""
    await d.sign("amal", "Amal Haddad")
    code = await code_of(d, 1)
    assert BOUND in (await d.answer(f"rami: {code.lower()}")).text
    assert "#1" in (await d.answer("rami: /mine")).text
    assert "haven't signed" in (await d.answer("amal: /mine")).text
    for who in ("amal", "lina"):
        assert (await d.answer(f"{who}: /code {code}")).text.startswith(WRONG)
    assert "Amal Haddad" in (await d.answer("rami: /mine")).text
    said = await d.say("zaid@admins: /verify 1")
    assert any(did.chat == "rami" for did in said), "the decision is told to who has it now"
    assert await d.counts() == Counts(verified=1, persons=1)


async def test_who_signed_anew_counts_once(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    number = await d.sign("rami", "Amal Haddad")
    assert number == 2
    said = await said_to(d, "rami", f"/code {await code_of(d, 1)}")
    assert "#2, which you gave here before" in said
    assert await d.counts() == Counts(pending=1, withdrawn=1)
    assert "#1" in (await d.answer("rami: /mine")).text


async def test_who_was_not_accepted_stays_so(d: Dialogue) -> None:
    """Another's code takes no decision away."""
    await d.sign("amal", "Amal Haddad")
    await d.sign("rami", "Rami Mansour")
    await d.say("zaid@admins: /reject 2 nobody", "%advance 11m")
    assert BOUND not in (await d.answer(f"rami: /code {await code_of(d, 1)}")).text
    assert await d.counts() == Counts(pending=1, rejected=1)


async def test_guessing_leads_nowhere(d: Dialogue) -> None:
    """After three wrong ones the right one is not heard either, for a minute."""
    await d.sign("amal", "Amal Haddad")
    code = await code_of(d, 1)
    almost = code[:-1] + ("A" if code[-1] != "A" else "B")
    for guess in ("1-AAAA-AAAA-AAAA-AAAA", "2" + code[1:], almost):
        assert (await d.answer(f"rami: {guess}")).text.startswith(WRONG)
    assert (await d.answer(f"rami: {code}")).text.startswith(WRONG)
    assert BOUND in (await d.answer(f"lina: {code}")).text
    await d.say("%advance 61s")
    assert BOUND in (await d.answer(f"rami: {await code_of(d, 1)}")).text


async def test_a_groups_endorsement_and_a_forgotten_one_have_no_code(d: Dialogue) -> None:
    await d.say("omar@tunis: /endorse Readers of Tunis", "omar@tunis: [confirm]")
    assert (await d.answer(f"rami: {await code_of(d, 1)}")).text.startswith(WRONG)
    await d.sign("amal", "Amal Haddad")
    code = await code_of(d, 2)
    await d.say("amal: /forget", "amal: [confirm]")
    assert (await d.answer(f"rami: {code}")).text.startswith(WRONG)


async def test_a_code_comes_from_the_statements_key_alone(tmp_path: Path, port: Path) -> None:
    """Another database has other ones."""
    codes = set()
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        async with open_dialogue(folder, port) as d:
            # What was said before is not copied from the other one.
            await d.say("amal: /help")
            await d.sign("amal", "Amal Haddad")
            codes.add(await code_of(d, 1))
    assert len(codes) == 2


def test_who_is_slowed_is_known_by_platform() -> None:
    guesses, now = Guesses(), dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
    one, two = (UserRef(AdapterName(name), "1") for name in ("one", "two"))
    for _ in range(3):
        guesses.wrong(one, now)
    assert guesses.is_slowed(one, now)
    assert not guesses.is_slowed(two, now)


async def hand_over(d: Dialogue) -> None:
    """The logs have ended here too."""
    async with d.database.unit() as unit:
        await leave_for(unit, PLACE)
    await leave(d)


async def entered(d: Dialogue) -> int:
    """How long the statement's log is."""
    return len(await log_of(d.database, StatementId("port")))


async def test_the_texts_stay_as_they_went(d: Dialogue) -> None:
    """Nobody is asked what nobody can answer, and no log here says of another text: also where
    nobody had signed the one before, and of one that is added."""
    await d.sign("amal", "Amal Haddad")
    change_text(d.settings.statements)
    await d.say("zaid@admins: /reload")
    asked = d.newest("@admins", "correction")
    await hand_over(d)
    await d.say("omar: /help")
    over = d.now_showing("@admins", asked.number)
    assert "stays as it was. It can't be changed any more." in over.text
    assert over.names == ()
    before = await entered(d), await d.rows("SELECT count(*) FROM texts")
    port = d.settings.statements / "port"
    for language in ("ar", "fr"):
        (port / f"{language}.md").write_text((port / "en.md").read_text(), encoding="utf-8")
    await d.bot.reload(d.database, d.platform)
    await d.restart()
    assert (await entered(d), await d.rows("SELECT count(*) FROM texts")) == before
    assert d.newest("@admins").number == asked.number
    assert PLACE in (await d.answer("zaid@admins: /text port new 12345678")).text
    (text,) = await d.say("amal: /mine 1 text")
    assert "has been closed since" in text.text


async def test_nobody_hears_here_of_a_text_that_was_answered_just_before(d: Dialogue) -> None:
    """The new bot tells them, and only there they can sign it."""
    await d.sign("amal", "Amal Haddad")
    change_text(d.settings.statements)
    await d.say("zaid@admins: /reload", "zaid@admins: [new]")
    await hand_over(d)
    told = len([did for did in d.did if did.chat == "amal"])
    async with d.database.unit() as unit:
        await unit.jobs.set(Job(JobKey(JobKind.TEXT, "port en"), d.platform.now()))
    await d.say("%advance 1m")
    assert len([did for did in d.did if did.chat == "amal"]) == told


async def test_what_waits_for_a_second_admin_is_decided_there(d: Dialogue) -> None:
    """Only to finish can still be agreed to."""
    await d.sign("amal", "Amal Haddad")
    await d.say("omar@admins: /help", "zaid@admins: /verify 1", "%advance 11m")
    await d.say("zaid@admins: /reopen 1")
    asked = d.newest("@admins", "agree")
    await hand_over(d)
    assert "Nothing waits" in (await d.answer("omar@admins: /agree")).text
    assert PLACE in (await d.answer("omar@admins: /agree 1")).text
    press = d.press("omar", asked.number, asked.data["agree"], "admins")
    assert PLACE in (await d.receive(press))[0].text
    for line in ("/close", "/open", "/reload", "/reject 1 No"):
        assert PLACE in (await d.answer(f"zaid@admins: {line}")).text
    assert await d.counts() == Counts(verified=1, persons=1)
    await d.say("zaid@admins: [cancel]")
    assert await d.rows("SELECT 1 FROM due_jobs WHERE kind = 'second'") == []


async def test_finish_comes_last(d: Dialogue) -> None:
    """Nothing is over for who signed, the log has ended with where it goes on, and what is said of
    both is so."""
    await d.say("omar@admins: /help")
    await d.sign("amal", "Amal Haddad")
    await d.sign("rami", "Rami Mansour")
    await d.say("zaid@admins: /verify 1")
    await hand_over(d)
    before = await log_of(d.database, StatementId("port"))
    async with d.database.unit() as unit:
        left = await unit.log.checkpoint("port")
    told, asked = await d.say("zaid@admins: /finish")
    assert "Another admin has to agree" in told.text
    assert f"It goes on at \u2068{PLACE}\u2069 as it is." in asked.text
    assert "nobody gets a secret code" in asked.text
    assert "waiting" not in asked.text
    assert "/finish port" in (await d.answer("omar@admins: /agree")).text
    said = await d.say("omar@admins: [agree]")
    for who in ("amal", "rami"):
        (hears,) = [did for did in said if did.chat == who]
        assert hears.text.startswith("“\u2068Open the port\u2069” goes on at")
        assert PLACE in hears.text
        assert "can't give you a secret code" in hears.text
        assert hears.names == ()
    (file,) = [did for did in said if did.path]
    assert f"is finished here. It goes on at \u2068{PLACE}\u2069" in file.text
    assert "the checkpoint at which the log went on there" in file.text
    assert file.content == left.encode()
    after = await log_of(d.database, StatementId("port"))
    assert [each.leaf for each in after] == [each.leaf for each in before]
    assert "#1" not in (await d.answer("amal: /mine")).text
    assert await d.rows("SELECT 1 FROM statements WHERE sealed_key IS NOT NULL") == []
    again = await d.answer("zaid@admins: /finish")
    assert f"is finished here. It goes on at \u2068{PLACE}\u2069" in again.text
    await d.restart()
    assert PLACE in (await d.answer("amal: /start")).text
