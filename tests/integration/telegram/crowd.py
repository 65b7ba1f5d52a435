"""People who go on with what they came for, however often the bot dies meanwhile.

Nobody asks twice: whoever wrote or pressed waits for the answer. Only who pressed a button of a
message that came twice, and is told that this one is old, presses the same on the newest one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tests.support.botapi import BotApiServer, Chat, Message, Person

PATIENCE = 300.0
"""Seconds to wait for an answer; the bot is away for most of them."""

STATEMENT = "open-library"
PRESSES = 3
"""Pages that a reader turns."""


@dataclass
class Expected:
    """What must stand in the database in the end."""

    pending: int = 0
    verified: int = 0
    rejected: int = 0
    withdrawn: int = 0
    persons: int = 0
    organisations: int = 0

    @property
    def records(self) -> int:
        return self.pending + self.verified + self.rejected + self.withdrawn


@dataclass
class Crowd:
    """`numbers` are the record numbers that signers and groups were told, in no order."""

    server: BotApiServer
    admin: Person
    admins: Chat
    expected: Expected = field(default_factory=Expected)
    numbers: list[int] = field(default_factory=list)

    # -- what each of them does ----------------------------------------------------------------

    async def sign(self, index: int) -> None:
        """Every second signer is verified; of ten others one stays pending, two withdraw and two
        are rejected."""
        person = self.server.person(f"signer{index}")
        await self.say(person, person.private, "/start")
        await self.say(person, person.private, f"/sign {STATEMENT}")
        await self.press(person, person.private, "confirm")
        await self.say(person, person.private, f"Signer Number {index}")
        for button in ("skip", "skip", "public", "confirm"):
            await self.press(person, person.private, button)
        number = await self.told(person.private, r"Recorded\. Your number is #(\d+)")
        if index % 2 == 0:
            self.expected.verified += 1
            self.expected.persons += 1
            await self.decide(number, "verify")
            await self.told(person.private, rf"#({number}) .*verified")
        elif index % 10 in {1, 5}:
            self.expected.rejected += 1
            await self.say(self.admin, self.admins, f"/reject {number} We know no such person")
            await self.told(person.private, rf"#({number}) .*was not accepted")
        elif index % 10 in {3, 7}:
            self.expected.withdrawn += 1
            await self.say(person, person.private, "/withdraw")
            await self.press(person, person.private, "confirm")
        else:
            self.expected.pending += 1

    async def endorse(self, index: int) -> None:
        """A group; every second one is verified."""
        person = self.server.person(f"omar{index}")
        group = self.server.group(f"Readers {index}", creator=person, bot="member")
        await self.say(person, group, f"/endorse {STATEMENT}")
        await self.press(person, group, "confirm")
        number = await self.told(group, r"Recorded: #(\d+)")
        if index % 2 == 0:
            self.expected.verified += 1
            self.expected.organisations += 1
            await self.decide(number, "verify")
            await self.told(group, rf"Verified: #({number}),")
        else:
            self.expected.pending += 1

    async def read(self, index: int) -> None:
        person = self.server.person(f"reader{index}")
        await self.say(person, person.private, f"/read {STATEMENT}")
        for _ in range(PRESSES):
            await self.press(person, person.private, "next")

    async def decide(self, number: int, button: str) -> None:
        """By the card's own button."""
        await self.press(self.admin, self.admins, button, about=f"#{number} ")

    # -- how they do it ------------------------------------------------------------------------

    async def say(self, person: Person, chat: Chat, text: str) -> None:
        """Returns when the bot has written something new there."""
        before = self.newest(chat)
        await person.send(chat, text)
        await self.server.wait_for(lambda: self.newest(chat) != before, PATIENCE)

    async def press(self, person: Person, chat: Chat, button: str, about: str = "") -> None:
        """Presses on the newest message that has the button; returns when that message has become
        another."""
        while True:
            message = await self.server.wait_for(
                lambda: self.with_button(chat, button, about), PATIENCE
            )
            assert message is not None
            data = _data(message, button)
            assert data is not None
            before = message.text
            query = await person.press(message, data)

            def is_answered() -> bool:
                return query.answered and (query.answer is not None or message.text != before)  # noqa: B023

            await self.server.wait_for(is_answered, PATIENCE)
            if self.with_button(chat, button, about) in {None, message} or message.text != before:
                return

    async def told(self, chat: Chat, pattern: str) -> int:
        """Waits for a message that says this; the number in it."""

        def found() -> re.Match[str] | None:
            texts = (re.search(pattern, message.text or "") for message in self.server.sent(chat))
            return next((match for match in texts if match), None)

        match = await self.server.wait_for(found, PATIENCE)
        assert match is not None
        number = int(match[1])
        self.numbers.append(number)
        return number

    def newest(self, chat: Chat) -> int:
        return max((message.id for message in self.server.sent(chat)), default=0)

    def with_button(self, chat: Chat, button: str, about: str) -> Message | None:
        found = [
            message
            for message in self.server.sent(chat)
            if (message.text or "").startswith(about) and _data(message, button)
        ]
        return found[-1] if found else None


def _data(message: Message, button: str) -> str | None:
    """What the button of that name carries; a page button has no name, only its arrow."""
    label = {"next": "Next"}.get(button)
    for each in message.buttons:
        if each.data and (
            each.label.startswith(label) if label else each.data.endswith(f":{button}")
        ):
            return each.data
    return None
