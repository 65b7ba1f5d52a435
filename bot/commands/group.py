"""What a group's administrators do there: `endorse` and its preview; `withdraw` is the signer's."""

from __future__ import annotations

from bot.commands.context import Context
from bot.conversations import endorse as conversation
from bot.conversations.draft import View
from bot.conversations.endorse import Endorsing
from bot.domain.endorsement import Details, Given, Kind, Visibility
from bot.services.endorse import check_may_endorse, endorse
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
    given = Given(
        statement=state.statement,
        kind=Kind.ORGANISATION,
        language=state.language,
        digest=state.digest,
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
    recorded = await endorse(
        context.unit, context.campaign, context.chat, given, view.revision, context.now
    )
    context.turn(groups.recorded(context.say, recorded.number, state.name, recorded.digest))
