"""Passing on: a text that stands alone, a link that asks where to post it, and a picture."""

from __future__ import annotations

from bot.commands.context import Context
from bot.commands.links import about, which_text
from bot.commands.reader import demand_asked
from bot.domain.counts import PublicCounts
from bot.domain.endorsement import Kind
from bot.ports import Button, Place, Rows, account_link, private_link, share_link
from bot.services.endorse import why_not_open
from bot.services.page_links import page_link
from bot.services.pictures import Poster
from bot.services.publication import public_counts
from bot.statements.model import Revision, Statement
from bot.text.document import Demand
from bot.text.flow import demand_text
from bot.text.rich import RichText
from bot.wording import sharing
from bot.wording.buttons import label
from bot.wording.cover import have_signed
from bot.wording.sharing import Way

MOST_PLACES = 3
"""Places that a text names where it can be signed."""


async def share(context: Context, statement: Statement, revision: Revision, typed: str) -> None:
    """The whole, or the one demand whose number was typed."""
    demand = demand_asked(context, revision, typed) if typed else None
    if typed and demand is None:
        return
    counts = await public_counts(context.unit, context.campaign, statement.id)
    is_open = await _is_open(context, statement)
    if demand is None:
        text = share_text(context, statement, revision, counts, is_open=is_open)
    else:
        text = _demand_text(context, statement, revision, demand, counts, is_open=is_open)
    if not fits(context, text):
        text = share_text(context, statement, revision, counts, is_open=is_open, demands=False)
    buttons = _ways_on(context, statement, revision, demand)
    if context.place is Place.GROUP:
        context.answer(text)
    elif context.adapter.capabilities.shows_buttons_as_text:
        # It is passed on as it stands.
        context.answer(text)
        context.answer(sharing.can_be_forwarded(context.say), buttons)
    else:
        context.answer(text, buttons)


async def picture(context: Context, statement: Statement, revision: Revision) -> None:
    """The statement's title and counts as a picture. Raises `NotDrawn`."""
    counts = await public_counts(context.unit, context.campaign, statement.id)
    ways = _ways(context, statement, revision)
    address = ways[0].link if ways else None
    poster = Poster(revision.title, revision.attribution, counts, revision.language, address)
    drawn = context.campaign.pictures.get(poster)
    if drawn is None:
        instead = ((about(context, "share", revision),),)
        context.answer(sharing.no_picture(context.say), instead)
        return
    caption = sharing.caption(
        context.say,
        title=revision.title,
        signed=have_signed(context.say, counts),
        ways=ways,
        command=_command(context, statement),
        is_open=await _is_open(context, statement),
    )
    name = f"{statement.id}-{revision.language}.png"
    context.send_file(name, drawn, caption, is_picture=True)


async def _is_open(context: Context, statement: Statement) -> bool:
    """Whether anybody can sign now, wherever this is read."""
    reasons = [await why_not_open(context.unit, statement, k, context.now) for k in Kind]
    return None in reasons


def share_text(
    context: Context,
    statement: Statement,
    revision: Revision,
    counts: PublicCounts,
    *,
    is_open: bool,
    demands: bool = True,
) -> RichText:
    """A text to forward, with its demands or without; `is_open`: it can be signed."""
    all_of_them = revision.document.demands if demands else ()
    return sharing.share(
        context.say,
        title=revision.title,
        attribution=revision.attribution,
        demands=[demand_text(demand).text for demand in all_of_them],
        signed=have_signed(context.say, counts),
        source=revision.source,
        ways=_ways(context, statement, revision),
        command=_command(context, statement),
        is_open=is_open,
        which=which_text(context, statement, revision),
    )


def fits(context: Context, text: RichText) -> bool:
    """Whether it goes into one message."""
    return context.fit.measure(text) <= context.fit.limit


def _demand_text(
    context: Context,
    statement: Statement,
    revision: Revision,
    demand: Demand,
    counts: PublicCounts,
    *,
    is_open: bool,
) -> RichText:
    return sharing.one_demand(
        context.say,
        title=revision.title,
        demand=demand_text(demand).text,
        signed=have_signed(context.say, counts),
        ways=_ways(context, statement, revision, demand),
        command=_command(context, statement, demand),
        is_open=is_open,
    )


def _ways_on(
    context: Context, statement: Statement, revision: Revision, demand: Demand | None
) -> Rows:
    """A link that asks where to post it, where the platform has such ones, and the picture."""
    buttons = [about(context, "picture", revision)]
    ways = _ways(context, statement, revision, demand)
    asked = None if demand is None else demand_text(demand).text
    words = sharing.short(revision.title, asked)
    if ways and (link := share_link(context.adapter, ways[0].link, words)) is not None:
        buttons.insert(0, Button("pass_on", label(context.say, "pass_on"), "", link))
    return (tuple(buttons),)


def _ways(
    context: Context, statement: Statement, revision: Revision, demand: Demand | None = None
) -> list[Way]:
    """Where it leads: to the page, else to the bot, on the platform at hand first."""
    number = None if demand is None else demand.number
    if page := page_link(context.campaign, statement.id, revision.language, number):
        return [Way(page)]
    of_text = f"r_{statement.id}_{revision.language}"
    payload = of_text if number is None else f"d_{statement.id}_{number}"
    others = (each for each in context.campaign.adapters.values() if each is not context.adapter)
    found = []
    for adapter in (context.adapter, *others):
        prefix = adapter.capabilities.prefix
        if link := private_link(adapter, payload):
            found.append(Way(link))
        elif account := account_link(adapter):
            found.append(Way(account, prefix + _typed(statement, demand)))
    return found[:MOST_PLACES]


def _command(context: Context, statement: Statement, demand: Demand | None = None) -> str:
    return context.say.prefix + _typed(statement, demand)


def _typed(statement: Statement, demand: Demand | None) -> str:
    """What somebody sends to the bot who comes by no link."""
    return f"read {statement.id}" if demand is None else f"demands {statement.id} {demand.number}"
