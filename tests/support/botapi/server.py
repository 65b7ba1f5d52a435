"""The server for tests in the same process; `python -m tests.support.botapi` is the other way.

async with BotApiServer() as server:
    amal = server.person("amal", language="ar")
    await amal.say("/start")
    ...                                     # a bot at server.url with server.token
    greeting = await server.next_message(amal)
    await amal.press(greeting, "sign")
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self, TypeVar

from aiohttp import web

from tests.support.botapi.chats import Chat
from tests.support.botapi.clock import Clock
from tests.support.botapi.control import Control
from tests.support.botapi.core import Core
from tests.support.botapi.faults import Fault, Faults, Plan
from tests.support.botapi.flood import Flood
from tests.support.botapi.front import Front
from tests.support.botapi.journal import Call, Journal
from tests.support.botapi.people import Person
from tests.support.botapi.rules import Rules
from tests.support.botapi.state import Message, User
from tests.support.botapi.updates import Updates
from tests.support.botapi.webhook import Webhook
from tests.support.botapi.world import World

T = TypeVar("T")

TOKEN = "7000000001:AAF-test-token-of-the-double-0123456789"
BOT_NAME = "undersigned_test_bot"
ASK_AGAIN = 0.02
WITHIN = 30.0
"""Seconds to wait for anything on a busy machine."""


class BotApiServer:
    """`clock` and `rules` may be changed while it runs. State outlives `stop` and `start`.
    `on_call` may be set to hear of every call when it has ended."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        username: str = BOT_NAME,
        clock: Clock | None = None,
        rules: Rules | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        journal_limit: int | None = None,
    ) -> None:
        self.token = token
        self.host = host
        self.port = port
        self.clock = clock or Clock()
        self.rules = rules or Rules()
        self.bot = User(int(token.partition(":")[0]), "Undersigned", username, is_bot=True)
        self.updates = Updates(self.clock, self.rules)
        self.world = World(self.bot, self.clock, self.rules, self.updates.push)
        self.journal = Journal(journal_limit)
        self.faults = Faults()
        self.webhook = Webhook(self.updates, self.clock, self._call)
        self.core = Core(
            self.clock,
            self.rules,
            self.world,
            self.updates,
            self.webhook,
            Flood(self.clock, self.rules),
        )
        self.front = Front(self.core, token, self.journal, self.faults)
        self.front.control = Control(self).handle
        self._changed = asyncio.Event()
        self._runner: web.ServerRunner | None = None
        self.on_call: Callable[[Call], None] = lambda _: None
        self.front.on_call = self._called
        self.world.on_change = self._notify
        self.updates.on_new = self._new_update

    # -- running -------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """For the bot's `api_url`; python-telegram-bot wants `url + "/bot"`."""
        return f"http://{self.host}:{self.port}"

    async def start(self) -> None:
        """On the same port as before, if it ran before."""
        server = web.Server(self.front.handle, access_log=None)
        runner = web.ServerRunner(server, shutdown_timeout=0.05)
        await runner.setup()
        site = web.TCPSite(runner, self.host, self.port)
        await site.start()
        self.port = runner.addresses[0][1]
        self._runner = runner
        await self.webhook.start()

    async def stop(self) -> None:
        """Refuses connections and drops those that are open; the state stays."""
        await self.webhook.stop()
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    @asynccontextmanager
    async def down(self) -> AsyncIterator[None]:
        """An outage."""
        await self.stop()
        try:
            yield
        finally:
            await self.start()

    async def _call(self, method: str, raw: dict[str, object]) -> object:
        return await self.front.call(method, raw)

    def _called(self, call: Call) -> None:
        self.on_call(call)
        self._notify()

    def _notify(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def _new_update(self) -> None:
        self.webhook.kick()
        self._notify()

    # -- people and chats ----------------------------------------------------------------------

    def person(self, name: str, *, language: str | None = "en") -> Person:
        """The person of that name, who exists from the first time on."""
        return self.world.person(name, language=language)

    def group(
        self,
        title: str,
        *,
        creator: Person,
        kind: str = "supergroup",
        forum: bool = False,
        bot: str | None = "member",
    ) -> Chat:
        """A new group or channel. `bot` is the bot's standing, None keeps it out."""
        chat = self.world.new_chat(kind, title, forum=forum)
        chat.change(creator, status="creator")
        if bot is not None:
            chat.add_bot(creator, administrator=bot == "administrator")
        return chat

    def channel(self, title: str, *, creator: Person, bot: str | None = "administrator") -> Chat:
        chat = self.world.new_chat("channel", title)
        chat.change(creator, status="creator")
        if bot == "administrator":
            rights = frozenset({"can_post_messages"})
            chat.change(self.bot, creator, status="administrator", rights=rights)
        elif bot is not None:
            chat.change(self.bot, creator, status=bot)
        return chat

    def messages(self, chat: Chat | Person) -> list[Message]:
        """What people see in a chat now, oldest first."""
        return [m for m in _chat(chat).messages.values() if not m.deleted]

    def sent(self, chat: Chat | Person) -> list[Message]:
        """The bot's messages among them."""
        return [message for message in self.messages(chat) if message.from_bot]

    # -- what the bot did ----------------------------------------------------------------------

    def calls(self, method: str | None = None, *, ok: bool | None = None) -> list[Call]:
        return self.journal.calls(method, ok=ok)

    def fail(
        self,
        method: str,
        fault: Fault,
        *,
        times: int | None = 1,
        skip: int = 0,
        when: Callable[[Call], bool] = lambda _: True,
    ) -> None:
        """The next `times` calls of a method ("*" for any) go wrong, after `skip` good ones;
        `times` None goes on until `faults.clear()`."""
        self.faults.plan(Plan(method.lower(), fault, times, skip, when))

    # -- waiting -------------------------------------------------------------------------------

    async def wait_for(self, condition: Callable[[], T], within: float = WITHIN) -> T:
        """Until the condition holds, asked again after every call and change and now and then;
        its value. Raises AssertionError with the newest calls after `within` real seconds."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while not (value := condition()):
            left = deadline - loop.time()
            if left <= 0:
                raise AssertionError(f"nothing within {within} s; {self._newest()}")
            changed = self._changed
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(left, ASK_AGAIN)):
                    await changed.wait()
        return value

    async def next_message(
        self, chat: Chat | Person, after: Message | None = None, within: float = WITHIN
    ) -> Message:
        """The bot's first message in the chat after `after`, or its first at all."""
        least = 0 if after is None else after.id
        found = await self.wait_for(
            lambda: [m for m in self.sent(chat) if m.id > least], within=within
        )
        return found[0]

    async def settled(self, within: float = WITHIN) -> None:
        """Until every update is confirmed and no call but getUpdates is under way."""
        await self.wait_for(self._is_settled, within)

    def _is_settled(self) -> bool:
        busy = self.journal.find(lambda c: c.ended is None and c.method.lower() != "getupdates")
        return not busy and not self.updates.pending

    def _newest(self) -> str:
        calls = list(self.journal)[-8:]
        under_way = [c.method for c in self.journal if c.ended is None]
        newest = [(c.method, c.status, c.parameters) for c in calls]
        return f"under way: {under_way}, unconfirmed: {self.updates.pending}; newest: {newest}"


def _chat(chat: Chat | Person) -> Chat:
    return chat.private if isinstance(chat, Person) else chat
