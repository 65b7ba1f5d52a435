"""Updates that the library refuses to read, and what is got out of them all the same."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import User

from bot.adapters.telegram.intake import Intake
from bot.adapters.telegram.parsing import Parser
from bot.ports import Event, Joined, Left, Message, Press, Query

ME = User(7, "Undersigned", is_bot=True, username="undersigned_bot")
BOT = {"id": 7, "is_bot": True, "first_name": "Undersigned"}
GROUP = {"id": -1001000000001, "type": "supergroup", "title": "Readers"}
AMAL = {"id": 42, "is_bot": False, "first_name": "Amal"}
ALONE = {"id": 42, "type": "private", "first_name": "Amal"}


def read(**fields: Any) -> Event | None:
    intake = Intake(Parser(ME, lambda _: False))
    events = intake.take([{"update_id": 9, **fields}]).events
    return events[0] if events else None


@pytest.mark.parametrize(
    "odd",
    [
        {"gift": {"new": "thing"}},
        {"external_reply": {"origin": {"type": "user"}}},
        {"entities": [{"type": "bold"}]},
        {"quote": {}},
        {"story": {"chat": {}}},
        {"checklist": {"title": "x", "tasks": [{}]}},
        {"reply_to_message": {"message_id": 4, "date": 1, "chat": ALONE, "photo": [{}]}},
        {"from": AMAL | {"new_field": {"a": 1}}},
        {"an_unknown_part": [1, 2]},
    ],
    ids=lambda odd: next(iter(odd)),
)
def test_what_somebody_wrote_is_read_whatever_else_is_odd(odd: dict[str, Any]) -> None:
    message = {"message_id": 5, "date": 1, "chat": ALONE, "from": AMAL, "text": "/start"}
    event = read(message=message | odd)
    assert isinstance(event, Message)
    assert (event.text, event.origin.user.key) == ("/start", "42")


def test_a_reply_to_the_bot_is_one_whatever_was_in_its_message() -> None:
    earlier = {"message_id": 4, "date": 1, "chat": GROUP, "from": BOT, "document": {}}
    message = {"message_id": 5, "date": 1, "chat": GROUP, "from": AMAL, "text": "Because"}
    event = read(message=message | {"reply_to_message": earlier})
    assert isinstance(event, Message)
    assert event.reply_to == "4"


def test_a_press_and_a_query_with_the_least_that_they_can_have() -> None:
    press = {"id": "1", "from": AMAL, "data": "next", "message": {"message_id": 5, "date": 1}}
    press["message"] |= {"chat": ALONE, "poll": {}}  # type: ignore[operator]
    event = read(callback_query=press)
    assert isinstance(event, Press)
    assert (event.data, event.message) == ("next", "5")
    query = read(inline_query={"id": "2", "from": AMAL, "query": "port"})
    assert isinstance(query, Query)
    assert query.text == "port"


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        ({"status": "left"}, {"status": "member"}, Joined),
        ({"status": "kicked"}, {"status": "administrator"}, Joined),
        ({"status": "member"}, {"status": "kicked"}, Left),
        ({"status": "administrator"}, {"status": "restricted", "is_member": True}, Left),
        (
            {"status": "member"},
            {"status": "restricted", "is_member": True, "can_send_messages": False},
            Left,
        ),
    ],
)
def test_the_bots_own_standing_without_the_rights_that_came_late(
    before: dict[str, Any], now: dict[str, Any], kind: type[Event]
) -> None:
    sides = {"old_chat_member": before | {"user": BOT}, "new_chat_member": now | {"user": BOT}}
    event = read(my_chat_member={"chat": GROUP, "from": AMAL, "date": 1} | sides)
    assert type(event) is kind


@pytest.mark.parametrize(
    "odd", [{}, {"callback_query": 7}, {"my_chat_member": {}}, {"inline_query": []}, {"poll": 1}]
)
def test_what_cannot_be_read_at_all_is_left_out(odd: dict[str, Any]) -> None:
    assert read(**odd) is None
