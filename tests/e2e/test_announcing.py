"""Announcements: texts, how they will look, to whom, two admins, sending, stopping."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.console.adapter import NAME
from bot.domain.ids import Language, MessageRef, StatementId
from bot.ports import Outgoing, Send
from bot.services import telling
from bot.services.announcements import WAITING
from bot.services.announcing import MOST, propose
from tests.support.dialogue import Dialogue, Did, dialogue_in

EN, AR, PORT = Language("en"), Language("ar"), StatementId("port")
NO_MORE = ["no_news"]
REST = ("[skip]", "[skip]", "[public]", "[confirm]")
TEXT = {EN: "We hand the letter over on Monday.\nCome at noon!", AR: "نسلّم الرسالة يوم الاثنين."}


@pytest.fixture
async def d(tmp_path: Path, port: Path) -> AsyncIterator[Dialogue]:
    """Amal reads English and Rami Arabic; both have signed, and so has a group."""
    async with dialogue_in(tmp_path, port, UNDERSIGNED_LANGUAGES="en,ar") as dialogue:
        await dialogue.already(
            "zaid@admins: /help",
            "omar@admins: /help",
            "%lang rami ar",
            *(
                f"{who}: {line}"
                for who in ("amal", "rami")
                for line in ("/sign", "[confirm]", f"{who.title()} Haddad", *REST)
            ),
            "omar@tunis: /endorse Dockers",
            "omar@tunis: [confirm]",
        )
        yield dialogue


async def all_ask(d: Dialogue) -> None:
    await d.say("amal: /news on", "rami: /news on", "omar@tunis: /news on")


async def drafted(d: Dialogue, *languages: Language, by: str = "zaid") -> int:
    """One with its texts, shown as it will look; its number."""
    said = await d.say(f"{by}@admins: /announce")
    (asked,) = [did for did in said if "cancel" in did.names]
    number = int(asked.text.split()[1].rstrip("."))
    for language in languages:
        await d.say(
            f"{by}@admins: /announce {number} {language} {TEXT[language]}".replace("\n", " ")
        )
    return number


async def agreed(d: Dialogue, number: int) -> list[Did]:
    """Zaid wants to send it and Omar agrees; all that came of that."""
    await d.say(f"zaid@admins: /announce {number} preview")
    await d.say("zaid@admins: [send]")
    return await d.say("omar@admins: [agree]")


def got(said: list[Did]) -> dict[str, str]:
    return {did.chat: did.text for did in said if did.names == ("no_news",)}


async def waiting(d: Dialogue) -> int:
    async with d.database.unit() as unit:
        return len(await WAITING.all(unit))


async def test_a_text_in_each_language_by_replies(d: Dialogue) -> None:
    await all_ask(d)
    asked = (await d.say("zaid@admins: /announce"))[-1]
    assert "Reply to this message with the text in \u2068English" in asked.text
    assert asked.names == ("ar", "cancel")
    said = await d.say(f"zaid@admins: >{asked.number} We hand the letter over.")
    assert "with the text in \u2068Arabic" in said[-1].text
    assert "\u2068Arabic\u2069: gets the text in \u2068English" in said[-1].text
    assert said[-1].names == ("en", "preview", "cancel")
    said = await d.say(f"zaid@admins: >{said[-1].number} نسلّم الرسالة.")
    english, arabic, to_whom = [did for did in said if did.action == "send"]
    assert "We hand the letter over." in english.text
    assert "نسلّم الرسالة." in arabic.text
    assert english.labels == ("No more news",)
    assert "3 chats get it" in to_whom.text
    assert to_whom.names[:2] == ("send", "texts")
    said = await d.say("zaid@admins: [send]", "omar@admins: [agree]")
    found = got(said)
    assert found.keys() == {"amal", "rami", "@tunis"}
    assert found["amal"] == english.text
    assert found["rami"] == arabic.text


async def test_one_text_for_all_and_who_gets_which_is_said(d: Dialogue) -> None:
    await all_ask(d)
    number = await drafted(d, EN)
    said = await d.say(f"zaid@admins: /announce {number}")
    assert "\u2068Arabic\u2069: gets the text in \u2068English" in said[-1].text
    found = got(await agreed(d, number))
    # What stands around the text is in the language of who reads it.
    assert "We hand the letter over" in found["rami"]
    assert found["rami"] != found["amal"]


async def test_nothing_is_sent_before_a_second_admin_agrees(d: Dialogue) -> None:
    await all_ask(d)
    before = len(d.did)
    number = await drafted(d, EN, AR)
    said = await d.say("zaid@admins: [send]")
    assert "Another admin has to agree" in "\n".join(did.text for did in said)
    asked = d.newest("@admins", "agree")
    assert "wants to send this announcement" in asked.text
    assert "3 chats get it" in asked.text
    # The others see how it will look, just above.
    looks = [did.text for did in said if did.names == ("no_news",)]
    assert len(looks) == 2
    for line in ("[agree]", f"/announce {number} send"):
        said = await d.say(f"zaid@admins: {line}")
        assert "You asked for this yourself" in said[-1].text or said[-1].action == "notice"
    # It cannot be changed under the eyes of who is to agree.
    for words in (f"en {TEXT[EN][:5]}", "texts", "to_kind", "preview"):
        (refused,) = await d.say(f"zaid@admins: /announce {number} {words}")
        assert "waits for a second admin" in refused.text
    assert got(d.did[before:]).keys() == {"@admins"}
    found = got(await d.say(f"omar@admins: /announce {number} send"))
    assert found.keys() == {"amal", "rami", "@tunis"}
    assert await d.actions("announce") == [("announce", None)] * 2
    over = d.newest("@admins")
    assert f"Announcement {number} is done: 3 chats got it." in over.text


async def test_a_press_repeated_sends_nothing_again(d: Dialogue) -> None:
    await all_ask(d)
    number = await drafted(d, EN, AR)
    await d.say("zaid@admins: [send]")
    asked = d.newest("@admins", "agree").number
    said = await d.say(f"omar@admins: [{asked}:agree]")
    assert got(said)
    for line in (f"[{asked}:agree]", f"/announce {number} send", f"/announce {number}"):
        assert not got(await d.say(f"omar@admins: {line}"))
    assert f"no announcement \u2068{number}\u2069" in d.newest("@admins").text
    assert await waiting(d) == 0


async def test_to_whom(d: Dialogue) -> None:
    await all_ask(d)
    number = await drafted(d, EN, AR)
    (said,) = await d.say("zaid@admins: [to_kind]")
    assert "Only persons" in said.text
    assert "2 chats get it" in said.text
    (said,) = await d.say(f"zaid@admins: /announce {number} to_language")
    assert "1 chat gets it: \u2068English 1" in said.text
    (said,) = await d.say("zaid@admins: [to_language]")
    assert "1 chat gets it: \u2068Arabic 1" in said.text
    await d.say("zaid@admins: [send]")
    assert got(await d.say("omar@admins: [agree]")).keys() == {"rami"}


async def test_to_whom_is_chosen_of_what_was_shown(d: Dialogue) -> None:
    await all_ask(d)
    await d.say("zaid@admins: /announce")
    (said,) = await d.say("zaid@admins: /announce 1 to_kind")
    assert "no text" in said.text.lower()
    await d.say(f"zaid@admins: /announce 1 en {EN}")
    shown = await d.say("zaid@admins: /announce 1 to_kind")
    assert EN in shown[0].text
    assert "Only" in shown[-1].text


async def test_nobody_to_send_it_to(d: Dialogue) -> None:
    number = await drafted(d, EN, AR)
    (said,) = await d.say(f"zaid@admins: /announce {number} send")
    assert said.text == "Nobody who asked for news is among these."


async def test_declined_it_can_be_changed_and_then_cancelled(d: Dialogue) -> None:
    await all_ask(d)
    number = await drafted(d, EN, AR)
    await d.say("zaid@admins: [send]", "omar@admins: [cancel]")
    assert "omar\u2069 cancelled this. Nothing was sent" in d.newest("@admins").text
    said = await d.say(f"zaid@admins: /announce {number}")
    assert "send" in said[-1].names
    said = await d.say(f"zaid@admins: /announce {number} cancel")
    assert any("was sent to nobody" in did.text for did in said)
    assert await waiting(d) == 0
    assert not got(said)
    assert await d.actions() == [("don't announce", None)] * 2


async def test_nobody_agrees_for_a_day(d: Dialogue) -> None:
    await all_ask(d)
    await drafted(d, EN, AR)
    await d.say("zaid@admins: [send]")
    said = await d.say("%advance 25h")
    assert any("Nobody agreed for a day" in did.text for did in said)
    assert not got(said)
    assert await waiting(d) == 0


async def test_a_draft_that_nobody_sends_is_dropped(d: Dialogue) -> None:
    await drafted(d, EN)
    said = await d.say("%advance 25h")
    assert any("Nobody sent announcement 1 in time" in did.text for did in said)
    assert await waiting(d) == 0


async def test_stopped_while_it_is_sent(d: Dialogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has it keeps it, nobody else gets it, and it says how many have."""
    monkeypatch.setattr(telling, "AT_ONCE", 1)
    await all_ask(d)
    number = await drafted(d, EN, AR)
    await d.say("zaid@admins: [send]")
    stop = d.message("zaid", f"/announce {number} cancel", "admins")
    deliver, count = d.adapter.deliver, 0

    async def first_then_stop(outgoing: Outgoing, key: str) -> MessageRef | None:
        nonlocal count
        if isinstance(outgoing, Send) and [b.name for r in outgoing.buttons for b in r] == NO_MORE:
            count += 1
            if count == 1:
                await d.bot.inbox.receive(NAME, [stop])
        return await deliver(outgoing, key)

    monkeypatch.setattr(d.adapter, "deliver", first_then_stop)
    said = await d.say("omar@admins: [agree]")
    assert len(got(said)) == count < 3
    over = [did.text for did in said if "nobody else does" in did.text]
    assert over
    assert f"zaid\u2069 cancelled announcement {number}." in over[-1]
    assert f"{count} chat" in over[-1]
    assert await d.rows("SELECT count(*) FROM outbox") == [(0,)]
    assert await d.actions("stop announcing") == [("stop announcing", None)]


async def test_two_at_once_wait_for_each_other(d: Dialogue) -> None:
    await all_ask(d)
    first, other = await drafted(d, EN, AR), await drafted(d, EN, AR)
    await d.say(f"zaid@admins: /announce {first} send", f"zaid@admins: /announce {other} send")
    said = await d.receive(
        d.message("omar", f"/announce {first} send", "admins"),
        d.message("omar", f"/announce {other} send", "admins"),
    )
    texts = [did.text for did in said if did.chat == "amal"]
    assert len(texts) == 2
    done = [did.text.partition(" is done: ")[0] for did in said if " is done: " in did.text]
    assert list(dict.fromkeys(done)) == [f"Announcement {first}", f"Announcement {other}"]
    assert any("when the one before it is done" in did.text for did in said)
    assert await waiting(d) == 0


async def test_a_text_for_which_one_message_has_no_room(d: Dialogue) -> None:
    (asked,) = await d.say("zaid@admins: /announce")
    (said,) = await d.say(f"zaid@admins: >{asked.number} {'A' * 4100}")
    assert "has 4,100 characters, and one message holds about" in said.text
    most = int(said.text.partition("about ")[2].partition(" of")[0].replace(",", ""))
    assert 3500 < most < 4096
    (said,) = await d.say(f"zaid@admins: >{asked.number} {'A' * (most + 1)}")
    assert "Shorten it" in said.text
    (said,) = await d.say("zaid@admins: /announce 1 preview")
    assert said.text == "There's no text to announce yet. Reply with one first."
    said_ = await d.say(f"zaid@admins: >{asked.number} {'A' * most}")
    assert "preview" in said_[-1].names


WRONG = {
    "/announce port": "no announcement \u2068port\u2069",
    "/announce 7": "no announcement \u20687\u2069",
    "/announce 7 send": "no announcement \u20687\u2069",
    "/announce 1 sned": "type one of these",
    "/announce 1 fr Bonjour": "type one of these",
    "/announce 1 send": "no text to announce yet",
    "/announce 1 preview": "no text to announce yet",
    "/announce 1 begin": "Reply to this message with the text in",
}


async def test_what_is_typed_wrong_is_told(d: Dialogue) -> None:
    await d.say("zaid@admins: /announce")
    for typed, wanted in WRONG.items():
        said = await d.say(f"zaid@admins: {typed}")
        assert wanted in said[-1].text, typed
    (said_,) = await d.say("amal: /announce")
    assert "don't know that command" in said_.text
    # Too many that nobody goes on with.
    for _ in range(MOST):
        said = await d.say("zaid@admins: /announce")
    assert "Too many announcements wait already" in said[-1].text


async def test_in_a_group_only_who_may_decide_among_the_admins(d: Dialogue) -> None:
    """Another group's members have no word in it."""
    await d.say("zaid@admins: /announce")
    (said,) = await d.say("omar@tunis: /announce 1 cancel")
    assert "don't know that command" in said.text
    assert await waiting(d) == 1


async def test_a_proposal_is_begun_by_its_button(d: Dialogue) -> None:
    await all_ask(d)
    async with d.database.unit() as unit:
        for _ in range(2):
            await propose(unit, d.bot.campaign, PORT, {EN: "1,000 signed!"}, d.platform.now())
    said = await d.say("amal: /help")
    (asked,) = [did for did in said if "begin" in did.names]
    assert "Shall I announce this about “\u2068Open the port\u2069”?" in asked.text
    assert "1,000 signed!" in asked.text
    said = await d.say("zaid@admins: [begin]")
    assert "with the text in \u2068Arabic" in said[-1].text
    said = await d.say("zaid@admins: [preview]", "zaid@admins: [send]", "omar@admins: [agree]")
    assert "1,000 signed!" in got(said)["rami"]


async def test_a_proposal_that_nobody_wants(d: Dialogue) -> None:
    async with d.database.unit() as unit:
        texts = {EN: "1,000 signed!", AR: "وقّع ألف!"}
        await propose(unit, d.bot.campaign, PORT, texts, d.platform.now())
    await d.say("amal: /help")
    await d.say("zaid@admins: [cancel]")
    assert await waiting(d) == 0
    assert "was sent to nobody" in d.newest("@admins").text
