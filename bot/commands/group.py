"""What a group's administrators do there: `endorse` and its preview; `withdraw` is the signer's."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands import news
from bot.commands.context import Context
from bot.commands.links import which_text
from bot.commands.mandates import details_of, propose
from bot.commands.texts import ask_to_sign_new
from bot.conversations import endorse as conversation
from bot.conversations.endorse import Endorsing, View
from bot.domain.endorsement import Given, Kind, Mode, Visibility
from bot.domain.ids import Language
from bot.ports import Button, Place, group_link
from bot.services.endorse import check_may_endorse, check_open, endorse
from bot.services.likeness import issuers_of
from bot.services.mandates import check_none_runs
from bot.services.new_text import under_earlier
from bot.services.pace import usual
from bot.services.recorded import say_recorded
from bot.statements.model import Statement
from bot.wording import groups
from bot.wording.buttons import label

ADD = "group"
"""The button that adds the bot to a group."""


async def endorse_here(context: Context, statement: Statement, name: str) -> None:
    """Show the preview that an administrator confirms, or to a group that stands under an earlier
    text the new one. Raises what `check_may_endorse` raises."""
    kind, group = context.signer
    earlier = await under_earlier(
        context.unit, context.campaign, statement, kind, group, context.now
    )
    if earlier is not None:
        await ask_to_sign_new(context, earlier)
        return
    await check_may_endorse(context.unit, statement, kind, group, context.now)
    await check_none_runs(context.unit, context.chat, statement.id)
    title = context.facts.group.title if context.facts.group else ""
    view = _view(context, statement, context.languages)
    await context.begin(conversation.start(view, " ".join(name.split()), title))


async def endorse_elsewhere(context: Context) -> None:
    """The way to the organisation's own group."""
    if context.place is not Place.PRIVATE:
        context.answer(groups.in_a_group(context.say))
        return
    link = group_link(context.adapter)
    button = Button(ADD, label(context.say, ADD), "", link)
    text = groups.add_me(context.say, button=link is not None)
    context.answer(text, ((button,),) if link else ())


async def endorsed(context: Context, state: Endorsing) -> View | None:
    """What a turn may look at; None where the statement is not here any more."""
    statement = context.campaign.library.get(state.statement)
    return _view(context, statement, [state.language]) if statement else None


def _view(context: Context, statement: Statement, languages: Sequence[Language | None]) -> View:
    revision = context.campaign.revision(statement, languages)
    which = which_text(context, statement, revision)
    demands = statement.exceptable(revision)
    issuers = issuers_of(statement)
    return View(context.say, revision, issuers, which, demands, statement.terms.mandate)


async def record(context: Context, state: Endorsing, _view: View) -> None:
    """Only an administrator gets here. Raises what `endorse` raises."""
    statement = context.campaign.library.statements[state.statement]
    # Of one that was finished meanwhile there is no key to mark anybody by.
    await check_open(context.unit, statement, Kind.ORGANISATION, context.now)
    given = Given(
        statement=state.statement,
        kind=Kind.ORGANISATION,
        language=state.language,
        digest=state.digest,
        name=state.name,
        country=state.country,
        visibility=Visibility.PUBLIC,
        details=await details_of(context, state.statement, state.place, state.excepts),
        route=context.route,
    )
    if statement.terms.mandate.mode is not Mode.ADMINISTRATOR:
        await propose(context, given, public=state.figure)
        return
    recorded = await endorse(context.unit, context.campaign, context.chat, given, context.now)
    text = groups.recorded(
        context.say,
        recorded.number,
        state.name,
        recorded.digest,
        excepts=recorded.excepts,
        wave=recorded.wave,
        usual=await usual(context.unit),
    )
    button = await news.button_of(context, recorded)
    on = context.turning_message
    await say_recorded(context.unit, recorded, context.say, text, button, on)
