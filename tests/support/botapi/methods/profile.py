"""What the bot says about itself, and the ends of its session."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.support.botapi import shapes
from tests.support.botapi.access import Access, open_chat
from tests.support.botapi.core import Core, Method
from tests.support.botapi.errors import bad
from tests.support.botapi.parameters import Given, array, integer, json_object, string
from tests.support.botapi.state import Json

MOST_COMMANDS = 100
COMMAND_LIMIT = 32
DESCRIPTION_LIMIT = 256
SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}
TEXT_LIMITS = {"name": 64, "description": 512, "short_description": 120}
LOGGED_OUT = 600.0


def get_me(core: Core, _given: Given) -> Any:
    return shapes.user_json(core.world.bot) | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def _language(given: Given) -> str:
    language: str = given["language_code"] or ""
    if language and not re.fullmatch("[a-z]{2}", language):
        raise bad("invalid language code specified")
    return language


def _scope(core: Core, given: Given) -> str:
    """A key for the scope, once its chat is known to be one the bot may look into."""
    scope: Json = given["scope"] or {"type": "default"}
    prefix = "can't parse BotCommandScope"
    if "type" not in scope:
        raise bad(f'{prefix}: Can\'t find field "type"')
    if scope["type"] not in SCOPES:
        raise bad(f"{prefix}: Unsupported type specified")
    needed = SCOPES[scope["type"]]
    for name in needed:
        if name not in scope:
            raise bad(f'{prefix}: Can\'t find field "{name}"')
    if core.rules.strict and set(scope) - {"type", *needed}:
        raise bad(f"{prefix}: unknown fields")
    if needed:
        chat = open_chat(core, str(scope["chat_id"]), Access.MEMBERS)
        if chat.kind == "private" and scope["type"] != "chat":
            raise bad("can't use specified scope in private chats")
        if chat.kind == "channel":
            raise bad("can't change commands in channel chats")
    return json.dumps(scope, sort_keys=True)


def _command(raw: Any) -> Json:
    prefix = "can't parse BotCommand"
    if not isinstance(raw, dict):
        raise bad(f"{prefix}: expected an Object")
    for name in ("command", "description"):
        if not isinstance(raw.get(name), str):
            raise bad(f'{prefix}: Can\'t find field "{name}"')
    command, description = raw["command"].removeprefix("/"), raw["description"]
    if len(command) > COMMAND_LIMIT:
        raise bad(f"command length must not exceed {COMMAND_LIMIT}")
    if not re.fullmatch("[a-z0-9_]+", command):
        raise bad("BOT_COMMAND_INVALID")
    if not description.strip():
        raise bad("command description must be non-empty")
    if len(description) > DESCRIPTION_LIMIT:
        raise bad(f"command description length must not exceed {DESCRIPTION_LIMIT}")
    return {"command": command, "description": description}


def set_my_commands(core: Core, given: Given) -> Any:
    commands = [_command(raw) for raw in given["commands"] or []]
    key = (_scope(core, given), _language(given))
    if len(commands) > MOST_COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    core.profile.commands[key] = commands
    return True


def delete_my_commands(core: Core, given: Given) -> Any:
    core.profile.commands.pop((_scope(core, given), _language(given)), None)
    return True


def get_my_commands(core: Core, given: Given) -> Any:
    return core.profile.commands.get((_scope(core, given), _language(given)), [])


def _setter(what: str) -> Method:
    def set_text(core: Core, given: Given) -> Any:
        text = given[what] or ""
        language = _language(given)
        if len(text) > TEXT_LIMITS[what] or (what == "name" and not (text or language)):
            raise bad(f"BOT_{what.upper()}_INVALID")
        core.profile.texts[what, language] = text
        return True

    return Method(_named("set", what), {what: string, "language_code": string}, set_text)


def _getter(what: str) -> Method:
    def get_text(core: Core, given: Given) -> Any:
        texts = core.profile.texts
        found = texts.get((what, _language(given))) or texts.get((what, ""))
        return {what: found or (core.world.bot.first_name if what == "name" else "")}

    return Method(_named("get", what), {"language_code": string}, get_text)


def _named(verb: str, what: str) -> str:
    return f"{verb}My{what.title().replace('_', '')}"


def set_chat_menu_button(core: Core, given: Given) -> Any:
    button: Json = given["menu_button"] or {"type": "default"}
    if button.get("type") not in {"default", "commands", "web_app"}:
        raise bad("can't parse menu button: MenuButton has unsupported type")
    core.profile.menu_buttons[_menu_chat(core, given)] = button
    return True


def get_chat_menu_button(core: Core, given: Given) -> Any:
    buttons = core.profile.menu_buttons
    return buttons.get(_menu_chat(core, given), buttons.get(0, {"type": "commands"}))


def _menu_chat(core: Core, given: Given) -> int:
    number: int = given["chat_id"] or 0
    if number and number not in core.world.people:
        raise bad("user not found")
    return number


def close(_core: Core, _given: Given) -> Any:
    return True


def log_out(core: Core, _given: Given) -> Any:
    core.updates.clear()
    core.profile.logged_out_until = core.clock.now() + LOGGED_OUT
    return True


SCOPED = {"scope": json_object, "language_code": string}
METHODS = (
    Method("getMe", {}, get_me),
    Method("setMyCommands", SCOPED | {"commands": array}, set_my_commands),
    Method("getMyCommands", SCOPED, get_my_commands),
    Method("deleteMyCommands", SCOPED, delete_my_commands),
    *(_setter(what) for what in TEXT_LIMITS),
    *(_getter(what) for what in TEXT_LIMITS),
    Method(
        "setChatMenuButton",
        {"chat_id": integer, "menu_button": json_object},
        set_chat_menu_button,
    ),
    Method("getChatMenuButton", {"chat_id": integer}, get_chat_menu_button),
    Method("close", {}, close),
    Method("logOut", {}, log_out),
)
