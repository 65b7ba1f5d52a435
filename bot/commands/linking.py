"""One organisation in several chats: `link` and `unlink` by admins, `alone` by a group's
administrator."""

from __future__ import annotations

from bot.commands.choices import MOST_DATA, ways_on
from bot.commands.context import Context
from bot.domain.endorsement import Status
from bot.domain.errors import NotLinked, Refusal
from bot.domain.ids import Number
from bot.services import decide, linking
from bot.services.withdraw import own, records_of
from bot.text.rich import RichText, join
from bot.wording import linking as wording
from bot.wording.deciding import left
from bot.wording.refusals import refusal
from bot.wording.voice import lines


async def link(context: Context, numbers: list[Number]) -> None:
    """All of them are of one organisation; what cannot be linked is named."""
    first, *others = numbers
    if not others:
        context.answer(wording.which(context.say), ways_on(context))
        return
    answers: list[RichText] = []
    done: list[Number] = []
    for other in others:
        try:
            answers.append(await link_both(context, first, other, done))
        except Refusal as error:
            answers.append(refusal(context.say, error, context.now))
    undo = "/undo " + " ".join(map(str, done))
    # More numbers would not fit, and are typed.
    can_undo = done and len(undo.encode()) <= MOST_DATA
    rows = ((context.button("undo", undo),),) if can_undo else ways_on(context)
    context.answer(lines(*answers), rows)


async def link_both(
    context: Context, one: Number, other: Number, done: list[Number] | None = None
) -> RichText:
    """What is said of it then; the one that is linked comes to what is `done`. Raises as
    `decide.link`."""
    linked = await decide.link(
        context.unit, context.campaign, one, other, context.admin, context.now
    )
    if done is not None:
        done.append(linked.number)
    window = left(context.say, [linked], context.now)
    return join(" ", filter(None, (wording.linked(context.say, linked), window)))


async def unlink(context: Context, numbers: list[Number]) -> None:
    """Each stands by itself again."""
    answers: list[RichText] = []
    for number in numbers:
        try:
            answers.append(await unlink_one(context, number))
        except Refusal as error:
            answers.append(refusal(context.say, error, context.now))
    context.answer(lines(*answers), ways_on(context))


async def unlink_one(context: Context, number: Number) -> RichText:
    """What is said of it then. Raises as `decide.unlink`."""
    unit, campaign = context.unit, context.campaign
    alone = await decide.unlink(unit, campaign, number, context.admin, context.now)
    return wording.unlinked(context.say, alone)


async def alone(context: Context, number: Number | None) -> None:
    """What the group gave stands by itself, once the one that stood for it is gone. Raises
    `UnknownNumber`, `NotLinked` or `StoodForAgain`."""
    if number is None:
        records = await records_of(context.unit, *context.signer)
        found = [one for one in records if one.status is Status.LINKED]
        # What can stand by itself comes before what another one stands for.
        can = [one for one in found if await linking.has_lost_main(context.unit, one)]
        number = next((one.number for one in (*can, *found)), None)
    if number is None:
        context.answer(wording.nothing_linked(context.say), ways_on(context))
        return
    record = await own(context.unit, *context.signer, number)
    if record.linked_to is None and not record.stands:
        raise NotLinked(number)
    if record.linked_to is not None:
        record = await linking.stand_alone(context.unit, context.campaign, record, context.now)
    context.answer(wording.stands_alone(context.say, record))
