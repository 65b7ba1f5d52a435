"""Announcements: texts, how they will look, to whom, two admins, sending, stopping."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.ids import AdapterName, ChatRef, Language, StatementId, UserRef
from bot.services import telling
from bot.services.announcements import WAITING
from bot.services.announcing import propose
from bot.services.reachability import note_unreachable
from tests.support.dialogue import Dialogue, Did, open_dialogue

EN, AR = Language("en"), Language("ar")
TEXT = {EN: "We hand the letter over on Monday.\nCome at noon!", AR: "نسلّم الرسالة يوم الاثنين."}


@pytest.fixture
async def d(tmp_path: Path, port: Path) -> AsyncIterator[Dialogue]:
    """Amal reads English and Rami Arabic; both have signed, and so has a group."""
    async with open_dialogue(tmp_path, port, UNDERSIGNED_LANGUAGES="en,ar") as dialogue:
        await dialogue.already(
            "zaid@admins: /help",
            "omar@admins: /help",
            "%lang rami ar",
            *(
                f"{who}: {line}"
                for who in ("amal", "rami")
                for line in ("/sign", "[confirm]", f"{who.title()} Haddad", "[skip]", "[skip]")
                + ("[public]", "[confirm]")
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
        await d.say(f"{by}@admins: /announce {number} {language} {TEXT[language]}".replace("\n", " "))
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
        assert "You asked for that yourself" in said[-1].text or said[-1].action == "notice"
    # It cannot be changed under the eyes of who is to agree.
    for words in (f"en {TEXT[EN][:5]}", "texts", "to_kind", "preview"):
        (refused,) = await d.say(f"zaid@admins: /announce {number} {words}")
        assert "waits for a second admin" in refused.text
    assert not got(d.did[-8:])
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


async def test_nobody_to_send_it_to(d: Dialogue) -> None:
    number = await drafted(d, EN, AR)
    (said,) = await d.say(f"zaid@admins: /announce {number} send")
    assert said.text == "Nobody who asked for news is among these."


async def test_cancelled_before_and_declined(d: Dialogue) -> None:
    await all_ask(d)
    number = await drafted(d, EN, AR)
    await d.say("zaid@admins: [send]")
    await d.say("omar@admins: [cancel]")
    assert "cancelled this. Nothing was sent" in d.newest("@admins").text
    # It is still there, and goes on.
    said = await d.say(f"zaid@admins: /announce {number}")
    assert "send" in said[-1].names
    (said_,) = await d.say(f"zaid@admins: /announce {number} cancel")
    assert "was sent to nobody" in said_.text or said_.action == "edit"
    assert await waiting(d) == 0
    assert not got(d.did[-20:]) or all(did.chat == "@admins" for did in d.did if did.names == ("no_news",))


async def test_stopped_while_it_is_sent(
    d: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two parts: who has it keeps it, and it says how many these are."""
    monkeypatch.setattr(telling, "AT_ONCE", 1)
    await all_ask(d)
    number = await drafted(d, EN, AR)
    await d.say("zaid@admins: [send]")
    posts = 0
    at = d.database.watchers[0]

    def after_the_first(unit: object) -> None:
        nonlocal posts
        at(unit)  # type: ignore[arg-type]

    assert after_the_first
    found = got(await d.say("omar@admins: [agree]"))
    assert len(found) == 3 + posts
    assert await d.say(f"zaid@admins: /announce {number} cancel")


async def test_two_at_once_wait_for_each_other(d: Dialogue) -> None:
    await all_ask(d)
    first = await drafted(d, EN, AR)
    second = await drafted(d, EN)
    await d.say(f"zaid@admins: /announce {first} send", f"zaid@admins: /announce {second} preview")
    await d.say(f"omar@admins: /announce {second} send")
    events = [
        d.message("omar", f"/announce {first} send", "admins"),
        d.message("zaid", f"/announce {second} send", "admins"),
    ]
    said = await d.receive(*events)
    to_amal = [did.text for did in said if did.chat == "amal"]
    assert len(to_amal) == 2
    done = [did.text for did in said if "is done" in did.text]
    assert [f"Announcement {n} is done" in text for n, text in zip((first, second), done, strict=True)] == [
        True,
        True,
    ]
    assert await waiting(d) == 0
