"""People and chats: what reaches the bot, and as what."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.botapi import BotApiServer, Chat, Impossible, Person
from tests.support.botapi.state import Json
from tests.unit.botapi.conftest import BUTTONS, Raw, sent


def newest(server: BotApiServer, kind: str = "message") -> Any:
    """The newest update of a kind."""
    shapes = [json.loads(u.text) for u in server.updates.pending if u.kind == kind]
    return shapes[-1][kind] if shapes else {}


def texts(server: BotApiServer) -> list[str]:
    shapes = [json.loads(u.text).get("message", {}) for u in server.updates.pending]
    return [shape["text"] for shape in shapes if "text" in shape]


async def test_privacy_mode(server: BotApiServer, raw: Raw, amal: Person, tunis: Chat) -> None:
    card = await sent(raw, tunis)
    for text in ("/endorse", "hello", "/help@undersigned_test_bot now", "/help@other_bot",
                 "@undersigned_test_bot hi"):  # fmt: skip
        await amal.send(tunis, text)
    mine = await amal.send(tunis, "to the bot", reply_to=card)
    await amal.send(tunis, "to myself", reply_to=mine)
    meant = ["/start", "/endorse", "/help@undersigned_test_bot now", "to the bot"]
    assert texts(server) == meant
    server.rules.mentions_arrive = True
    await amal.send(tunis, "@undersigned_test_bot hi")
    tunis.promote_bot()
    await amal.send(tunis, "hello")
    assert texts(server) == [*meant, "@undersigned_test_bot hi", "hello"]


async def test_coming_and_going(server: BotApiServer, raw: Raw, amal: Person) -> None:
    group = server.group("Sfax", creator=amal, bot=None)
    await amal.open("https://t.me/undersigned_test_bot?startgroup=r_letter_ar", group)
    mine = newest(server, "my_chat_member")
    statuses = [mine[name]["status"] for name in ("old_chat_member", "new_chat_member")]
    assert statuses == ["left", "member"]
    assert texts(server)[-1] == "/start@undersigned_test_bot r_letter_ar"
    group.promote_bot()
    assert newest(server, "my_chat_member")["new_chat_member"]["status"] == "administrator"
    group.demote_bot()
    await raw("leaveChat", chat_id=group.id)
    assert newest(server, "my_chat_member")["new_chat_member"]["status"] == "left"
    assert newest(server)["left_chat_member"]["id"] == server.bot.id
    before = server.updates.last
    await amal.send(group, "/help")
    assert server.updates.last == before


async def test_start_parameters(amal: Person) -> None:
    link = "https://t.me/undersigned_test_bot?start="
    assert (await amal.open(link + "a" * 64)).text == "/start " + "a" * 64
    for wrong in ("a" * 65, "a.b", "%D8%A8"):
        with pytest.raises(Impossible):
            await amal.open(link + wrong)
    with pytest.raises(Impossible):
        await amal.open("https://t.me/other_bot?start=a")


@pytest.mark.parametrize("status", ["creator", "administrator", "member", "restricted", "kicked"])
async def test_members(
    server: BotApiServer, raw: Raw, amal: Person, tunis: Chat, status: str
) -> None:
    omar = server.person("omar")
    tunis.add(omar)
    tunis.change(omar, status=status)
    said = await raw("getChatMember", chat_id=tunis.id, user_id=omar.id)
    assert said.result["status"] == status
    stranger = await raw("getChatMember", chat_id=tunis.id, user_id=server.person("sami").id)
    assert stranger.result["status"] == "left"
    tunis.members_hidden = True
    hidden = await raw("getChatMember", chat_id=tunis.id, user_id=omar.id)
    assert hidden.refusal == "Bad Request: CHAT_ADMIN_REQUIRED"


async def test_blocking(server: BotApiServer, amal: Person) -> None:
    await amal.block()
    assert newest(server, "my_chat_member")["new_chat_member"]["status"] == "kicked"
    with pytest.raises(Impossible):
        await amal.say("x")
    await amal.unblock()
    assert newest(server, "my_chat_member")["old_chat_member"]["status"] == "kicked"


async def test_an_anonymous_administrator(
    server: BotApiServer, raw: Raw, amal: Person, tunis: Chat
) -> None:
    omar = server.person("omar")
    tunis.promote(omar, anonymous=True)
    tunis.promote(amal, anonymous=True)
    assert tunis.member(amal).status == "creator"
    await omar.send(tunis, "/endorse")
    shape = newest(server)
    assert shape["from"]["id"] == 1087968824
    assert shape["sender_chat"]["id"] == tunis.id
    asked = await raw("getChatMember", chat_id=tunis.id, user_id=1087968824)
    assert asked.result["status"] == "left"
    card = await sent(raw, tunis, reply_markup=BUTTONS)
    await omar.press(card, "next")
    assert newest(server, "callback_query")["from"]["id"] == omar.id


async def test_what_get_chat_says_of_who_can_read(
    server: BotApiServer, raw: Raw, amal: Person, tunis: Chat
) -> None:
    async def said(chat: Chat) -> dict[str, Any]:
        found = (await raw("getChat", chat_id=chat.id)).result
        names = ("username", "active_usernames", "location", "has_visible_history")
        return {name: found[name] for name in (*names, "linked_chat_id") if name in found}

    assert await said(tunis) == {}
    tunis.publish("tunis_port")
    assert await said(tunis) == {"username": "tunis_port", "active_usernames": ["tunis_port"]}
    tunis.publish(None)
    news = server.channel("News", creator=amal)
    assert await said(news) == {"has_visible_history": True}
    news.link(tunis)
    assert await said(tunis) == {"has_visible_history": True, "linked_chat_id": news.id}
    assert await said(news) == {"has_visible_history": True, "linked_chat_id": tunis.id}
    with pytest.raises(Impossible):
        tunis.show_history(visible=False)
    tunis.unlink()
    assert await said(tunis) == {"has_visible_history": True}
    tunis.show_history(visible=False)
    tunis.located = True
    assert set(await said(tunis)) == {"location"}
    with pytest.raises(Impossible):
        news.show_history(visible=False)
    with pytest.raises(Impossible):
        server.group("Small", creator=amal, kind="group").publish("small")
    forum = server.group("Forum", creator=amal, forum=True)
    assert await said(forum) == {"has_visible_history": True}


async def test_channels(server: BotApiServer, raw: Raw, amal: Person, tunis: Chat) -> None:
    channel = server.channel("News", creator=amal)
    tunis.promote_bot()
    await amal.send(tunis, "/endorse", on_behalf_of=channel)
    shape = newest(server)
    assert (shape["from"]["id"], shape["sender_chat"]["id"]) == (136817688, channel.id)
    channel.link(tunis)
    await amal.send(channel, "/endorse")
    post, copy = newest(server, "channel_post"), newest(server)
    assert "from" not in post
    assert (copy["from"]["id"], copy["is_automatic_forward"]) == (777000, True)
    assert copy["sender_chat"]["id"] == channel.id
    mine = await sent(raw, channel)
    assert mine.sender is None
    with pytest.raises(Impossible):
        await server.person("omar").send(channel, "x")


async def test_topics(server: BotApiServer, raw: Raw, amal: Person) -> None:
    forum = server.group("Forum", creator=amal, forum=True)
    topic = forum.topic("Letters", amal)
    await amal.send(forum, "/endorse", topic=topic)
    shape = newest(server)
    assert (shape["message_thread_id"], shape["is_topic_message"]) == (topic, True)
    assert shape["reply_to_message"]["forum_topic_created"]["name"] == "Letters"
    await amal.send(forum, "/endorse")
    assert "message_thread_id" not in newest(server)
    answer = await sent(raw, forum, message_thread_id=topic)
    assert (answer.thread, answer.in_topic) == (topic, True)
    general = await raw("sendMessage", chat_id=forum.id, text="x", message_thread_id=1)
    assert general.refusal == "Bad Request: message thread not found"
    forum.close_topic(topic)
    closed = await raw("sendMessage", chat_id=forum.id, text="x", message_thread_id=topic)
    assert closed.refusal == "Bad Request: TOPIC_CLOSED"


async def test_answers_in_a_plain_supergroup_carry_a_thread_that_is_no_topic(
    server: BotApiServer, raw: Raw, amal: Person, tunis: Chat
) -> None:
    card = await sent(raw, tunis)
    await amal.send(tunis, "/endorse", reply_to=card)
    shape = newest(server)
    assert shape["message_thread_id"] == card.id
    assert "is_topic_message" not in shape
    said = await raw("sendMessage", chat_id=tunis.id, text="x", message_thread_id=card.id)
    assert said.refusal == "Bad Request: message thread is not a forum topic thread"


async def test_an_upgrade(server: BotApiServer, raw: Raw, amal: Person) -> None:
    small = server.group("Sfax", creator=amal, kind="group")
    new = small.upgrade()
    updates = [json.loads(u.text) for u in server.updates.pending if u.kind == "message"]
    services = [update["message"] for update in updates[-2:]]
    assert (services[0]["chat"]["id"], services[0]["migrate_to_chat_id"]) == (small.id, new.id)
    assert (services[1]["chat"]["id"], services[1]["migrate_from_chat_id"]) == (new.id, small.id)
    member = await raw("getChatMember", chat_id=new.id, user_id=amal.id)
    assert member.result["status"] == "creator"
    assert str(new.id).startswith("-100")
    with pytest.raises(Impossible):
        await amal.send(small, "x")


async def test_buttons_are_found_by_data_label_or_word(
    server: BotApiServer, raw: Raw, amal: Person
) -> None:
    rows: list[list[Json]] = [
        [{"text": "◀ Back", "callback_data": "previous:2"}],
        [{"text": "Next ▶", "callback_data": "next:2"}],
        [{"text": "Share", "url": "https://t.me/undersigned_test_bot?start=r_letter_en"}],
    ]
    card = await sent(raw, amal, reply_markup={"inline_keyboard": rows})
    assert (await amal.press(card, "next")).data == "next:2"
    assert (await amal.press(card, "next:2")).data == "next:2"
    assert (await amal.press(card, "◀ Back")).data == "previous:2"
    assert (await amal.press(card, "Back")).data == "previous:2"
    with pytest.raises(Impossible, match="link"):
        await amal.press(card, "Share")
    with pytest.raises(Impossible, match="no one button"):
        await amal.press(card, "sign")
    assert (await amal.follow(card, "Share")).text == "/start r_letter_en"
    copy = await amal.forward(card, amal.private)
    assert [b.label for b in copy.buttons] == ["Share"]
    await raw("deleteMessage", chat_id=amal.id, message_id=card.id)
    await amal.forge(card, "next:2")
    shown = newest(server, "callback_query")["message"]
    assert (shown["date"], shown["message_id"]) == (0, card.id)


async def test_ids_run_through_small_chats_but_not_through_supergroups(
    server: BotApiServer, raw: Raw, amal: Person, tunis: Chat
) -> None:
    omar = server.person("omar")
    first, second = await amal.say("a"), await omar.say("b")
    assert second.id == first.id + 1
    assert (await sent(raw, tunis)).id == max(tunis.messages)
    assert (await sent(raw, amal)).id == second.id + 1


async def test_inline_mode(server: BotApiServer, raw: Raw, amal: Person, tunis: Chat) -> None:
    query = await amal.inline("peace", tunis)
    assert newest(server, "inline_query")["chat_type"] == "supergroup"

    def article(number: str) -> Json:
        content = {"message_text": "Peace"}
        markup = {"inline_keyboard": [[{"text": "Sign", "callback_data": "sign"}]]}
        return {"type": "article", "id": number, "title": "T",
                "input_message_content": content, "reply_markup": markup}  # fmt: skip

    async def answer(results: list[Json], number: str = query.id) -> Any:
        return await raw("answerInlineQuery", inline_query_id=number, results=results)

    refusals = {
        "too many inline query results specified": [article(str(i)) for i in range(51)],
        "RESULT_ID_INVALID": [article("x" * 65)],
        "RESULT_ID_DUPLICATE": [article("1"), article("1")],
        "can't parse inline query result: Message text is empty": [
            article("1") | {"input_message_content": {}}
        ],
    }
    for words, results in refusals.items():
        assert (await answer(results)).refusal == f"Bad Request: {words}"
    assert (await answer([article("1")])).result is True
    assert (await answer([article("1")])).refusal.startswith("Bad Request: query is too old")
    other = await amal.inline("late")
    server.clock.advance(61)
    assert (await answer([], other.id)).refusal.startswith("Bad Request: query is too old")
    shared = await amal.choose(query, "1", tunis)
    assert newest(server)["via_bot"]["id"] == server.bot.id
    await server.person("omar").press(shared, "sign")
    press = newest(server, "callback_query")
    assert press["inline_message_id"] == shared.inline_id
    assert "message" not in press
    edited = await raw("editMessageText", inline_message_id=shared.inline_id, text="Signed")
    assert (edited.result, shared.text) == (True, "Signed")
