"""Announcing something to those who asked for news: its texts, how it will look, to whom it goes,
and the word of two admins. It is sent by `bot.services.broadcasting`."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from bot.domain.admin import Admin
from bot.domain.endorsement import DRAFT_LIFE, Kind
from bot.domain.ids import ChatRef, Language, MessageRef, StatementId
from bot.domain.news import Audience
from bot.domain.priority import Priority
from bot.ports import Adapter, Button, Rows, Send
from bot.services import second
from bot.services.announcements import WAITING, Announcement, Stage, next_id
from bot.services.campaign import Campaign
from bot.services.posting import end_live, post, post_live
from bot.storage.jobs import Job
from bot.storage.unit import Unit
from bot.text.rich import RichText
from bot.wording import announcing as wording
from bot.wording import news
from bot.wording.buttons import ButtonNames, label
from bot.wording.voice import Voice, own_name

T = TypeVar("T")

PROPOSED_FOR = dt.timedelta(days=7)
"""What nobody has begun by then is dropped; what was begun, after `DRAFT_LIFE`."""

MOST = 20
"""Announcements that wait at a time: more are forgotten ones."""


async def propose(
    unit: Unit,
    campaign: Campaign,
    statement_id: StatementId,
    texts: Mapping[Language, str],
    now: dt.datetime,
) -> None:
    """Bring before the admins what they may announce of a statement, with buttons: pressing begins
    `/announce` with these texts filled in, one for each language that there is one in. The same
    again, while it waits, is one proposal."""
    known = await WAITING.all(unit)
    if len(known) >= MOST or any(
        each.audience.statement == statement_id and dict(each.texts) == dict(texts)
        for each in known
    ):
        return
    new = Announcement(
        await next_id(unit),
        Audience(statement_id),
        now + PROPOSED_FOR,
        texts=dict(texts),
        stage=Stage.PROPOSED,
    )
    await _keep(unit, new)
    for chat, say in campaign.admin_chats():
        await show(unit, campaign, new, chat, say, priority=Priority.CARD)


async def draft(unit: Unit, campaign: Campaign, now: dt.datetime) -> Announcement | None:
    """A new one, without a text; None where too many wait already. Of the only statement it is
    about that, else about all until that is changed."""
    if len(await WAITING.all(unit)) >= MOST:
        return None
    statements = list(campaign.library.statements)
    about = statements[0] if len(statements) == 1 else None
    asks = campaign.languages[0]
    until = now + DRAFT_LIFE
    new = Announcement(await next_id(unit), Audience(about), until, asks=asks)
    await _keep(unit, new)
    return new


async def _keep(unit: Unit, announcement: Announcement) -> None:
    await WAITING.keep(unit, announcement)
    await unit.jobs.set(Job(announcement.job, announcement.until))


def longest(
    campaign: Campaign, announcement: Announcement, language: Language, text: str
) -> int | None:
    """About how many characters of that text one message holds on every platform; None where all
    do."""
    given = replace(announcement, texts={**announcement.texts, language: text})
    readers = [
        reader for reader in campaign.languages if given.text_for(campaign, reader)[0] == language
    ]

    def is_too_long(length: int) -> bool:
        cut = replace(given, texts={language: text[:length]})
        return not all(
            _fits(campaign, cut, reader, adapter)
            for reader in readers or [language]
            for adapter in campaign.adapters.values()
        )

    if not is_too_long(len(text)):
        return None
    return max(0, bisect_right(range(len(text)), False, key=is_too_long) - 1)


def _fits(
    campaign: Campaign, announcement: Announcement, reader: Language, adapter: Adapter
) -> bool:
    fit, say = adapter.capabilities.fit, campaign.voice([reader], adapter.name)
    text = as_read(campaign, announcement, say)
    return fit.measure(text) <= fit.limit and (fit.spans is None or len(text.spans) <= fit.spans)


async def give_text(
    unit: Unit,
    campaign: Campaign,
    announcement: Announcement,
    language: Language,
    text: str,
    now: dt.datetime,
) -> Announcement:
    """The text in a language, in the place of an earlier one; the next language without one is
    asked for. It must not be longer than `longest` says."""
    texts = {**announcement.texts, language: text}
    missing = [each for each in campaign.languages if each not in texts]
    changed = replace(
        announcement,
        texts=texts,
        asks=missing[0] if missing else language,
        stage=Stage.TEXTS,
        until=now + DRAFT_LIFE,
    )
    await _keep(unit, changed)
    return changed


async def change(
    unit: Unit,
    announcement: Announcement,
    now: dt.datetime,
    *,
    stage: Stage,
    audience: Audience | None = None,
    asks: Language | None = None,
) -> Announcement:
    """It comes to another stage, goes to others, or another text is asked for."""
    changed = replace(
        announcement,
        stage=stage,
        audience=audience or announcement.audience,
        asks=asks or announcement.asks,
        until=now + DRAFT_LIFE,
    )
    await _keep(unit, changed)
    return changed


def next_audience(campaign: Campaign, audience: Audience, what: str) -> Audience:
    """The next choice behind this one of `what` is chosen, a button's name; all come first."""
    if what == "to_statement":
        statements = [None, *campaign.library.statements]
        return replace(audience, statement=_behind(statements, audience.statement))
    if what == "to_kind":
        return replace(audience, kind=_behind([None, *Kind], audience.kind))
    languages = [None, *campaign.languages]
    return replace(audience, language=_behind(languages, audience.language))


def _behind(choices: Sequence[T], chosen: T) -> T:
    at = choices.index(chosen) if chosen in choices else -1
    return choices[(at + 1) % len(choices)]


def as_read(campaign: Campaign, announcement: Announcement, say: Voice) -> RichText:
    """As those read it who are spoken to in that voice."""
    statement = announcement.audience.statement
    title = None if statement is None else campaign.title(statement, say.language)
    return news.message(say, title, announcement.text_for(campaign, say.language)[1])


def no_more(say: Voice) -> Rows:
    """The one tap below every announcement."""
    return ((Button("no_news", label(say, "no_news"), "/news off"),),)


def preview(unit: Unit, campaign: Campaign, announcement: Announcement, chat: ChatRef) -> None:
    """Exactly as it will look, in each language in which people are spoken to."""
    chosen = announcement.audience.language
    for language in [chosen] if chosen else campaign.languages:
        say = campaign.voice([language], chat.adapter)
        text = as_read(campaign, announcement, say)
        post(unit, Send(chat, text, say.language, no_more(say), quiet=True))


async def whom(unit: Unit, campaign: Campaign, audience: Audience, say: Voice) -> RichText:
    """To whom it goes, and how many they are."""
    statement = audience.statement
    title = None if statement is None else campaign.title(statement, say.language)
    counts = dict(await unit.news.counts(audience))
    return wording.to_whom(say, title, audience.kind, counts)


async def show(
    unit: Unit,
    campaign: Campaign,
    announcement: Announcement,
    chat: ChatRef,
    say: Voice,
    *,
    on: MessageRef | None = None,
    priority: Priority = Priority.ANSWER,
) -> None:
    """How far it is, in a message whose buttons go on with it; a reply to it is a text."""
    text, names = await _looks(unit, campaign, announcement, say)
    await post_live(
        unit,
        announcement.slot(chat.adapter),
        chat,
        say,
        text,
        names,
        on=on,
        typed=announcement.typed,
        labels={language: own_name(language) for language in campaign.languages},
        priority=priority,
    )


async def _looks(
    unit: Unit, campaign: Campaign, announcement: Announcement, say: Voice
) -> tuple[RichText, ButtonNames]:
    """What stands in the message about it, and its buttons."""
    match announcement.stage:
        case Stage.PROPOSED:
            about = announcement.audience.statement
            assert about is not None
            own = announcement.text_for(campaign, say.language)[1]
            to = await whom(unit, campaign, announcement.audience, say)
            title = campaign.title(about, say.language)
            return wording.proposal(say, title, own, to), (("begin", "cancel"),)
        case Stage.TEXTS:
            given = announcement.texts
            readers = [
                (reader, announcement.text_for(campaign, reader)[0])
                for reader in campaign.languages
                if given
            ]
            asks = announcement.asks or campaign.languages[0]
            others = [each for each in campaign.languages if each != asks]
            text = wording.ask_text(say, announcement.id, asks, readers)
            last = ("preview", "cancel") if given else ("cancel",)
            return text, (*((each,) for each in others), last)
        case _:
            to = await whom(unit, campaign, announcement.audience, say)
            text = wording.ask_to_send(say, announcement.id, to)
            choices = ["to_kind"]
            choices += ["to_statement"] if len(campaign.library.statements) > 1 else []
            choices += ["to_language"] if len(campaign.languages) > 1 else []
            rows = (("send", "texts"), *((each,) for each in choices), ("cancel",))
            return text, rows


async def ask(
    unit: Unit, campaign: Campaign, announcement: Announcement, by: Admin, now: dt.datetime
) -> None:
    """An admin wants to send it: the others see how it looks, and one of them has to agree."""
    asked = replace(announcement, stage=Stage.ASKED, until=now + 2 * DRAFT_LIFE)
    await _keep(unit, asked)
    for chat, say in campaign.admin_chats():
        text = wording.needs_second(say, announcement.id)
        await end_live(unit, announcement.slot(chat.adapter), say, text)
        preview(unit, campaign, asked, chat)
    await second.ask_about(unit, by, "announce", now, announcement=announcement.id)


async def take_back(
    unit: Unit, campaign: Campaign, announcement: Announcement, by: Admin, now: dt.datetime
) -> None:
    """It is not sent, in whichever stage before that it is."""
    await unit.actions.add(now, by, "don't announce")
    await _drop(unit, announcement)
    for chat, say in campaign.admin_chats():
        text = wording.not_sent(say, announcement.id)
        await end_live(unit, announcement.slot(chat.adapter), say, text)


async def expire(unit: Unit, campaign: Campaign, number: int) -> None:
    """Nobody has sent it in time."""
    announcement = await WAITING.find(unit, number)
    if announcement is None or announcement.stage in {Stage.ASKED, Stage.SENDING}:
        return
    await _drop(unit, announcement)
    for chat, say in campaign.admin_chats():
        text = wording.not_begun(say, announcement.id)
        await end_live(unit, announcement.slot(chat.adapter), say, text)


async def _drop(unit: Unit, announcement: Announcement) -> None:
    await WAITING.drop(unit, announcement.id)
    await unit.jobs.end(announcement.job)
