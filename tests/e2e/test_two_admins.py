"""Two admins on two platforms decide about the same records at the same moment: each record is
decided once, the other admin is told, and all that shows it shows the same in the end."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import itertools
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.bootstrap.opening import open_storage
from bot.bootstrap.wiring import build
from bot.domain import lifecycle
from bot.domain.endorsement import Details, Given, Kind, Route, Status, Visibility
from bot.domain.ids import AdapterName, ChatRef, Language, MessageRef, Number, UserRef
from bot.ports import (
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
from bot.services.lifecycle import apply
from bot.text.chunks import Fit
from tests.support.dialogue import settings_in
from tests.support.numbers import in_order
from tests.support.statements import library_of, write_port

EN = Language("en")
WAYS = ("desk", "card", "typed")
VERDICTS = ("verify", "reject")


class Platform:
    """Keeps what each message of the admin chat shows now."""

    capabilities = Capabilities(Fit(4096, lambda text: len(text.plain)), at_once=30)

    def __init__(self, name: str, admin: str) -> None:
        self.name = AdapterName(name)
        self.admin_chat: ChatRef | None = ChatRef(self.name, "admins")
        self.admin = admin
        self.shown: dict[MessageRef, Send | Edit] = {}
        self.notices: list[str] = []
        self.desk: MessageRef | None = None
        """Of the admin who decides: others only look."""
        self._ids = itertools.count(1)

    async def deliver(self, outgoing: Outgoing, key: str) -> MessageRef | None:
        await asyncio.sleep(0)
        if outgoing.chat != self.admin_chat:
            return MessageRef(key)
        match outgoing:
            case Send():
                message = MessageRef(str(next(self._ids)))
                self.shown[message] = outgoing
                return message
            case Edit(message=message) if message is not None:
                self.shown[message] = outgoing
            case Notice(text=text):
                self.notices.append(text or "")
        return None

    async def run(self, inbox: Inbox) -> None:
        await asyncio.Event().wait()

    async def role(self, chat: ChatRef, user: UserRef) -> Role:
        await asyncio.sleep(0)
        return Role.ADMINISTRATOR

    async def group(self, chat: ChatRef) -> GroupFacts | None:
        return None

    def card(self, head: str) -> MessageRef | None:
        """The message that begins so; none where there were cards enough."""
        found = (m for m, shown in self.shown.items() if shown.text.plain.startswith(head))
        return next(found, None)

    def _origin(self, who: str) -> Origin:
        assert self.admin_chat is not None
        number = f"event {next(self._ids)}"
        account = UserRef(self.name, who)
        now = dt.datetime.now(dt.UTC)
        return Origin(number, self.admin_chat, Place.ADMIN, account, who, EN, now)

    def typed(self, text: str, who: str = "") -> Event:
        return Message(self._origin(who or self.admin), text)

    def pressed(self, message: MessageRef, name: str) -> Event:
        buttons = [b for row in self.shown[message].buttons for b in row]
        data = next(button.data for button in buttons if button.name == name)
        origin = self._origin(self.admin)
        return Press(origin, origin.id, message, data)

    def decides(self, number: Number, way: str, verdict: str) -> Event:
        """By the own desk where that shows it, by the card, or in words."""
        head = f"#{number} · "
        if way == "desk" and self.desk is not None and head in self.shown[self.desk].text.plain:
            return self.pressed(self.desk, "verify")
        card = self.card(head)
        if way == "card" and verdict == "verify" and card is not None:
            return self.pressed(card, "verify")
        return self.typed(f"/{verdict} {number}" + (" because" if verdict == "reject" else ""))


class TwoPlatforms:
    """The bot on two platforms."""

    def __init__(self, folder: Path) -> None:
        # Two of each other's colleagues would have to agree to so many rejections.
        alone = {"UNDERSIGNED_VERIFICATION__ALONE_AT_MOST": "1000000"}
        self.settings = settings_in(folder, write_port(folder), **alone)
        self.here, self.there = Platform("here", "zaid"), Platform("there", "lina")
        self.desks = [(self.here, "zaid"), (self.here, "omar"), (self.there, "lina")]
        self.desks.append((self.there, "nour"))

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[TwoPlatforms]:
        async with open_storage(self.settings, draw=in_order) as self.database:
            library = library_of(self.settings)
            both = {each.name: each for each in (self.here, self.there)}
            self.clock = _Clock()
            self.bot = await build(self.settings, library, self.database, both, self.clock)
            self.revision = next(iter(library)).revisions[EN]
            running = asyncio.create_task(self.bot.run())
            try:
                yield self
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)

    async def do(self, *events: Event) -> None:
        """All at the same moment, each on its platform."""
        await asyncio.gather(
            *(self.bot.inbox.receive(event.origin.chat.adapter, [event]) for event in events)
        )
        await self.bot.inbox.settled()

    async def sign(self, name: str) -> Number:
        async with self.database.unit() as unit:
            await unit.statements.keep_revision(self.revision)
            route = Route(ChatRef(self.here.name, name), EN)
            given = Given(
                self.revision.statement,
                Kind.PERSON,
                EN,
                self.revision.digest,
                name,
                None,
                Visibility.PUBLIC,
                Details(),
                route,
            )
            outcome = lifecycle.sign(name.encode(), given, self.clock.now())
            record = await apply(unit, self.bot.campaign, None, outcome)
        await self.bot.inbox.settled()
        return record.number

    async def status(self, number: Number) -> Status:
        async with self.database.unit() as unit:
            record = await unit.endorsements.get(number)
        assert record is not None
        return record.status


class _Clock:
    """A round takes some seconds: faster would be a flood."""

    def __init__(self) -> None:
        self.ahead = dt.timedelta()

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + self.ahead


def words(chance: random.Random) -> str:
    return " ".join("".join(chance.choices("abdefgiklmnoprstu", k=9)) for _ in range(2)).title()


async def one_after_the_other(folder: Path, rounds: int, seed: int) -> None:
    chance = random.Random(seed)
    seen = 0
    async with TwoPlatforms(folder).running() as c:
        for _ in range(rounds):
            c.clock.ahead += dt.timedelta(seconds=5)
            number = await c.sign(words(chance))
            for each, who in chance.sample(c.desks, k=chance.randint(0, 4)):
                await c.do(each.typed("/pending", who))
                if who == each.admin:
                    each.desk = max(each.shown, key=int)
            shown = [s.text.plain for each in (c.here, c.there) for s in each.shown.values()]
            seen += sum(f"\n#{number} · " in text for text in shown)
            before = {each: (len(each.shown), len(each.notices)) for each in (c.here, c.there)}
            await c.do(
                *(
                    each.decides(number, chance.choice(WAYS), chance.choice(VERDICTS))
                    for each in (c.here, c.there)
                )
            )
            await check(c, number, before, f"seed {seed}")
    assert seen > rounds // 3, f"seed {seed}"


async def check(
    c: TwoPlatforms, number: Number, before: dict[Platform, tuple[int, int]], hint: str
) -> None:
    status = await c.status(number)
    async with c.database.unit() as unit:
        done = await unit.actions.about(Number(number), 100)
    decided = len([action for action in done if action.action in VERDICTS])
    # One decision; or it was verified first and rejected then, which is two, one after the other.
    assert decided == 1 or (decided == 2 and status is Status.REJECTED), hint
    said = 0
    for each, (messages, notices) in before.items():
        new = [
            *each.notices[notices:],
            *(s.text.plain for s in list(each.shown.values())[messages:]),
        ]
        said += sum("has been decided" in text for text in new)
    assert said == 2 - decided, hint
    last_line = {Status.VERIFIED: "Verified by", Status.REJECTED: "Not accepted by"}[status]
    for each in (c.here, c.there):
        for shown in each.shown.values():
            text = shown.text.plain
            lines = [line for line in text.splitlines() if line.startswith(f"#{number} · ")]
            if lines:
                assert last_line in text, (hint, text)


async def test_the_same_records_at_the_same_time(tmp_path: Path) -> None:
    await one_after_the_other(tmp_path, 40, random.randrange(10_000))


@pytest.mark.soak
async def test_the_same_records_a_thousand_times(tmp_path: Path) -> None:
    await one_after_the_other(tmp_path, 1000, random.randrange(10_000))
