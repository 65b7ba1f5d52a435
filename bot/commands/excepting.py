"""`mine 12 except`: which demands of the text that they signed a person does not sign."""

from __future__ import annotations

from bot.commands.choices import in_rows
from bot.commands.context import Context
from bot.conversations.excepting import IN_A_ROW, answered
from bot.conversations.transition import Typed
from bot.domain.endorsement import Endorsement
from bot.ports import Rows
from bot.services import corrections
from bot.text.document import Demand
from bot.text.markdown import parse
from bot.text.rich import RichText
from bot.wording import correcting
from bot.wording import excepting as wording
from bot.wording.voice import paragraphs


def may_except(context: Context, record: Endorsement) -> bool:
    """Whether the statement lets demands be excepted, and what was given can be changed."""
    statement = context.campaign.library.get(record.statement)
    is_allowed = statement is not None and statement.terms.exceptions
    return is_allowed and record.details is not None


async def change(context: Context, record: Endorsement, typed: str) -> Endorsement | None:
    """The record with other exceptions, or None where they were asked for. Raises as
    `corrections.exceptable`."""
    number, person, unit = record.number, context.person, context.unit
    await corrections.exceptable(unit, person, number, context.now)
    demands = await _demands(context, record)
    numbers = [demand.number for demand in demands]
    excepts = answered(Typed(typed), record.excepts, numbers)
    if excepts is not None and len(excepts) < len(numbers):
        return await corrections.except_demands(
            unit, context.campaign, person, number, context.now, excepts=excepts
        )
    why = wording.nothing_left(context.say) if excepts else None
    _ask(context, record, demands, why)
    return None


def changed(context: Context, before: Endorsement, after: Endorsement) -> RichText:
    """What is said after something of a record was given anew; what it excepted may be lost."""
    said = correcting.changed(context.say, after)
    is_lost = before.has_sealed_name and may_except(context, after)
    return paragraphs(said, wording.sealed(context.say, str(after.number)) if is_lost else None)


def _ask(
    context: Context, record: Endorsement, demands: list[Demand], why: RichText | None
) -> None:
    command = f"/mine {record.number}"
    choices = [context.button(each.number, f"{command} except {each.number}") for each in demands]
    rows: Rows = (*in_rows(choices, IN_A_ROW), (context.button("back", command),))
    context.turn(paragraphs(why, wording.ask(context.say, demands, record.excepts)), rows)


async def _demands(context: Context, record: Endorsement) -> list[Demand]:
    """Of the text as it was signed, as far as single ones can be told apart there."""
    statement = context.campaign.library.get(record.statement)
    revision = await context.unit.statements.revision(record.digest)
    if statement is None or revision is None or not statement.terms.exceptions:
        return []
    return list({demand.number: demand for demand in parse(revision.text).demands}.values())
