"""What updates mean: who wrote, where, and whether it is for the bot at all."""

from __future__ import annotations

import pytest

from bot.ports import (
    MEMBERSHIP,
    Corrected,
    Demoted,
    Entered,
    Event,
    Gone,
    Joined,
    Left,
    Message,
    Moved,
    Place,
    Posted,
    Press,
    Query,
)
from tests.integration.telegram.conftest import NEXT, Rig, Rigs
from tests.support.botapi import BotApiServer, Chat, File, Person

OURS = "undersigned_test_bot"


class TestPrivate:
    async def test_who_and_where(self, rig: Rig, amal: Person) -> None:
        await amal.say("/start s_port_ar")
        origin = (await rig.message()).origin
        assert (origin.chat.key, origin.user.key) == (str(amal.id), str(amal.id))
        assert (origin.place, origin.name, origin.language) == (Place.PRIVATE, "Amal", "ar")

    @pytest.mark.parametrize(
        ("code", "language"),
        [
            ("pt-br", "pt-BR"),
            ("zh-hans", "zh-Hans"),
            ("ckb", "ckb"),
            ("x" * 40, None),
            (None, None),
        ],
    )
    async def test_languages(
        self, server: BotApiServer, rig: Rig, code: str | None, language: str | None
    ) -> None:
        await server.person("sami", language=code).say("/start")
        assert (await rig.message()).origin.language == language

    @pytest.mark.parametrize(
        ("typed", "text"),
        [
            (f"/read@{OURS} port ar", "/read port ar"),
            (f"/read@{OURS.upper()}", "/read"),
            (f"/read@{OURS}\nport", "/read\nport"),
            ("/read@other_bot port", "/read port"),
            (f"write to me@{OURS}", f"write to me@{OURS}"),
            ("/ not one", "/ not one"),
        ],
    )
    async def test_commands(self, rig: Rig, amal: Person, typed: str, text: str) -> None:
        await amal.say(typed)
        assert (await rig.message()).text == text

    async def test_what_is_no_text_is_answered_too(self, rig: Rig, amal: Person) -> None:
        await amal.send(amal.private, "", file=File("photo.jpg", b"x"))
        assert (await rig.message()).text == ""

    async def test_service_messages_are_nothing(
        self, rig: Rig, amal: Person, server: BotApiServer
    ) -> None:
        timer = {"message_auto_delete_timer_changed": {"message_auto_delete_time": 60}}
        amal.private.service(amal, timer)
        await rig.nothing(amal)

    async def test_an_edited_message_is_no_message_anew(self, rig: Rig, amal: Person) -> None:
        message = await amal.say("/start")
        written = await rig.message()
        await amal.edit(message, "/sign")
        edited = await rig.inbox.next(Corrected)
        assert (edited.text, edited.message) == ("/sign", written.ref)
        before = len(rig.inbox.events)
        await amal.say("/help")
        assert (await rig.message(before)).text == "/help"

    async def test_a_block_and_its_end(self, rig: Rig, amal: Person) -> None:
        await amal.say("/start")
        await rig.message()
        await amal.block()
        left = await rig.inbox.next(Left)
        await amal.unblock()
        joined = await rig.inbox.next(Joined)
        for origin in (left.origin, joined.origin):
            assert (origin.place, origin.user.key) == (Place.PRIVATE, str(amal.id))
        assert len(rig.inbox.events) == 3


class TestGroups:
    async def test_commands_and_replies_only(
        self, server: BotApiServer, rig: Rig, amal: Person, tunis: Chat
    ) -> None:
        tunis.promote_bot()  # So that everything arrives.
        ref = await rig.send(tunis, "Why?")
        other = await amal.send(tunis, "Hello everybody")
        await amal.send(tunis, "A word to that", reply_to=other)
        await amal.send(tunis, "/endorse@other_bot")
        await amal.send(tunis, "/ or")
        await amal.send(tunis, "", file=File("photo.jpg", b"x"))
        await amal.send(tunis, f"/endorse@{OURS} port")
        await amal.send(tunis, "Because", reply_to=tunis.messages[int(ref)])
        await rig.said("Because")
        events = [event for event in rig.inbox.events if isinstance(event, Message)]
        assert [(e.text, e.reply_to) for e in events] == [
            ("/endorse port", None),
            ("Because", ref),
        ]
        assert {event.origin.place for event in events} == {Place.GROUP}

    async def test_other_bots_are_not_heard(
        self, server: BotApiServer, rig: Rig, amal: Person, tunis: Chat
    ) -> None:
        robot = server.person("robot")
        robot.is_bot = True
        await robot.send(tunis, "/endorse")
        await rig.nothing(amal)

    async def test_an_anonymous_administrator(
        self, server: BotApiServer, rig: Rig, amal: Person, tunis: Chat
    ) -> None:
        zaid = server.person("zaid")
        tunis.promote(zaid, anonymous=True)
        await zaid.send(tunis, "/endorse")
        origin = (await rig.message()).origin
        assert origin.user.key == f"anonymous:{tunis.id}"
        assert (origin.name, origin.language) == ("Tunis", None)
        await rig.send(tunis, "Sure?", buttons=((NEXT,),))
        await zaid.press(server.sent(tunis)[-1], "next")
        press = await rig.inbox.next(Press)
        assert press.origin.user.key == str(zaid.id)

    async def test_somebody_who_writes_as_a_channel(
        self, server: BotApiServer, rig: Rig, amal: Person, tunis: Chat
    ) -> None:
        news = server.channel("News", creator=amal, bot=None)
        await amal.send(tunis, "/endorse", on_behalf_of=news)
        origin = (await rig.message()).origin
        assert (origin.user.key, origin.name) == (f"channel:{news.id}", "News")

    async def test_what_a_linked_channel_posts_is_nothing(
        self, server: BotApiServer, rig: Rig, amal: Person, tunis: Chat
    ) -> None:
        news = server.channel("News", creator=amal, bot=None)
        news.link(tunis)
        await amal.send(news, "/endorse")
        await rig.nothing(amal)

    async def test_topics(self, server: BotApiServer, rig: Rig, amal: Person) -> None:
        forum = server.group("Forum", creator=amal, forum=True)
        topic = forum.topic("Letters")
        await amal.send(forum, "/endorse", topic=topic)
        assert (await rig.said("/endorse")).origin.thread == str(topic)
        await amal.send(forum, "/help")
        assert (await rig.said("/help")).origin.thread is None
        ref = await rig.send(forum, "Sure?", buttons=((NEXT,),), thread=str(topic))
        sent = forum.messages[int(ref)]
        assert sent.thread == topic
        await amal.press(sent, "next")
        assert (await rig.inbox.next(Press)).origin.thread == str(topic)

    async def test_a_thread_of_replies_is_no_topic(
        self, server: BotApiServer, rig: Rig, amal: Person, tunis: Chat
    ) -> None:
        ref = await rig.send(tunis, "Why?")
        await amal.send(tunis, "So", reply_to=tunis.messages[int(ref)])
        assert (await rig.said("So")).origin.thread is None


class TestMembership:
    async def test_joining_and_leaving(self, server: BotApiServer, rig: Rig, amal: Person) -> None:
        group = server.group("Group", creator=amal)
        joined = await rig.inbox.next(Joined)
        assert (joined.origin.chat.key, joined.origin.user.key) == (str(group.id), str(amal.id))
        group.remove_bot()
        assert (await rig.inbox.next(Left)).origin.chat.key == str(group.id)
        assert len(rig.inbox.events) == 2

    async def test_being_silenced_is_leaving(
        self, server: BotApiServer, rig: Rig, amal: Person, tunis: Chat
    ) -> None:
        await rig.inbox.next(Joined)
        tunis.restrict(server.bot)
        assert (await rig.inbox.next(Left)).origin.place is Place.GROUP

    async def test_being_let_speak_again_is_joining(
        self, server: BotApiServer, rig: Rig, amal: Person, tunis: Chat
    ) -> None:
        tunis.restrict(server.bot)
        await rig.inbox.next(Left)
        before = len(rig.inbox.events)
        tunis.change(server.bot, amal, status="member", may_write=True)
        await rig.inbox.next(Joined, before)

    async def test_being_promoted_and_demoted_is_neither(
        self, rig: Rig, amal: Person, tunis: Chat
    ) -> None:
        await rig.inbox.next(Joined)
        tunis.promote_bot()
        tunis.demote_bot()
        await rig.nothing(amal)

    async def test_what_is_posted_in_a_channel_is_from_nobody(
        self, server: BotApiServer, rig: Rig, amal: Person
    ) -> None:
        news = server.channel("News", creator=amal)
        await amal.send(news, "/endorse")
        posted = await rig.inbox.next(Posted)
        assert (posted.origin.chat.key, posted.text) == (str(news.id), "/endorse")
        await amal.send(news, "The council meets on Monday.")
        await rig.nothing(amal)
        news.remove_bot()
        assert (await rig.inbox.next(Left)).origin.chat.key == str(news.id)

    async def test_an_upgrade_is_told_from_both_sides(
        self, server: BotApiServer, rig: Rig, amal: Person
    ) -> None:
        old = server.group("Small", creator=amal, kind="group")
        await rig.inbox.next(Joined)
        new = old.upgrade()
        await amal.send(new, "/endorse")
        await rig.said("/endorse")
        moves = [event for event in rig.inbox.events if isinstance(event, Moved)]
        assert len(moves) == 2
        assert {(m.origin.chat.key, m.to.key) for m in moves} == {(str(old.id), str(new.id))}


class TestPeople:
    """Who comes, who goes, and who administers the group no more."""

    @pytest.mark.parametrize("kind", ["group", "supergroup"])
    async def test_every_bot_is_told_who_comes_and_goes(
        self, server: BotApiServer, rig: Rig, amal: Person, kind: str
    ) -> None:
        group = server.group("Sfax", creator=amal, kind=kind)
        omar, robot = server.person("omar", language="fr"), server.person("robot")
        robot.is_bot = True
        for who in (robot, omar):
            group.add(who, by=amal)
            group.remove(who, by=amal)
        await rig.inbox.next(Gone)
        entered, gone = people(rig, group)
        assert isinstance(entered, Entered)
        assert isinstance(gone, Gone)
        for origin in (entered.origin, gone.origin):
            assert (origin.user.key, origin.name, origin.place) == (str(omar.id), "Omar", "group")

    async def test_an_administrator_is_told_what_members_are_not(
        self, server: BotApiServer, rig: Rig, amal: Person, tunis: Chat
    ) -> None:
        zaid, lina = server.person("zaid"), server.person("lina")
        tunis.add(lina)
        tunis.promote(zaid)
        tunis.demote(zaid)
        tunis.promote_bot()
        tunis.promote(zaid, anonymous=True)
        tunis.restrict(lina)
        tunis.demote(zaid)
        await rig.inbox.next(Demoted)
        *entered, demoted = people(rig, tunis)
        assert [type(event) for event in (*entered, demoted)] == [Entered, Entered, Demoted]
        assert demoted.origin.user.key == str(zaid.id)

    async def test_who_is_thrown_out_is_gone_whatever_they_were(
        self, server: BotApiServer, rig: Rig, amal: Person, tunis: Chat
    ) -> None:
        tunis.promote_bot()
        zaid = server.person("zaid")
        tunis.promote(zaid)
        tunis.remove(zaid, by=amal)
        await rig.inbox.next(Gone)
        await rig.nothing(amal)
        kinds = [type(event) for event in people(rig, tunis)]
        # Told twice, by a message in the group and to the administrator that the bot is.
        assert kinds == [Entered, Entered, Gone, Gone]

    async def test_in_a_large_group_administrators_alone_are_told(
        self, server: BotApiServer, rig: Rig, amal: Person, tunis: Chat
    ) -> None:
        tunis.large = True
        tunis.add(server.person("omar"))
        tunis.promote_bot()
        tunis.add(server.person("lina"))
        assert (await rig.inbox.next(Entered)).origin.name == "Lina"
        await rig.nothing(amal)
        assert len(people(rig, tunis)) == 1

    async def test_of_channels_private_chats_and_the_admin_chat_nothing_is_told(
        self, server: BotApiServer, rigs: Rigs, amal: Person, tunis: Chat
    ) -> None:
        rig = rigs(admin_chat=tunis.id)
        await rig.ready()
        tunis.promote_bot()
        news = server.channel("News", creator=amal)
        for chat in (news, tunis):
            chat.change(server.person("omar"), status="member")
            chat.promote(server.person("omar"))
            chat.demote(server.person("omar"))
            chat.remove(server.person("omar"))
        await rig.nothing(amal)
        assert not [event for event in rig.inbox.events if isinstance(event, MEMBERSHIP)]


def people(rig: Rig, chat: Chat) -> list[Event]:
    told = [event for event in rig.inbox.events if isinstance(event, MEMBERSHIP)]
    assert {event.origin.chat.key for event in told} <= {str(chat.id)}
    assert len({event.origin.id for event in told}) == len(told)
    return list(told)


class TestInline:
    async def test_words_typed_anywhere(
        self, server: BotApiServer, rig: Rig, amal: Person, tunis: Chat
    ) -> None:
        asked = await amal.inline("open lib", tunis)
        query = await rig.inbox.next(Query)
        assert (query.query, query.text) == (asked.id, "open lib")
        assert (query.origin.chat.key, query.origin.place) == (str(amal.id), Place.PRIVATE)

    async def test_what_was_shared_into_our_own_chat_is_no_answer(
        self, server: BotApiServer, rig: Rig, amal: Person
    ) -> None:
        ours = {"id": server.bot.id, "is_bot": True, "first_name": "Undersigned"}
        amal.private.service(amal, {"via_bot": ours}, text="The letter", service=False)
        await rig.nothing(amal)
