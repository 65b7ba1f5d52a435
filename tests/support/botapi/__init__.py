"""A double of Telegram's Bot API server over real HTTP, as strict as the real one.

No part of the bot knows of it: only its `api_url` points here.
"""

from tests.support.botapi import faults
from tests.support.botapi.chats import Chat
from tests.support.botapi.clock import Clock
from tests.support.botapi.errors import ApiError, Impossible
from tests.support.botapi.journal import Call
from tests.support.botapi.people import Person
from tests.support.botapi.remote import Remote, running
from tests.support.botapi.rules import Rules, fast
from tests.support.botapi.server import TOKEN, BotApiServer
from tests.support.botapi.state import Button, CallbackQuery, File, InlineQuery, Message

__all__ = [
    "TOKEN",
    "ApiError",
    "BotApiServer",
    "Button",
    "Call",
    "CallbackQuery",
    "Chat",
    "Clock",
    "File",
    "Impossible",
    "InlineQuery",
    "Message",
    "Person",
    "Remote",
    "Rules",
    "fast",
    "faults",
    "running",
]
