"""Reply markup: what the server accepts and how it refuses."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.support.botapi.errors import bad
from tests.support.botapi.state import Json, Keyboard

DATA_LIMIT = 64
BUTTON_LIMIT = 100
MARKUP_BYTES = 10_240

ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
BUTTON_KEYS = frozenset({"text", "style", "icon_custom_emoji_id", *ACTIONS})
MARKUP_KEYS = {
    "inline_keyboard": frozenset({"inline_keyboard"}),
    "keyboard": frozenset(
        [
            "keyboard",
            "is_persistent",
            "resize_keyboard",
            "one_time_keyboard",
            "input_field_placeholder",
            "selective",
        ]
    ),
    "remove_keyboard": frozenset({"remove_keyboard", "selective"}),
    "force_reply": frozenset({"force_reply", "input_field_placeholder", "selective"}),
}
_URL = re.compile(r"(?i)(?:(https?|tg|ton|tonsite)://)?([^\s/?#]+)\S*")


def read_markup(raw: Any, *, strict: bool) -> tuple[Keyboard, Json | None]:
    """The rows of an inline keyboard, or another kind of markup. Raises the server's refusal."""
    if raw is None:
        return [], None
    if not isinstance(raw, dict):
        raise bad("object expected as reply markup")
    kind = next((name for name in MARKUP_KEYS if name in raw), None)
    if strict:
        known = MARKUP_KEYS.get(kind or "", frozenset())
        if raw and (kind is None or set(raw) - known):
            raise bad(f"unknown fields of a reply markup: {', '.join(sorted(set(raw) - known))}")
    if kind is None:
        return [], None
    if kind != "inline_keyboard":
        return [], raw
    rows = raw["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    keyboard = [[_button(button, strict) for button in row] for row in rows if row]
    if sum(map(len, keyboard)) > BUTTON_LIMIT or len(json.dumps(keyboard)) > MARKUP_BYTES:
        raise bad("reply markup is too long")
    return keyboard, None


def read_inline_keyboard(raw: Any, *, strict: bool) -> Keyboard:
    """For edits and inline results, where nothing else fits."""
    keyboard, other = read_markup(raw, strict=strict)
    if other is not None:
        raise bad("inline keyboard expected")
    return keyboard


def _button(raw: Any, strict: bool) -> Json:
    if not isinstance(raw, dict):
        raise bad("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    if "text" not in raw:
        raise bad("can't parse inline keyboard button: Can't find field \"text\"")
    if not str(raw["text"]).strip():
        raise bad("inline keyboard button text must be non-empty")
    if strict and (unknown := set(raw) - BUTTON_KEYS):
        raise bad(f"unknown fields of an inline keyboard button: {', '.join(sorted(unknown))}")
    actions = [name for name in ACTIONS if name in raw]
    if strict and len(actions) > 1:
        raise bad(f"a button does one thing, not {' and '.join(actions)}")
    if not actions or (raw[actions[0]] == "" and actions[0] in {"url", "callback_data"}):
        raise bad(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    _check_action(actions[0], raw[actions[0]])
    return dict(raw)


def _check_action(action: str, value: Any) -> None:
    if action == "callback_data":
        if not isinstance(value, str) or len(value.encode()) > DATA_LIMIT:
            raise bad("BUTTON_DATA_INVALID")
    elif action == "url":
        check_link(value, f"inline keyboard button URL '{value}' is invalid")
    elif action == "copy_text":
        text = value.get("text", "") if isinstance(value, dict) else ""
        if not 0 < len(text) <= 256:
            raise bad("BUTTON_COPY_TEXT_INVALID")
    elif action.startswith("switch_inline_query") and action != "switch_inline_query_chosen_chat":
        if not isinstance(value, str):
            raise bad(f'can\'t parse inline keyboard button: Field "{action}" must be a String')
        if len(value) > 256:
            raise bad("BUTTON_SWITCH_INLINE_QUERY_INVALID")


def check_link(url: Any, refusal: str) -> None:
    found = _URL.fullmatch(url) if isinstance(url, str) else None
    if found is None:
        raise bad(f"{refusal}: Wrong HTTP URL")
    if (found[1] or "").lower() != "tg" and "." not in found[2] and ":" not in found[2]:
        raise bad(f"{refusal}: Wrong HTTP URL")
