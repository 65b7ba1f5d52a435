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
    async with open_dialogue(tmp_path, port, UNDERSIGNED_LANGUAGES='["en", "ar"]') as dialogue:
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
