"""The crowd, whose people know that what could not be saved yet is done later."""

from __future__ import annotations

from tests.integration.telegram import crowd
from tests.integration.telegram.crowd import PATIENCE, Crowd
from tests.support.botapi import Chat, Person

CARDS = 40
"""By which is decided; there may be fifty (`tests.faults.host.CONFIG`), and some are decided by
nobody."""

CANNOT_SAVE = "I can't save that right now. I'll answer as soon as I can."


class People(Crowd):
    """Nobody does anything twice because of that answer."""

    def newest(self, chat: Chat) -> int:
        said = self.server.sent(chat)
        return max((message.id for message in said if message.text != CANNOT_SAVE), default=0)

    async def to_preview(self, index: int) -> Person:
        """As `sign`, up to the last question."""
        person = self.server.person(f"signer{index}")
        await self.say(person, person.private, f"/sign {crowd.STATEMENT}")
        await self.press(person, person.private, "confirm")
        await self.say(person, person.private, f"Signer Number {index}")
        for button in ("skip", "skip", "public"):
            await self.press(person, person.private, button)
        return person

    async def decide(self, number: int, button: str) -> None:
        """By typing, once there may be no room for a card of its own: one that can be undone, which
        is so for ten minutes, stands open like one that waits."""
        if self.expected.verified <= CARDS:
            await super().decide(number, button)
        else:
            await self.say(self.admin, self.admins, f"/{button} {number}")

    async def press(self, person: Person, chat: Chat, button: str, about: str = "") -> None:
        while True:
            message = await self.server.wait_for(
                lambda: self.with_button(chat, button, about), PATIENCE
            )
            assert message is not None
            data = crowd._data(message, button)
            assert data is not None
            before, newest = message.text, self.newest(chat)
            query = await person.press(message, data)

            def is_answered() -> bool:
                is_said = query.answer not in {None, CANNOT_SAVE}  # noqa: B023
                return is_said or message.text != before or self.newest(chat) != newest  # noqa: B023

            await self.server.wait_for(is_answered, PATIENCE)
            if self.with_button(chat, button, about) in {None, message} or message.text != before:
                return
