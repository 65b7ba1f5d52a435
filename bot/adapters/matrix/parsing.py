"""From a room's events to the core's: what was meant for the bot, by whom, and where."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bot.adapters.matrix.refs import NAME
from bot.domain.ids import ChatRef

MOST_TEXT = 20_000
"""Code points of a message that are read: nobody types more, and nothing longer is looked at."""

MOST_NAME = 256


FILE = "m.file"
TEXTUAL = ("m.text", "m.emote")
"""A tuple: what somebody sends as a type may be anything, and a set takes no lists."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message as the room shows it: `text` without what a reply quotes, a command in the core's
    form; below a file what its sender wrote. `edits` is the earlier one that it only changes."""

    text: str
    thread: str | None
    reply_to: str | None
    named: bool
    edits: str | None
    readable: bool
    is_file: bool


def said(content: Mapping[str, Any], me: str, my_name: str, prefix: str) -> Said:
    """Never raises, whatever a stranger put in."""
    relation = content.get("m.relates_to")
    relation = relation if isinstance(relation, Mapping) else {}
    thread = _text(relation.get("event_id")) if relation.get("rel_type") == "m.thread" else None
    reply = relation.get("m.in_reply_to")
    reply_to = _text(reply.get("event_id")) if isinstance(reply, Mapping) else None
    if thread is not None and relation.get("is_falling_back") is True:
        reply_to = None
    body = _text(content.get("body")) or ""
    if reply_to is not None:
        body = _without_quote(body)
    body = body[:MOST_TEXT]
    readable = content.get("msgtype") in TEXTUAL
    is_file = content.get("msgtype") == FILE
    # Its name, unless it has one beside (https://spec.matrix.org/v1.15/client-server-api/#mfile).
    has_caption = is_file and content.get("filename", content.get("body")) != content.get("body")
    typed = body if readable or has_caption else ""
    text, named = _command(typed, me, my_name, _calls(content, me), prefix)
    is_edit = relation.get("rel_type") == "m.replace"
    edits = _text(relation.get("event_id")) or "" if is_edit else None
    return Said(text, thread, reply_to, named, edits, readable, is_file)


def corrected(content: Mapping[str, Any]) -> str | None:
    """What an edited message says now: what older clients show of it, `body`, is no part of it."""
    new = content.get("m.new_content")
    if not isinstance(new, Mapping) or new.get("msgtype") not in TEXTUAL:
        return None
    body = _text(new.get("body"))
    return None if body is None else body.strip()[:MOST_TEXT]


def _calls(content: Mapping[str, Any], me: str) -> bool:
    mentions = content.get("m.mentions")
    users = mentions.get("user_ids") if isinstance(mentions, Mapping) else None
    return isinstance(users, list) and me in users


def _command(body: str, me: str, my_name: str, called: bool, prefix: str) -> tuple[str, bool]:
    """The text with a command's sign as the core knows it, and whether the bot was named."""
    text = body.strip()
    rest = _after_name(text, me, my_name)
    named = rest is not None or called
    if rest is not None:
        text = rest
    if text.startswith(prefix):
        return "/" + text.removeprefix(prefix).lstrip(), named
    if text.startswith("/"):
        # Somebody used to other bots; clients keep most of these to themselves.
        return text, named
    if named and rest is not None and text:
        return f"/{text}", True
    return text, named


def _after_name(text: str, me: str, my_name: str) -> str | None:
    """What follows the bot's name at the beginning; None where it is not there."""
    localpart = me.removeprefix("@").partition(":")[0]
    for name in (me, f"@{localpart}", my_name, localpart):
        if not name:
            continue
        match = re.match(rf"{re.escape(name)}(?:[:,]\s*|\s+|$)", text, re.IGNORECASE)
        if match:
            return text[match.end() :].strip()
    return None


def _without_quote(body: str) -> str:
    """Older clients put what they answer before the answer (the spec's reply fallback)."""
    lines = body.split("\n")
    behind = 0
    while behind < len(lines) and lines[behind].startswith("> "):
        behind += 1
    if behind and behind < len(lines) and not lines[behind].strip():
        behind += 1
    return "\n".join(lines[behind:]) if behind else body


def reaction(content: Mapping[str, Any]) -> tuple[str, str] | None:
    """The message and the sign; None for anything else."""
    relation = content.get("m.relates_to")
    if not isinstance(relation, Mapping) or relation.get("rel_type") != "m.annotation":
        return None
    message, sign = _text(relation.get("event_id")), _text(relation.get("key"))
    return (message, sign) if message and sign else None


def private_chat(room: str, user: str) -> ChatRef:
    """The room as long as nobody but that person is in it: what was said there to them alone is not
    for the chat that it becomes with others."""
    return ChatRef(NAME, f"{room} {user}")


def room_and_person(chat: ChatRef) -> tuple[str, str | None]:
    """The room of a chat, and whose private chat it is."""
    room, _, user = chat.key.partition(" ")
    return room, user or None


def moment(milliseconds: object) -> dt.datetime:
    """The server's time of an event; the beginning of time where it says nonsense."""
    if isinstance(milliseconds, int) and 0 <= milliseconds < 1 << 43:
        return dt.datetime.fromtimestamp(milliseconds / 1000, dt.UTC)
    return dt.datetime.fromtimestamp(0, dt.UTC)


def shown_name(name: str | None, user: str) -> str:
    return (name or user)[:MOST_NAME]


def is_direct(invite: Collection[object], me: str) -> bool:
    """Whether an invite's state says that it opens a private chat."""
    for event in invite:
        content = getattr(event, "content", None)
        if getattr(event, "state_key", None) == me and isinstance(content, Mapping):
            return content.get("is_direct") is True
    return False


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
