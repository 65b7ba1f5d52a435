"""Updates that the server double never makes, though Telegram may."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import User

from bot.adapters.telegram.parsing import TELEGRAM_ITSELF, Parser
from bot.ports import Corrected, Demoted, Entered, Event, Gone, Message, Place, Press

ME = User(7, "Undersigned", is_bot=True, username="undersigned_bot")
GROUP = {"id": -1001000000001, "type": "supergroup", "title": "Forum", "is_forum": True}
AMAL = {"id": 42, "is_bot": False, "first_name": "Amal", "last_name": "Ben Salah"}


def read(**fields: Any) -> Event | None:
    return Parser(ME, lambda key: key == "-1001000000009").event({"update_id": 9, **fields})


def message(**fields: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": 1, "chat": GROUP, "from": AMAL, "text": "/endorse"} | fields


@pytest.mark.parametrize(
    ("fields", "thread"),
    [
        ({"is_topic_message": True, "message_thread_id": 1}, None),
        ({"is_topic_message": True, "message_thread_id": 12}, "12"),
        ({"message_thread_id": 12}, None),
        ({}, None),
    ],
)
def test_threads(fields: dict[str, Any], thread: str | None) -> None:
    event = read(message=message(**fields))
    assert isinstance(event, Message)
    assert event.origin.thread == thread
    assert (event.origin.id, event.origin.name) == ("9", "Amal Ben Salah")


@pytest.mark.parametrize(
    "fields",
    [
        {"is_automatic_forward": True},
        {"from": AMAL | {"id": TELEGRAM_ITSELF}},
        {"via_bot": {"id": 7, "is_bot": True, "first_name": "U"}},
        {"text": None},
    ],
)
def test_what_nobody_wrote_to_the_bot(fields: dict[str, Any]) -> None:
    assert read(message=message(**fields)) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Eve"}},
        {"forward_date": 1, "forward_sender_name": "Eve"},
        {"via_bot": {"id": 8, "is_bot": True, "first_name": "Other"}},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_who_shows_others_a_command_does_not_give_it(fields: dict[str, Any]) -> None:
    for chat in (GROUP, GROUP | {"id": -1001000000009}):
        assert read(message=message(chat=chat, **fields)) is None
    # In private it is what somebody sends to the bot, as an answer or to ask about.
    alone = message(chat=AMAL | {"type": "private"}, text="Amal Haddad", **fields)
    event = read(message=alone)
    assert isinstance(event, Message)


def test_an_edited_message() -> None:
    alone = message(chat=AMAL | {"type": "private"}, text="/sign", edit_date=60)
    event = read(edited_message=alone)
    assert isinstance(event, Corrected)
    assert (event.text, event.message, event.origin.id) == ("/sign", "5", "9")
    assert (event.origin.name, event.origin.at.timestamp()) == ("Amal Ben Salah", 60)
    written = read(message=alone)
    assert isinstance(written, Message)
    assert written.ref == event.message


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"chat": GROUP | {"id": -1001000000009}},
        {"chat": AMAL | {"type": "private"}, "text": None},
        {"chat": AMAL | {"type": "private"}, "from": AMAL | {"is_bot": True}},
    ],
)
def test_edits_that_are_not_for_the_bot(fields: dict[str, Any]) -> None:
    assert read(edited_message=message(**fields)) is None


def test_kinds_that_were_not_asked_for() -> None:
    assert read(edited_channel_post=message()) is None
    assert read() is None


def test_a_long_text_is_cut() -> None:
    event = read(message=message(chat=AMAL | {"type": "private"}, text="x" * 30_000))
    assert isinstance(event, Message)
    assert len(event.text) == 20_000


def test_a_press_on_a_message_that_telegram_has_forgotten() -> None:
    press = {"id": "1", "from": AMAL, "chat_instance": "1", "data": "next"}
    gone = {"message_id": 5, "date": 0, "chat": GROUP | {"id": -1001000000009}}
    event = read(callback_query=press | {"message": gone})
    assert isinstance(event, Press)
    assert (event.message, event.origin.place, event.origin.thread) == ("5", Place.ADMIN, None)


def test_a_press_on_a_shared_message_is_the_persons_own() -> None:
    press = {"id": "1", "from": AMAL, "chat_instance": "1", "data": "next"}
    event = read(callback_query=press | {"inline_message_id": "abc"})
    assert isinstance(event, Press)
    assert (event.message, event.origin.chat.key) == ("inline", "42")
    assert event.origin.place is Place.PRIVATE


def test_a_press_that_carries_nothing() -> None:
    press = {"id": "1", "from": AMAL, "chat_instance": "1", "game_short_name": "g"}
    assert read(callback_query=press | {"message": message()}) is None


@pytest.mark.parametrize(
    ("before", "now", "kinds"),
    [
        ({"status": "restricted", "is_member": True}, {"status": "member"}, []),
        ({"status": "restricted", "is_member": True}, {"status": "restricted"}, [Gone]),
        ({"status": "kicked"}, {"status": "left"}, []),
        ({"status": "left"}, {"status": "restricted", "is_member": True}, [Entered]),
        ({"status": "creator"}, {"status": "administrator"}, []),
        ({"status": "creator"}, {"status": "left"}, [Gone]),
        ({"status": "administrator"}, {"status": "restricted", "is_member": True}, [Demoted]),
    ],
)
def test_who_is_in_a_group_that_restricts_them(
    before: dict[str, Any], now: dict[str, Any], kinds: list[type[Event]]
) -> None:
    sides = {"old_chat_member": before | {"user": AMAL}, "new_chat_member": now | {"user": AMAL}}
    change = {"chat": GROUP, "from": AMAL, "date": 1} | sides
    events = Parser(ME, lambda _: False).changes({"update_id": 9, "chat_member": change})
    assert [type(event) for event in events] == kinds
