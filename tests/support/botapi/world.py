"""Everything that exists on the simulated servers, and which of it reaches the bot."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Protocol

from tests.support.botapi import shapes
from tests.support.botapi.chats import Chat
from tests.support.botapi.clock import Clock
from tests.support.botapi.errors import Impossible
from tests.support.botapi.people import Person
from tests.support.botapi.rules import Rules
from tests.support.botapi.state import (
    SERVICE_USERS,
    CallbackQuery,
    InlineQuery,
    Json,
    Member,
    Message,
    User,
)

DAY = 86_400.0
CALLBACK_LIFE = 150.0
INLINE_LIFE = 30.0
CHOSEN_LIFE = 600.0


class Emit(Protocol):
    """Takes an update for the bot: its kind, body, seconds to live and the webhook's lane."""

    def __call__(self, kind: str, body: Json, life: float, lane: str) -> None: ...


class World:
    """People, chats, messages and presses. Knows nothing of HTTP."""

    def __init__(self, bot: User, clock: Clock, rules: Rules, emit: Emit) -> None:
        self.bot = bot
        self.clock = clock
        self.rules = rules
        self.emit = emit
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.callbacks: dict[str, CallbackQuery] = {}
        self.inline_queries: dict[str, InlineQuery] = {}
        self.inline_messages: dict[str, Message] = {}
        self.on_change: Callable[[], None] = lambda: None
        self._user_ids = itertools.count(5_600_000_011, 13)
        self._group_ids = itertools.count(4_100_000_007, 11)
        self._channel_ids = itertools.count(2_100_000_003, 17)
        self._message_ids = itertools.count(1)
        self._query_ids = itertools.count(3_400_000_000_000_000_001, 7)

    def date(self) -> int:
        return int(self.clock.now())

    def query_id(self) -> str:
        return str(next(self._query_ids))

    # -- who and where -------------------------------------------------------------------------

    def person(self, name: str, *, language: str | None = "en") -> Person:
        """The person of that name; made when first asked for."""
        found = next((p for p in self.people.values() if p.name == name), None)
        if found is None:
            found = Person(self, next(self._user_ids), name, language)
            self.people[found.id] = found
            self.chats[found.id] = found.private
        return found

    def new_chat(self, kind: str, title: str, *, forum: bool = False) -> Chat:
        if kind == "group":
            chat = Chat(self, -next(self._group_ids), kind, title)
        elif kind in {"supergroup", "channel"}:
            number = -1_000_000_000_000 - next(self._channel_ids)
            chat = Chat(self, number, kind, title, forum=forum)
        else:
            raise ValueError(f"there is no kind of chat called {kind}")
        self.chats[chat.id] = chat
        return chat

    def user(self, number: int) -> User | None:
        if number == self.bot.id:
            return self.bot
        return self.people.get(number) or SERVICE_USERS.get(number)

    def find_chat(self, name: str | int) -> Chat:
        """By id, by title, or the private chat of the person of that name."""
        for chat in self.chats.values():
            if name in {chat.id, str(chat.id)}:
                return chat
            if name == chat.name and chat.upgraded_to is None:
                return chat
        raise LookupError(f"there is no chat called {name!r}")

    # -- messages ------------------------------------------------------------------------------

    def add(self, chat: Chat, message: Message) -> Message:
        """Puts a message, still without an id, into its chat. Ids run through all private chats
        and small groups together, but separately in each supergroup and channel."""
        message.id = (
            chat.next_message_id()
            if chat.kind in {"supergroup", "channel"}
            else next(self._message_ids)
        )
        chat.messages[message.id] = message
        self.on_change()
        return message

    def post(self, message: Message) -> Message:
        """A message that somebody else than the bot wrote."""
        self.add(message.chat, message)
        self.deliver(message)
        if message.chat.kind == "channel" and message.chat.linked is not None:
            message.chat.forward_automatically(message)
        return message

    def deliver(self, message: Message, *, edited: bool = False) -> None:
        if not self.reaches_bot(message):
            return
        kind = "channel_post" if message.chat.kind == "channel" else "message"
        if isinstance(message.sender, Person):
            message.sender.met = True
        body = shapes.message_json(message)
        self.emit(f"edited_{kind}" if edited else kind, body, DAY, str(message.chat.id))

    def reaches_bot(self, message: Message) -> bool:
        """Privacy mode is on: an administrator gets everything, a member what is meant for it."""
        chat = message.chat
        if chat.partner is not None:
            return not chat.partner.blocked
        member = chat.member(self.bot)
        if chat.kind == "channel":
            return member.administers
        if not member.present:
            left: Json = message.extra.get("left_chat_member") or {}
            return left.get("id") == self.bot.id
        return message.service or member.administers or self._meant_for_bot(message)

    def _meant_for_bot(self, message: Message) -> bool:
        text = message.text or ""
        name = f"@{self.bot.username}".casefold()
        if message.reply_to is not None and message.reply_to.from_bot:
            return True
        if message.inline_id is not None:
            return True
        if text.startswith("/"):
            command = text.split(maxsplit=1)[0].casefold()
            return "@" not in command or command.endswith(name)
        return self.rules.mentions_arrive and name in text.casefold()

    # -- presses and inline queries ------------------------------------------------------------

    def press(self, person: Person, message: Message, data: str) -> CallbackQuery:
        """A press of a button that carries `data`, whether or not the message has such a one."""
        press = CallbackQuery(self.query_id(), person, data, self.clock.now(), message)
        self.callbacks[press.id] = press
        person.met = True
        shown: Json | None = None
        if message.inline_id is None:
            shown = shapes.message_json(message)
            if message.deleted:
                shown = {"chat": shown["chat"], "message_id": message.id, "date": 0}
        body = shapes.callback_json(press, shown)
        self.emit("callback_query", body, CALLBACK_LIFE, f"callback {person.id}")
        return press

    def ask_inline(self, person: Person, words: str, chat: Chat, offset: str) -> InlineQuery:
        query = InlineQuery(self.query_id(), person, words, offset, self.clock.now())
        self.inline_queries[query.id] = query
        kind = "sender" if chat is person.private else chat.kind
        body = shapes.inline_query_json(query, kind)
        self.emit("inline_query", body, INLINE_LIFE, f"inline {person.id}")
        return query

    def choose(self, query: InlineQuery, result_id: str, chat: Chat, sender: Message) -> Message:
        """Sends one of the bot's results; `sender` says who writes and is filled in."""
        result = next((r for r in query.results or [] if r["id"] == result_id), None)
        if result is None:
            raise Impossible(f"the bot offered no result {result_id!r}: {query.results}")
        content = result["input_message_content"]
        sender.text, sender.entities = content["message_text"], content.get("entities", [])
        sender.preview = content.get("link_preview_options")
        sender.keyboard = result.get("reply_markup", {}).get("inline_keyboard", [])
        sender.inline_id = f"BAAAA{self.query_id()}" if sender.keyboard else ""
        sender.extra["via_bot"] = shapes.user_json(self.bot)
        if sender.inline_id:
            self.inline_messages[sender.inline_id] = sender
        self.post(sender)
        if self.rules.inline_feedback:
            body: Json = {"from": shapes.user_json(query.person)}
            if sender.inline_id:
                body["inline_message_id"] = sender.inline_id
            body |= {"query": query.query, "result_id": result_id}
            lane = f"chosen {query.person.id}"
            self.emit("chosen_inline_result", body, CHOSEN_LIFE, lane)
        return sender

    # -- membership ----------------------------------------------------------------------------

    def member_changed(self, chat: Chat, by: User, old: Member, new: Member) -> None:
        """my_chat_member for the bot itself, chat_member for others where the bot administers."""
        mine = new.user is self.bot
        if not mine and not chat.member(self.bot).administers:
            return
        body = shapes.member_updated_json(
            chat, by, self.date(), shapes.member_json(old, chat), shapes.member_json(new, chat)
        )
        if isinstance(by, Person):
            by.met = True
        lane = f"mine {chat.id}" if mine else f"member {new.user.id}"
        self.emit("my_chat_member" if mine else "chat_member", body, DAY, lane)
        self.on_change()
