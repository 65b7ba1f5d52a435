"""Simulated people: whatever somebody can do in a Telegram app that a bot notices."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from tests.support.botapi import shapes
from tests.support.botapi.chats import Chat
from tests.support.botapi.errors import Impossible
from tests.support.botapi.state import (
    CHANNEL_BOT,
    GROUP_ANONYMOUS,
    Button,
    CallbackQuery,
    File,
    InlineQuery,
    Member,
    Message,
    User,
)
from tests.support.botapi.texts import find_entities

if TYPE_CHECKING:
    from tests.support.botapi.world import World


class Person(User):
    """`started` says that the bot may write first, `met` that the bot has heard of the person."""

    def __init__(self, world: World, number: int, name: str, language: str | None) -> None:
        username = name if re.fullmatch(r"[A-Za-z]\w{2,31}", name) else None
        super().__init__(number, name.capitalize(), username, language)
        self.world = world
        self.name = name
        self.started = False
        self.met = False
        self.blocked = False
        self.private = Chat(world, number, "private", None, partner=self)

    def __repr__(self) -> str:
        return f"<person {self.name} {self.id}>"

    # -- writing -------------------------------------------------------------------------------

    async def say(self, text: str, *, reply_to: Message | None = None) -> Message:
        """Writes to the bot in the private chat."""
        return await self.send(self.private, text, reply_to=reply_to)

    async def send(
        self,
        chat: Chat,
        text: str,
        *,
        reply_to: Message | None = None,
        topic: int | None = None,
        on_behalf_of: Chat | None = None,
        file: File | None = None,
    ) -> Message:
        """Writes in a chat; joins it first if need be. Anonymous administrators write as the
        group, and `on_behalf_of` a channel somebody writes as that channel."""
        message = self._draft(chat, reply_to, topic, on_behalf_of)
        message.text, message.entities, message.file = text, find_entities(text), file
        if chat is self.private:
            self.started = True
        return self.world.post(message)

    async def edit(self, message: Message, text: str) -> None:
        message.text, message.entities = text, find_entities(text)
        message.edited_at = self.world.date()
        self.world.deliver(message, edited=True)

    async def forward(self, message: Message, chat: Chat) -> Message:
        """Only links survive of the buttons of a bot's message."""
        copy = self._draft(chat, None, None, None)
        copy.text, copy.entities, copy.file = message.text, message.entities, message.file
        copy.keyboard = [[b for b in row if "url" in b] for row in message.keyboard]
        copy.keyboard = [row for row in copy.keyboard if row]
        origin: dict[str, object] = {"date": message.date}
        if message.sender is not None:
            origin |= {"type": "user", "sender_user": shapes.user_json(message.sender)}
        else:
            chat_shape = shapes.chat_json(message.chat)
            origin |= {"type": "channel", "chat": chat_shape, "message_id": message.id}
        copy.extra["forward_origin"] = origin
        return self.world.post(copy)

    def _draft(
        self, chat: Chat, reply_to: Message | None, topic: int | None, behalf: Chat | None
    ) -> Message:
        member = self._may_write(chat)
        message = Message(0, chat, self.world.date(), self, reply_to=reply_to)
        if chat.kind == "channel":
            message.sender, message.sender_chat = None, chat
        elif behalf is not None:
            if not behalf.member(self).administers:
                raise Impossible(f"{self.name} does not write for {behalf.name}")
            message.sender, message.sender_chat = CHANNEL_BOT, behalf
        elif member.anonymous:
            message.sender, message.sender_chat = GROUP_ANONYMOUS, chat
        _into_thread(message, topic)
        return message

    def _may_write(self, chat: Chat) -> Member:
        if self.deleted:
            raise Impossible(f"{self.name} deleted the account")
        if chat.partner is not None:
            if chat is not self.private or self.blocked:
                raise Impossible(f"{self.name} cannot write there")
            return Member(self)
        if chat.upgraded_to is not None or chat.deleted:
            raise Impossible(f"{chat.name} is no more")
        if chat.member(self).status == "left" and chat.kind != "channel":
            chat.add(self)
        member = chat.member(self)
        if chat.kind == "channel" and not member.administers:
            raise Impossible(f"{self.name} does not write in the channel {chat.name}")
        if not member.present or not member.may_write:
            raise Impossible(f"{self.name} is {member.status} in {chat.name}")
        return member

    # -- buttons, links, inline ----------------------------------------------------------------

    async def press(self, message: Message, name: str) -> CallbackQuery:
        """Presses the button with that data, that label, or that word in its data or label."""
        if message.deleted:
            raise Impossible("the message is deleted")
        button = find_button(message, name)
        if button.data is None:
            raise Impossible(f"{button.label!r} is a link: follow() it")
        return self.world.press(self, message, button.data)

    async def forge(self, message: Message, data: str) -> CallbackQuery:
        """Presses what is not there: an old button, somebody else's, an invented one."""
        return self.world.press(self, message, data)

    async def follow(self, message: Message, name: str, group: Chat | None = None) -> Message:
        """Follows a button's link to the bot; a `startgroup` link adds the bot to `group`."""
        return await self.open(str(find_button(message, name).url), group)

    async def open(self, link: str, group: Chat | None = None) -> Message:
        """Follows a deep link (https://t.me/bot?start=...) and presses Start."""
        parts = urlsplit(link)
        if parts.netloc != "t.me" or parts.path != f"/{self.world.bot.username}":
            raise Impossible(f"{link} does not lead to the bot")
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if "startgroup" in query:
            assert group is not None, "a startgroup link needs a group"
            group.add_bot(self)
            payload = _payload(query["startgroup"])
            text = f"/start@{self.world.bot.username} {payload}".strip()
            return await self.send(group, text)
        return await self.say(f"/start {_payload(query.get('start', ''))}".strip())

    async def inline(self, words: str, chat: Chat | None = None, offset: str = "") -> InlineQuery:
        """Types `@bot words` in a chat; wait until its `results` are there."""
        return self.world.ask_inline(self, words, chat or self.private, offset)

    async def choose(self, query: InlineQuery, result_id: str, chat: Chat) -> Message:
        """Sends one of the results into a chat, which need not be one of the bot's."""
        return self.world.choose(query, result_id, chat, self._draft(chat, None, None, None))

    # -- the account ---------------------------------------------------------------------------

    async def block(self) -> None:
        self._blocks("kicked")

    async def unblock(self) -> None:
        self._blocks("member")

    def _blocks(self, status: str) -> None:
        old = Member(self.world.bot, "kicked" if self.blocked else "member")
        self.blocked = status == "kicked"
        self.world.member_changed(self.private, self, old, Member(self.world.bot, status))

    def delete_account(self) -> None:
        """The bot is not told."""
        self.deleted = True


def _into_thread(message: Message, topic: int | None) -> None:
    """In a forum's topic a message that answers nobody answers the topic's first message; in
    other supergroups an answer carries a thread without being in a topic."""
    chat, reply = message.chat, message.reply_to
    if chat.kind != "supergroup":
        return
    if chat.forum:
        if topic is None and reply is not None and reply.in_topic:
            topic = reply.thread
        if topic is None:
            return
        message.thread, message.in_topic = topic, True
        message.reply_to = reply or chat.topics[topic]
    elif reply is not None:
        message.thread = reply.thread or reply.id


def _payload(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,64}", text):
        raise Impossible(f"Telegram's apps do not follow a link with the parameter {text!r}")
    return text


def find_button(message: Message, name: str) -> Button:
    """By data, by label, by a word of the data, by a part of the label: the first way that fits
    exactly one button."""
    ways = (
        lambda b: b.data == name,
        lambda b: b.label == name,
        lambda b: name in re.split(r"[^A-Za-z0-9-]+|_", b.data or ""),
        lambda b: name in b.label,
    )
    for fits in ways:
        found = [button for button in message.buttons if fits(button)]
        if len(found) == 1:
            return found[0]
    raise Impossible(f"no one button {name!r} in {message}")
