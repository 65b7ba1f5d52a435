"""Carrying out what the core decided: one call for each thing, each refusal under its own name."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypedDict, TypeVar

from telegram import (
    Bot,
    InlineQueryResultArticle,
    InputFile,
    InputTextMessageContent,
    LinkPreviewOptions,
    MessageEntity,
)
from telegram import Message as TelegramMessage
from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    TelegramError,
)

from bot.adapters.telegram.faults import is_unknown
from bot.adapters.telegram.keyboards import keyboard
from bot.adapters.telegram.menus import cut
from bot.adapters.telegram.refs import message_number, message_ref, person
from bot.adapters.telegram.refusals import (
    GONE,
    NO_METHOD,
    NO_THREAD,
    NOT_MODIFIED,
    TOO_LATE,
    UNREACHABLE,
    Floods,
    says,
)
from bot.adapters.telegram.rendering import CAPTION_LIMIT, measure, render
from bot.adapters.telegram.request import MISREAD, TooManyRequests
from bot.domain.ids import ChatRef, MessageRef
from bot.ports import (
    ChatMoved,
    ChatUnreachable,
    Delete,
    Edit,
    MessageGone,
    Notice,
    Outgoing,
    Send,
    SendFile,
    Suggestion,
    Suggestions,
    TryLater,
)
from bot.text.rich import RichText

log = logging.getLogger(__name__)

MOST_NOTICE = 200
ALERT_FROM = 60
"""Characters of a notice from which it waits to be closed; a shorter one passes by itself."""

MOST_SUGGESTIONS = 50
SUGGESTIONS_LIVE = 30
"""Seconds for which Telegram may repeat the same suggestions to the same person."""

# What the server says of a message to delete: it is none any more, or it is too old for that.
NOT_THERE = ("message to delete not found", "message identifier is not specified")
KEPT = ("message can't be deleted", "message_delete_forbidden")

FLEETING = 15.0
"""Seconds for which somebody waits for the answer to a press or for suggestions."""

REFUSED_PAUSE = 60.0
"""Seconds between two tries while Telegram does not know the bot's token."""

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

Followed = Callable[[ChatRef, int], Awaitable[ChatRef]]
"""Hands on that a chat has another number now, and gives the new one."""


_Answered = TypeVar("_Answered")


class _Styled(TypedDict):
    text: str
    entities: Sequence[MessageEntity]
    link_preview_options: LinkPreviewOptions


class Sending:
    def __init__(self, bot: Bot, followed: Followed) -> None:
        self._bot = bot
        self._followed = followed
        self._floods = Floods()
        self._told: set[tuple[str, str]] = set()

    async def deliver(self, outgoing: Outgoing) -> MessageRef | None:
        """Raises `DeliveryFault`; a `BadRequest` that has no meaning for the core is a bug, and so
        is a method that the server does not have."""
        try:
            return await self._carry_out(outgoing)
        except ChatMigrated as moved:
            raise ChatMoved(await self._followed(outgoing.chat, moved.new_chat_id)) from None
        except TooManyRequests as flood:
            raise TryLater(flood.after, self._floods.everywhere(outgoing.chat)) from None
        except Forbidden as error:
            raise _unreachable(error, outgoing.chat) from None
        except BadRequest as error:
            if says(error, UNREACHABLE):
                raise _unreachable(error, outgoing.chat) from None
            log.error("Telegram refuses what the bot makes: %s", error.message)  # noqa: TRY400
            raise
        except (InvalidToken, EndPointNotFound) as error:
            if says(error, NO_METHOD):
                raise
            raise await self._refused(error) from None
        except TelegramError as error:
            log.info("Telegram could not be told something: %s", error.message)
            raise TryLater from None
        except MISREAD as error:
            # It was carried out; only the description of it is odd.
            log.warning("Telegram's answer to a call is odd: %s", type(error).__name__)
            return None

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
                await self._notice(outgoing)
            case Suggestions():
                await self._answer(outgoing)
        return None

    async def _send(self, outgoing: Send) -> MessageRef:
        chat, markup = int(outgoing.chat.key), keyboard(outgoing.buttons)

        async def send(styled: _Styled, thread: int | None) -> TelegramMessage:
            return await self._bot.send_message(
                chat_id=chat,
                **styled,
                reply_markup=markup,
                disable_notification=outgoing.quiet or None,
                message_thread_id=thread,
            )

        async def plainer(thread: int | None) -> TelegramMessage:
            return await _styled_or_plain(outgoing.text, lambda styled: send(styled, thread))

        sent = await _in_thread(outgoing.thread, plainer)
        return message_ref(chat, sent.message_id)

    async def _edit(self, outgoing: Edit) -> MessageRef:
        if outgoing.message is None:
            raise MessageGone
        number = message_number(outgoing.chat, outgoing.message)
        if number is None:
            raise MessageGone
        chat = int(outgoing.chat.key)
        markup = keyboard(outgoing.buttons)

        async def edit(styled: _Styled) -> object:
            return await self._bot.edit_message_text(
                chat_id=chat, message_id=number, **styled, reply_markup=markup
            )

        try:
            await _styled_or_plain(outgoing.text, edit)
        except BadRequest as error:
            if says(error, GONE):
                raise MessageGone from None
            if not says(error, NOT_MODIFIED):
                raise
        except MISREAD:
            log.warning("Telegram's answer to an edit is odd")
        return outgoing.message

    async def _delete(self, outgoing: Delete) -> None:
        """A message older than two days stays with who has it, but it can be emptied."""
        number = message_number(outgoing.chat, outgoing.message)
        if number is None:
            raise MessageGone
        try:
            await self._bot.delete_message(int(outgoing.chat.key), number)
        except (BadRequest, EndPointNotFound) as error:
            if says(error, NOT_THERE):
                return
            if not (says(error, KEPT) or isinstance(error, EndPointNotFound)):
                raise
            log.info("Telegram does not delete a message: %s", error.message)
            chat, text, language = outgoing.chat, outgoing.text, outgoing.language
            await self._edit(Edit(chat, outgoing.message, text, language))

    async def _send_file(self, outgoing: SendFile) -> MessageRef:
        """A caption above Telegram's limit goes before the file as a message of its own."""
        caption = outgoing.caption
        if measure(caption) > CAPTION_LIMIT:
            before = Send(outgoing.chat, caption, outgoing.language, thread=outgoing.thread)
            await self._send(before)
            caption = RichText("")
        text, entities = render(caption)
        file = InputFile(outgoing.data, filename=outgoing.name)

        chat = int(outgoing.chat.key)

        async def send(thread: int | None) -> TelegramMessage:
            return await self._bot.send_document(
                chat_id=chat,
                document=file,
                caption=text or None,
                caption_entities=entities or None,
                message_thread_id=thread,
            )

        return message_ref(chat, (await _in_thread(outgoing.thread, send)).message_id)

    async def _notice(self, outgoing: Notice) -> None:
        text = cut(outgoing.text, MOST_NOTICE) if outgoing.text else None
        alert = text is not None and len(text) >= ALERT_FROM
        call = partial(
            self._bot.answer_callback_query, outgoing.press, text, show_alert=alert or None
        )
        await self._fleeting("answerCallbackQuery", call)

    async def _answer(self, outgoing: Suggestions) -> None:
        results = [_article(each) for each in outgoing.suggestions[:MOST_SUGGESTIONS]]
        call = partial(
            self._bot.answer_inline_query,
            outgoing.query,
            results,
            cache_time=SUGGESTIONS_LIVE,
            is_personal=True,
        )
        await self._fleeting("answerInlineQuery", call)

    async def _fleeting(self, name: str, call: Callable[[], Awaitable[object]]) -> None:
        """An answer that somebody waits for just now. What is refused, or would come when nobody
        waits any more, is not worth that the chat's messages wait for it."""
        try:
            await call()
        except TooManyRequests as flood:
            if flood.after <= FLEETING:
                raise
            log.info("%s comes too often and is left out", name)
        except (BadRequest, Forbidden, EndPointNotFound) as error:
            if says(error, TOO_LATE):
                return
            if (name, error.message) not in self._told:
                log.warning("%s is refused: %s", name, error.message)
            self._told.add((name, error.message))


def _unreachable(error: TelegramError, chat: ChatRef) -> ChatUnreachable:
    """A private chat has the number of its person; those of groups and channels are negative."""
    return ChatUnreachable(
        error.message, None if chat.key.startswith("-") else person(int(chat.key))
    )


async def _in_thread(
    thread: str | None, send: Callable[[int | None], Awaitable[TelegramMessage]]
) -> TelegramMessage:
    """In the topic, or where there is none any more, in the chat itself."""
    if thread is None:
        return await send(None)
    try:
        return await send(int(thread))
    except BadRequest as error:
        if not says(error, NO_THREAD):
            raise
    return await send(None)


async def _styled_or_plain(
    text: RichText, call: Callable[[_Styled], Awaitable[_Answered]]
) -> _Answered:
    """With its styles; if Telegram cannot read them, the text all the same."""
    plain, entities = render(text)
    styled = _Styled(text=plain, entities=entities, link_preview_options=_NO_PREVIEW)
    try:
        return await call(styled)
    except BadRequest as error:
        if not entities or "entit" not in error.message.casefold():
            raise
        log.warning("Telegram refuses the styles of a message: %s", error.message)
    return await call(styled | {"entities": ()})


def _article(suggestion: Suggestion) -> InlineQueryResultArticle:
    text, entities = render(suggestion.text)
    content = InputTextMessageContent(text, entities=entities, link_preview_options=_NO_PREVIEW)
    return InlineQueryResultArticle(
        suggestion.id,
        suggestion.title,
        content,
        reply_markup=keyboard(suggestion.buttons),
        description=suggestion.summary,
    )
