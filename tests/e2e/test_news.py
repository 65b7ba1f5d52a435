"""Asking for news, and for no more of them: what is kept, and with what it goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.adapters.console.adapter import NAME
from bot.domain.ids import ChatRef, MessageRef, UserRef
from bot.ports import Outgoing, Send
from bot.services.reachability import note_unreachable
from tests.e2e.test_announcing import AR, EN, REST, agreed, all_ask, d, drafted, got
from tests.e2e.test_privacy_on_disk import hits, ids_of, left_behind
from tests.support.dialogue import Dialogue, open_dialogue
from tests.support.statements import write_port

__all__ = ["d"]


async def asked(d: Dialogue) -> int:
    return len(await d.rows("SELECT * FROM news"))


async def test_asked_once_at_the_receipt_and_off_until_then(d: Dialogue) -> None:
    said = await d.say(
        "nour: /sign", "nour: [confirm]", "nour: Nour Said", *(f"nour: {a}" for a in REST)
    )
    (receipt,) = [did for did in said if did.chat == "nour"]
    assert receipt.names[0] == "news"
    assert receipt.labels[0] == "Send me news"
    assert await asked(d) == 0
    (told,) = await d.say("nour: [news]")
    assert "News comes to this chat from now on, about:\n\n\u2068Open the port\u2069" in told.text
    assert await asked(d) == 1
    # A press repeated changes nothing.
    await d.say(f"nour: [{receipt.number}:news]")
    assert await asked(d) == 1
    # The same button in a group, for its administrators.
    said = await d.say("omar@sfax: /endorse Readers", "omar@sfax: [confirm]")
    assert "news" in said[0].names
    said = await d.say("samir@sfax: [news]")
    assert "Only an administrator" in said[0].text
    await d.say("omar@sfax: [news]")
    assert await asked(d) == 2


async def test_on_and_off_in_mine_and_seen_in_mydata(d: Dialogue) -> None:
    (shown,) = await d.say("amal: /mine")
    assert "news" in shown.names
    await d.say("amal: [news]")
    (shown,) = await d.say("amal: /mine")
    assert "no_news" in shown.names
    (state,) = await d.say("amal: /news")
    assert "News comes to this chat about:" in state.text
    held = await d.say("amal: /mydata")
    assert any("You asked for news" in did.text for did in held)
    (file,) = [did for did in held if did.path]
    assert [row["gets news"] for row in file.sent["endorsements"]] == [True]
    await d.say("amal: /mine")
    (over,) = await d.say("amal: [no_news]")
    assert over.text.startswith("No more news about “\u2068Open the port\u2069”")
    assert await asked(d) == 0
    (file,) = [did for did in await d.say("amal: /mydata") if did.path]
    assert [row["gets news"] for row in file.sent["endorsements"]] == [False]


async def test_one_tap_ends_it(d: Dialogue) -> None:
    await all_ask(d)
    await agreed(d, await drafted(d, EN, AR))
    for who, chat in (("amal", "amal"), ("omar@tunis", "@tunis")):
        (told,) = await d.say(f"{who}: [no_news]")
        assert told.chat == chat
        assert told.text == "No more news comes to this chat. /news on brings it back."
        (again,) = await d.say(f"{who}: /news off")
        assert again.text == told.text
    assert got(await agreed(d, await drafted(d, EN, AR))).keys() >= {"rami"}
    assert await asked(d) == 1
    # Below a preview the button says that it is one.
    (notice,) = await d.say("zaid@admins: /news off")
    assert "only a preview" in notice.text


async def test_it_holds_for_what_waits_to_be_delivered(
    d: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them are in the outbox when the first one goes out."""
    await all_ask(d)
    number = await drafted(d, EN, AR)
    await d.say("zaid@admins: [send]")
    deliver = d.adapter.deliver
    first: list[ChatRef] = []

    async def no_more_then(outgoing: Outgoing, key: str) -> MessageRef | None:
        is_news = isinstance(outgoing, Send) and any(
            button.name == "no_news" for row in outgoing.buttons for button in row
        )
        if is_news and not first:
            first.append(outgoing.chat)
            off = [
                d.message("amal", "/news off"),
                d.message("rami", "/news off"),
                d.message("omar", "/news off", "tunis"),
            ]
            await d.bot.inbox.receive(NAME, [e for e in off if e.origin.chat != outgoing.chat])
            while len(await d.rows("SELECT * FROM news")) > 1:
                pass
        return await deliver(outgoing, key)

    monkeypatch.setattr(d.adapter, "deliver", no_more_then)
    said = await d.say(f"omar@admins: /announce {number} send")
    assert len(got(said)) == 1
    assert any(f"Announcement {number} is done: 1 chat got it." in did.text for did in said)


ENDS = {
    "withdrawn": ("amal: /withdraw", "amal: [confirm]"),
    "forgotten": ("amal: /forget", "amal: [confirm]"),
    "not accepted for good": ("zaid@admins: /reject 1 Nobody", "%advance 11m"),
    "finished": ("zaid@admins: /finish", "omar@admins: /finish"),
    "kept for long enough": ("%advance 190d", "%advance 2d", "%advance 20d", "%advance 2d"),
}


@pytest.mark.parametrize("how", ENDS)
async def test_it_goes_with_the_signature(d: Dialogue, how: str) -> None:
    await d.say("amal: /news on")
    assert await asked(d) == 1
    await d.say(*ENDS[how])
    assert await asked(d) == 0
    (said,) = await d.say("amal: /news on")
    if how == "withdrawn":
        assert "nothing of yours stands here" in said.text


async def test_a_rejection_that_is_undone_takes_nothing(d: Dialogue) -> None:
    await d.say("amal: /news on", "zaid@admins: /reject 1 Nobody", "zaid@admins: /undo 1")
    await d.say("zaid@admins: /verify 1", "%advance 11m")
    assert await asked(d) == 1
    # The way to a signer is erased by now; news has its own.
    assert got(await agreed(d, await drafted(d, EN, AR))).keys() >= {"amal"}


async def test_who_blocks_the_bot_is_left_alone(d: Dialogue) -> None:
    await all_ask(d)
    amal, now = str(d.platform.person("amal").id), d.platform.now()
    async with d.database.unit() as unit:
        await note_unreachable(
            unit, d.bot.campaign, ChatRef(NAME, amal), UserRef(NAME, amal), now.date()
        )
    assert await asked(d) == 2


async def test_another_language_is_spoken(d: Dialogue) -> None:
    await d.say("amal: /news on", "amal: /language ar")
    said = await agreed(d, await drafted(d, EN, AR))
    assert "نسلّم الرسالة" in got(said)["amal"]


async def test_who_signed_two_statements_gets_it_once(tmp_path: Path) -> None:
    folder = write_port(tmp_path)
    write_port(tmp_path / "quay", name="quay")
    (tmp_path / "quay" / "statements" / "quay").rename(folder / "quay")
    async with open_dialogue(tmp_path, folder, UNDERSIGNED_LANGUAGES="en,ar") as d:
        await d.say("zaid@admins: /help", "omar@admins: /help")
        await d.sign("amal", "Amal Haddad", statement="port")
        await d.sign("amal", "Amal Haddad", statement="quay")
        (said,) = await d.say("amal: /news on")
        assert said.text.count("Open the port") == 2
        assert await asked(d) == 2
        number = await drafted(d, EN, AR)
        (said,) = await d.say(f"zaid@admins: /announce {number} to_statement")
        assert "of “\u2068Open the port\u2069”" in said.text
        await d.say("zaid@admins: [to_statement]", "zaid@admins: [to_statement]")
        await d.say("zaid@admins: [send]")
        done = await d.say("omar@admins: [agree]")
        assert [did.chat for did in done if did.names == ("no_news",)] == ["amal"]
        assert "News from the campaign" in got(done)["amal"]
        # Of one alone.
        await d.say("amal: /news off 1")
        assert await asked(d) == 1


WRONG = ("/news maybe", "/news on port", "/news off x", "/news on 1 2")


async def test_what_is_typed_wrong_is_told(d: Dialogue) -> None:
    for typed in WRONG:
        (said,) = await d.say(f"amal: {typed}")
        assert said.text.startswith("Type one of these:"), typed
    (said,) = await d.say("amal: /news on 2")  # somebody else's
    assert "#2" in said.text
    (said,) = await d.say("nour: /news on")
    assert "nothing of yours stands here" in said.text
    assert await asked(d) == 0


@pytest.mark.usefixtures("started")
async def test_the_disk_does_not_tell_who_asked(d: Dialogue) -> None:
    """Also while it waits in the outbox, and nothing in a row leads to another one."""
    found: list[str] = []
    canaries: list[str | int] = [*ids_of(d.platform), "Rami Haddad", "zaid", TEXTS[0], TEXTS[1]]

    def look(what: str) -> None:
        if what == "a commit":
            found.extend(hits(left_behind(d.data), canaries))

    await all_ask(d)
    number = await drafted(d, EN, AR)
    d.at_point = look
    await d.say("zaid@admins: [send]", f"omar@admins: /announce {number} send")
    d.at_point = None
    assert found == []
    known = set()
    for table, column in (
        ("endorsements", "signer_tag"),
        ("live_messages", "chat_tag"),
        ("conversations", "chat_tag"),
        ("languages", "person_tag"),
        ("due_jobs", "key_tag"),
    ):
        known |= {row[0] for row in await d.rows(f"SELECT {column} FROM {table}")}
    rows = await d.rows("SELECT chat_tag, record_tag FROM news")
    assert len(rows) == 3
    assert known.isdisjoint(tag for row in rows for tag in row)


TEXTS = ("We hand the letter over on Monday", "نسلّم الرسالة يوم الاثنين")


async def test_where_the_campaign_has_moved(d: Dialogue) -> None:
    await all_ask(d)
    d.bot.campaign.moved_to = "@new_bot"
    assert "new_bot" in (await d.say("zaid@admins: /announce"))[-1].text
    assert "new_bot" in (await d.say("amal: /news on"))[-1].text
    (over,) = await d.say("amal: /news off")
    assert over.text.startswith("No more news comes")
    assert await asked(d) == 2
