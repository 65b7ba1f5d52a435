"""A second platform beside the console, so that the bot has two admin chats at once."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping
from typing import Any

import pytest

from bot.bootstrap.wiring import Bot, build
from bot.domain.ids import AdapterName, ChatRef, Language, MessageRef, UserRef
from bot.ports import (
    Adapter,
    Button,
    Capabilities,
    Edit,
    Event,
    GroupFacts,
    Inbox,
    Message,
    Notice,
    Origin,
    Outgoing,
    Place,
    Press,
    Role,
    Send,
)
from bot.text.chunks import Fit
from tests.support import dialogue
from tests.support.dialogue import Dialogue

ELSEWHERE = AdapterName("elsewhere")


class Elsewhere:
    """Keeps each message of its admin chat as it now stands. Everybody there is an admin."""

    name = ELSEWHERE
    capabilities = Capabilities(Fit(4096, lambda text: len(text.plain)))

    def __init__(self) -> None:
        self.admin_chat: ChatRef | None = ChatRef(ELSEWHERE, "admins")
        self.shown: dict[str, Send | Edit] = {}
        self.notices: list[str] = []
        self._ids = itertools.count(1)

    async def run(self, inbox: Inbox) -> None:
        await asyncio.Event().wait()

    async def deliver(self, outgoing: Outgoing, key: str) -> MessageRef | None:
        match outgoing:
            case Send():
                number = str(next(self._ids))
                self.shown[number] = outgoing
                return MessageRef(number)
            case Edit(message=message):
                assert message is not None
                self.shown[message] = outgoing
            case Notice(text=text):
                self.notices.append(text or "")
        return None

    async def role(self, chat: ChatRef, user: UserRef) -> Role:
        return Role.ADMINISTRATOR

    async def group(self, chat: ChatRef) -> GroupFacts | None:
        return None

    def newest(self, button: str) -> tuple[str, Button]:
        """The newest message with that button, and the button."""
        return next(
            (number, each)
            for number, message in reversed(self.shown.items())
            for row in message.buttons
            for each in row
            if each.name == button
        )

    def press(self, d: Dialogue, who: str, button: str) -> Press:
        """Somebody presses it on the newest message that has it."""
        origin = self._origin(d, who)
        number, pressed = self.newest(button)
        return Press(origin, origin.id, MessageRef(number), pressed.data)

    def message(self, d: Dialogue, who: str, text: str) -> Message:
        return Message(self._origin(d, who), text)

    def _origin(self, d: Dialogue, who: str) -> Origin:
        assert self.admin_chat is not None
        return Origin(
            f"event {next(self._ids)}",
            self.admin_chat,
            Place.ADMIN,
            UserRef(ELSEWHERE, who),
            who,
            Language("en"),
            d.platform.now(),
        )

    async def receive(self, d: Dialogue, *events: Event) -> None:
        """Until all that follows from them has been done."""
        await d.bot.inbox.receive(ELSEWHERE, list(events))
        await d.bot.inbox.settled()


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Elsewhere:
    """On it too, whatever dialogue is opened then."""
    there = Elsewhere()

    async def on_both(*parts: Any) -> Bot:
        settings, library, database, adapters, clock = parts
        both: Mapping[AdapterName, Adapter] = {**adapters, ELSEWHERE: there}
        return await build(settings, library, database, both, clock)

    monkeypatch.setattr(dialogue, "build", on_both)
    return there
