"""What a group's administrators do there: `endorse` and its preview; `withdraw` is the signer's."""

from __future__ import annotations

import re

from bot.commands.context import Context
from bot.commands.parameters import choose_revision, choose_statement
from bot.conversations.stored import Endorsing
from bot.conversations.transition import Input, Pressed
from bot.domain.endorsement import Details, Kind, Visibility
from bot.domain.ids import Country
from bot.domain.names import clean_name
from bot.services.endorse import Request, check_may_endorse, endorse
from bot.statements.countries import find_country
from bot.statements.model import Revision, Statement
from bot.wording import general, groups, signing

BUTTONS = (("confirm", "cancel"),)
_NAME_AND_COUNTRY = re.compile(r"(?P<name>.+?)\s*[(（](?P<country>[^()（）]+)[)）]\s*")


async def endorse_here(context: Context, args: str) -> None:
    """Show the preview that an administrator confirms. Raises what `check_may_endorse` raises, and
    `BadName`."""
    words = args.split()
    if (statement := choose_named(context, words)) is None:
        return
    await check_may_endorse(context.unit, statement, Kind.ORGANISATION, context.chat, context.now)
    revision = choose_revision(context, statement, [])
    title = context.facts.group.title if context.facts.group else ""
    name, country = _name_and_country(" ".join(words) or title)
    state = Endorsing(statement.id, revision.language, revision.digest, clean_name(name), country)
    await context.end_conversation()
    await _preview(context, state, revision)


async def endorse_elsewhere(context: Context, _args: str) -> None:
    context.answer(groups.in_a_group(context.say))


async def continue_endorsing(context: Context, state: Endorsing, given: Input) -> None:
    """The preview's buttons; only an administrator gets here."""
    if given not in {Pressed("confirm"), Pressed("cancel")}:
        context.notice(general.old_button(context.say))
        return
    await context.end_conversation()
    statement = context.campaign.library.get(state.statement)
    if given == Pressed("cancel"):
        context.turn(signing.cancelled(context.say))
    elif statement is None:
        context.turn(signing.statement_left(context.say))
    elif (revision := statement.revision([state.language])).digest != state.digest:
        fresh = Endorsing(
            state.statement, revision.language, revision.digest, state.name, state.country
        )
        await _preview(context, fresh, revision, changed=True)
    else:
        await _record(context, state, statement, revision)


def choose_named(context: Context, words: list[str]) -> Statement | None:
    """As `choose_statement`, but words that are no statement's id are the organisation's name."""
    library = context.campaign.library
    if len(library) == 1 and not (words and library.get(words[0])):
        return next(iter(library))
    return choose_statement(context, words)


def _name_and_country(typed: str) -> tuple[str, Country | None]:
    """`Name (Country)`; brackets that hold no country are part of the name."""
    match = _NAME_AND_COUNTRY.fullmatch(typed)
    country = match and find_country(match["country"])
    return (match["name"], country) if match and country else (typed, None)


async def _preview(
    context: Context, state: Endorsing, revision: Revision, *, changed: bool = False
) -> None:
    text = groups.preview(context.say, revision.title, state.name, state.country, state.digest)
    if changed:
        text = groups.text_changed(context.say) + "\n\n" + text
    await context.converse(state, text, BUTTONS)


async def _record(
    context: Context, state: Endorsing, statement: Statement, revision: Revision
) -> None:
    group = context.facts.group
    request = Request(
        statement=statement,
        revision=revision,
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
    record = await endorse(context.unit, context.campaign, request, context.now)
    context.turn(groups.recorded(context.say, record.number, state.name, record.digest))
