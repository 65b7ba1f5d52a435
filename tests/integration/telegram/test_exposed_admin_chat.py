"""The admin chat is opened to others, or was never a private one (row 12)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.integration.telegram.test_silence import Elsewhere
from tests.integration.telegram.test_upgrade import again
from tests.integration.telegram.whole import Whole, whole_bot
from tests.support.botapi import BotApiServer, Chat, Person, fast

WARNINGS = {
    "public": "Anybody can enter the admin chat",
    "linked": "The readers of a channel can write in the admin chat",
    "history": "Whoever joins the admin chat on Telegram can read all that was said before",
}
FROZEN = "Nobody can decide there until"

Do = Callable[[Chat], None]


def name_it(chat: Chat) -> None:
    chat.publish("campaign_admins")


def take_the_name(chat: Chat) -> None:
    chat.publish(None)


def place_it(chat: Chat) -> None:
    """Who is near finds such a group on the map."""
    chat.located = True


def take_the_place(chat: Chat) -> None:
    chat.located = False


def link_a_channel(chat: Chat) -> None:
    chat.world.new_chat("channel", "News").link(chat)


def unlink_it(chat: Chat) -> None:
    chat.unlink()
    chat.show_history(visible=False)


def show_history(chat: Chat) -> None:
    chat.show_history()


def hide_history(chat: Chat) -> None:
    chat.show_history(visible=False)


CHANGES: list[tuple[Do, Do, str]] = [
    (name_it, take_the_name, "public"),
    (place_it, take_the_place, "public"),
    (link_a_channel, unlink_it, "linked"),
    (show_history, hide_history, "history"),
]


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer(rules=fast()) as running:
        yield running


@pytest.fixture
def amal(server: BotApiServer) -> Person:
    return server.person("amal")


@pytest.fixture
async def w(tmp_path: Path, server: BotApiServer, amal: Person) -> AsyncIterator[Whole]:
    async with whole_bot(tmp_path, server) as whole:
        await whole.sign(amal, "Amal Haddad")
        yield whole


@pytest.fixture
def watchful(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot looks at the chat all the time."""
    monkeypatch.setattr("bot.adapters.telegram.admin_chat.LOOK_EVERY", 0.05)


async def warned(w: Whole, what: str, times: int = 1) -> None:
    """So often, and no more often by the time that all is quiet."""
    await w.server.wait_for(lambda: len(beginning(w, WARNINGS[what])) >= times)
    await w.settled()
    assert len(beginning(w, WARNINGS[what])) == times


def beginning(w: Whole, words: str) -> list[str]:
    return [text for text in w.texts(w.admins) if text.startswith(words)]


async def looks(w: Whole, count: int = 3) -> None:
    """The bot has looked so often from now on."""
    before = len(w.server.calls("getChat", ok=True))
    await w.server.wait_for(lambda: len(w.server.calls("getChat", ok=True)) >= before + count)


async def decides_nothing(w: Whole) -> None:
    before = await w.counts()
    for text in ("/verify 1", "/reject 1 We know no such person", "/close", "/pending"):
        answered = len(beginning(w, FROZEN))
        await w.say(w.zaid, text, w.admins)
        assert len(beginning(w, FROZEN)) == answered + 1
    press = await w.press(w.zaid, "verify", w.admins)
    assert (press.answer or "").startswith(FROZEN)
    assert await w.counts() == before


@pytest.mark.parametrize(("expose", "undo", "what"), CHANGES)
async def test_row_12_exposed_it_is_warned_and_frozen(
    w: Whole, caplog: pytest.LogCaptureFixture, expose: Do, undo: Do, what: str
) -> None:
    """From the first decision on: the bot's next look of its own is a minute away."""
    expose(w.admins)
    press = await w.press(w.zaid, "verify", w.admins)
    assert (press.answer or "").startswith(FROZEN)
    await warned(w, what)
    await decides_nothing(w)
    (problem,) = w.adapter.problems()
    assert "nobody can decide there" in problem
    assert caplog.text.count(problem) == 1
    undo(w.admins)
    await w.press(w.zaid, "verify", w.admins)
    assert (await w.counts()).verified == 1
    assert w.adapter.problems() == []


@pytest.mark.sampled(2)
@pytest.mark.parametrize(("expose", "undo", "what"), CHANGES)
@pytest.mark.usefixtures("watchful")
async def test_row_12_warned_each_time_before_anybody_decides(
    w: Whole, expose: Do, undo: Do, what: str
) -> None:
    for times in (1, 2):
        expose(w.admins)
        await warned(w, what, times)
        await looks(w)
        await warned(w, what, times)
        assert w.adapter.problems() != []
        undo(w.admins)
        await looks(w)
        assert w.adapter.problems() == []


async def test_row_12_what_comes_on_top_is_said_too(w: Whole) -> None:
    show_history(w.admins)
    await decides_nothing(w)
    await warned(w, "history")
    name_it(w.admins)
    await decides_nothing(w)
    await warned(w, "public")
    take_the_name(w.admins)
    await decides_nothing(w)
    await warned(w, "history", 2)


async def test_row_12_the_admins_on_another_platform_are_warned_too(
    tmp_path: Path, server: BotApiServer
) -> None:
    there = Elsewhere()
    async with whole_bot(tmp_path, server, there) as w:
        name_it(w.admins)
        await w.say(w.zaid, "/pending", w.admins)
        await warned(w, "public")
        (told,) = there.told
        assert told.text.plain.startswith(WARNINGS["public"])
        assert told.urgent


@pytest.mark.sampled(2)
@pytest.mark.parametrize(("expose", "what"), [(expose, what) for expose, _, what in CHANGES])
async def test_row_12_exposed_while_the_bot_was_away(
    tmp_path: Path, server: BotApiServer, amal: Person, expose: Do, what: str
) -> None:
    """It is said once, however often the bot starts."""
    async with whole_bot(tmp_path, server) as w:
        board = w.admins
        await w.sign(amal, "Amal Haddad")
    expose(board)
    await w.zaid.send(board, "/verify 1")
    for _ in range(2):
        async with again(tmp_path, server, admin_chat=board.id) as w:
            w.admins = board
            await warned(w, what)
            await decides_nothing(w)
            await warned(w, what)


@pytest.mark.parametrize(("kind", "forum"), [("channel", False), ("supergroup", True)])
async def test_row_12_one_whose_history_cannot_be_hidden(
    tmp_path: Path, server: BotApiServer, amal: Person, kind: str, forum: bool
) -> None:
    zaid = server.person("zaid")
    board = server.group("Board", creator=zaid, kind=kind, forum=forum, bot="administrator")
    board.shows_history = False
    async with whole_bot(tmp_path, server, admin_chat=board.id) as w:
        w.admins = board
        await warned(w, "history")
        await w.sign(amal, "Amal Haddad")
        press = await w.press(zaid, "verify", board)
        assert (press.answer or "").startswith(FROZEN)
        assert (await w.counts()).verified == 0


async def test_row_12_a_public_group_that_is_claimed(
    tmp_path: Path, server: BotApiServer, amal: Person
) -> None:
    tunis = server.group("Tunis", creator=server.person("zaid"))
    name_it(tunis)
    async with whole_bot(tmp_path, server, admin_chat=None) as w:
        w.admins = tunis
        await w.sign(amal, "Amal Haddad")
        code = w.bot.campaign.claims.issue(w.adapter.name)
        await w.say(w.zaid, f"/claim {code}", tunis)
        await warned(w, "public")
        await decides_nothing(w)
        take_the_name(tunis)
        await w.press(w.zaid, "verify", tunis)
        assert (await w.counts()).verified == 1
