"""What a group's administrators do there: `endorse` and its preview; `withdraw` is the signer's."""

from __future__ import annotations

from bot.commands.context import Context
from bot.conversations import endorse as conversation
from bot.conversations.endorse import Endorsing
from bot.conversations.sign import View
from bot.domain.endorsement import Details, Kind, Visibility
from bot.services.endorse import Request, check_may_endorse, endorse
from bot.statements.model import Statement
from bot.wording import groups


async def endorse_here(context: Context, statement: Statement, name: str) -> None:
    """Show the preview that an administrator confirms. Raises what `check_may_endorse` raises, and
    `BadName`."""
    await check_may_endorse(context.unit, statement, Kind.ORGANISATION, context.chat, context.now)
    title = context.facts.group.title if context.facts.group else ""
    view = View(context.say, statement.revision(context.languages))
    await context.begin(conversation.start(view, " ".join(name.split()) or title))


async def endorse_elsewhere(context: Context) -> None:
    context.answer(groups.in_a_group(context.say))


async def record(context: Context, state: Endorsing, view: View) -> None:
    """Only an administrator gets here. Raises what `endorse` raises."""
    group = context.facts.group
    request = Request(
        statement=context.campaign.library.statements[state.statement],
        revision=view.revision,
        kind=Kind.ORGANISATION,
        signer=context.chat,
        name=state.name,
        country=state.country,
        visibility=Visibility.PUBLIC,
        details=Details(
            group_title=group.title if group else None,
            group_members=group.members if group else None,
            asked_by=context.event.origin.name,
        ),
        route=context.route,
    )
    recorded = await endorse(context.unit, context.campaign, request, context.now)
    context.turn(groups.recorded(context.say, recorded.number, state.name, recorded.digest))
