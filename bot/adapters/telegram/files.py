"""What somebody sent as a document: where it lies now, and what is in it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from telegram.error import BadRequest, EndPointNotFound, Forbidden, TelegramError

from bot.adapters.telegram.refusals import says, without_words_of
from bot.adapters.telegram.request import Ask, TooManyRequests
from bot.ports import Attachment, TooLarge, TryLater, Undeliverable

# https://core.telegram.org/bots/api#getfile: no more than 20 MB are given out.
TOO_BIG = ("file is too big",)

Download = Callable[[str, int], Awaitable[bytes]]
"""What is at a path, at most so many bytes. Raises `TelegramError` or `TooLarge`."""


async def fetch(ask: Ask, download: Download, attachment: Attachment, most: int) -> bytes:
    """As `FetchesFiles.fetch`."""
    if attachment.size is not None and attachment.size > most:
        raise TooLarge
    try:
        found = await ask("getFile", {"file_id": attachment.id})
        path = found.get("file_path") if isinstance(found, Mapping) else None
        if not isinstance(path, str) or path.startswith("/") or ".." in path:
            # One that was started with --local names a file of its own machine.
            raise Undeliverable("the Bot API server does not say where the file can be had")
        return await download(path, most)
    except TooManyRequests as flood:
        raise TryLater(flood.after, has_enough=True) from None
    except BadRequest as error:
        if says(error, TOO_BIG):
            raise TooLarge from None
        raise Undeliverable(without_words_of(attachment.name, error)) from None
    except (EndPointNotFound, Forbidden) as error:
        raise Undeliverable(without_words_of(attachment.name, error)) from None
    except TelegramError:
        raise TryLater from None
