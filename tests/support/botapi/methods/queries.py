"""Answers to presses and to inline queries."""

from __future__ import annotations

from typing import Any

from tests.support.botapi.core import Core, Method
from tests.support.botapi.errors import TOO_OLD, bad
from tests.support.botapi.keyboards import read_inline_keyboard
from tests.support.botapi.methods.sending import refuse_parse_mode
from tests.support.botapi.parameters import (
    Given,
    array,
    flag,
    integer,
    json_object,
    string,
)
from tests.support.botapi.state import Json
from tests.support.botapi.texts import TEXT_LIMIT, formatted

ANSWER_LIMIT = 200
MOST_RESULTS = 50
RESULT_ID_BYTES = 64
START_LIMIT = 64
RESULT_KEYS = frozenset(
    [
        "type",
        "id",
        "title",
        "input_message_content",
        "reply_markup",
        "url",
        "hide_url",
        "description",
        "thumbnail_url",
        "thumbnail_width",
        "thumbnail_height",
    ]
)
CONTENT_KEYS = frozenset(["message_text", "parse_mode", "entities", "link_preview_options"])


def answer_callback_query(core: Core, given: Given) -> Any:
    press = core.world.callbacks.get(given["callback_query_id"] or "")
    if press is None or core.clock.now() - press.at > core.rules.callback_lifetime:
        raise bad(TOO_OLD)
    if press.answered:
        raise bad(TOO_OLD)
    if len(given["text"] or "") > ANSWER_LIMIT:
        raise bad("MESSAGE_TOO_LONG")
    if given["url"] and not given["url"].startswith(f"https://t.me/{core.world.bot.username}?"):
        raise bad("URL_INVALID")
    press.answered_at, press.answer = core.clock.now(), given["text"]
    press.alert, press.url = bool(given["show_alert"]), given["url"]
    core.world.on_change()
    return True


def answer_inline_query(core: Core, given: Given) -> Any:
    results = given["results"] or []
    if len(results) > MOST_RESULTS:
        raise bad("too many inline query results specified")
    read = [_result(core, result) for result in results]
    button = given["button"]
    if button is not None and not 0 < len(button.get("start_parameter", "x")) <= START_LIMIT:
        raise bad("START_PARAM_INVALID")
    if len((given["next_offset"] or "").encode()) > RESULT_ID_BYTES:
        raise bad("NEXT_OFFSET_INVALID")
    query = core.world.inline_queries.get(given["inline_query_id"] or "")
    too_old = query is not None and core.clock.now() - query.at > core.rules.inline_lifetime
    if query is None or too_old or query.results is not None:
        raise bad(TOO_OLD)
    numbers = [result["id"] for result in read]
    if len(set(numbers)) != len(numbers):
        raise bad("RESULT_ID_DUPLICATE")
    query.results, query.button = read, button
    query.next_offset = given["next_offset"] or ""
    query.personal = bool(given["is_personal"])
    query.cache_time = 300 if given["cache_time"] is None else given["cache_time"]
    core.world.on_change()
    return True


def _result(core: Core, raw: Any) -> Json:
    prefix = "can't parse inline query result"
    if not isinstance(raw, dict):
        raise bad(f"{prefix}: Inline query result must be an object")
    if raw.get("type") != "article":
        raise bad(f'{prefix}: type "{raw.get("type")}" is unsupported for the inline query result')
    if core.rules.strict and (unknown := set(raw) - RESULT_KEYS):
        raise bad(f"unknown fields of an inline result: {', '.join(sorted(unknown))}")
    if not isinstance(raw.get("id"), str) or not 0 < len(raw["id"].encode()) <= RESULT_ID_BYTES:
        raise bad("RESULT_ID_INVALID")
    if not raw.get("title"):
        raise bad(f'{prefix}: Can\'t find field "title"')
    content = raw.get("input_message_content")
    if not isinstance(content, dict) or not content.get("message_text"):
        raise bad(f"{prefix}: Message text is empty")
    if core.rules.strict and (unknown := set(content) - CONTENT_KEYS):
        raise bad(f"unknown fields of a message content: {', '.join(sorted(unknown))}")
    refuse_parse_mode(core, content.get("parse_mode"))
    text, entities = formatted(
        content["message_text"],
        content.get("entities"),
        limit=TEXT_LIMIT,
        strict=core.rules.strict,
    )
    result = dict(raw) | {
        "input_message_content": dict(content) | {"message_text": text, "entities": entities}
    }
    keyboard = read_inline_keyboard(raw.get("reply_markup"), strict=core.rules.strict)
    return result | ({"reply_markup": {"inline_keyboard": keyboard}} if keyboard else {})


METHODS = (
    Method(
        "answerCallbackQuery",
        {
            "callback_query_id": string,
            "text": string,
            "show_alert": flag,
            "url": string,
            "cache_time": integer,
        },
        answer_callback_query,
    ),
    Method(
        "answerInlineQuery",
        {
            "inline_query_id": string,
            "results": array,
            "cache_time": integer,
            "is_personal": flag,
            "next_offset": string,
            "button": json_object,
        },
        answer_inline_query,
    ),
)
