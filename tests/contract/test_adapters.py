"""What the core relies on, of every adapter (`bot/ports.py`)."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio

from bot.documents.qr import qr_png
from bot.domain.ids import ChatRef, Language, MessageRef, UserRef
from bot.ports import (
    Button,
    ChatUnreachable,
    Delete,
    Edit,
    FetchesFiles,
    GetsReady,
    HasAddress,
    HasLinks,
    MayFallSilent,
    Menu,
    Message,
    MessageGone,
    Notice,
    Obsolete,
    PassesOn,
    Place,
    ReportsProblems,
    Role,
    Send,
    SendFile,
    ShowsMenus,
    TooLarge,
    TryLater,
    Undeliverable,
    account_link,
    decode_event,
    encode_event,
    private_link,
    share_link,
)
from bot.text.chunks import chunks
from bot.text.flow import Flow
from bot.text.rich import RichText, Style, bold, code, concat, isolated, italic, link, styled
from tests.contract.matrix import MatrixBot
from tests.contract.platforms import STAGES, GetMatrixBot
from tests.contract.stage import ADMINS, Stage
from tests.support.synapse import Homeserver

pytestmark = pytest.mark.asyncio(loop_scope="module")

EN = Language("en")
NEXT = Button("next", "Next ›", "next")
BACK = Button("previous", "‹ Previous", "previous")

NASTY = {
    "arabic": "نطالب بوقف إطلاق النار فوراً — 1. أولاً، 2. ثانياً",
    "isolates": f"Signed by {isolated('أمل').plain} and \u200fعمر\u200e (#12)",
    "emoji": "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 1️⃣ 🇹🇳",
    "combining": "e\u0301 नि ก็ கோ",
    "not markup": "<b>*bold*</b> _x_ `y` [z](http://example.org) & &amp; \\* ||s|| ~~t~~",
    "mentions": "@everyone #tag /command",
    "joiners": "می\u200cخواهم क\u094d\u200dष",
    "lines": "one\n\n\n  two\n- three\n    four",
    "han": "我們要求立即停火。",
    "formula": "=1+1 +2 -3 @sum",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def matrix(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[GetMatrixBot]:
    """The bot on a homeserver; both begin with the first test that asks for them."""
    async with contextlib.AsyncExitStack() as stack:
        begun: list[MatrixBot] = []

        async def bot() -> MatrixBot:
            if not begun:
                homeserver: Homeserver = request.getfixturevalue("homeserver")
                new = MatrixBot(homeserver, tmp_path_factory.mktemp("matrix"))
                begun.append(await stack.enter_async_context(new))
            return begun[0]

        yield bot


@pytest_asyncio.fixture(loop_scope="module", params=STAGES)
async def stage(
    request: pytest.FixtureRequest, tmp_path: Path, matrix: GetMatrixBot
) -> AsyncIterator[Stage]:
    async with STAGES[request.param](tmp_path, matrix) as running:
        yield running


async def chat_of(stage: Stage, who: str = "amal", where: str | None = None) -> ChatRef:
    return (await stage.write(who, where, "/start")).origin.chat


async def shown(stage: Stage, chat: ChatRef, text: RichText | str, *rows: Button) -> MessageRef:
    rich = text if isinstance(text, RichText) else RichText(text)
    ref = await stage.adapter.deliver(Send(chat, rich, EN, (rows,) if rows else ()), f"k{text}")
    assert ref is not None
    return ref


class TestWhatComes:
    async def test_a_private_message(self, stage: Stage) -> None:
        event = await stage.write("amal", None, "/read port ar")
        assert (event.text, event.reply_to) == ("/read port ar", None)
        origin = event.origin
        assert origin.place is Place.PRIVATE
        assert origin.name.casefold() == "amal"
        assert (origin.language, origin.thread) == (stage.language, None)
        assert origin.chat.adapter == origin.user.adapter == stage.adapter.name
        assert origin.at.utcoffset() is not None

    async def test_plain_words_in_private_are_for_the_bot(self, stage: Stage) -> None:
        assert (await stage.write("amal", None, "Amal Ben Salah")).text == "Amal Ben Salah"

    async def test_people_and_chats_keep_their_keys(self, stage: Stage) -> None:
        amal = await stage.write("amal", None, "/start")
        there = await stage.write("amal", "tunis", "/endorse")
        omar = await stage.write("omar", "tunis", "/start")
        assert there.origin.user == amal.origin.user != omar.origin.user
        assert there.origin.chat == omar.origin.chat != amal.origin.chat
        assert {there.origin.place, omar.origin.place} == {Place.GROUP}

    async def test_the_admin_chat(self, stage: Stage) -> None:
        event = await stage.write("zaid", ADMINS, "/pending")
        assert event.origin.place is Place.ADMIN
        assert event.origin.chat == stage.adapter.admin_chat

    async def test_events_come_in_order_under_ids_of_their_own(self, stage: Stage) -> None:
        await chat_of(stage)
        before = len(stage.inbox.events)
        texts = [f"/show {number}" for number in range(12)]
        for text in texts:
            await stage.write("amal", None, text)
        events = [e for e in stage.inbox.events[before:] if isinstance(e, Message)]
        assert [event.text for event in events] == texts
        assert len({event.origin.id for event in events}) == len(texts)

    async def test_a_repeated_event_keeps_its_id(self, stage: Stage) -> None:
        event = await stage.write("amal", None, "/start")
        await stage.repeat(event)
        await stage.write("amal", None, "/help")
        assert stage.inbox.received.count(event.origin.id) == 2
        behind = stage.inbox.events[stage.inbox.events.index(event) :]
        assert [e.text for e in behind if isinstance(e, Message)] == ["/start", "/help"]

    async def test_an_edited_message(self, stage: Stage) -> None:
        written = await stage.write("amal", None, "Amal Hadad")
        assert written.ref is not None or stage.adapter.name in {"console", "playground"}
        edited = await stage.edit("amal", str(written.ref), "/cancel Amal Haddad")
        assert (edited.text, edited.message) == ("/cancel Amal Haddad", written.ref)
        assert edited.origin.id != written.origin.id
        assert edited.origin.chat == written.origin.chat
        assert edited.origin.user == written.origin.user
        assert edited.origin.place is Place.PRIVATE

    @pytest.mark.parametrize("where", [None, "tunis", ADMINS])
    async def test_a_press(self, stage: Stage, where: str | None) -> None:
        written = await stage.write("amal", where, "/start")
        ref = await shown(stage, written.origin.chat, "Page 1", NEXT)
        press = await stage.press("amal", where, ref, "next")
        assert (press.data, press.message) == ("next", ref)
        assert press.origin.user == written.origin.user
        assert press.origin.chat == written.origin.chat
        assert press.origin.place is written.origin.place

    @pytest.mark.parametrize("where", [None, "tunis", ADMINS])
    async def test_a_reply(self, stage: Stage, where: str | None) -> None:
        chat = await chat_of(stage, where=where)
        ref = await shown(stage, chat, "Why?")
        reply = await stage.write("amal", where, "Because of this", ref)
        assert (reply.text, reply.reply_to) == ("Because of this", ref)


LIST = "name,country\r\nأمل,TN\r\n".encode()


class TestDocuments:
    @pytest.mark.parametrize("where", [None, ADMINS])
    async def test_a_document_with_what_is_written_below_it(
        self, stage: Stage, where: str | None
    ) -> None:
        event = await stage.send_file("zaid", where, "list of names.csv", LIST, "/add port by hand")
        file = event.attachment
        assert file is not None
        assert (event.text, file.name, file.size) == (
            "/add port by hand",
            "list of names.csv",
            len(LIST),
        )
        assert event.origin.place is (Place.ADMIN if where else Place.PRIVATE)
        assert isinstance(stage.adapter, FetchesFiles)
        assert await stage.adapter.fetch(file, len(LIST)) == LIST

    async def test_a_document_with_nothing_below_it(self, stage: Stage) -> None:
        event = await stage.send_file("amal", None, "list.csv", LIST)
        assert event.text == ""
        assert decode_event(encode_event(event)) == event

    async def test_no_more_is_held_than_is_wanted(self, stage: Stage) -> None:
        """Whatever its sender says of its size."""
        file = (await stage.send_file("amal", None, "list.csv", LIST)).attachment
        assert file is not None
        assert isinstance(stage.adapter, FetchesFiles)
        for said in (file, replace(file, size=None), replace(file, size=1)):
            with pytest.raises(TooLarge):
                await stage.adapter.fetch(said, len(LIST) - 1)

    async def test_a_document_that_is_not_there(self, stage: Stage) -> None:
        file = (await stage.send_file("amal", None, "list.csv", LIST)).attachment
        assert file is not None
        assert isinstance(stage.adapter, FetchesFiles)
        for gone in ("", file.id.replace(file.id[6:12], "zzzzzz")):
            with pytest.raises((Undeliverable, TryLater)):
                await stage.adapter.fetch(replace(file, id=gone), 1000)

    async def test_what_is_sent_in_a_group_is_not_looked_at(self, stage: Stage) -> None:
        if FetchesFiles not in stage.can:
            pytest.skip("nobody sends any")
        await chat_of(stage, where="tunis")
        before = len(stage.inbox.events)
        await stage._send_file("amal", "tunis", "list.csv", LIST, "/endorse port")
        await stage.write("amal", "tunis", "/help")
        events = [e for e in stage.inbox.events[before:] if isinstance(e, Message)]
        assert [(e.text, e.attachment) for e in events] == [("/help", None)]


class TestWhatGoesOut:
    async def test_a_message_with_buttons_is_edited(self, stage: Stage) -> None:
        chat = await chat_of(stage)
        ref = await shown(stage, chat, "Page 1", NEXT)
        assert (await stage.seen(chat))[-1].buttons == ("Next ›",)
        edit = Edit(chat, ref, RichText("Page 2"), EN, ((BACK,), (NEXT,)))
        assert await stage.adapter.deliver(edit, "edit") == ref
        (seen,) = await stage.seen(chat)
        assert (seen.ref, seen.text, seen.buttons) == (ref, "Page 2", ("‹ Previous", "Next ›"))

    async def test_an_edit_without_buttons_takes_them_away(self, stage: Stage) -> None:
        chat = await chat_of(stage)
        ref = await shown(stage, chat, "Sure?", NEXT)
        await stage.adapter.deliver(Edit(chat, ref, RichText("Sure?"), EN), "edit")
        assert (await stage.seen(chat))[-1].buttons == ()

    async def test_an_edit_that_changes_nothing_has_succeeded(self, stage: Stage) -> None:
        chat = await chat_of(stage)
        ref = await shown(stage, chat, "Same", NEXT)
        edit = Edit(chat, ref, RichText("Same"), EN, ((NEXT,),))
        assert await stage.adapter.deliver(edit, "edit") == ref
        assert await stage.adapter.deliver(edit, "edit again") == ref

    @pytest.mark.parametrize("number", ["1", "999999"])
    async def test_what_is_not_there_cannot_be_edited(self, stage: Stage, number: str) -> None:
        gone = Edit(await chat_of(stage), MessageRef(number), RichText("x"), EN)
        with pytest.raises(MessageGone):
            await stage.adapter.deliver(gone, "edit")

    async def test_a_message_of_another_chat_cannot_be_edited(self, stage: Stage) -> None:
        ref = await shown(stage, await chat_of(stage), "For Amal", NEXT)
        foreign = Edit(await chat_of(stage, "omar"), ref, RichText("x"), EN)
        with pytest.raises(MessageGone):
            await stage.adapter.deliver(foreign, "edit")

    async def test_a_message_that_is_taken_away(self, stage: Stage) -> None:
        """Where the platform keeps what was sent, the text that stands for it is left."""
        chat = await chat_of(stage)
        ref = await shown(stage, chat, "Your number is #1", NEXT)
        delete = Delete(chat, ref, RichText("Deleted"), EN)
        for key in ("delete", "delete again"):
            await stage.adapter.deliver(delete, key)
        assert [(s.text, s.buttons) for s in await stage.seen(chat)] in ([], [("Deleted", ())])

    async def test_a_message_of_another_chat_is_not_taken_away(self, stage: Stage) -> None:
        chat = await chat_of(stage)
        ref = await shown(stage, chat, "For Amal", NEXT)
        foreign = Delete(await chat_of(stage, "omar"), ref, RichText("x"), EN)
        with contextlib.suppress(MessageGone):
            await stage.adapter.deliver(foreign, "delete")
        assert [seen.text for seen in await stage.seen(chat)] == ["For Amal"]

    async def test_notices(self, stage: Stage) -> None:
        chat = await chat_of(stage)
        ref = await shown(stage, chat, "Page 1", NEXT)
        press = await stage.press("amal", None, ref, "next")
        notice = Notice(chat, press.press, EN, "This button is from an older message.")
        assert await stage.adapter.deliver(notice, "n") is None
        assert await stage.notices(press) == [notice.text]

    async def test_a_silent_notice(self, stage: Stage) -> None:
        chat = await chat_of(stage)
        ref = await shown(stage, chat, "Page 1", NEXT)
        press = await stage.press("amal", None, ref, "next")
        with contextlib.suppress(Obsolete):
            assert await stage.adapter.deliver(Notice(chat, press.press, EN), "n") is None
        assert await stage.notices(press) == []

    async def test_a_file(self, stage: Stage) -> None:
        chat = await chat_of(stage)
        data = "number,name\r\n1,أمل\r\n".encode()
        file = SendFile(chat, "mydata.csv", data, bold("Your data"), EN)
        ref = await stage.adapter.deliver(file, "file")
        (seen,) = await stage.seen(chat)
        assert (seen.ref, seen.text, seen.file) == (ref, "Your data", ("mydata.csv", data))

    async def test_a_picture(self, stage: Stage) -> None:
        """Shown, where the platform shows any."""
        chat, data = await chat_of(stage), qr_png("https://example.org")
        file = SendFile(chat, "code.png", data, bold("A code"), EN, is_picture=True)
        ref = await stage.adapter.deliver(file, "picture")
        (seen,) = await stage.seen(chat)
        assert (seen.ref, seen.text, seen.file) == (ref, "A code", ("code.png", data))
        assert seen.picture == (
            None if stage.adapter.name in {"console", "playground"} else (396, 396)
        )

    async def test_one_chat_sees_the_order_of_deliveries(self, stage: Stage) -> None:
        chat = await chat_of(stage, where="tunis")
        refs = [await shown(stage, chat, f"Line {number}") for number in range(15)]
        seen = await stage.seen(chat)
        assert [each.ref for each in seen] == refs
        assert [each.text for each in seen] == [f"Line {number}" for number in range(15)]

    async def test_somebody_who_blocks_the_bot_is_unreachable(self, stage: Stage) -> None:
        chat = await chat_of(stage)
        await stage.leave("amal")
        with pytest.raises(ChatUnreachable) as raised:
            await shown(stage, chat, "Are you there?")
        assert raised.value.reason


class TestTexts:
    async def test_not_a_character_changes(self, stage: Stage) -> None:
        chat = await chat_of(stage)
        for name, text in NASTY.items():
            styles = concat((bold(text), "\n", italic(link(text, "https://example.org/"))))
            mixed = concat((styles, "\n", code(text), "\n", styled(text, Style.QUOTE), "."))
            for each in (RichText(text), mixed):
                await shown(stage, chat, each)
            plain, rich = (await stage.seen(chat))[-2:]
            assert (plain.text, rich.text) == (text, mixed.plain), name

    async def test_a_message_as_long_as_it_may_be(self, stage: Stage) -> None:
        fit = stage.adapter.capabilities.fit
        chat = await chat_of(stage)
        for letter in ("a", "ع", "😀", "e\u0301"):
            text = RichText(letter * (fit.limit // fit.measure(RichText(letter))))
            await shown(stage, chat, text)
            assert (await stage.seen(chat))[-1].text == text.plain, letter

    async def test_chunks_joined_are_the_text(self, stage: Stage) -> None:
        chat = await chat_of(stage)
        words = concat(bold(f"كلمة{number}") + " 👍🏽 word. " for number in range(1000))
        flow = Flow(words, (), ())
        for piece in chunks(flow, stage.adapter.capabilities.fit):
            await shown(stage, chat, piece)
        joined = " ".join(each.text.strip() for each in await stage.seen(chat))
        assert joined.split() == words.plain.split()


class TestWhatIsAsked:
    async def test_roles(self, stage: Stage) -> None:
        founder = await stage.write("amal", "tunis", "/start")
        member = await stage.write("omar", "tunis", "/start")
        stranger = await stage.write("sami", None, "/start")
        chat, adapter = founder.origin.chat, stage.adapter
        assert await adapter.role(chat, founder.origin.user) is Role.ADMINISTRATOR
        assert await adapter.role(chat, member.origin.user) is Role.MEMBER
        assert await adapter.role(chat, stranger.origin.user) is Role.OUTSIDER

    async def test_a_chat_that_is_none_is_unknown(self, stage: Stage) -> None:
        nowhere = ChatRef(stage.adapter.name, "-123456")
        somebody = UserRef(stage.adapter.name, "4242")
        assert await stage.adapter.role(nowhere, somebody) is Role.UNKNOWN
        assert await stage.adapter.group(nowhere) is None

    async def test_a_group(self, stage: Stage) -> None:
        chat = await chat_of(stage, where="tunis")
        await stage.write("omar", "tunis", "/start")
        facts = await stage.adapter.group(chat)
        assert facts is not None
        assert (facts.title, facts.members) == ("tunis", 3)

    @pytest.mark.parametrize(
        "protocol",
        [
            *(GetsReady, ShowsMenus, HasLinks, HasAddress, PassesOn, FetchesFiles),
            *(MayFallSilent, ReportsProblems),
        ],
    )
    async def test_an_adapter_has_the_calls_of_what_its_platform_can(
        self, stage: Stage, protocol: type
    ) -> None:
        """No more of them: the core asks for them and takes no empty answer for an ability."""
        assert isinstance(stage.adapter, protocol) is (protocol in stage.can)

    async def test_links_hold_what_they_are_given(self, stage: Stage) -> None:
        """Where a platform has links; elsewhere nothing is offered in their place."""
        await chat_of(stage)
        if not isinstance(stage.adapter, HasLinks):
            assert private_link(stage.adapter, "s_port_en") is None
            assert not stage.links
            return
        link, group = private_link(stage.adapter, "s_port_en"), stage.adapter.group_link()
        assert link is not None
        assert group is not None
        assert link.startswith(stage.links)
        assert link.endswith("=s_port_en")
        assert group.startswith(stage.links)
        assert link != private_link(stage.adapter, "s_port_ar")
        assert private_link(stage.adapter, "p" * 5000) is None

    async def test_an_address_shows_the_account(self, stage: Stage) -> None:
        await chat_of(stage)
        account = account_link(stage.adapter)
        assert (account is not None) is (HasAddress in stage.can)
        assert account is None or account.startswith("https://")

    async def test_what_is_passed_on_is_in_the_link(self, stage: Stage) -> None:
        await chat_of(stage)
        link = share_link(stage.adapter, "https://example.org/?a=1&b=2", "ميناء & more")
        assert (link is not None) is (PassesOn in stage.can)
        given = parse_qs(urlsplit(link or "").query)
        assert link is None or ["https://example.org/?a=1&b=2"] in given.values()
        assert link is None or ["ميناء & more"] in given.values()

    async def test_menus_never_raise(self, stage: Stage) -> None:
        if not isinstance(stage.adapter, ShowsMenus):
            pytest.skip("there are no menus")
        await chat_of(stage)
        commands = {place: [("read", "Read a statement"), ("no-such NAME", "")] for place in Place}
        await stage.adapter.introduce([Menu(EN, commands, "d" * 5000, "s" * 5000)])
        await stage.adapter.introduce([])

    async def test_all_is_well(self, stage: Stage) -> None:
        if not isinstance(stage.adapter, ReportsProblems):
            pytest.skip("nothing goes wrong there")
        await chat_of(stage)
        assert stage.adapter.problems() == []
