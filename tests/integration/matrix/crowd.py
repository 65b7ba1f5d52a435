"""People who go on with what they came for, however often the bot dies meanwhile.

Nobody asks twice, and everything that the bot says to them is different from all else in its room.
"""

from __future__ import annotations

import asyncio
import random
import re
from dataclasses import dataclass, field

from tests.integration.matrix.conftest import Meet
from tests.integration.telegram.crowd import Expected
from tests.support.mortal import Mortal
from tests.support.synapse import Account, Heard, Homeserver, Person
from tests.support.synapse.hostile import drain_keys, send_garbage

PATIENCE = 300.0
"""Seconds to wait for an answer; the bot is away for most of them."""

STATEMENT = "long"

NEW_KEY = 0.3
"""The part of messages before which a person makes a new key for the room, as clients do when
somebody comes or goes."""

NEW_SESSION = 0.15
"""The part before which the person's device begins anew with the bot's."""

HURRY = 0.7
"""The longest pause in seconds between what somebody writes and what they write next."""

_QUESTION = re.compile(rf"!demands {STATEMENT} (\d+)")
_ANSWER = re.compile(r"(\d+)\. ")


@dataclass
class Talk:
    """A room in which people ask for demands by number."""

    room: str
    encrypted: bool
    people: list[Person]
    asked: list[int] = field(default_factory=list)

    def in_order(self, person: Person, sign: re.Pattern[str]) -> list[int]:
        found = [sign.match(heard.text) for heard in person.heard if heard.room == self.room]
        return [int(match[1]) for match in found if match]

    def questions(self) -> list[int]:
        return self.in_order(self.people[0], _QUESTION)

    def answers(self, person: Person) -> list[int]:
        return self.in_order(person, _ANSWER)


@dataclass
class Crowd:
    """`numbers` are the record numbers that signers and groups were told, in no order; `written` is
    how many messages people wrote in clear, and in encrypted rooms."""

    homeserver: Homeserver
    meet: Meet
    bot: Account
    admin: Person
    program: Mortal
    chance: random.Random
    expected: Expected = field(default_factory=Expected)
    numbers: list[int] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    written: dict[bool, int] = field(default_factory=lambda: {False: 0, True: 0})
    device: str | None = None
    """The bot's, once it is known."""

    async def person(self, name: str) -> Person:
        person = await self.meet(name)
        self.people.append(person)
        return person

    # -- what each of them does ----------------------------------------------------------------

    async def talk(self, *, encrypted: bool, group: bool, questions: int, until: int) -> None:
        """Ask for one demand after the other without waiting for answers, until the bot was killed
        so often. In a group two people do, at the same time."""
        founder = await self.person("reader")
        people = [founder]
        if group:
            people.append(await self.person("friend"))
            others = [self.bot.user, people[1].id]
            room = await founder.create(others, name="Readers", encrypted=encrypted)
            await founder.wait_until_there(room, people[1].id)
            await people[1].wait_until_there(room, founder.id)
        else:
            room = await founder.create([self.bot.user], direct=True, encrypted=encrypted)
        for person in people:
            await person.wait_until_there(room, self.bot.user, PATIENCE)
        talk = Talk(room, encrypted, people)
        self.talks.append(talk)
        part = questions // len(people)
        first, last = self.program.kills, until
        await asyncio.gather(
            *(
                self._ask(talk, person, range(at * part + 1, (at + 1) * part + 1), first, last)
                for at, person in enumerate(people)
            )
        )

    async def _ask(
        self, talk: Talk, person: Person, questions: range, first: int, last: int
    ) -> None:
        for place, number in enumerate(questions):
            await self.program.until_kill(first + (last - first) * place // len(questions))
            await asyncio.sleep(self.chance.uniform(0.0, HURRY))
            await self.say(person, talk.room, f"!demands {STATEMENT} {number}")
            talk.asked.append(number)

    async def sign(self, index: int) -> None:
        """Of four signers two are verified, one is rejected and one withdraws."""
        person = await self.person("signer")
        encrypted = index % 2 == 0
        room = await person.create([self.bot.user], direct=True, encrypted=encrypted)
        await person.wait_until_there(room, self.bot.user, PATIENCE)
        await person.hear(room, "Hello", PATIENCE)
        name = f"Signer Number {index}"
        for text in (f"!sign {STATEMENT}", "!confirm", name, "!skip", "!skip", "!public"):
            await self.ask(person, room, text)
        await self.say(person, room, "!confirm")
        number = await self.told(person, room, r"Recorded\. Your number is #(\d+)")
        if index % 4 < 2:
            self.expected.verified += 1
            self.expected.persons += 1
            await self.decide(number, f"!verify {number}")
            await person.hear(room, "has been verified", PATIENCE)
        elif index % 4 == 2:
            self.expected.rejected += 1
            await self.decide(number, f"!reject {number} We know no such person")
            await person.hear(room, "was not accepted", PATIENCE)
        else:
            self.expected.withdrawn += 1
            await self.ask(person, room, "!withdraw")
            await self.ask(person, room, "!confirm")

    async def endorse(self, index: int) -> None:
        """A group, by a reaction or by typing; every second one is verified."""
        person = await self.person("omar")
        name = f"Readers {index}"
        room = await person.create([self.bot.user], name=name, encrypted=index % 2 == 0)
        await person.hear(room, "!endorse", PATIENCE)
        await self.say(person, room, f"!endorse {STATEMENT}")
        preview = await person.hear(room, "An administrator of this group confirms", PATIENCE)
        if index % 2 == 0:
            # Whether the bot has put it there or was ended before.
            await person.react(room, preview.id, "✅")
            self.written[False] += 1
        else:
            await self.say(person, room, "!confirm")
        number = await self.told(person, room, r"Recorded: #(\d+)")
        if index % 2 == 0:
            self.expected.verified += 1
            self.expected.organisations += 1
            await self.decide(number, f"!verify {number}")
            await person.hear(room, "Verified: #", PATIENCE)
        else:
            self.expected.pending += 1

    async def decide(self, number: int, typed: str) -> None:
        def card() -> Heard | None:
            return next((h for h in self.admin.heard if h.text.startswith(f"#{number} ·")), None)

        found = await self.admin.wait_for(card, PATIENCE)
        await self.say(self.admin, found.room, typed)

    async def attack(self, stranger: Person) -> None:
        """Garbage to the bot's device, and all its one-time keys taken."""
        device = await self.device_of_bot(stranger)
        if device is not None:
            token = stranger.account.token
            await send_garbage(self.homeserver, token, self.bot.user, device)
            await drain_keys(self.homeserver, token, self.bot.user, device)

    async def device_of_bot(self, person: Person) -> str | None:
        if self.device is None:
            path, token = "/_matrix/client/v3/keys/query", person.account.token
            wanted: dict[str, dict[str, list[str]]] = {"device_keys": {self.bot.user: []}}
            _, answer = await self.homeserver.ask("POST", path, token, wanted)
            devices = answer["device_keys"].get(self.bot.user, {})
            # That of the registration has no keys.
            self.device = next(iter(devices), None)
        return self.device

    # -- how they do it ------------------------------------------------------------------------

    async def say(self, person: Person, room: str, text: str) -> None:
        encrypted = person.room(room).encrypted
        if encrypted and self.chance.random() < NEW_KEY:
            person.client.invalidate_outbound_session(room)
            if self.chance.random() < NEW_SESSION / NEW_KEY and self.device is not None:
                await person.begin_anew_with(self.bot.user, self.device)
        await person.say(room, text)
        self.written[encrypted] += 1

    async def ask(self, person: Person, room: str, text: str) -> None:
        """Returns when the bot has said something new there, or changed what it had said."""

        def changes() -> int:
            return sum(1 + heard.edits for heard in person.said_in(room, self.bot.user))

        before = changes()
        await self.say(person, room, text)
        await person.wait_for(lambda: changes() > before, PATIENCE)

    async def told(self, person: Person, room: str, pattern: str) -> int:
        """Waits for a message that says this; the number in it."""

        def found() -> re.Match[str] | None:
            said = person.said_in(room, self.bot.user)
            return next((m for m in (re.search(pattern, h.text) for h in said) if m), None)

        number = int((await person.wait_for(found, PATIENCE))[1])
        self.numbers.append(number)
        return number
