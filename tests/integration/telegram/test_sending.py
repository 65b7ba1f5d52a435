"""What goes out, and what each refusal becomes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.ids import MessageRef
from bot.ports import (
    Button,
    ChatMoved,
    ChatUnreachable,
    Delete,
    Edit,
    MessageGone,
    Moved,
    Notice,
    Obsolete,
    Press,
    Query,
    Send,
    SendFile,
    Suggestion,
    Suggestions,
    TryLater,
    Undeliverable,
)
from bot.text.rich import RichText, bold, link
from tests.integration.telegram.conftest import EN, NEXT, Rig
from tests.support.botapi import BotApiServer, Chat, Person, Rules, faults
from tests.support.botapi.faults import Fault

LINK = Button(
    "private", "Continue in private", "", "https://t.me/undersigned_test_bot?start=s_port"
)


@pytest.fixture
async def amal(server: BotApiServer, rig: Rig) -> Person:
    """Somebody who has started the bot."""
    person = server.person("amal", language="ar")
    await person.say("/start")
    await rig.message()
    return person


async def test_what_is_sent(server: BotApiServer, rig: Rig, amal: Person) -> None:
    text = bold("نداء") + " " + link("https://example.org", "https://example.org/x")
    buttons = ((NEXT, LINK), (), (NEXT,))
    send = Send(rig.chat(amal), text, EN, buttons, quiet=True)
    assert await rig.adapter.deliver(send, "k") == str(server.sent(amal)[-1].id)
    (call,) = server.calls("sendMessage")
    assert "parse_mode" not in call.parameters
    assert call.parameters["link_preview_options"] == {"is_disabled": True}
    (message,) = server.sent(amal)
    assert message.quiet
    assert [[b.label for b in row] for row in message.rows] == [
        ["Next ›", "Continue in private"],
        ["Next ›"],
    ]
    assert [(b.data, b.url) for b in message.rows[0]] == [("next", None), (None, LINK.url)]
    assert [e["type"] for e in message.entities] == ["bold", "text_link"]


class TestEdits:
    async def test_gone_and_not_editable(
        self, server: BotApiServer, rig: Rig, amal: Person
    ) -> None:
        written = server.messages(amal)[0]
        ref = await rig.send(amal, "Card")
        server.sent(amal)[-1].deleted = True
        for number in (ref, str(written.id), "999999", "inline", "-5"):
            edit = Edit(rig.chat(amal), MessageRef(number), RichText("x"), EN)
            with pytest.raises(MessageGone):
                await rig.adapter.deliver(edit, "k")

    async def test_without_a_message(self, rig: Rig, amal: Person) -> None:
        with pytest.raises(MessageGone):
            await rig.adapter.deliver(Edit(rig.chat(amal), None, RichText("x"), EN), "k")

    async def test_an_odd_answer_counts_as_done(
        self, server: BotApiServer, rig: Rig, amal: Person
    ) -> None:
        ref = await rig.send(amal, "Card")
        server.fail("editMessageText", Fault("odd", 200, body=b'{"ok":true,"result":{"a":1}}'))
        edit = Edit(rig.chat(amal), ref, RichText("x"), EN)
        assert await rig.adapter.deliver(edit, "k") == ref


class TestNobodyThere:
    async def test_a_block(self, rig: Rig, amal: Person) -> None:
        await amal.block()
        with pytest.raises(ChatUnreachable, match="blocked"):
            await rig.send(amal)

    async def test_a_deleted_account(self, rig: Rig, amal: Person) -> None:
        amal.delete_account()
        with pytest.raises(ChatUnreachable, match="deactivated"):
            await rig.send(amal)

    async def test_somebody_who_never_started(self, server: BotApiServer, rig: Rig) -> None:
        with pytest.raises(ChatUnreachable):
            await rig.send(server.person("stranger"))

    async def test_a_group_that_threw_the_bot_out(self, rig: Rig, tunis: Chat) -> None:
        tunis.remove_bot()
        with pytest.raises(ChatUnreachable):
            await rig.send(tunis)

    async def test_a_group_that_silenced_the_bot(
        self, server: BotApiServer, rig: Rig, tunis: Chat
    ) -> None:
        tunis.restrict(server.bot)
        with pytest.raises(ChatUnreachable, match="rights"):
            await rig.send(tunis)

    async def test_a_channel_where_the_bot_may_not_post(
        self, server: BotApiServer, rig: Rig, amal: Person
    ) -> None:
        news = server.channel("News", creator=amal, bot=None)
        with pytest.raises(ChatUnreachable):
            await rig.send(news)

    @pytest.mark.parametrize(
        "said",
        [
            "USER_IS_BLOCKED",
            "PEER_ID_INVALID",
            "INPUT_USER_DEACTIVATED",
            "CHAT_WRITE_FORBIDDEN",
            "CHAT_SEND_PLAIN_FORBIDDEN",
            "CHANNEL_PRIVATE",
            "USER_BANNED_IN_CHANNEL",
            "have no write access to the chat",
            "need administrator rights in the channel chat",
            "group chat was deactivated",
        ],
    )
    async def test_whatever_the_server_calls_it(
        self, server: BotApiServer, rig: Rig, amal: Person, said: str
    ) -> None:
        server.fail("sendMessage", faults.refusal(400, f"Bad Request: {said}"))
        with pytest.raises(ChatUnreachable):
            await rig.send(amal)


class TestUpgrade:
    async def test_the_new_number_is_told_and_handed_on(
        self, server: BotApiServer, rig: Rig, amal: Person
    ) -> None:
        old = server.group("Small", creator=amal, kind="group")
        new = old.upgrade()
        with pytest.raises(ChatMoved) as raised:
            await rig.send(old)
        assert raised.value.to == rig.chat(new)
        handed = [e for e in rig.inbox.events if e.origin.id == f"moved:{old.id}"]
        (move,) = handed
        assert isinstance(move, Moved)
        assert (move.origin.chat, move.to) == (rig.chat(old), rig.chat(new))


class TestLater:
    @pytest.mark.parametrize(
        ("fault", "after"),
        [
            (faults.too_many(7), 7),
            (faults.too_many(), 5),
            (faults.refusal(429, "Too Many Requests: retry after 9"), 9),
            (faults.bad_gateway(), None),
            (faults.server_error(), None),
            (faults.not_ok_with_200(), None),
            (faults.drop(), None),
            (faults.drop(effect=True), None),
            (faults.garbage(), None),
            (faults.refusal(401, "Unauthorized"), None),
            (faults.refusal(404, "Not Found"), None),
            (Fault("moved away", 302, body=b"{}"), None),
        ],
        ids=str,
    )
    async def test_try_later(
        self, server: BotApiServer, rig: Rig, amal: Person, fault: Fault, after: float | None
    ) -> None:
        server.fail("sendMessage", fault)
        with pytest.raises(TryLater) as raised:
            await rig.send(amal)
        assert raised.value.after == after
        assert not raised.value.whole_platform
        await rig.send(amal)

    async def test_a_token_that_is_revoked_holds_up_everything(
        self, server: BotApiServer, rig: Rig, amal: Person
    ) -> None:
        for method in ("sendMessage", "getMe"):
            server.fail(method, faults.refusal(401, "Unauthorized"))
        with pytest.raises(TryLater) as raised:
            await rig.send(amal)
        assert raised.value.after == 60
        assert raised.value.whole_platform

    async def test_a_flood_in_several_chats_is_everywhere(
        self, server: BotApiServer, rig: Rig
    ) -> None:
        people = [server.person(name) for name in ("amal", "omar", "sami")]
        for person in people:
            await person.say("/start")
        await server.settled()
        server.fail("sendMessage", faults.too_many(3), times=None)
        found = []
        for person in (people[0], people[0], people[1], people[2]):
            with pytest.raises(TryLater) as raised:
                await rig.send(person)
            found.append(raised.value.whole_platform)
        assert found == [False, False, False, True]

    async def test_the_limit_of_one_chat(
        self, server: BotApiServer, rig: Rig, amal: Person
    ) -> None:
        server.rules.limits = True
        for number in range(Rules().burst):
            await rig.send(amal, f"{number}")
        with pytest.raises(TryLater) as raised:
            await rig.send(amal)
        assert raised.value.after == 1
        assert not raised.value.whole_platform

    async def test_once_it_is_stopped(self, rig: Rig, amal: Person) -> None:
        await rig.stop()
        with pytest.raises(TryLater):
            await rig.send(amal)


class TestWhatHelpsItself:
    async def test_a_topic_that_is_gone(self, server: BotApiServer, rig: Rig, amal: Person) -> None:
        forum = server.group("Forum", creator=amal, forum=True)
        await rig.send(forum, "Here", thread="987654")
        closed = forum.topic("Closed")
        forum.close_topic(closed)
        await rig.send(forum, "There", thread=str(closed))
        assert [(m.text, m.thread) for m in server.sent(forum)] == [
            ("Here", None),
            ("There", None),
        ]

    async def test_a_forum_that_is_none_any_more(
        self, server: BotApiServer, rig: Rig, amal: Person
    ) -> None:
        """What was recorded there still knows its topic."""
        forum = server.group("Forum", creator=amal, forum=True)
        topic = forum.topic("Letters")
        await rig.send(forum, "Before", thread=str(topic))
        forum.forum = False
        forum.topics.clear()
        await rig.send(forum, "After", thread=str(topic))
        assert [(m.text, m.thread) for m in server.sent(forum)] == [
            ("Before", topic),
            ("After", None),
        ]

    async def test_styles_that_are_refused(
        self, server: BotApiServer, rig: Rig, amal: Person
    ) -> None:
        refusal = faults.refusal(400, "Bad Request: can't parse entities: whatever")
        server.fail("sendMessage", refusal)
        await rig.adapter.deliver(Send(rig.chat(amal), bold("Text"), EN), "k")
        (message,) = server.sent(amal)
        assert (message.text, message.entities) == ("Text", [])

    async def test_an_odd_answer_to_what_was_sent(
        self, server: BotApiServer, rig: Rig, amal: Person
    ) -> None:
        server.fail("sendMessage", Fault("odd", 200, body=b'{"ok":true,"result":{"x":[]}}'))
        send = Send(rig.chat(amal), RichText("Text"), EN)
        assert await rig.adapter.deliver(send, "k") is None

    async def test_a_long_caption(self, server: BotApiServer, rig: Rig, amal: Person) -> None:
        caption = RichText("word " * 400 + "end")
        file = SendFile(rig.chat(amal), "list.csv", b"a,b", caption, EN)
        ref = await rig.adapter.deliver(file, "k")
        before, sent = server.sent(amal)
        assert (before.text, before.file) == (caption.plain, None)
        assert sent.file is not None
        assert (str(sent.id), sent.file.name, sent.file.data) == (ref, "list.csv", b"a,b")

    async def test_a_file_with_an_arabic_name_in_a_topic(
        self, server: BotApiServer, rig: Rig, amal: Person
    ) -> None:
        forum = server.group("Forum", creator=amal, forum=True)
        topic = forum.topic("Lists")
        file = SendFile(rig.chat(forum), "قائمة.csv", b"\x00\xff", bold("هنا"), EN, str(topic))
        await rig.adapter.deliver(file, "k")
        (sent,) = server.sent(forum)
        assert sent.file is not None
        assert (sent.file.name, sent.file.data, sent.thread) == ("قائمة.csv", b"\x00\xff", topic)
        assert [e["type"] for e in sent.entities] == ["bold"]


class TestNotices:
    async def test_a_long_one_is_cut_at_a_word_and_waits(
        self, server: BotApiServer, rig: Rig, amal: Person
    ) -> None:
        await rig.send(amal, "Page", buttons=((NEXT,),))
        press = await amal.press(server.sent(amal)[-1], "next")
        event = await rig.inbox.next(Press)
        await rig.adapter.deliver(Notice(rig.chat(amal), event.press, EN, "كلمة " * 60), "k")
        assert press.answer is not None
        assert len(press.answer) <= 200
        assert press.answer.endswith("كلمة…")
        assert press.alert

    async def test_one_that_comes_too_late(
        self, server: BotApiServer, rig: Rig, amal: Person
    ) -> None:
        with pytest.raises(Obsolete):
            await rig.adapter.deliver(Notice(rig.chat(amal), "4242", EN, "x"), "k")

    @pytest.mark.parametrize(
        "fault",
        [
            faults.refusal(400, "Bad Request: QUERY_ID_INVALID"),
            faults.refusal(400, "Bad Request: whatever"),
            faults.refusal(403, "Forbidden: whatever"),
            faults.refusal(404, "Not Found: method not found"),
            faults.refusal(404, "Not Found"),
            faults.too_many(3600),
        ],
        ids=lambda fault: fault.name,
    )
    async def test_nothing_waits_for_one_that_is_refused(
        self, server: BotApiServer, rig: Rig, amal: Person, fault: Fault,
        caplog: pytest.LogCaptureFixture,
    ) -> None:  # fmt: skip
        """Neither this chat, for as long as it is tried, nor the whole bot."""
        for method in ("answerCallbackQuery", "answerInlineQuery"):
            server.fail(method, fault, times=None)
        for _ in range(3):
            notice = Notice(rig.chat(amal), "4242", EN, "x")
            for outgoing in (notice, Suggestions(rig.chat(amal), "1", EN, ())):
                with pytest.raises(Obsolete):
                    await rig.adapter.deliver(outgoing, "k")
        assert caplog.text.count("answerCallbackQuery is refused") <= 1

    async def test_one_that_can_still_come_in_time_is_tried_again(
        self, server: BotApiServer, rig: Rig, amal: Person
    ) -> None:
        server.fail("answerCallbackQuery", faults.too_many(2))
        with pytest.raises(TryLater):
            await rig.adapter.deliver(Notice(rig.chat(amal), "4242", EN, "x"), "k")


class TestWhatAServerDoesNotHave:
    """It answers 404, as it does to a token that it does not know."""

    MISSING = faults.refusal(404, "Not Found: method not found")

    @pytest.mark.parametrize("said", ["Not Found: method not found", "Not Found"])
    async def test_deleting(self, server: BotApiServer, rig: Rig, amal: Person, said: str) -> None:
        ref = await rig.send(amal, "Receipt")
        server.fail("deleteMessage", faults.refusal(404, said))
        await rig.adapter.deliver(Delete(rig.chat(amal), ref, RichText("Deleted"), EN), "k")
        assert [message.text for message in server.sent(amal)] == ["Deleted"]

    async def test_files_do_not_hold_up_the_platform(
        self, server: BotApiServer, rig: Rig, amal: Person
    ) -> None:
        server.fail("sendDocument", self.MISSING)
        file = SendFile(rig.chat(amal), "list.csv", b"a", RichText("x"), EN)
        with pytest.raises(Undeliverable):
            await rig.adapter.deliver(file, "k")


class TestSuggestions:
    async def test_they_are_posted_with_their_button(
        self, server: BotApiServer, rig: Rig, amal: Person, tunis: Chat
    ) -> None:
        asked = await amal.inline("port", tunis)
        query = await rig.inbox.next(Query)
        suggestion = Suggestion("s1", "The port", "3 demands", bold("The port") + "!", ((LINK,),))
        answer = Suggestions(rig.chat(amal), query.query, EN, (suggestion,) * 1)
        assert await rig.adapter.deliver(answer, "k") is None
        assert asked.personal
        message = await amal.choose(asked, "s1", tunis)
        assert (message.text, message.buttons[0].url) == ("The port!", LINK.url)
        assert [e["type"] for e in message.entities] == ["bold"]
        assert message.preview == {"is_disabled": True}

    async def test_none_and_too_late(self, rig: Rig, amal: Person) -> None:
        await amal.inline("nothing")
        query = await rig.inbox.next(Query)
        none = Suggestions(rig.chat(amal), query.query, EN, ())
        assert await rig.adapter.deliver(none, "k") is None
        with pytest.raises(Obsolete):
            await rig.adapter.deliver(replace(none, query="4242"), "k")
