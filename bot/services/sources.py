"""Counting by which links people come, so that nothing that is kept tells it of anybody.

A count is changed in the commit of what is counted. From the opening of a link to the signature the
word is known in memory alone (`Arrivals`): after a restart a signature counts for no word. What is
verified later is not counted by words: for that a record would have to say by which it came.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import partial

from bot.domain.endorsement import Endorsement
from bot.domain.ids import ChatRef, StatementId
from bot.domain.sources import MOST_WORDS, OTHER, WORD, Act, Adding, Came, Sources
from bot.services.campaign import Campaign
from bot.storage.unit import Unit


async def count_opening(
    unit: Unit,
    campaign: Campaign,
    chat: ChatRef,
    statement: StatementId,
    word: str,
    now: dt.datetime,
) -> None:
    """A link with that word was opened in a private chat. Whoever opens one again within a day, or
    another one, is not counted again."""
    if campaign.arrivals.word(chat, statement, now) is not None:
        return
    word = await _known(unit, word)
    await _count(unit, campaign, statement, word, Act.OPENED, now)
    unit.after_commit(partial(campaign.arrivals.note, chat, statement, word, now))


async def count_signature(
    unit: Unit, campaign: Campaign, chat: ChatRef, record: Endorsement, now: dt.datetime
) -> None:
    """Somebody has signed in that chat; whoever signs again is not counted again."""
    word = campaign.arrivals.word(chat, record.statement, now)
    if word is not None and not record.withdrawals and not record.rejections:
        word = await _known(unit, word)
        await _count(unit, campaign, record.statement, word, Act.SIGNED, now)


def began(campaign: Campaign, now: dt.datetime) -> dt.datetime:
    """When the day began (UTC): what is told is of the time before."""
    day = now.astimezone(campaign.zone).date()
    return dt.datetime.combine(day, dt.time(), campaign.zone).astimezone(dt.UTC)


async def told(
    unit: Unit, campaign: Campaign, statement: StatementId, now: dt.datetime
) -> Mapping[str, Came]:
    """By word, what admins may know: as it was when the day began, rounded down."""
    found = await _of(unit, campaign, statement, now)
    return {word: came.rounded for word, came in found.told.items()}


async def add_word(unit: Unit, word: str) -> Adding:
    """Count by that word from now on, if it can be."""
    if not WORD.fullmatch(word):
        return Adding.ODD
    words = await unit.sources.words()
    if word in words:
        return Adding.KNOWN
    if len(words) >= MOST_WORDS:
        return Adding.FULL
    await unit.sources.set_words([*words, word])
    return Adding.DONE


async def remove_word(unit: Unit, word: str) -> bool:
    """Take a word away with all that was counted by it; whether there was such a one."""
    words = await unit.sources.words()
    if word not in words:
        return False
    await unit.sources.set_words(other for other in words if other != word)
    for statement in await unit.sources.statements():
        if (found := await unit.sources.get(statement)) is not None:
            unit.sources.put(statement, found.without(word))
    return True


async def _known(unit: Unit, word: str) -> str:
    """What it is counted as: nobody makes words by links."""
    return word if word in await unit.sources.words() else OTHER


async def _count(
    unit: Unit,
    campaign: Campaign,
    statement: StatementId,
    word: str,
    act: Act,
    now: dt.datetime,
) -> None:
    found = await _of(unit, campaign, statement, now)
    unit.sources.put(statement, found.one_more(word, act))


async def _of(unit: Unit, campaign: Campaign, statement: StatementId, now: dt.datetime) -> Sources:
    today = now.astimezone(campaign.zone).date()
    found = await unit.sources.get(statement)
    return Sources(today) if found is None else found.on(today)
