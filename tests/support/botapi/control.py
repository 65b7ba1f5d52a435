"""The server's remote control, for tests in another process: POST /control/<action> with JSON.

People and chats are named; messages are named by chat and id, or by chat alone for the bot's
newest one there. `Remote` is the other end.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.support.botapi import faults, shapes
from tests.support.botapi.chats import Chat
from tests.support.botapi.errors import Impossible
from tests.support.botapi.people import Person
from tests.support.botapi.state import CallbackQuery, InlineQuery, Json, Message

if TYPE_CHECKING:
    from tests.support.botapi.server import BotApiServer


def message_view(message: Message) -> Json:
    """A message as people see it: the API's shape and what only the server knows."""
    return shapes.message_json(message) | {
        "text": message.text,
        "from_bot": message.from_bot,
        "edited": message.edited,
        "deleted": message.deleted,
        "quiet": message.quiet,
        "reaction": message.reaction,
        "buttons": [[{"label": b.label, "data": b.data, "url": b.url} for b in row]
                    for row in message.rows],
    }  # fmt: skip


class Control:
    """One method for each action; its keyword arguments are the JSON's fields."""

    def __init__(self, server: BotApiServer) -> None:
        self.server = server
        self._background: set[asyncio.Task[None]] = set()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        name = request.path.removeprefix("/control/")
        try:
            result = await self.do(name, json.loads(await request.read() or b"{}"))
        except (Impossible, LookupError, TypeError, ValueError, AssertionError) as error:
            body: Json = {"error": f"{type(error).__name__}: {error}"}
            return web.json_response(body, status=422)
        return web.json_response({"result": result})

    async def do(self, name: str, arguments: Json) -> Any:
        action: Callable[..., Awaitable[Any]] | None = getattr(self, f"do_{name}", None)
        if action is None:
            raise LookupError(f"no action {name!r}")
        return await action(**arguments)

    async def do_batch(self, actions: list[list[Any]]) -> list[Any]:
        """Many actions in one request, in order: [[name, arguments], ...]."""
        return [await self.do(name, arguments) for name, arguments in actions]

    # -- people --------------------------------------------------------------------------------

    async def do_person(self, name: str, language: str | None = "en") -> Json:
        person = self.server.person(name, language=language)
        return {"id": person.id, "chat": person.private.id}

    async def do_say(self, person: str, text: str) -> Json:
        return message_view(await self._person(person).say(text))

    async def do_send(
        self, person: str, chat: str | int, text: str, reply_to: int | None = None,
        topic: int | None = None, on_behalf_of: str | None = None,
    ) -> Json:  # fmt: skip
        where = self._chat(chat)
        replied = None if reply_to is None else where.messages[reply_to]
        behalf = None if on_behalf_of is None else self._chat(on_behalf_of)
        writer = self._person(person)
        return message_view(
            await writer.send(where, text, reply_to=replied, topic=topic, on_behalf_of=behalf)
        )

    async def do_press(
        self, person: str, button: str, chat: str | int | None = None, message: int | None = None
    ) -> Json:
        pressed = self._message(chat or person, message)
        return self._press_view(await self._person(person).press(pressed, button))

    async def do_forge(
        self, person: str, data: str, chat: str | int, message: int | None = None
    ) -> Json:
        where = self._message(chat, message)
        return self._press_view(await self._person(person).forge(where, data))

    async def do_pressed(self, press: str, within: float = 0.0) -> Json:
        """What a press was answered; waits for the answer where `within` says how long."""
        pressed = self.server.world.callbacks[press]
        if within:
            await self.server.wait_for(lambda: pressed.answered, within)
        return self._press_view(pressed)

    async def do_presses(self) -> list[Json]:
        """All of them, with the server's times."""
        return [self._press_view(press) for press in self.server.world.callbacks.values()]

    async def do_open(self, person: str, link: str, group: str | None = None) -> Json:
        where = None if group is None else self._chat(group)
        return message_view(await self._person(person).open(link, where))

    async def do_inline(self, person: str, words: str) -> Json:
        return self._inline_view(await self._person(person).inline(words))

    async def do_inlined(self, query: str) -> Json:
        return self._inline_view(self.server.world.inline_queries[query])

    async def do_choose(self, person: str, query: str, result: str, chat: str | int) -> Json:
        asked = self.server.world.inline_queries[query]
        return message_view(await self._person(person).choose(asked, result, self._chat(chat)))

    async def do_account(self, person: str, change: str) -> None:
        """`change` is block, unblock or delete."""
        who = self._person(person)
        if change == "delete":
            who.delete_account()
        else:
            await {"block": who.block, "unblock": who.unblock}[change]()

    # -- chats ---------------------------------------------------------------------------------

    async def do_group(self, title: str, creator: str, **options: Any) -> Json:
        """`options` are those of `BotApiServer.group`."""
        chat = self.server.group(title, creator=self._person(creator), **options)
        return {"id": chat.id}

    async def do_channel(self, title: str, creator: str, bot: str | None = "administrator") -> Json:
        return {"id": self.server.channel(title, creator=self._person(creator), bot=bot).id}

    async def do_topic(self, chat: str | int, name: str) -> Json:
        return {"thread": self._chat(chat).topic(name)}

    async def do_promote(
        self, chat: str | int, person: str | None = None, anonymous: bool = False
    ) -> None:
        """Without a person: the bot; likewise below."""
        self._chat(chat).promote(self._user(person), anonymous=anonymous)

    async def do_demote(self, chat: str | int, person: str | None = None) -> None:
        self._chat(chat).demote(self._user(person))

    async def do_add(self, chat: str | int, person: str | None = None) -> None:
        self._chat(chat).add(self._user(person))

    async def do_remove(self, chat: str | int, person: str | None = None) -> None:
        where = self._chat(chat)
        creator = next(m.user for m in where.members.values() if m.status == "creator")
        where.remove(self._user(person), by=creator)

    async def do_upgrade(self, chat: str | int) -> Json:
        return {"id": self._chat(chat).upgrade().id}

    async def do_writing(self, chat: str | int, allowed: bool) -> None:
        """Whether members who are no administrators may write."""
        self._chat(chat).everyone_writes = allowed

    # -- looking -------------------------------------------------------------------------------

    async def do_messages(self, chat: str | int, sent: bool = False) -> list[Json]:
        where = self._chat(chat)
        found = self.server.sent(where) if sent else self.server.messages(where)
        return [message_view(message) for message in found]

    async def do_wait(
        self, chat: str | int, after: int = 0, text: str = "", within: float = 10.0
    ) -> Json:
        """The bot's first message after `after` that contains `text`."""
        where = self._chat(chat)
        found = await self.server.wait_for(
            lambda: [m for m in self.server.sent(where) if m.id > after and text in (m.text or "")],
            within,
        )
        return message_view(found[0])

    async def do_wait_calls(self, method: str, count: int, within: float = 10.0) -> int:
        """Until the bot made at least so many calls of a method that were answered well."""
        return await self.server.wait_for(
            lambda: (n := len(self.server.calls(method, ok=True))) >= count and n, within
        )

    async def do_update(self, fields: Json) -> int:
        """An update with any content."""
        return self.server.updates.inject(fields)

    async def do_settled(self, within: float = 10.0) -> None:
        await self.server.settled(within)

    async def do_calls(self, method: str | None = None, after: int = 0) -> list[Json]:
        return [call.as_json() for call in self.server.calls(method) if call.number > after]

    async def do_profile(self) -> Json:
        profile = self.server.core.profile
        return {
            "commands": [[*key, value] for key, value in profile.commands.items()],
            "texts": [[*key, value] for key, value in profile.texts.items()],
        }

    async def do_state(self) -> Json:
        server = self.server
        return {
            "now": server.clock.now(),
            "pending": len(server.updates.pending),
            "last_update": server.updates.last,
            "confirmed": server.updates.confirmed,
            "dropped": server.updates.dropped,
            "polling": server.updates.polling,
            "webhook": server.webhook.target.url if server.webhook.target else None,
            "calls": server.journal.total,
            "refused_by_limits": server.core.flood.refused,
            "faults_left": server.faults.left,
        }

    # -- time, rules, faults -------------------------------------------------------------------

    async def do_advance(self, seconds: float) -> None:
        self.server.clock.advance(seconds)

    async def do_rules(self, **changes: Any) -> None:
        for name, value in changes.items():
            if not hasattr(self.server.rules, name):
                raise LookupError(f"no rule {name!r}")
            setattr(self.server.rules, name, value)

    async def do_fail(
        self, method: str, fault: str, times: int | None = 1, skip: int = 0, **options: Any
    ) -> None:
        """`fault` is a name in `faults`, `options` are its arguments."""
        made = faults.BY_NAME[fault](**options)
        self.server.fail(method, made, times=times, skip=skip)

    async def do_heal(self) -> None:
        self.server.faults.clear()

    async def do_outage(self, seconds: float) -> None:
        """Goes down as soon as this is answered, and comes back on the same port."""
        self._later(self._outage(seconds))

    async def _outage(self, seconds: float) -> None:
        await asyncio.sleep(0.02)
        async with self.server.down():
            await asyncio.sleep(seconds)

    def _later(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    # -- names ---------------------------------------------------------------------------------

    def _person(self, name: str) -> Person:
        return self.server.person(name)

    def _user(self, name: str | None) -> Any:
        return self.server.bot if name is None else self._person(name)

    def _chat(self, name: str | int) -> Chat:
        return self.server.world.find_chat(name)

    def _message(self, chat: str | int, number: int | None) -> Message:
        where = self._chat(chat)
        if number is not None:
            return where.messages[number]
        return [m for m in self.server.sent(where) if m.keyboard][-1]

    def _press_view(self, press: CallbackQuery) -> Json:
        return {
            "id": press.id,
            "data": press.data,
            "at": press.at,
            "answered_at": press.answered_at,
            "answer": press.answer,
            "alert": press.alert,
        }

    def _inline_view(self, query: InlineQuery) -> Json:
        return {"id": query.id, "results": query.results, "button": query.button}
