"""Every refusal with its status and its words."""

from __future__ import annotations

import struct
from typing import Any

import aiohttp
import pytest

from tests.support.botapi import BotApiServer, Chat, Person, parameters, photos
from tests.support.botapi.state import Json
from tests.unit.botapi.conftest import BUTTONS, Raw, sent

MODIFIED = "message is not modified: specified new message content and reply markup are exactly"
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def button(**fields: Any) -> Json:
    return {"reply_markup": {"inline_keyboard": [[{"text": "Go"} | fields]]}}


def entity(kind: str, offset: int, length: int, **more: Any) -> Json:
    return {"entities": [{"type": kind, "offset": offset, "length": length} | more]}


TEXTS: list[tuple[Json, str]] = [
    ({}, "message text is empty"),
    ({"text": ""}, "message text is empty"),
    ({"text": " \n "}, "text must be non-empty"),
    ({"text": "a" * 4097}, "message is too long"),
    ({"text": "ب" * 16_385}, "text is too long"),
    ({"text": "a", "parse_mode": "HTML"}, "parse_mode is not used here"),
    ({"text": "a", "texts": "b"}, "unknown parameters: texts"),
    ({"text": "a", "message_thread_id": "x"}, 'parameter "message_thread_id" must be an Integer'),
    ({"text": "a", "disable_notification": 3}, 'parameter "disable_notification" must be a Bool'),
    ({"text": "a", "entities": "{"}, 'can\'t parse parameter "entities"'),
    ({"text": "a"} | entity("bald", 0, 1), "can't parse MessageEntity: Unsupported type"),
    ({"text": "a"} | entity("bold", 0, 2), "entity beginning at UTF-16 offset 0 ends after the"),
    ({"text": "a"} | entity("bold", 3, 1), "entity begins after the end of the text at UTF-16"),
    ({"text": "a"} | entity("bold", -1, 1), "receive an entity with incorrect offset"),
    ({"text": "a"} | entity("bold", 0, -1), "receive an entity with incorrect length"),
    ({"text": "👍"} | entity("bold", 1, 1), "entity begins in a middle of a UTF-16 symbol"),
    ({"text": "👍"} | entity("bold", 0, 1), "entity beginning at UTF-16 offset 0 ends in a middle"),
    ({"text": "a"} | entity("text_link", 0, 1), "can't parse MessageEntity: Can't find field"),
    ({"text": "a"} | entity("bold", 0, 1, uri="x"), "unknown fields of a MessageEntity: uri"),
    ({"text": "a", "link_preview_options": {"off": True}}, "unknown fields of link preview"),
    ({"text": "a"} | button(callback_data="x" * 65), "BUTTON_DATA_INVALID"),
    ({"text": "a"} | button(callback_data="ب" * 33), "BUTTON_DATA_INVALID"),
    ({"text": "a"} | button(callback_data=""), "can't parse inline keyboard button: Text buttons"),
    ({"text": "a"} | button(), "can't parse inline keyboard button: Text buttons are unallowed"),
    ({"text": "a"} | button(url="nonsense"), "inline keyboard button URL 'nonsense' is invalid"),
    ({"text": "a"} | button(data="x"), "unknown fields of an inline keyboard button: data"),
    ({"text": "a"} | button(url="https://a.org", pay=True), "a button does one thing"),
    ({"text": "a"} | button(text=" ", callback_data="x"), "inline keyboard button text must be"),
    ({"text": "a", "reply_markup": {"inline_keyboard": [{}]}}, 'field "inline_keyboard" of the'),
    ({"text": "a", "reply_markup": {"inline": []}}, "unknown fields of a reply markup: inline"),
    (
        {"text": "a", "reply_markup": {"inline_keyboard": BUTTONS["inline_keyboard"] * 101}},
        "reply markup is too long",
    ),
    ({"text": "a", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
    ({"text": "a", "message_thread_id": 1}, "message thread not found"),
]


@pytest.mark.parametrize(("given", "words"), TEXTS)
async def test_what_cannot_be_sent(raw: Raw, amal: Person, given: Json, words: str) -> None:
    said = await raw("sendMessage", chat_id=amal.id, **given)
    assert said.status == 400
    assert said.refusal.startswith(f"Bad Request: {words}")


async def test_paths_and_tokens(server: BotApiServer, raw: Raw) -> None:
    cases = [
        (f"/bot{server.token}/getMee", 404, "Not Found: method not found"),
        ("/botnonsense/getMe", 404, "Not Found"),
        ("/getMe", 404, "Not Found"),
        ("/bot7000000001:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/getMe", 401, "Unauthorized"),
    ]
    for path, status, words in cases:
        async with raw.session.get(server.url + path) as answer:
            assert answer.status == status
            assert (await answer.json())["description"] == words


async def test_query_form_and_json_are_taken_alike(
    server: BotApiServer, raw: Raw, amal: Person
) -> None:
    url = f"{server.url}/bot{server.token}/SendMessage"
    fields = {"chat_id": str(amal.id), "text": "Hi", "disable_notification": "true"}
    for call in (
        raw.session.get(url, params=fields),
        raw.session.post(url, data=fields),
        raw.session.post(url, json=fields | {"disable_notification": True}),
    ):
        async with call as answer:
            assert answer.status == 200
    assert [(m.text, m.quiet) for m in server.sent(amal)] == [("Hi", True)] * 3
    async with raw.session.post(url, data=b"{", headers={"Content-Type": "application/json"}) as no:
        assert no.status == 400


async def test_unknown_parameters_pass_where_the_rule_is_off(
    server: BotApiServer, raw: Raw, amal: Person
) -> None:
    server.rules.strict = False
    assert (await raw("sendMessage", chat_id=amal.id, text="a", texts="b")).status == 200


async def refused(raw: Raw, chat: Chat | Person | int, method: str = "sendMessage") -> Any:
    number = chat if isinstance(chat, int) else chat.id
    said = await raw(method, chat_id=number, text="Hello")
    return said.status, said.refusal


async def test_private_chats(server: BotApiServer, raw: Raw, amal: Person, tunis: Chat) -> None:
    stranger = server.person("stranger")
    assert await refused(raw, stranger) == (400, "Bad Request: chat not found")
    await stranger.send(tunis, "/endorse")
    initiate = (403, "Forbidden: bot can't initiate conversation with a user")
    assert await refused(raw, stranger) == initiate
    assert await refused(raw, 777000) == initiate
    assert await refused(raw, 1087968824) == (403, "Forbidden: bot can't send messages to bots")
    await amal.block()
    assert await refused(raw, amal) == (403, "Forbidden: bot was blocked by the user")
    await amal.unblock()
    await sent(raw, amal)
    amal.delete_account()
    assert await refused(raw, amal) == (403, "Forbidden: user is deactivated")


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
async def test_groups_without_the_bot(
    server: BotApiServer, raw: Raw, amal: Person, kind: str
) -> None:
    chat = server.group("Sfax", creator=amal, kind=kind, bot=None)
    outside = (403, f"Forbidden: bot is not a member of the {kind} chat")
    assert await refused(raw, chat) == outside
    chat.add_bot(amal)
    chat.remove_bot()
    assert await refused(raw, chat) == (403, f"Forbidden: bot was kicked from the {kind} chat")


async def test_rights_in_groups(server: BotApiServer, raw: Raw, amal: Person, tunis: Chat) -> None:
    rights = "Bad Request: not enough rights to send text messages to the chat"
    tunis.everyone_writes = False
    assert await refused(raw, tunis) == (400, rights)
    tunis.promote_bot()
    await sent(raw, tunis)
    tunis.demote_bot()
    tunis.everyone_writes = True
    tunis.restrict(server.bot)
    assert await refused(raw, tunis) == (400, rights)
    channel = server.channel("News", creator=amal, bot="member")
    administer = "Bad Request: need administrator rights in the channel chat"
    assert await refused(raw, channel) == (400, administer)
    asked = await raw("getChatMember", chat_id=channel.id, user_id=amal.id)
    assert asked.refusal == "Bad Request: member list is inaccessible"
    tunis.delete()
    small = server.group("Small", creator=amal, kind="group")
    small.delete()
    assert await refused(raw, small) == (403, "Forbidden: the group chat was deleted")


async def test_an_upgraded_group(server: BotApiServer, raw: Raw, amal: Person) -> None:
    small = server.group("Sfax", creator=amal, kind="group")
    card = await sent(raw, small)
    new = small.upgrade()
    said = await raw("sendMessage", chat_id=small.id, text="Hello")
    assert said.refusal == "Bad Request: group chat was upgraded to a supergroup chat"
    assert said.body["parameters"] == {"migrate_to_chat_id": new.id}
    edit = await raw("editMessageText", chat_id=small.id, message_id=card.id, text="New")
    assert edit.refusal == "Bad Request: message can't be edited"
    await sent(raw, new)


async def test_edits(server: BotApiServer, raw: Raw, amal: Person) -> None:
    own = await amal.say("mine")
    card = await sent(raw, amal, "Page", reply_markup=BUTTONS)

    async def edit(number: int | None, text: str, **more: Any) -> str:
        said = await raw("editMessageText", chat_id=amal.id, message_id=number, text=text, **more)
        return said.refusal.removeprefix("Bad Request: ")

    assert (await edit(card.id, "Page", reply_markup=BUTTONS)).startswith(MODIFIED)
    assert await edit(own.id, "x") == "message can't be edited"
    assert await edit(999, "x") == "message to edit not found"
    assert await edit(None, "x") == "message to edit not found"
    assert (
        await edit(card.id, "x", reply_markup={"force_reply": True}) == "inline keyboard expected"
    )
    same = await raw("editMessageReplyMarkup", chat_id=amal.id, message_id=card.id,
                     reply_markup=BUTTONS)  # fmt: skip
    assert same.refusal.startswith(f"Bad Request: {MODIFIED}")
    gone = await raw("editMessageReplyMarkup", chat_id=amal.id, message_id=card.id)
    assert gone.status == 200
    assert (card.buttons, card.edited) == ([], False)
    assert (await raw("deleteMessage", chat_id=amal.id, message_id=card.id)).result is True
    assert await edit(card.id, "x") == "message to edit not found"
    again = await raw("deleteMessage", chat_id=amal.id, message_id=card.id)
    assert again.refusal == "Bad Request: message to delete not found"
    old = await sent(raw, amal)
    server.clock.advance(48 * 3600 + 1)
    late = await raw("deleteMessage", chat_id=amal.id, message_id=old.id)
    assert late.refusal == "Bad Request: message can't be deleted for everyone"


async def test_an_edit_without_buttons_takes_them_away(raw: Raw, amal: Person) -> None:
    card = await sent(raw, amal, reply_markup=BUTTONS)
    await raw("editMessageText", chat_id=amal.id, message_id=card.id, text="Over")
    assert (card.text, card.buttons) == ("Over", [])


async def test_answers_to_presses(server: BotApiServer, raw: Raw, amal: Person) -> None:
    card = await sent(raw, amal, reply_markup=BUTTONS)
    press = await amal.press(card, "next")
    long = await raw("answerCallbackQuery", callback_query_id=press.id, text="a" * 201)
    assert long.refusal == "Bad Request: MESSAGE_TOO_LONG"
    good = await raw("answerCallbackQuery", callback_query_id=press.id, text="ب" * 200)
    assert good.result is True
    for number in (press.id, "12345", (await amal.press(card, "Next")).id):
        server.clock.advance(1000)
        late = await raw("answerCallbackQuery", callback_query_id=number)
        assert late.refusal == f"Bad Request: {TOO_OLD}"


MEMBERS: list[tuple[str, Json, str]] = [
    ("getChat", {"chat_id": 5}, "chat not found"),
    ("getChat", {"chat_id": "@nobody"}, "chat not found"),
    ("getChat", {}, "chat_id is empty"),
    ("getChatMember", {"chat_id": "T", "user_id": 5}, "user not found"),
    ("getChatMember", {"chat_id": "T"}, "invalid user_id specified"),
    ("getChatAdministrators", {"chat_id": "A"}, "there are no administrators in the private chat"),
    ("leaveChat", {"chat_id": "A"}, "chat member status can't be changed in private chats"),
    ("sendChatAction", {"chat_id": "A", "action": "dance"}, "wrong parameter action in request"),
    ("setMessageReaction", {"chat_id": "A", "message_id": 77}, "message to react not found"),
    (
        "setMessageReaction",
        {"chat_id": "A", "message_id": 1, "reaction": [{"type": "emoji", "emoji": "🚀"}]},
        "REACTION_INVALID",
    ),
    ("sendDocument", {"chat_id": "A"}, "there is no document in the request"),
    ("sendPhoto", {"chat_id": "A"}, "there is no photo in the request"),
    ("sendPhoto", {"chat_id": "A", "photo": "x"}, "wrong file identifier/HTTP URL specified"),
    ("setMyCommands", {"commands": [{"command": "Start", "description": "x"}]}, "BOT_COMMAND"),
    ("setMyCommands", {"commands": [{"command": "a" * 33, "description": "x"}]}, "command length"),
    (
        "setMyCommands",
        {"commands": [{"command": "a", "description": "x" * 257}]},
        "command description length must not exceed 256",
    ),
    (
        "setMyCommands",
        {"commands": [{"command": f"c{i}", "description": "x"} for i in range(101)]},
        "BOT_COMMANDS_TOO_MUCH",
    ),
    ("setMyCommands", {"language_code": "arabic"}, "invalid language code specified"),
    ("setMyCommands", {"scope": {"type": "groups"}}, "can't parse BotCommandScope: Unsupported"),
    ("setMyCommands", {"scope": {"type": "chat"}}, "can't parse BotCommandScope: Can't find"),
    ("setMyCommands", {"scope": {"type": "chat", "chat_id": 5}}, "chat not found"),
    ("setMyName", {"name": "a" * 65}, "BOT_NAME_INVALID"),
    ("setMyDescription", {"description": "a" * 513}, "BOT_DESCRIPTION_INVALID"),
    ("setMyShortDescription", {"short_description": "a" * 121}, "BOT_SHORT_DESCRIPTION_INVALID"),
    ("setWebhook", {"url": "ftp://x"}, "invalid webhook URL specified"),
    ("setWebhook", {"url": "https://x.org", "secret_token": "a" * 257}, "secret token is too long"),
    ("setWebhook", {"url": "https://x.org", "secret_token": "a b"}, "secret token contains"),
    ("getUpdates", {"allowed_updates": ["messages"]}, "unknown kinds of updates: messages"),
    ("deleteMessage", {"chat_id": "A"}, "message identifier is not specified"),
]


@pytest.mark.parametrize(("method", "given", "words"), MEMBERS)
async def test_other_refusals(
    raw: Raw, amal: Person, tunis: Chat, method: str, given: Json, words: str
) -> None:
    named = {"A": amal.id, "T": tunis.id}
    if given.get("chat_id") in named:
        given = given | {"chat_id": named[given["chat_id"]]}
    said = await raw(method, **given)
    assert said.status == 400
    assert said.refusal.startswith(f"Bad Request: {words}")


async def test_a_file_that_is_too_large(
    server: BotApiServer, raw: Raw, amal: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert parameters.FILE_LIMIT == 50 * 1024 * 1024
    monkeypatch.setattr(parameters, "FILE_LIMIT", 1000)
    form = aiohttp.FormData({"chat_id": str(amal.id)})
    form.add_field("document", b"0" * 1001, filename="large.bin")
    url = f"{server.url}/bot{server.token}/sendDocument"
    async with raw.session.post(url, data=form) as answer:
        assert answer.status == 413


def png(width: int, height: int) -> bytes:
    """As much of one as a server looks at."""
    size = struct.pack(">II", width, height)
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + size + b"\x08\x02\0\0\0????" + b"\0\0\0\0IEND????"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "file must be non-empty"),
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (png(100, 100)[:30], "IMAGE_PROCESS_FAILED"),
        (png(0, 100), "PHOTO_INVALID_DIMENSIONS"),
        (png(9_000, 1_001), "PHOTO_INVALID_DIMENSIONS"),
        (png(2_100, 100), "PHOTO_INVALID_DIMENSIONS"),
        (png(2_000, 100), ""),
        (png(1200, 630) + b"x" * 2000, "file of size 2045 bytes is too big for a photo"),
    ],
)
async def test_photos(
    server: BotApiServer, raw: Raw, amal: Person, monkeypatch: pytest.MonkeyPatch,
    data: bytes, words: str,
) -> None:  # fmt: skip
    assert photos.PHOTO_LIMIT == 10 * 1024 * 1024
    monkeypatch.setattr(photos, "PHOTO_LIMIT", 2000)
    form = aiohttp.FormData({"chat_id": str(amal.id), "caption": "x"})
    form.add_field("photo", data, filename="picture.png")
    url = f"{server.url}/bot{server.token}/sendPhoto"
    async with raw.session.post(url, data=form) as answer:
        said = await answer.json()
    if words:
        assert (answer.status, words in said["description"]) == (400, True), said
    else:
        (size,) = said["result"]["photo"]
        assert (size["width"], size["height"], said["result"]["caption"]) == (2_000, 100, "x")


async def test_log_out_ends_the_session(server: BotApiServer, raw: Raw) -> None:
    assert (await raw("close")).result is True
    assert (await raw("logOut")).result is True
    assert (await raw("getMe")).status == 401
    server.clock.advance(601)
    assert (await raw("getMe")).status == 200
