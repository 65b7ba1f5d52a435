"""Carrying out what the core decided: one call for each thing, each refusal under its own name."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Mapping

from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    TelegramError,
)

from bot.adapters.telegram.faults import is_unknown
from bot.adapters.telegram.fleeting import Fleeting
from bot.adapters.telegram.floods import Floods
from bot.adapters.telegram.keyboards import keyboard
from bot.adapters.telegram.refs import message_number, message_ref, person
from bot.adapters.telegram.refusals import (
    GONE,
    NO_METHOD,
    NO_THREAD,
    NOT_MODIFIED,
    UNREACHABLE,
    says,
    without_words_of,
)
from bot.adapters.telegram.rendering import CAPTION_LIMIT, NO_PREVIEW, measure, render
from bot.adapters.telegram.request import Ask, TooManyRequests, Upload
from bot.domain.ids import ChatRef, MessageRef
from bot.ports import (
    ChatMoved,
    ChatUnreachable,
    Delete,
    Edit,
    MessageGone,
    Notice,
    Outgoing,
    Rows,
    Send,
    SendFile,
    Suggestions,
    TryLater,
    Undeliverable,
)
from bot.text.rich import RichText

log = logging.getLogger(__name__)

# What the server says of a message to delete: it is none any more.
NOT_THERE = ("message to delete not found", "message identifier is not specified")

KNOWN = (*UNREACHABLE, *NO_THREAD, *GONE, *NOT_MODIFIED)
"""Refusals that something is done about; of others a plainer message may have less."""

REFUSED_PAUSE = 60.0
"""Seconds between two tries while Telegram does not know the bot's token."""

Followed = Callable[[ChatRef, int], Awaitable[ChatRef]]
"""Hands on that a chat has another number now, and gives the new one."""

_Asked = Mapping[str, object]
"""The parameters of a call."""


class Sending:
    """`floods` are the waits that Telegram has asked for."""

    def __init__(self, bot: Bot, ask: Ask, followed: Followed) -> None:
        self._bot = bot
        self._ask = ask
        self._followed = followed
        self._fleeting = Fleeting(ask)
        self.floods = Floods()
        self._told: set[str] = set()

    async def deliver(self, outgoing: Outgoing) -> MessageRef | None:
        """Raises `DeliveryFault`. None also for a message to which the server gave no number."""
        chat, began = outgoing.chat, time.monotonic()
        try:
            ref = await self._carry_out(outgoing)
        except ChatMigrated as moved:
            raise ChatMoved(await self._followed(chat, moved.new_chat_id)) from None
        except TooManyRequests as flood:
            raise self.floods.met(chat, flood.after) from None
        except Forbidden as error:
            raise _unreachable(error, chat) from None
        except BadRequest as error:
            if says(error, UNREACHABLE):
                raise _unreachable(error, chat) from None
            raise Undeliverable(without_words_of(_said(outgoing), error)) from None
        except (InvalidToken, EndPointNotFound) as error:
            if says(error, NO_METHOD):
                raise Undeliverable(without_words_of(_said(outgoing), error)) from None
            raise await self._refused(error) from None
        except TelegramError as error:
            reason = without_words_of(_said(outgoing), error)
            log.debug("Telegram could not be told something: %s", reason)
            raise TryLater from None
        if not isinstance(outgoing, Notice | Suggestions):
            self.floods.passed(chat, began)
        return ref

    async def _refused(self, error: TelegramError) -> TryLater:
        log.warning("Telegram refuses the bot while it sends: %s", error.message)
        if await is_unknown(self._bot.get_me):
            return TryLater(REFUSED_PAUSE, whole_platform=True)
        return TryLater()

    async def _carry_out(self, outgoing: Outgoing) -> MessageRef | None:
        match outgoing:
            case Send():
                return await self._send(outgoing)
            case Edit():
                return await self._edit(outgoing)
            case Delete():
                await self._delete(outgoing)
            case SendFile():
                return await self._send_file(outgoing)
            case Notice():
                await self._fleeting.notice(outgoing)
            case Suggestions():
                await self._fleeting.answer(outgoing)
        return None

    async def _send(self, outgoing: Send) -> MessageRef | None:
        how = {"disable_notification": True} if outgoing.quiet else {}

        async def send(there: _Asked) -> object:
            return await self._styled_or_plain(
                "sendMessage", {**how, **there}, outgoing.text, outgoing.buttons
            )

        sent = await _in_thread(outgoing.chat, outgoing.thread, send)
        ref = self._ref(outgoing.chat, "sendMessage", sent)
        if outgoing.pinned and ref is not None:
            await self._pin(outgoing.chat, ref)
        return ref

    async def _pin(self, chat: ChatRef, message: MessageRef) -> None:
        """Without a word to anybody: the message is there, and is not sent again because of this,
        whatever Telegram says."""
        try:
            silently = {"disable_notification": True}
            await self._ask("pinChatMessage", {**_message(chat, message), **silently})
        except TelegramError as error:
            log.info("a message is not pinned: %s", without_words_of(chat.key, error))

    async def _edit(self, outgoing: Edit) -> MessageRef:
        if outgoing.message is None:
            raise MessageGone
        asked = _message(outgoing.chat, outgoing.message)
        try:
            edited = await self._styled_or_plain(
                "editMessageText", asked, outgoing.text, outgoing.buttons
            )
        except BadRequest as error:
            if says(error, GONE):
                raise MessageGone from None
            if not says(error, NOT_MODIFIED):
                raise
        else:
            self._number("editMessageText", edited)
        return outgoing.message

    async def _delete(self, outgoing: Delete) -> None:
        """A message older than two days stays with who has it, but it can be emptied."""
        try:
            await self._ask("deleteMessage", _message(outgoing.chat, outgoing.message))
        except (BadRequest, EndPointNotFound) as error:
            if says(error, NOT_THERE):
                return
            if says(error, UNREACHABLE):
                raise
            log.debug(
                "Telegram does not delete a message: %s",
                without_words_of(_said(outgoing), error),
            )
            chat, text, language = outgoing.chat, outgoing.text, outgoing.language
            await self._edit(Edit(chat, outgoing.message, text, language))

    async def _send_file(self, outgoing: SendFile) -> MessageRef | None:
        """A caption above Telegram's limit goes before the file as a message of its own. A picture
        that Telegram does not show as one is sent as any file."""
        caption = outgoing.caption
        if measure(caption) > CAPTION_LIMIT:
            before = Send(outgoing.chat, caption, outgoing.language, thread=outgoing.thread)
            await self._send(before)
            caption = RichText("")
        if outgoing.is_picture:
            try:
                return await self._upload("sendPhoto", "photo", outgoing, caption)
            except BadRequest as error:
                reason = without_words_of(_said(outgoing), error)
                log.warning("a picture was refused and goes as a file: %s", reason)
        return await self._upload("sendDocument", "document", outgoing, caption)

    async def _upload(
        self, method: str, field: str, outgoing: SendFile, caption: RichText
    ) -> MessageRef | None:
        file = Upload(field, outgoing.name, outgoing.data)

        async def send(there: _Asked) -> object:
            return await self._styled_or_plain(method, there, caption, (), file)

        sent = await _in_thread(outgoing.chat, outgoing.thread, send)
        return self._ref(outgoing.chat, method, sent)

    async def _styled_or_plain(
        self, method: str, asked: _Asked, text: RichText, buttons: Rows, file: Upload | None = None
    ) -> object:
        """With styles and buttons. If Telegram refuses that for a reason nobody knows, the text all
        the same; the buttons too, where it names the styles."""
        plain, styles = render(text)
        pressed = keyboard(buttons)
        bare: dict[str, object]
        if file is None:
            bare, styled = {**asked, **NO_PREVIEW, "text": plain}, {"entities": styles}
        else:
            bare, styled = {**asked, "caption": plain}, {"caption_entities": styles}
        whole = {**bare, **pressed, **(styled if styles else {})}
        try:
            return await self._ask(method, whole, file=file)
        except BadRequest as error:
            if says(error, KNOWN):
                raise
            reason = without_words_of(_words(text, buttons), error)
            less = {**bare, **pressed} if styles and says(error, ("entit",)) else bare
        answer = await self._ask(method, less, file=file)
        log.warning("%s was refused and went plainer: %s", method, reason)
        return answer

    def _ref(self, chat: ChatRef, method: str, sent: object) -> MessageRef | None:
        """None where the server says no number; the message has been sent all the same."""
        number = self._number(method, sent)
        return None if number is None else message_ref(int(chat.key), number)

    def _number(self, method: str, answer: object) -> int | None:
        """Taken from what the server sent as it is: it is there, whatever the rest is like, which
        nobody looks at. That it is not there is said once for each method."""
        found = answer.get("message_id") if isinstance(answer, dict) else None
        if isinstance(found, int) and not isinstance(found, bool):
            return found
        if method not in self._told:
            log.warning("Telegram's answer to %s is odd: it names no message", method)
        self._told.add(method)
        return None


def _unreachable(error: TelegramError, chat: ChatRef) -> ChatUnreachable:
    """A private chat has the number of its person; those of groups and channels are negative."""
    return ChatUnreachable(
        error.message, None if chat.key.startswith("-") else person(int(chat.key))
    )


def _message(chat: ChatRef, message: MessageRef) -> _Asked:
    number = message_number(chat, message)
    if number is None:
        raise MessageGone
    return {"chat_id": int(chat.key), "message_id": number}


def _said(outgoing: Outgoing) -> str:
    """The words that were to be shown, and where."""
    match outgoing:
        case Send() | Edit():
            words = _words(outgoing.text, outgoing.buttons)
        case SendFile():
            words = f"{outgoing.name} {outgoing.caption.plain}"
        case Delete():
            words = outgoing.text.plain
        case Notice() | Suggestions():
            words = ""
    return f"{outgoing.chat.key} {words}"


def _words(text: RichText, buttons: Rows) -> str:
    return " ".join([text.plain, *(f"{b.label} {b.data} {b.url}" for row in buttons for b in row)])


async def _in_thread(
    chat: ChatRef, thread: str | None, send: Callable[[_Asked], Awaitable[object]]
) -> object:
    """In the topic, or where there is none any more, in the chat itself."""
    there = {"chat_id": int(chat.key)}
    if thread is None:
        return await send(there)
    try:
        return await send(there | {"message_thread_id": int(thread)})
    except BadRequest as error:
        if not says(error, NO_THREAD):
            raise
    return await send(there)
