"""What an update means to the core: an event, or nothing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from telegram import (
    CallbackQuery,
    Chat,
    ChatMember,
    ChatMemberRestricted,
    ChatMemberUpdated,
    InlineQuery,
    MaybeInaccessibleMessage,
    Update,
    User,
)
from telegram import Message as TelegramMessage

from bot.adapters.telegram.refs import NAME, anonymous, channel, chat_ref, message_ref, person
from bot.domain.ids import ChatRef, Language, MessageRef, UserRef
from bot.ports import Corrected, Event, Joined, Left, Message, Moved, Origin, Place, Press, Query

WANTED = (
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
    Update.MY_CHAT_MEMBER,
)
"""The kinds of updates that are asked for; Telegram sends no other."""

MOST_TEXT = 20_000
MOST_NAME = 256

TELEGRAM_ITSELF = 777000
"""Posts what appears in a linked channel."""

GENERAL = 1
"""The topic that must not be named when sending."""

_COMMAND = re.compile(r"/(?P<name>[A-Za-z0-9_]{1,64})(?:@(?P<bot>[A-Za-z0-9_]{3,32}))?(?=\s|$)")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")
_OUT = {ChatMember.LEFT, ChatMember.BANNED}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote: a person, an administrator without a name, or a channel."""

    user: UserRef
    name: str
    language: Language | None = None


class Parser:
    """`is_admin` says of a chat's key whether it is the admin chat, as of now."""

    def __init__(self, me: User, is_admin: Callable[[str], bool]) -> None:
        self._me = me
        self._is_admin = is_admin

    def event(self, update: Update) -> Event | None:
        """None for what is not for the bot."""
        at = str(update.update_id)
        if update.callback_query is not None:
            return self._press(at, update.callback_query)
        if update.inline_query is not None:
            return self._query(at, update.inline_query)
        if update.my_chat_member is not None:
            return self._membership(at, update.my_chat_member)
        if update.edited_message is not None:
            return self._corrected(at, update.edited_message)
        return None if update.message is None else self._message(at, update.message)

    def place(self, chat: Chat) -> Place:
        if self._is_admin(str(chat.id)):
            return Place.ADMIN
        return Place.PRIVATE if chat.type == Chat.PRIVATE else Place.GROUP

    def _message(self, at: str, message: TelegramMessage) -> Event | None:
        if message.migrate_to_chat_id or message.migrate_from_chat_id:
            return self._moved(at, message)
        sender = self._sender(message)
        place = self.place(message.chat)
        if sender is None:
            return None
        reply = self._answered(message)
        text = self._text(message.text, place)
        if text is None:
            return None
        is_meant = bool(text and (reply or _COMMAND.match(text))) and not _is_passed_on(message)
        if place is not Place.PRIVATE and not is_meant:
            return None
        if not text and not message.effective_attachment:
            return None  # A service message, such as one about a pinned message.
        origin = self._origin(at, message.chat, sender, message.date, _thread(message))
        # In private, and in the chat that is its own, the bot is the only one that can be meant.
        command = _COMMAND.match(message.text or "")
        named = place is not Place.GROUP or bool(reply) or bool(command and command["bot"])
        return Message(origin, text, reply, named, message_ref(message.chat.id, message.message_id))

    def _corrected(self, at: str, message: TelegramMessage) -> Corrected | None:
        """Only where one talks with the bot alone: elsewhere an edit is for the others to see."""
        sender = self._sender(message)
        if sender is None or not message.text or self.place(message.chat) is not Place.PRIVATE:
            return None
        origin = self._origin(at, message.chat, sender, message.edit_date, _thread(message))
        ref = message_ref(message.chat.id, message.message_id)
        return Corrected(origin, cleaned(message.text, MOST_TEXT), ref)

    def _text(self, typed: str | None, place: Place) -> str | None:
        """As the core wants it; None if it is a command for another bot."""
        text = cleaned(typed or "", MOST_TEXT)
        found = _COMMAND.match(text)
        if found is None or found["bot"] is None:
            return text
        ours = found["bot"].casefold() == (self._me.username or "").casefold()
        if not ours and place is not Place.PRIVATE:
            return None
        return f"/{found['name']}{text[found.end() :]}"

    def _sender(self, message: TelegramMessage) -> Sender | None:
        """None for what no person and no channel has written of its own accord."""
        user, chat, behind = message.from_user, message.chat, message.sender_chat
        if message.is_automatic_forward or (user and user.id == TELEGRAM_ITSELF):
            return None
        if message.via_bot is not None and message.via_bot.id == self._me.id:
            return None  # What somebody shared with our own suggestions.
        if behind is not None and behind.id == chat.id:
            name = message.author_signature or chat.title or ""
            return Sender(anonymous(chat.id), cleaned(name, MOST_NAME))
        if behind is not None:
            return Sender(channel(behind.id), cleaned(behind.title or "", MOST_NAME))
        if user is None or user.is_bot:
            return None
        return _person(user)

    def _answered(self, message: TelegramMessage) -> MessageRef | None:
        """The message of the bot that this one replies to."""
        earlier = message.reply_to_message
        if earlier is None or earlier.from_user is None or earlier.from_user.id != self._me.id:
            return None
        return message_ref(message.chat.id, earlier.message_id)

    def _press(self, at: str, pressed: CallbackQuery) -> Press | None:
        if pressed.data is None:
            return None
        sender = _person(pressed.from_user)
        data = cleaned(pressed.data, MOST_TEXT)
        message = pressed.message
        if message is None:
            # On a message that was posted from a suggestion; whoever presses is told so.
            origin = self._alone(at, pressed.from_user)
            return Press(origin, pressed.id, MessageRef("inline"), data)
        origin = self._origin(at, message.chat, sender, None, _thread(message))
        ref = message_ref(message.chat.id, message.message_id)
        return Press(origin, pressed.id, ref, data)

    def _query(self, at: str, query: InlineQuery) -> Query:
        origin = self._alone(at, query.from_user)
        return Query(origin, query.id, cleaned(query.query, MOST_TEXT))

    def _membership(self, at: str, change: ChatMemberUpdated) -> Joined | Left | None:
        """The bot's own standing has changed; in a private chat, somebody has blocked it or taken
        that back. Nothing is posted in a channel that nobody asked for."""
        origin = self._origin(at, change.chat, _person(change.from_user), change.date, None)
        before = _may_write(change.old_chat_member, change.chat)
        now = _may_write(change.new_chat_member, change.chat)
        if before == now:
            return None
        if not now:
            return Left(origin)
        return None if change.chat.type == Chat.CHANNEL else Joined(origin)

    def _moved(self, at: str, message: TelegramMessage) -> Moved:
        old = message.migrate_from_chat_id or message.chat.id
        new = message.migrate_to_chat_id or message.chat.id
        return moved(at, chat_ref(old), chat_ref(new), self._is_admin, message.date)

    def _origin(
        self, at: str, chat: Chat, sender: Sender, date: dt.datetime | None, thread: str | None
    ) -> Origin:
        return Origin(
            id=at,
            chat=chat_ref(chat.id),
            place=self.place(chat),
            user=sender.user,
            name=sender.name,
            language=sender.language,
            at=date or dt.datetime.now(dt.UTC),
            thread=thread,
        )

    def _alone(self, at: str, user: User) -> Origin:
        """Where a chat is not named: the person's private one."""
        return self._origin(at, Chat(user.id, Chat.PRIVATE), _person(user), None, None)


def moved(
    at: str,
    old: ChatRef,
    new: ChatRef,
    is_admin: Callable[[str], bool],
    date: dt.datetime | None = None,
) -> Moved:
    """The group has become a supergroup. No person did it as far as the core is concerned."""
    origin = Origin(
        id=at,
        chat=ChatRef(NAME, old.key),
        place=Place.ADMIN if is_admin(old.key) else Place.GROUP,
        user=anonymous(old.key),
        name="",
        language=None,
        at=date or dt.datetime.now(dt.UTC),
    )
    return Moved(origin, new)


def cleaned(text: str, most: int) -> str:
    """Not too long, and without halves of characters, which nothing can store."""
    return text[:most].encode("utf-8", "replace").decode()


def _person(user: User) -> Sender:
    name = user.full_name.strip() or user.username or ""
    return Sender(person(user.id), cleaned(name, MOST_NAME), _language(user.language_code))


def _language(code: str | None) -> Language | None:
    """`pt-br` as `pt-BR`, `zh-hans` as `zh-Hans`."""
    if not code or not _LANGUAGE.fullmatch(code):
        return None
    first, *rest = code.split("-")
    parts = [part.title() if len(part) == 4 else part.upper() for part in rest]
    return Language("-".join([first.lower(), *parts]))


def _thread(message: MaybeInaccessibleMessage) -> str | None:
    """The topic. A thread of replies is none, and General must not be named."""
    if not isinstance(message, TelegramMessage) or not message.is_topic_message:
        return None
    number = message.message_thread_id
    return str(number) if number is not None and number != GENERAL else None


def _is_passed_on(message: TelegramMessage) -> bool:
    """Whether it holds another's words: forwarded (`forward_date` until Bot API 7.0), or chosen
    from what some bot suggested. Who shows others a command does not give it."""
    forwarded = message.forward_origin is not None or "forward_date" in message.api_kwargs
    return forwarded or message.via_bot is not None


def _may_write(member: ChatMember, chat: Chat) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return member.is_member and member.can_send_messages
    if chat.type == Chat.CHANNEL:
        return member.status in {ChatMember.ADMINISTRATOR, ChatMember.OWNER}
    return member.status not in _OUT
