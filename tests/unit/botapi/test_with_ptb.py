"""python-telegram-bot's own client takes what the server says."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import telegram
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity, Update
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter

from tests.support.botapi import BotApiServer, Chat, Person, faults
from tests.support.botapi.state import Json
from tests.unit.botapi.conftest import Raw, sent

KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("Next", callback_data="next")]])


async def test_a_dialogue(server: BotApiServer, bot: Bot, amal: Person) -> None:
    (start,) = await bot.get_updates(timeout=10)
    assert start.message is not None
    assert start.message.text == "/start"
    assert start.message.from_user is not None
    assert start.message.from_user.language_code == "ar"
    bold = [MessageEntity(MessageEntity.BOLD, 0, 5)]
    await bot.send_message(amal.id, "Hello", entities=bold, reply_markup=KEYBOARD)
    shown = await server.next_message(amal)
    press = await amal.press(shown, "Next")
    (pressed,) = await bot.get_updates(offset=start.update_id + 1, timeout=10)
    assert pressed.callback_query is not None
    await pressed.callback_query.answer("Done", show_alert=True)
    assert (press.answer, press.alert) == ("Done", True)
    await bot.edit_message_text("Page 2", amal.id, shown.id, reply_markup=KEYBOARD)
    assert (shown.text, shown.edited) == ("Page 2", True)
    await bot.delete_message(amal.id, shown.id)
    assert server.sent(amal) == []


async def test_common_calls(server: BotApiServer, bot: Bot, amal: Person, tunis: Chat) -> None:
    assert (await bot.get_me()).supports_inline_queries
    assert (await bot.get_chat(tunis.id)).title == "Tunis"
    assert (await bot.get_chat(amal.id)).type == "private"
    member = await bot.get_chat_member(tunis.id, amal.id)
    assert member.status == "creator"
    assert await bot.get_chat_member_count(tunis.id) == 2
    assert [m.user.id for m in await bot.get_chat_administrators(tunis.id)] == [amal.id]
    assert await bot.send_chat_action(amal.id, "typing")
    document = await bot.send_document(amal.id, b"a,b\n", caption="List", filename="list.csv")
    assert document.document is not None
    large = bytes(3_000_000)
    await bot.send_document(amal.id, large, filename="large.bin")
    files = [message.file for message in server.sent(amal) if message.file is not None]
    assert [(f.name, f.data) for f in files] == [("list.csv", b"a,b\n"), ("large.bin", large)]
    assert await bot.set_message_reaction(amal.id, document.message_id, "👍")
    assert await bot.set_my_commands([("start", "Begin")], language_code="ar")
    assert [c.command for c in await bot.get_my_commands(language_code="ar")] == ["start"]
    assert await bot.set_my_description("A bot", language_code="en")
    assert (await bot.get_my_description("en")).description == "A bot"
    assert await bot.set_chat_menu_button()
    assert (await bot.get_webhook_info()).url == ""
    assert await bot.leave_chat(tunis.id)
    assert await bot.log_out()


async def test_errors_arrive_as_its_exceptions(
    server: BotApiServer,
    bot: Bot,
    amal: Person,
    tunis: Chat,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(12345, "x")
    await amal.block()
    with pytest.raises(Forbidden, match="blocked"):
        await bot.send_message(amal.id, "x")
    server.fail("sendMessage", faults.too_many(7))
    with pytest.raises(RetryAfter) as flood:
        await bot.send_message(tunis.id, "x")
    assert flood.value.retry_after == timedelta(seconds=7)
    small = server.group("Sfax", creator=server.person("omar"), kind="group")
    new = small.upgrade()
    with pytest.raises(telegram.error.ChatMigrated) as moved:
        await bot.send_message(small.id, "x")
    assert moved.value.new_chat_id == new.id
    await bot.set_webhook("http://127.0.0.1:1/hook")
    with pytest.raises(Conflict):
        await bot.get_updates()


async def test_a_wrong_token(server: BotApiServer) -> None:
    wrong = "7000000001:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    stranger = Bot(wrong, base_url=f"{server.url}/bot")
    with pytest.raises(InvalidToken):
        await stranger.initialize()
    await stranger.shutdown()


async def all_kinds(server: BotApiServer, raw: Raw) -> None:
    """At least one update of every kind that the server sends."""
    server.rules.inline_feedback = True
    amal, omar = server.person("amal"), server.person("omar", language=None)
    await amal.say("/start")
    group = server.group("Tunis", creator=amal, bot="administrator", forum=True)
    topic = group.topic("Letters", amal)
    written = await omar.send(group, "Hello #all https://a.org", topic=topic)
    await omar.edit(written, "Hello")
    group.promote(omar, anonymous=True)
    await omar.send(group, "/endorse")
    group.demote(omar)
    channel = server.channel("News", creator=amal)
    channel.link(server.group("Talk", creator=amal, bot="administrator"))
    post = await amal.send(channel, "Read this")
    await amal.edit(post, "Read that")
    await omar.send(group, "On behalf", on_behalf_of=None)
    await amal.send(group, "As channel", on_behalf_of=channel)
    card = await sent(raw, amal, reply_markup={"inline_keyboard": [[
        {"text": "Go", "callback_data": "go"}]]})  # fmt: skip
    await amal.press(card, "go")
    card.deleted = True
    await amal.forge(card, "go")
    await amal.forward(written, amal.private)
    query = await amal.inline("peace", group)
    content = {"message_text": "Peace"}
    await raw("answerInlineQuery", inline_query_id=query.id, results=[{
        "type": "article", "id": "1", "title": "Peace", "input_message_content": content,
        "reply_markup": {"inline_keyboard": [[{"text": "Sign", "callback_data": "s"}]]},
    }])  # fmt: skip
    shared = await amal.choose(query, "1", group)
    await omar.press(shared, "Sign")
    group.restrict(omar)
    group.remove(omar, by=amal)
    await amal.block()
    await amal.unblock()
    server.group("Sfax", creator=omar, kind="group").upgrade().rename("Sfax 2")


async def test_every_update_is_one_that_the_library_reads(
    server: BotApiServer, raw: Raw, bot: Bot
) -> None:
    kinds = ["message", "edited_message", "channel_post", "edited_channel_post", "callback_query",
             "inline_query", "chosen_inline_result", "my_chat_member", "chat_member"]  # fmt: skip
    await raw("getUpdates", allowed_updates=kinds)
    await all_kinds(server, raw)
    seen = set()
    for waiting in server.updates.pending:
        update = Update.de_json(json.loads(waiting.text), bot)
        (kind,) = (name for name in kinds if getattr(update, name) is not None)
        seen.add(kind)
        leftover = unread(json.loads(waiting.text)[kind], getattr(update, kind))
        assert not leftover, (kind, leftover)
        assert update.effective_chat is not None or "inline" in kind or kind == "callback_query"
    assert seen == set(kinds)


def unread(shape: Json, parsed: telegram.TelegramObject) -> set[str]:
    """Fields that the library does not know, but for those that only old clients read."""
    old = {"new_chat_participant", "new_chat_member", "left_chat_participant"}
    return set(parsed.api_kwargs) - old if shape else set()
