"""Who asked for news, and what of an announcement is under way, in either database."""

from __future__ import annotations

import dataclasses

import pytest

from bot.domain.endorsement import Kind, Route
from bot.domain.ids import AdapterName, ChatRef, Language, StatementId
from bot.domain.news import Audience
from bot.domain.priority import Priority
from bot.services.announcements import many
from bot.storage.database import Database
from bot.storage.tags import chat_tag
from tests.contract.test_storage import given

EN, AR = Language("en"), Language("ar")
CONSOLE, OTHER = AdapterName("console"), AdapterName("other")


def way(key: str, language: Language = EN, adapter: AdapterName = CONSOLE) -> Route:
    return Route(ChatRef(adapter, key), language, "thread 7")


async def test_each_chat_once_in_pages_and_by_audience(database: Database) -> None:
    records = [given(bytes([number]) * 32) for number in range(5)]
    group = dataclasses.replace(records[4], kind=Kind.ORGANISATION)
    quay = dataclasses.replace(records[0], statement=StatementId("quay"))
    async with database.unit() as unit:
        for number, record in enumerate([*records[:4], group]):
            await unit.news.add(record, way(str(number), AR if number == 3 else EN))
        await unit.news.add(quay, way("0"))
        seen, place = [], b""
        while page := await unit.news.after(Audience(), place, 2):
            seen += page
            place = page[-1].place
        assert sorted(each.route.chat.key for each in seen) == ["0", "1", "2", "3", "4"]
        assert {each.route.thread for each in seen} == {"thread 7"}
        assert dict(await unit.news.counts(Audience())) == {EN: 4, AR: 1}
        of_group = await unit.news.after(Audience(kind=Kind.ORGANISATION), b"", 9)
        assert [each.route for each in of_group] == [way("4")]
        in_arabic = await unit.news.after(Audience(language=AR), b"", 9)
        assert [each.route for each in in_arabic] == [way("3", AR)]
        assert dict(await unit.news.counts(Audience(StatementId("quay")))) == {EN: 1}
        # A chat speaks one language, in all of its rows.
        await unit.news.speak(ChatRef(CONSOLE, "0"), AR)
        assert dict(await unit.news.counts(Audience())) == {EN: 3, AR: 2}
        assert len(await unit.news.of([*records, quay])) == 6
        assert await unit.news.end_chat(ChatRef(CONSOLE, "0")) == 2
        assert await unit.news.end(records[1]) == ChatRef(CONSOLE, "1")
        assert await unit.news.end(records[1]) is None
        await unit.news.end_statement(records[0].statement)
        assert not await unit.news.counts(Audience())


async def test_it_moves_with_its_signer(database: Database) -> None:
    record = given(b"y" * 32)
    other = dataclasses.replace(record, signer=b"x" * 32, route=way("new"))
    async with database.unit() as unit:
        await unit.news.add(record, way("old"))
        await unit.news.move(record, other)
        assert await unit.news.of([record]) == []
        assert await unit.news.has(Audience(record.statement), ChatRef(CONSOLE, "new"))
        assert not await unit.news.has(Audience(), ChatRef(CONSOLE, "old"))


@pytest.mark.parametrize("is_begun", [False, True])
async def test_what_is_under_way_and_what_is_dropped(database: Database, is_begun: bool) -> None:
    async with database.unit() as unit:
        tag, other = many(unit, 1), many(unit, 2)
        for key in ("1", "2", "3"):
            chat = ChatRef(CONSOLE, key)
            unit.outbox.add(chat, b"{}", slot=tag, priority=Priority.ANNOUNCEMENT)
        unit.outbox.add(ChatRef(CONSOLE, "1"), b"{}", slot=other, priority=Priority.ANNOUNCEMENT)
        unit.outbox.add(ChatRef(OTHER, "1"), b"{}", slot=tag, priority=Priority.ANNOUNCEMENT)
        assert await unit.outbox.count(tag) == 4
    first = min(unit.outbox.added)
    async with database.unit() as unit:
        assert await unit.outbox.begin(first)
        if not is_begun:
            await unit.outbox.rest(first)
    async with database.unit() as unit:
        (row,) = await unit.outbox.of_chat(
            chat_tag(unit.keys, ChatRef(CONSOLE, "1")), 0, 1, Priority.ANNOUNCEMENT
        )
        assert (row.begun, row.many) == (is_begun, tag)
        assert await unit.outbox.drop_of(tag, [CONSOLE]) == 1
        # Only what was not under way is known not to be said.
        assert await unit.outbox.drop(tag, ChatRef(CONSOLE, "1")) == int(not is_begun)
        assert not await unit.outbox.begin(first)
        assert await unit.outbox.drop(tag) == 2
        assert (await unit.outbox.count(tag), await unit.outbox.count(other)) == (0, 1)
