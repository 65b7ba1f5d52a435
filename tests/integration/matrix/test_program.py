"""`undersigned run` on both platforms: what is given on one is verified on the other."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

from tests.integration.matrix.conftest import Meet
from tests.integration.telegram.test_whole_dialogue import write_config
from tests.support import bot_process
from tests.support.bot_process import Ended
from tests.support.botapi import BotApiServer, Chat, Message, fast
from tests.support.botapi import Person as TelegramPerson
from tests.support.dialogue import number_in
from tests.support.nursery import nursery
from tests.support.statements import write_port
from tests.support.synapse import Account, Homeserver, Person, Proxy

WITHIN = 30.0


@contextlib.asynccontextmanager
async def program(folder: Path, environ: Mapping[str, str] | None = None) -> AsyncIterator[None]:
    with (folder / "log.txt").open("ab") as log, (folder / "nothing").open("w+b") as nothing:
        files = (nothing.fileno(), log.fileno(), log.fileno())
        whole = bot_process.environment(folder / "statements") | dict(environ or {})
        pid = nursery().start(("run",), folder, whole, files)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGTERM)
        code = await asyncio.to_thread(nursery().wait, pid)
        assert code == 0, (folder / "log.txt").read_text("utf-8")


async def run(folder: Path, *command: str, **environ: str) -> Ended:
    """A command of the program to its end, beside what happens here."""
    statements = folder / "statements"
    return await asyncio.to_thread(
        bot_process.run, *command, folder=folder, statements=statements, environ=environ
    )


def configure(
    folder: Path, homeserver: Homeserver | Proxy, account: Account, zaid: Person, telegram: str = ""
) -> None:
    text = f"""\
matrix:
  homeserver: {homeserver.url}
  user_id: "{account.user}"
  password: {account.password}
  admins: ["{zaid.id}"]
"""
    config = folder / "config.yaml"
    config.write_text(telegram + text, encoding="utf-8")
    if not (folder / "statements").exists():
        write_port(folder)


async def sign_on_matrix(person: Person, bot: str, name: str) -> tuple[str, int]:
    """The whole conversation; the room, and the number on the receipt."""
    room = await person.chat(bot)
    for typed, answer in (
        ("!sign port", "You're about to sign"),
        ("!confirm", "What's your name"),
        (name, "your profession"),
        ("!skip", "Which country"),
        ("!skip", "!public"),
        ("!public", "!confirm"),
        ("!confirm", "Recorded. Your number is #"),
    ):
        await person.say(room, typed)
        heard = await person.hear(room, answer)
    return room, number_in(heard.text)


async def number_told(server: BotApiServer, person: TelegramPerson) -> int:
    """That on the receipt, once it is there."""
    told = "Your number is #"
    await server.wait_for(lambda: said(server, person, told), WITHIN)
    texts = [message.text or "" for message in server.sent(person)]
    return number_in(next(text for text in texts if told in text))


async def sign_on_telegram(server: BotApiServer, person: TelegramPerson, name: str) -> None:
    async def press(button: str) -> None:
        def found() -> tuple[Message, str] | None:
            return next(
                (
                    (message, each.data)
                    for message in reversed(server.sent(person))
                    for each in message.buttons
                    if each.data and each.data.endswith(f":{button}")
                ),
                None,
            )

        there = await server.wait_for(found, WITHIN)
        assert there is not None
        message, data = there
        query = await person.press(message, data)
        await server.wait_for(lambda: query.answered, WITHIN)
        await server.settled(WITHIN)

    await person.say("/sign port")
    await press("confirm")
    await person.say(name)
    for button in ("skip", "skip", "public", "confirm"):
        await press(button)


async def press_in(server: BotApiServer, who: TelegramPerson, chat: Chat, button: str) -> None:
    """On the newest message of a group that has it."""

    def found() -> tuple[Message, str] | None:
        messages = reversed(server.sent(chat))
        each = ((message, button.data) for message in messages for button in message.buttons)
        ends = (f":{button}", f"/{button}")
        return next(
            ((m, data) for m, data in each if data and data.split(" ")[0].endswith(ends)), None
        )

    there = await server.wait_for(found, WITHIN)
    assert there is not None
    query = await who.press(*there)
    await server.wait_for(lambda: query.answered, WITHIN)


def said(server: BotApiServer, chat: Chat | TelegramPerson, words: str) -> bool:
    return any(words in (message.text or "") for message in server.sent(chat))


def stats(folder: Path) -> dict[str, int]:
    asked = bot_process.run("stats", "--json", folder=folder, statements=folder / "statements")
    found = json.loads(asked.out)["port"]
    return {name: count for name, count in found.items() if count}


async def test_on_matrix_alone(
    tmp_path: Path, homeserver: Homeserver, meet: Meet, unique: Callable[[str], str]
) -> None:
    """Two signers and a group, decided by typing; once more after a restart."""
    account = await homeserver.register(unique("bot"))
    zaid, amal, rami, omar = [await meet(name) for name in ("zaid", "amal", "rami", "omar")]
    configure(tmp_path, homeserver, account, zaid)
    async with program(tmp_path):
        first, one = await sign_on_matrix(amal, account.user, "Amal Haddad")
        _, two = await sign_on_matrix(rami, account.user, "Rami Saleh")
        card = await zaid.wait_for(
            lambda: next((h for h in zaid.heard if h.text.startswith(f"#{one} ·")), None)
        )
        await zaid.say(card.room, f"!verify {one}")
        await amal.hear(first, "has been verified")
        await zaid.say(card.room, f"!reject {two} We know no such person")
    # What came while it was away is answered by the next start.
    group = await omar.create([account.user], name="Readers of the Port")
    async with program(tmp_path):
        await omar.wait_until_there(group, account.user)
        await omar.hear(group, "!endorse")
        await omar.say(group, "!endorse")
        preview = await omar.hear(group, "An administrator of this group confirms")
        await omar.press(preview, "✅")
        three = number_in((await omar.hear(group, "Recorded: #")).text)
        await zaid.hear(card.room, f"#{three} ·")
        await zaid.say(card.room, f"!verify {three}")
        await omar.hear(group, "Verified: #")
    expected = {"verified": 2, "rejected": 1, "persons": 1, "organisations": 1}
    assert stats(tmp_path) == expected


async def test_on_both_platforms_at_once(
    tmp_path: Path, homeserver: Homeserver, meet: Meet, unique: Callable[[str], str]
) -> None:
    """Each card is decided on the other platform, and both admin chats show it."""
    account = await homeserver.register(unique("bot"))
    zaid, amal = await meet("zaid"), await meet("amal")
    async with BotApiServer(rules=fast()) as server:
        hani, lena = server.person("hani"), server.person("lena")
        admins = server.group("Admins", creator=hani, bot="administrator")
        write_config(tmp_path, server, admins.id, "polling")
        telegram = (tmp_path / "config.yaml").read_text(encoding="utf-8")
        configure(tmp_path, homeserver, account, zaid, telegram)
        async with program(tmp_path):
            await server.wait_for(lambda: server.updates.polling, WITHIN)
            await sign_on_telegram(server, lena, "Lena Nasser")
            number = await number_told(server, lena)
            card = await zaid.wait_for(
                lambda: next((h for h in zaid.heard if h.text.startswith(f"#{number} ·")), None)
            )
            await zaid.say(card.room, f"!verify {number}")
            await server.wait_for(lambda: said(server, lena, "has been verified"), WITHIN)
            await server.wait_for(lambda: said(server, admins, "erified"), WITHIN)

            room, other_number = await sign_on_matrix(amal, account.user, "Amal Haddad")
            await server.wait_for(lambda: said(server, admins, f"#{other_number} ·"), WITHIN)
            await hani.send(admins, f"/verify {other_number}")
            await amal.hear(room, "has been verified")
            other = await zaid.hear(card.room, f"#{other_number} ·")
            await zaid.wait_for(lambda: "👍" not in other.text)
    assert stats(tmp_path) == {"verified": 2, "persons": 2}


async def test_one_organisation_in_a_group_of_each_platform(
    tmp_path: Path, homeserver: Homeserver, meet: Meet, unique: Callable[[str], str]
) -> None:
    """Linked by an admin on one, it is counted once and both groups are told; undone by an admin on
    the other, both are told again."""
    account = await homeserver.register(unique("bot"))
    zaid, omar = await meet("zaid"), await meet("omar")
    async with BotApiServer(rules=fast()) as server:
        hani, lena = server.person("hani"), server.person("lena")
        admins = server.group("Admins", creator=hani, bot="administrator")
        union = server.group("Union", creator=lena, bot="member")
        write_config(tmp_path, server, admins.id, "polling")
        telegram = (tmp_path / "config.yaml").read_text(encoding="utf-8")
        configure(tmp_path, homeserver, account, zaid, telegram)
        room = await omar.create([account.user], name="Union")
        async with program(tmp_path):
            await server.wait_for(lambda: server.updates.polling, WITHIN)
            await lena.send(union, "/endorse port Union of Dockers (Tunisia)")
            await press_in(server, lena, union, "confirm")
            await server.wait_for(lambda: said(server, union, "Recorded: #"), WITHIN)
            texts = [message.text or "" for message in server.sent(union)]
            one = number_in(next(text for text in texts if "Recorded: #" in text))

            await omar.wait_until_there(room, account.user)
            await omar.say(room, "!endorse port Union of Dockers (Tunisia)")
            preview = await omar.hear(room, "An administrator of this group confirms")
            await omar.press(preview, "✅")
            two = number_in((await omar.hear(room, "Recorded: #")).text)

            card = await zaid.wait_for(
                lambda: next((h for h in zaid.heard if h.text.startswith(f"#{two} ·")), None)
            )
            assert f"Same as #{one}" in card.text
            await hani.send(admins, f"/verify {one}")
            await server.wait_for(lambda: said(server, union, "Verified: #"), WITHIN)
            await zaid.say(card.room, f"!link {one} {two}")
            await omar.hear(room, f"#{two}, given here, is counted with that one")
            await server.wait_for(lambda: said(server, union, "stands for both"), WITHIN)
            counted = {"verified": 1, "organisations": 1, "linked": 1}
            assert await asyncio.to_thread(stats, tmp_path) == counted

            await press_in(server, hani, admins, "undo")
            await omar.hear(room, f"#{two}, your endorsement of")
            await server.wait_for(
                lambda: said(server, union, "doesn't stand for the other one"), WITHIN
            )
            apart = {"pending": 1, "verified": 1, "organisations": 1}
            assert await asyncio.to_thread(stats, tmp_path) == apart
