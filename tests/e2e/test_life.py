"""The life of an endorsement: decided, undone, withdrawn, signed again, published, erased."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.domain.counts import Counts
from tests.support.dialogue import Dialogue, open_dialogue
from tests.support.statements import change_text, write_port

CHANGED = "was changed"


async def names(d: Dialogue) -> str:
    return (await d.answer("reader: /signatories")).text


async def digest(d: Dialogue) -> str:
    ((found,),) = await d.rows("SELECT digest FROM endorsements")
    return str(found)


def current(d: Dialogue, language: str = "en") -> str:
    statement = d.bot.campaign.library.get("port")
    assert statement is not None
    return next(r.digest for tag, r in statement.revisions.items() if tag == language)


async def test_a_public_name_comes_onto_the_list_after_ten_minutes(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad", country="Tunisia")
    assert "Amal Haddad" not in await names(d)
    told = await d.say("zaid@admins: [verify]")
    assert [did.text for did in told if did.chat == "amal"] == [
        "Your signature #1 under “\u2068Open the port\u2069” has been verified. Thank you."
    ]
    assert "Amal Haddad" not in await names(d)
    await d.say("%advance 9m 50s")
    assert "Amal Haddad" not in await names(d)
    await d.say("%advance 15s")
    assert "Amal Haddad" in await names(d)


async def test_organisers_only_and_counted_names_never_come_onto_the_list(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad", "organisers")
    await d.sign("rami", "Rami Mansour", "counted")
    await d.say("zaid@admins: /verify 1", "zaid@admins: /verify 2", "%advance 11m")
    shown = await names(d)
    assert "Amal" not in shown
    assert "Rami" not in shown
    assert "2 of the names aren't shown" in shown
    assert "2 people have signed" in (await d.answer("reader: /read")).text


async def test_a_counted_name_is_erased_when_the_window_ends(d: Dialogue) -> None:
    await d.sign("rami", "Rami Mansour", "counted")
    await d.say("zaid@admins: [verify]")
    query = "SELECT sealed_name IS NULL, sealed_details IS NULL, sealed_route IS NULL"
    assert await d.rows(f"{query} FROM endorsements") == [(0, 0, 0)]
    await d.say("%advance 11m")
    assert await d.rows(f"{query} FROM endorsements") == [(1, 1, 1)]
    card = d.newest("@admins")
    assert "Rami" not in card.text
    assert "Rami" not in (await d.say("zaid@admins: /show 1"))[-1].text
    assert await d.counts() == Counts(verified=1, persons=1)


async def test_the_route_to_the_signer_goes_with_the_window(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("zaid@admins: [verify]", "%advance 11m")
    assert await d.rows("SELECT sealed_route IS NULL FROM endorsements") == [(1,)]
    said = await d.say("zaid@admins: /reject 1 found to be another person")
    assert {did.chat for did in said} == {"@admins"}
    assert await d.counts() == Counts(rejected=1)
    assert "Amal Haddad" not in await names(d)


async def test_undo_a_decision(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("zaid@admins: [verify]")
    told = await d.say("zaid@admins: [undo]")
    assert any("was taken back" in did.text for did in told if did.chat == "amal")
    assert await d.counts() == Counts(pending=1)
    assert {"verify", "reject"} <= set(d.newest("@admins").names)
    # The window of the undone decision publishes nothing.
    await d.say("%advance 11m")
    assert "Amal Haddad" not in await names(d)
    await d.say("zaid@admins: /reject 1 too early", "zaid@admins: /undo 1")
    assert await d.counts() == Counts(pending=1)


@pytest.mark.parametrize("press", [True, False])
async def test_no_undo_after_ten_minutes(d: Dialogue, press: bool) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("zaid@admins: [verify]")
    card = d.newest("@admins", "undo")
    await d.say("%advance 11m")
    assert "undo" not in d.newest("@admins").names
    if press:
        await d.receive(d.press("zaid", card.number, card.data["undo"], "admins"))
    else:
        assert (
            "#1 can't be undone: the 10 minutes are over"
            in (await d.answer("zaid@admins: /undo 1")).text
        )
    assert await d.counts() == Counts(verified=1, persons=1)


async def test_withdraw_and_undo(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("zaid@admins: [verify]", "%advance 11m")
    assert "Amal Haddad" in await names(d)
    asked = await d.answer("amal: /withdraw")
    assert asked.names == ("confirm", "cancel")
    assert await d.counts() == Counts(verified=1, persons=1)
    await d.say("amal: [confirm]")
    assert await d.counts() == Counts(withdrawn=1)
    assert "Amal Haddad" not in await names(d)
    said = await d.say("amal: [undo]")
    assert any("Undone. #1" in did.text for did in said)
    assert await d.counts() == Counts(verified=1, persons=1)
    # Its window was over before, so the name is back at once.
    assert "Amal Haddad" in await names(d)


async def test_an_undone_rejection_leaves_the_verification_as_it_was(d: Dialogue) -> None:
    """Who verified, when, and nothing of the rejection, neither for the admins nor the signer."""
    await d.sign("amal", "Amal Haddad")
    await d.say("zaid@admins: /verify 1", "%advance 11m")
    verified = (await d.say("zaid@admins: /show 1"))[-1].text
    await d.say("omar@admins: /reject 1 found to be another person")
    assert "Amal Haddad" not in await names(d)
    assert "Not accepted by" in d.newest("@admins", "undo").text
    await d.say("omar@admins: /undo 1")
    card = (await d.say("zaid@admins: /show 1"))[-1]
    assert card.text == verified
    assert "Verified by \u2068zaid\u2069" in card.text
    # Its window had ended before the rejection.
    assert "Amal Haddad" in await names(d)
    (record,) = (await d.say("amal: /mydata"))[-1].sent["endorsements"]
    assert record["reason"] is None


async def test_an_undone_rejection_gives_back_the_rest_of_the_window(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("zaid@admins: /verify 1", "%advance 4m")
    await d.say("omar@admins: /reject 1 by mistake", "%advance 2m", "omar@admins: /undo 1")
    assert "Amal Haddad" not in await names(d)
    assert "undo" in d.newest("@admins", "undo").names
    # Ten minutes after the verification, not after anything that came later.
    await d.say("%advance 3m 50s")
    assert "Amal Haddad" not in await names(d)
    await d.say("%advance 15s")
    assert "Amal Haddad" in await names(d)


async def test_a_verification_can_be_undone_after_what_came_later_was(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("zaid@admins: /verify 1", "%advance 4m", "omar@admins: /reject 1 by mistake")
    await d.say("omar@admins: /undo 1", "zaid@admins: /undo 1")
    assert await d.counts() == Counts(pending=1)


async def test_a_window_that_ran_out_meanwhile_publishes_with_the_undo(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("zaid@admins: /verify 1", "%advance 8m", "omar@admins: /reject 1 by mistake")
    await d.say("%advance 4m")
    assert "Amal Haddad" not in await names(d)
    told = await d.say("omar@admins: /undo 1")
    assert "Amal Haddad" in await names(d)
    # Who undid a rejection of a signer tells them, although the way to them goes with it.
    assert any("has been verified" in did.text for did in told if did.chat == "amal")
    assert await d.rows("SELECT sealed_route IS NULL FROM endorsements") == [(1,)]


async def test_withdraw_is_asked_once_and_can_be_cancelled(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("amal: /withdraw")
    again = await d.answer("amal: hm")
    assert again.names == ("confirm", "cancel")
    await d.say("amal: [cancel]")
    assert await d.counts() == Counts(pending=1)


async def test_no_undo_of_a_withdrawal_after_ten_minutes(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("amal: /withdraw", "amal: [confirm]", "%advance 11m")
    said = await d.answer("amal: [undo]")
    assert "#1 can't be undone: the 10 minutes are over" in said.text
    assert await d.counts() == Counts(withdrawn=1)
    erased = "sealed_name IS NULL AND sealed_details IS NULL AND sealed_route IS NULL"
    assert await d.rows(f"SELECT {erased} FROM endorsements") == [(1,)]


async def test_signing_again_keeps_the_number(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.sign("rami", "Rami Mansour")
    for turn, later in enumerate(("0s", "11m"), start=1):
        await d.say("amal: /withdraw", "amal: [confirm]", f"%advance {later}")
        assert await d.sign("amal", "Amal H. Haddad", "organisers") == 1
        assert await d.rows("SELECT withdrawals FROM endorsements WHERE number = 1") == [(turn,)]
    assert await d.counts() == Counts(pending=2)
    assert await d.rows("SELECT count(*) FROM endorsements") == [(2,)]
    card = (await d.say("zaid@admins: /show 1"))[-1]
    assert "Amal H. Haddad" in card.text
    assert "Withdrawn 2 times before" in card.text
    # The first withdrawal's window must not take the new name.
    await d.say("%advance 11m", "zaid@admins: /verify 1", "%advance 11m")
    assert await d.counts() == Counts(pending=1, verified=1, persons=1)


async def test_a_rejected_person_may_sign_once_more(d: Dialogue) -> None:
    await d.sign("amal", "Mickey Mouse")
    told = await d.say("zaid@admins: /reject 1 please give your real name")
    assert any("please give your real name" in did.text for did in told if did.chat == "amal")
    assert await d.sign("amal", "Amal Haddad") == 1
    card = d.newest("@admins", "verify")
    assert "Not accepted once before" in card.text
    await d.say("zaid@admins: /reject 1 still not")
    said = await d.answer("amal: /sign")
    assert "twice not accepted your signature" in said.text
    # Withdrawing it buys no other try.
    await d.say("amal: /withdraw", "amal: [confirm]")
    assert (await d.answer("amal: /sign")).text == said.text
    assert (await d.counts()).pending == 0


async def test_an_undone_rejection_does_not_count(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    for _ in range(3):
        await d.say("zaid@admins: /reject 1 by mistake", "zaid@admins: /undo 1")
    await d.say("zaid@admins: /reject 1 once")
    assert await d.sign("amal", "Amal Haddad") == 1


async def test_a_verified_one_can_be_rejected_later(d: Dialogue) -> None:
    await d.sign("amal", "Amal Haddad")
    await d.say("zaid@admins: [verify]", "%advance 3d", "zaid@admins: /reject 1 not their name")
    assert await d.counts() == Counts(rejected=1)
    assert "Amal Haddad" not in await names(d)
    # Undone, it is what it was: verified for days, and public.
    await d.say("zaid@admins: /undo 1")
    assert await d.counts() == Counts(verified=1, persons=1)
    assert "Amal Haddad" in await names(d)


async def test_a_window_ends_while_the_bot_is_off(d: Dialogue) -> None:
    await d.sign("rami", "Rami Mansour", "counted")
    await d.say("zaid@admins: [verify]")
    await d.stop()
    await d.start()
    await d.say("%advance 11m")
    assert await d.rows("SELECT sealed_name IS NULL FROM endorsements") == [(1,)]


async def test_text_changed_between_preview_and_confirm(d: Dialogue, port: Path) -> None:
    await d.say("amal: /sign", "amal: [confirm]", "amal: Amal Haddad", "amal: [skip]")
    await d.say("amal: [skip]", "amal: [public]")
    before = current(d)
    change_text(port)
    assert "Statements reloaded" in (await d.say("zaid@admins: /reload"))[-1].text
    assert current(d) != before
    again = await d.answer("amal: [confirm]")
    assert "has changed. You haven't signed." in again.text
    assert {"confirm", "read"} <= set(again.names)
    assert await d.counts() == Counts()
    await d.say("amal: [confirm]")
    assert await d.counts() == Counts(pending=1)
    assert await digest(d) == current(d)
    kept = await d.rows(f"SELECT text FROM revisions WHERE digest = '{current(d)}'")
    assert len(kept) == 1
    assert "has been shut" in str(kept[0][0])


async def test_text_changed_under_a_group(d: Dialogue, port: Path) -> None:
    await d.say("omar@tunis: /endorse")
    change_text(port)
    await d.say("zaid@admins: /reload")
    again = await d.answer("omar@tunis: [confirm]")
    assert "has changed" in again.text
    assert await d.counts() == Counts()
    await d.say("omar@tunis: [confirm]")
    assert await d.counts() == Counts(pending=1)
    assert await digest(d) == current(d)


@pytest.mark.usefixtures("started")
async def test_a_broken_edit_keeps_the_old_text(d: Dialogue, port: Path) -> None:
    before = current(d)
    (port / "port" / "en.md").write_text("---\ntitle: [\n---\n", encoding="utf-8")
    said = (await d.say("zaid@admins: /reload"))[-1]
    assert "en.md:" in said.text
    assert current(d) == before


async def test_close_and_open(d: Dialogue) -> None:
    await d.say("amal: /sign", "amal: [confirm]", "amal: Amal Haddad", "amal: [skip]")
    await d.say("amal: [skip]", "amal: [public]", "zaid@admins: /close")
    said = await d.say("amal: [confirm]")
    assert any("paused" in did.text for did in said)
    assert "paused" in (await d.answer("rami: /sign")).text
    assert "paused" in (await d.answer("omar@tunis: /endorse")).text
    assert await d.counts() == Counts()
    # It pauses signing only.
    assert "Open the port" in (await d.answer("amal: /read")).text
    await d.restart()
    assert "paused" in (await d.answer("rami: /sign")).text
    await d.say("zaid@admins: /open")
    assert await d.sign("rami", "Rami Mansour") == 1


@pytest.mark.parametrize(
    ("terms", "person", "group"),
    [
        ("  closes: 2020-01-01\n", "closed", "closed"),
        ("  opens: 2150-01-01\n", "hasn't opened", "hasn't opened"),
    ],
)
async def test_before_and_after_the_time_for_signing(
    tmp_path: Path, terms: str, person: str, group: str
) -> None:
    port = write_port(tmp_path, endorsement=terms)
    async with open_dialogue(tmp_path, port) as d:
        assert person in (await d.answer("amal: /sign")).text
        assert group in (await d.answer("omar@tunis: /endorse")).text


async def test_the_time_for_signing_begins_and_ends(tmp_path: Path) -> None:
    today = dt.datetime.now(dt.UTC).date()
    opens, closes = today + dt.timedelta(days=2), today + dt.timedelta(days=3)
    port = write_port(tmp_path, endorsement=f"  opens: {opens}\n  closes: {closes}\n")
    async with open_dialogue(tmp_path, port) as d:
        assert "hasn't opened" in (await d.answer("amal: /sign")).text
        await d.say("%advance 48h")
        assert await d.sign("amal", "Amal Haddad") == 1
        await d.say("%advance 48h")
        assert "closed" in (await d.answer("rami: /sign")).text


async def test_a_group_endorses(d: Dialogue) -> None:
    await d.say("%title tunis Tunis Readers")
    preview = await d.answer("omar@tunis: /endorse")
    assert "\u2068Tunis Readers\u2069" in preview.text
    assert await d.counts() == Counts()
    said = await d.say("omar@tunis: [confirm]")
    (answer,) = [did for did in said if did.chat == "@tunis"]
    assert answer.text.startswith("Recorded: #1 ")
    assert "\n" not in answer.text
    (card,) = [did for did in said if did.chat == "@admins"]
    for shown in ("organisation", "Tunis Readers", "2 members", "omar"):
        assert shown in card.text
    again = await d.answer("omar@tunis: /endorse")
    assert "endorsed it already: #1" in again.text
    assert "\n" not in again.text
    told = await d.say("zaid@admins: [verify]", "%advance 11m")
    assert "Tunis Readers" in await names(d)
    assert told is not None
    await d.say("omar@tunis: /withdraw", "omar@tunis: [confirm]")
    assert await d.counts() == Counts(withdrawn=1)


@pytest.mark.parametrize(
    ("typed", "name", "country"),
    [
        ("Readers of Sfax (Tunisia)", "Readers of Sfax", "TN"),
        ("port Readers of Sfax (تونس)", "Readers of Sfax", "TN"),
        ("Union (of dockers)", "Union (of dockers)", None),
    ],
)
async def test_a_group_under_another_name(
    d: Dialogue, typed: str, name: str, country: str | None
) -> None:
    await d.say(f"omar@tunis: /endorse {typed}", "omar@tunis: [confirm]")
    assert await d.rows("SELECT country FROM endorsements") == [(country,)]
    assert f"\u2068{name}\u2069" in d.newest("@admins").text
