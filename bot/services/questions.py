"""Questions of admins to a signer, and the answers back."""

from __future__ import annotations

import datetime as dt

from bot.domain.admin import Admin
from bot.domain.endorsement import Endorsement, Route
from bot.domain.errors import AnsweredAlready, SignerUnreachable
from bot.domain.ids import Number
from bot.domain.priority import Priority
from bot.domain.slots import Slot, SlotKind
from bot.ports import Send
from bot.services.campaign import Campaign
from bot.services.lifecycle import known
from bot.services.posting import HELD_PLACE, post_live, post_shown
from bot.services.sounds import is_heard
from bot.storage.questions import Question
from bot.storage.unit import Unit
from bot.wording import asking

LONGEST = 500
"""Characters of a question or an answer: both are read on phones."""


async def check_may_ask(
    unit: Unit, campaign: Campaign, number: Number
) -> tuple[Endorsement, Route]:
    """The record, and the way to its signer. Raises `UnknownNumber`, or `SignerUnreachable` where
    that has been erased."""
    record = await known(unit, number)
    route = record.route
    if route is None or route.chat.adapter not in campaign.adapters:
        raise SignerUnreachable(number)
    return record, route


async def ask(
    unit: Unit, campaign: Campaign, number: Number, question: str, by: Admin, now: dt.datetime
) -> None:
    """Send a question to the signer. Raises as `check_may_ask`."""
    record, route = await check_may_ask(unit, campaign, number)
    asked = await unit.questions.ask(number, question)
    await unit.actions.add(now, by, "ask", number)
    say = campaign.voice([route.language], route.chat.adapter)
    title = campaign.title(record.statement, say.language)
    text = asking.question(say, number, record.kind, title, question)
    await post_live(
        unit,
        Slot(SlotKind.ANSWER, str(asked)),
        route.chat,
        say,
        text,
        [["answer"]],
        thread=route.thread,
        priority=Priority.DECISION,
        # So that nothing leads from the chat to the record once that is decided.
        shows=[number],
    )


async def pass_on(
    unit: Unit, campaign: Campaign, question: Question, answer: str, now: dt.datetime
) -> None:
    """Keep the one answer that a question takes, and tell every admin chat. Raises
    `AnsweredAlready`."""
    if not await unit.questions.answer(question, answer):
        raise AnsweredAlready(question.number)
    quiet = not await is_heard(unit, campaign, now)
    for chat, say in campaign.admin_chats():
        text = asking.answer(say, question.number, question.question, answer)
        send = Send(chat, text, say.language, quiet=quiet, kept=HELD_PLACE)
        await post_shown(unit, send, [question.number], priority=Priority.CARD)
