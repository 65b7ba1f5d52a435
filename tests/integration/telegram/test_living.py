"""A living count on Telegram: a channel that claims one, the right to pin, a group that becomes a
supergroup, and what a killed bot goes on with."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from bot.services import living
from tests.integration.telegram.whole import Whole, whole_bot_alone
from tests.support.botapi import Chat
from tests.support.signed import OnList, list_all, prepare

CODE = re.compile(r"/count [0-9a-f]{16}")


async def later(w: Whole, by: dt.timedelta = living.EVERY) -> None:
    """What is due by then is done."""
    w.clock.ahead += by + dt.timedelta(seconds=1)
    w.bot.jobs.wake()
    await w.settled()


def said(w: Whole, chat: Chat) -> list[str]:
    """The bot's messages there but for those about pinned ones."""
    return [message.text or "" for message in w.server.sent(chat) if not message.service]


async def test_a_channel_shows_the_count_that_an_admin_asked_for(tmp_path: Path) -> None:
    async with whole_bot_alone(tmp_path) as w:
        await prepare(w.database)
        news = w.server.channel("Harbour News", creator=w.zaid)
        news.promote_bot("can_post_messages", "can_edit_messages")
        found = CODE.search(await w.say(w.zaid, "/count port ar", w.admins))
        assert found is not None
        eve = w.server.person("eve")
        hers = w.server.channel("Eve", creator=eve)
        for text in ("/count", "/count port", "/count 0123456789abcdef", "/help", "hello"):
            await eve.send(hers, text)
        await w.zaid.send(news, found[0])
        await w.settled()
        (shown,) = [message for message in w.server.sent(news) if not message.service]
        assert (shown.text or "").startswith("افتحوا الميناء")
        assert f"https://t.me/{w.server.bot.username}?start=s_port_ar" in (shown.text or "")
        assert news.pinned == [shown.id]
        assert "stands in “\u2068Harbour News\u2069” now" in w.texts(w.admins)[-1]
        # It was good once.
        await eve.send(hers, found[0])
        await list_all(w.database, "port", [OnList("Amal Haddad")])
        await later(w)
        assert said(w, hers) == []
        assert len(said(w, news)) == 1
        assert shown.edited_at is not None
        before = len(w.texts(w.admins))
        news.demote_bot()
        await w.settled()
        await later(w, living.SOON)
        (told,) = w.texts(w.admins)[before:]
        assert "has ended, as I may not write there any more" in told
        await later(w)
        await later(w)
        assert len(w.texts(w.admins)) == before + 1


async def test_it_moves_with_a_group_and_is_pinned_where_the_bot_may(tmp_path: Path) -> None:
    async with whole_bot_alone(tmp_path) as w:
        await prepare(w.database)
        omar = w.server.person("omar")
        small = w.server.group("Tunis", creator=omar, kind="group")
        assert (await w.say(omar, "/count", small)).startswith("Open the port")
        assert small.pinned == []
        large = small.upgrade()
        large.promote_bot("can_pin_messages")
        await w.settled()
        await list_all(w.database, "port", [OnList("Amal Haddad")])
        await later(w)
        (text,) = said(w, large)
        assert "1 person has signed" in text
        assert len(large.pinned) == 1
        await list_all(w.database, "port", [OnList("Rami Mansour")])
        await later(w)
        (text,) = said(w, large)
        assert "2 people have signed" in text
