"""What an update means to the core: an event, or nothing.

Updates are read as they came. Objects of the library would insist on every field that its own
version of the Bot API has, at any depth, and making them took a fifth of the time for an answer.
Whatever is missing or odd in what is looked at here raises one of `MISREAD`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from telegram import Chat, ChatMember, Update, User
from telegram.constants import MessageAttachmentType

from bot.adapters.telegram.membership import Raw, changes, is_in
from bot.adapters.telegram.refs import NAME, anonymous, channel, chat_ref, message_ref, person
from bot.domain.ids import ChatRef, Language, MessageRef, UserRef
from bot.ports import (
    Attachment,
    Corrected,
    Event,
    Joined,
    Left,
    Message,
    Moved,
    Origin,
    Place,
    Posted,
    Press,
    Query,
)

WANTED = (
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
    Update.MY_CHAT_MEMBER,
    Update.CHAT_MEMBER,
    Update.CHANNEL_POST,
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
_ATTACHED = tuple(kind.value for kind in MessageAttachmentType)


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

    def event(self, update: Raw) -> Event | None:
        """None for what is not for the bot."""
        at = str(_number(update, "update_id"))
        if (press := _part(update, "callback_query")) is not None:
            return self._press(at, press)
        if (query := _part(update, "inline_query")) is not None:
            return self._query(at, query)
        if (change := _part(update, "my_chat_member")) is not None:
            return self._membership(at, change)
        if (edited := _part(update, "edited_message")) is not None:
            return self._corrected(at, edited)
        if (post := _part(update, "channel_post")) is not None:
            return self._posted(at, post)
        message = _part(update, "message")
        return None if message is None else self._message(at, message)

    def changes(self, update: Raw) -> list[Event]:
        """What became of people in a group; an update tells either that or an `event`. Who decides
        in the admin chat is asked each time."""
        at = _number(update, "update_id")
        return [
            what(self._origin(f"{at}:{who['id']}", told["chat"], _person(who), told["date"], None))
            for what, who, told in changes(update)
            if self.place(told["chat"]) is Place.GROUP
        ]

    def place(self, chat: Raw) -> Place:
        if self._is_admin(str(_number(chat, "id"))):
            return Place.ADMIN
        return Place.PRIVATE if chat["type"] == Chat.PRIVATE else Place.GROUP

    def _message(self, at: str, message: Raw) -> Event | None:
        if message.get("migrate_to_chat_id") or message.get("migrate_from_chat_id"):
            return self._moved(at, message)
        sender, chat = self._sender(message), message["chat"]
        place = self.place(chat)
        if sender is None:
            return None
        reply = self._answered(message)
        document = None if place is Place.GROUP else _document(message)
        typed = message.get("text") if document is None else _caption(message)
        text = self._text(typed, place)
        if text is None:
            return None
        is_meant = bool(text and (reply or _COMMAND.match(text))) and not _is_passed_on(message)
        if place is not Place.PRIVATE and not is_meant and document is None:
            return None
        if not text and not any(message.get(kind) for kind in _ATTACHED):
            return None  # A service message, such as one about a pinned message.
        origin = self._origin(at, chat, sender, message["date"], _thread(message))
        # In private, and in the chat that is its own, the bot is the only one that can be meant.
        command = _COMMAND.match(message.get("text") or "")
        named = place is not Place.GROUP or bool(reply) or bool(command and command["bot"])
        return Message(origin, text, reply, named, _ref(message), document)

    def _posted(self, at: str, post: Raw) -> Posted | None:
        """A command in a channel. Who wrote it Telegram does not say: they may post there."""
        text = self._text(post.get("text"), Place.GROUP)
        if not text or not _COMMAND.match(text) or _is_passed_on(post):
            return None
        chat = post["chat"]
        name = cleaned(chat.get("title") or "", MOST_NAME)
        sender = Sender(channel(_number(chat, "id")), name)
        return Posted(self._origin(at, chat, sender, post["date"], None), text)

    def _corrected(self, at: str, message: Raw) -> Corrected | None:
        """Only where one talks with the bot alone: elsewhere an edit is for the others to see."""
        sender, chat, text = self._sender(message), message["chat"], message.get("text")
        if sender is None or not text or self.place(chat) is not Place.PRIVATE:
            return None
        origin = self._origin(at, chat, sender, message.get("edit_date"), _thread(message))
        return Corrected(origin, cleaned(text, MOST_TEXT), _ref(message))

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

    def _sender(self, message: Raw) -> Sender | None:
        """None for what no person and no channel has written of its own accord."""
        user, behind = _part(message, "from"), _part(message, "sender_chat")
        chat, via = message["chat"], _part(message, "via_bot")
        if message.get("is_automatic_forward") or (user and user["id"] == TELEGRAM_ITSELF):
            return None
        if via is not None and via["id"] == self._me.id:
            return None  # What somebody shared with our own suggestions.
        if behind is not None and behind["id"] == chat["id"]:
            name = message.get("author_signature") or chat.get("title") or ""
            return Sender(anonymous(_number(chat, "id")), cleaned(name, MOST_NAME))
        if behind is not None:
            name = behind.get("title") or ""
            return Sender(channel(_number(behind, "id")), cleaned(name, MOST_NAME))
        if user is None or user.get("is_bot"):
            return None
        return _person(user)

    def _answered(self, message: Raw) -> MessageRef | None:
        """The message of the bot that this one replies to."""
        earlier = _part(message, "reply_to_message")
        author = None if earlier is None else _part(earlier, "from")
        if earlier is None or author is None or author.get("id") != self._me.id:
            return None
        return message_ref(_number(message["chat"], "id"), _number(earlier, "message_id"))

    def _press(self, at: str, pressed: Raw) -> Press | None:
        if pressed.get("data") is None or pressed["from"].get("is_bot"):
            return None  # A game's button, or no person who waits for an answer.
        name, data = cleaned(pressed["id"], MOST_NAME), cleaned(pressed["data"], MOST_TEXT)
        message = _part(pressed, "message")
        if message is None:
            # On a message that was posted from a suggestion; whoever presses is told so.
            origin = self._alone(at, pressed["from"])
            return Press(origin, name, MessageRef("inline"), data)
        sender = _person(pressed["from"])
        origin = self._origin(at, message["chat"], sender, None, _thread(message))
        return Press(origin, name, _ref(message), data)

    def _query(self, at: str, query: Raw) -> Query:
        origin = self._alone(at, query["from"])
        name, text = cleaned(query["id"], MOST_NAME), query.get("query") or ""
        return Query(origin, name, cleaned(text, MOST_TEXT))

    def _membership(self, at: str, change: Raw) -> Joined | Left | None:
        """The bot's own standing has changed; in a private chat, somebody has blocked it or taken
        that back. Nothing is posted in a channel that nobody asked for."""
        chat, sender = change["chat"], _person(change["from"])
        origin = self._origin(at, chat, sender, change["date"], None)
        before = _may_write(change["old_chat_member"], chat)
        now = _may_write(change["new_chat_member"], chat)
        if before == now:
            return None
        if not now:
            return Left(origin)
        return None if chat["type"] == Chat.CHANNEL else Joined(origin)

    def _moved(self, at: str, message: Raw) -> Moved:
        here = _number(message["chat"], "id")
        old = message.get("migrate_from_chat_id") or here
        new = message.get("migrate_to_chat_id") or here
        date = _time(message["date"])
        return moved(at, chat_ref(old), chat_ref(new), self._is_admin, date)

    def _origin(
        self, at: str, chat: Raw, sender: Sender, date: float | None, thread: str | None
    ) -> Origin:
        return Origin(
            id=at,
            chat=chat_ref(_number(chat, "id")),
            place=self.place(chat),
            user=sender.user,
            name=sender.name,
            language=sender.language,
            at=dt.datetime.now(dt.UTC) if date is None else _time(date),
            thread=thread,
        )

    def _alone(self, at: str, user: Raw) -> Origin:
        """Where a chat is not named: the person's private one."""
        chat = {"id": _number(user, "id"), "type": Chat.PRIVATE}
        return self._origin(at, chat, _person(user), None, None)


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


def _person(user: Raw) -> Sender:
    full = f"{user.get('first_name') or ''} {user.get('last_name') or ''}".strip()
    name = full or user.get("username") or ""
    return Sender(
        person(_number(user, "id")), cleaned(name, MOST_NAME), _language(user.get("language_code"))
    )


def _language(code: str | None) -> Language | None:
    """`pt-br` as `pt-BR`, `zh-hans` as `zh-Hans`."""
    if not code or not _LANGUAGE.fullmatch(code):
        return None
    first, *rest = code.split("-")
    parts = [part.title() if len(part) == 4 else part.upper() for part in rest]
    return Language("-".join([first.lower(), *parts]))


def _part(raw: Raw, name: str) -> Raw | None:
    """An object within another; None where there is none."""
    found = raw.get(name)
    if found is not None and not isinstance(found, dict):
        raise TypeError(f"{name} is no object")
    return found


def _number(raw: Raw, name: str) -> int:
    found = raw[name]
    if not isinstance(found, int):
        raise TypeError(f"{name} is no number")
    return found


def _time(seconds: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


def _ref(message: Raw) -> MessageRef:
    return message_ref(_number(message["chat"], "id"), _number(message, "message_id"))


def _thread(message: Raw) -> str | None:
    """The topic. A thread of replies is none, and General must not be named."""
    number = message.get("message_thread_id")
    if not message.get("is_topic_message") or number is None or number == GENERAL:
        return None
    return str(_number(message, "message_thread_id"))


def _document(message: Raw) -> Attachment | None:
    """None also for an animation, which comes as a document too."""
    found = _part(message, "document")
    if found is None or message.get("animation"):
        return None
    size = found.get("file_size")
    name = cleaned(found.get("file_name") or "", MOST_NAME)
    return Attachment(str(found["file_id"]), name, size if isinstance(size, int) else None)


def _caption(message: Raw) -> str | None:
    """What its sender wrote below the document; of one that is passed on, another did."""
    return None if _is_passed_on(message) else message.get("caption")


def _is_passed_on(message: Raw) -> bool:
    """Whether it holds another's words: forwarded (`forward_date` until Bot API 7.0), or chosen
    from what some bot suggested. Who shows others a command does not give it."""
    return any(message.get(n) is not None for n in ("forward_origin", "forward_date", "via_bot"))


def _may_write(member: Raw, chat: Raw) -> bool:
    """A right that is not named is not given."""
    status = member["status"]
    if status == ChatMember.RESTRICTED:
        return is_in(member) and bool(member.get("can_send_messages"))
    if chat["type"] == Chat.CHANNEL:
        return status in {ChatMember.ADMINISTRATOR, ChatMember.OWNER}
    return is_in(member)
