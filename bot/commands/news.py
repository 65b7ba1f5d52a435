"""`news`: to get them or not, and about which statements."""

from __future__ import annotations

from bot.commands.choices import ways_on
from bot.commands.context import Context
from bot.commands.moving import say_moved
from bot.commands.typed import parse_number
from bot.domain.endorsement import Endorsement
from bot.ports import Button
from bot.services.news import stop, subscribe, unsubscribe
from bot.services.withdraw import own, records_of
from bot.wording import news as wording


async def news(context: Context, word: str, which: str) -> None:
    """How it stands; `news on` and `news off`, with the number of an own record behind it for one
    statement alone. Raises `UnknownNumber`."""
    number = parse_number(which) if which else None
    if (which and number is None) or word not in {"", "on", "off"}:
        context.answer(wording.usage(context.say), ways_on(context))
        return
    records = [await own(context.unit, *context.signer, number)] if number else await _own(context)
    if not word:
        titles = _titles(context, await context.unit.news.of(records))
        button = context.button("no_news", "/news off") if titles else None
        context.answer(wording.state(context.say, titles), ((button,),) if button else ())
    elif word == "on" and context.campaign.moved_to is not None:
        say_moved(context)
    elif word == "on":
        await _turn_on(context, records)
    elif number:
        await unsubscribe(context.unit, records[0])
        context.answer(wording.off_about(context.say, context.title(records[0].statement)))
    else:
        await _turn_off(context, records)


async def only_a_preview(context: Context) -> None:
    """The button below a preview, in the admin chat."""
    context.notice(wording.only_a_preview(context.say).plain)


async def button_of(context: Context, record: Endorsement) -> Button:
    """What turns on the news about the statement of an own record, or off."""
    if await context.unit.news.of([record]):
        return context.button("no_news", f"/news off {record.number}")
    return context.button("news", f"/news on {record.number}")


async def _turn_on(context: Context, records: list[Endorsement]) -> None:
    found = [each for each in records if await subscribe(context.unit, each, context.route)]
    if not found:
        context.answer(wording.nothing_signed(context.say), ways_on(context))
    else:
        button = context.button("no_news", "/news off")
        context.answer(wording.on(context.say, _titles(context, found)), ((button,),))


async def _turn_off(context: Context, records: list[Endorsement]) -> None:
    """Also what comes by another chat of the same person's."""
    await stop(context.unit, context.chat)
    for record in records:
        await unsubscribe(context.unit, record)
    context.answer(wording.off(context.say), ((context.button("news", "/news on"),),))


async def _own(context: Context) -> list[Endorsement]:
    return await records_of(context.unit, *context.signer)


def _titles(context: Context, records: list[Endorsement]) -> list[str]:
    return [context.title(record.statement) for record in records]
