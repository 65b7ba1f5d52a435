"""An announcement to many on the Telegram double: the limits are kept, kills cost nobody their
message and give nobody two, and who wants no more gets none (issue L, Must show 4)."""

from __future__ import annotations

import random
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.bootstrap.opening import open_storage, read_settings
from bot.domain.ids import Digest, Number
from tests.integration.telegram.program import subscribe
from tests.integration.telegram.readers import busiest
from tests.integration.telegram.test_flood import people, refused, sends
from tests.integration.telegram.test_whole_dialogue import write_config
from tests.support.botapi import BotApiServer, Call, Chat, Person, faults
from tests.support.listening import let_listen
from tests.support.mortal import SEED, Mortal, rows
from tests.support.statements import write_port

TEXT = "We hand the letter over on Monday."
LIMIT = 30
"""Messages in any second."""

KILLS = 2
PATIENCE = 900.0
ANSWERED_AFTER = 10.0
"""Seconds after which the server says that it has sent what is under way at a kill."""


@dataclass(frozen=True)
class Size:
    """`leaving` say that they want no more while it is being sent."""

    people: int
    leaving: int


SHORT, LONG = Size(people=100, leaving=2), Size(people=5000, leaving=20)


def rarely(condition: Callable[[], bool]) -> Callable[[], bool]:
    """The same, looked at a few times a second and not at each of thousands of calls."""
    looked = 0.0

    def held() -> bool:
        nonlocal looked
        if time.monotonic() - looked < 0.2:
            return False
        looked = time.monotonic()
        return condition()

    return held


class Announcement:
    """On one folder, by a program that is killed meanwhile."""

    def __init__(self, server: BotApiServer, everybody: Sequence[Person], admins: Chat) -> None:
        self.server = server
        self.people = everybody
        self.admins = admins
        self.left: list[Person] = []
        """Who had not got it when they were told that no more would come."""

    def got(self) -> Counter[int]:
        """How often it was sent to whom, also where nobody heard the server say so."""
        calls = [c for c in self.server.calls("sendMessage") if c.status in {None, 0, 200}]
        people = {person.id for person in self.people}
        found = (int(c.parameters["chat_id"]) for c in calls if TEXT in c.parameters["text"])
        return Counter(chat for chat in found if chat in people)

    async def says(self, person: Person, text: str, wanted: str) -> None:
        """An admin, in their chat, until that is answered."""
        await person.send(self.admins, text)
        await self.server.wait_for(lambda: bool(self.found(wanted)), 60)

    def found(self, wanted: str) -> list[str]:
        texts = (message.text or "" for message in self.server.sent(self.admins))
        return [text for text in texts if re.search(wanted, text)]

    async def has_reached(self, count: int) -> None:
        """So many have got it; looked at now and then, as each look goes through all calls."""
        await self.server.wait_for(rarely(lambda: len(self.got()) >= count), PATIENCE)

    async def has_ended(self) -> None:
        await self.server.wait_for(rarely(lambda: bool(self.found("is done: "))), PATIENCE)

    async def is_under_way(self) -> None:
        """The worst moment: the server has sent one of them, and the program does not know yet."""
        held: list[Chat] = []
        private = {person.id: person.private for person in self.people}

        def is_ours(call: Call) -> bool:
            chat = private.get(int(call.parameters["chat_id"]))
            if chat is None or TEXT not in str(call.parameters["text"]):
                return False
            held.append(chat)
            return True

        self.server.fail("sendMessage", faults.slow(ANSWERED_AFTER), when=is_ours)
        await self.server.wait_for(
            lambda: held and any(TEXT in (m.text or "") for m in self.server.sent(held[0])), 60
        )
        self.server.faults.clear()

    async def leave(self, count: int) -> None:
        """So many who have not got it say `/news off`; once they have an answer."""
        over = self.got().keys() | {person.id for person in self.left}
        leaving = [person for person in self.people if person.id not in over][-count:]
        for person in leaving:
            await person.say("/news off")

        def told() -> bool:
            return all(
                any("No more news" in (m.text or "") for m in self.server.sent(person.private))
                for person in leaving
            )

        await self.server.wait_for(told, 60)
        self.left += [person for person in leaving if person.id not in self.got()]


async def all_want_news(folder: Path) -> None:
    """Everybody who has signed, as by the button below a receipt."""
    async with open_storage(read_settings(folder / "config.yaml")) as database:
        async with database.unit() as unit:
            signed = rows(folder, "SELECT DISTINCT digest FROM endorsements")
            digests = [Digest(digest) for (digest,) in signed]
        behind, more = Number(0), True
        while more:
            async with database.unit() as unit:
                records = await unit.endorsements.to_be_told(digests, behind, 500)
                for record in records:
                    assert record.route is not None
                    await unit.news.add(record, record.route)
                more = bool(records)
                behind = records[-1].number if records else behind


async def announce(folder: Path, size: Size) -> None:
    write_port(folder)
    async with BotApiServer() as server:
        everybody = people(server, size.people, "signer")
        zaid, omar = server.person("zaid"), server.person("omar")
        admins = server.group("Admins", creator=zaid, kind="supergroup", bot="member")
        admins.add(omar)
        admins.promote(omar)
        await subscribe(folder, server, everybody, "port")
        await all_want_news(folder)
        write_config(folder, server, admins.id, "polling")
        let_listen(folder)
        sending = Announcement(server, everybody, admins)
        began = time.monotonic()
        with Mortal(folder, random.Random(SEED), statements=folder / "statements") as program:
            program.start()
            await sending.says(zaid, "/announce", "Reply to this message")
            await sending.says(zaid, f"/announce 1 en {TEXT}", "gets the text in|its own text")
            await sending.says(zaid, "/announce 1 preview", f"{size.people:,} chats get it")
            await sending.says(zaid, "/announce 1 send", "wants to send this")
            assert not sending.got()
            await sending.says(omar, "/announce 1 send", "of .* sent|is being sent")
            for part in range(1, KILLS + 1):
                wanted = size.people * part // (KILLS + 1)
                await sending.has_reached(wanted)
                await sending.is_under_way()
                assert program.end(signal.SIGKILL) == -signal.SIGKILL
                program.start()
                await sending.leave(size.leaving)
            await sending.has_ended()
            took = time.monotonic() - began
            assert program.end(signal.SIGTERM) == 0
        check(sending, size, took)
        assert rows(folder, "SELECT count(*) FROM outbox") == [(0,)]


def check(sending: Announcement, size: Size, took: float) -> None:
    got, left, server = sending.got(), sending.left, sending.server
    done = sending.found("is done: ")[-1]
    unknown = re.search(r"Of (\d+) chats? I can't tell", done)
    busy = busiest(sends(server), 1.0)
    print(
        f"{len(got)} of {size.people} in {took:.0f} s, {len(got) / took:.1f}/s; busiest second "
        f"{busy}; {len(left)} left; {done!r}"
    )
    assert set(got.values()) == {1}, [chat for chat, count in got.items() if count > 1]
    assert got.keys() == {person.id for person in sending.people} - {each.id for each in left}
    assert left
    assert not refused(server)
    assert busy <= LIMIT
    # It says of how many it cannot know it: of what was under way at each kill.
    unsure = 0 if unknown is None else int(unknown[1])
    assert unsure == KILLS
    said = re.search(r"is done: ([\d,]+) chat", done)
    assert said is not None
    assert int(said[1].replace(",", "")) + unsure == len(got)


async def test_an_announcement_is_killed_twice(tmp_path: Path) -> None:
    await announce(tmp_path, SHORT)


@pytest.mark.soak
@pytest.mark.timeout(3000)
async def test_an_announcement_to_five_thousand_is_killed_twice(tmp_path: Path) -> None:
    await announce(tmp_path, LONG)
