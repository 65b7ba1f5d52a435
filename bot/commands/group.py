"""What a group's administrators do there: `endorse` and its preview; `withdraw` is the signer's."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands import news
from bot.commands.context import Context
from bot.commands.links import which_text
from bot.commands.texts import ask_to_sign_new
from bot.conversations import endorse as conversation
from bot.conversations.endorse import Endorsing, View
from bot.domain.endorsement import Details, Given, Kind, Visibility
from bot.domain.ids import Language
from bot.ports import Button, Place, group_link
from bot.services.endorse import check_may_endorse, check_open, endorse
from bot.services.likeness import issuers_of
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
    return View(context.say, revision, issuers_of(statement), which, demands)


async def record(context: Context, state: Endorsing, _view: View) -> None:
    """Only an administrator gets here. Raises what `endorse` raises."""
    group = context.facts.group
    statement = context.campaign.library.statements[state.statement]
    # Of one that was finished meanwhile there is no key to mark anybody by.
    await check_open(context.unit, statement, Kind.ORGANISATION, context.now)
    asker = await context.unit.statements.signer_tag(Kind.PERSON, context.person, state.statement)
    given = Given(
        statement=state.statement,
        kind=Kind.ORGANISATION,
        language=state.language,
        digest=state.digest,
        name=state.name,
        country=state.country,
        visibility=Visibility.PUBLIC,
        details=Details(
            place=state.place,
            excepts=state.excepts,
            group_title=group.title if group else None,
            group_members=group.members if group else None,
            asked_by=context.event.origin.name,
            asker=asker.hex(),
        ),
        route=context.route,
    )
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
