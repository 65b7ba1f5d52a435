"""Decisions about one record, each with what is said of it then."""

from __future__ import annotations

from bot.commands.context import Context
from bot.domain.endorsement import Endorsement
from bot.domain.ids import Number
from bot.services import decide
from bot.services.questions import LONGEST
from bot.services.questions import ask as ask_signer
from bot.services.quorum import needed
from bot.text.rich import RichText
from bot.wording import asking, deciding


async def verify(context: Context, number: Number) -> RichText:
    """What is said of it then; so do the others."""
    unit, campaign = context.unit, context.campaign
    return _done(context, await decide.verify(unit, campaign, number, context.admin, context.now))


async def reject(context: Context, number: Number, reason: str) -> RichText:
    unit, campaign = context.unit, context.campaign
    before = await decide.check_may_reject(unit, number, context.admin)
    record = await decide.reject(unit, campaign, number, context.admin, reason, context.now)
    return _done(context, record, is_told=campaign.can_tell(before))


async def undo(context: Context, number: Number) -> RichText:
    unit, campaign = context.unit, context.campaign
    record = await decide.undo(unit, campaign, number, context.admin, context.now)
    return deciding.undone(context.say, record, needed(campaign, record))


async def ask(context: Context, number: Number, question: str) -> RichText:
    unit, campaign = context.unit, context.campaign
    await ask_signer(unit, campaign, number, question, context.admin, context.now)
    return asking.asked(context.say, number)


def checked_question(context: Context, typed: str) -> str | None:
    """The question in one line; None where it is too long, which is said then."""
    question = " ".join(typed.split())
    if len(question) <= LONGEST:
        return question
    context.answer(asking.too_long(context.say, len(question), LONGEST))
    return None


def _done(context: Context, record: Endorsement, *, is_told: bool | None = None) -> RichText:
    told = context.campaign.can_tell(record) if is_told is None else is_told
    return deciding.done(context.say, record, context.now, is_told=told)
