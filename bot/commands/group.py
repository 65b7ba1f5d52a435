"""What a group's administrators do there: `endorse` and its preview; `withdraw` is the signer's."""

from __future__ import annotations

import re

from bot.commands.call import Call
from bot.commands.choosing import choose_revision, choose_statement
from bot.conversations.stored import Endorsing
from bot.conversations.turn import Input, Pressed
from bot.domain.endorsement import Details, Kind, Visibility
from bot.domain.ids import Country
from bot.domain.names import clean_name
from bot.services.endorse import Request, check_may_endorse, endorse
from bot.statements.countries import find_country
from bot.statements.model import Revision, Statement
from bot.wording import general, groups, signing

BUTTONS = (("confirm", "cancel"),)
_NAME_AND_COUNTRY = re.compile(r"(?P<name>.+?)\s*[(（](?P<country>[^()（）]+)[)）]\s*")


async def endorse_here(call: Call, args: str) -> None:
    """Show the preview that an administrator confirms. Raises what `check_may_endorse` raises, and
    `BadName`."""
    words = args.split()
    if (statement := choose_named(call, words)) is None:
        return
    await check_may_endorse(call.unit, statement, Kind.ORGANISATION, call.chat, call.now)
    revision = choose_revision(call, statement, [])
    title = call.facts.group.title if call.facts.group else ""
    name, country = _name_and_country(" ".join(words) or title)
    state = Endorsing(statement.id, revision.language, revision.digest, clean_name(name), country)
    await call.end_conversation()
    await _preview(call, state, revision)


async def endorse_elsewhere(call: Call, _args: str) -> None:
    call.answer(groups.in_a_group(call.say))


async def continue_endorsing(call: Call, state: Endorsing, given: Input) -> None:
    """The preview's buttons; only an administrator gets here."""
    if given not in {Pressed("confirm"), Pressed("cancel")}:
        call.notice(general.old_button(call.say))
        return
    await call.end_conversation()
    statement = call.campaign.library.get(state.statement)
    if given == Pressed("cancel"):
        call.turn(signing.cancelled(call.say))
    elif statement is None:
        call.turn(signing.statement_left(call.say))
    elif (revision := statement.revision([state.language])).digest != state.digest:
        fresh = Endorsing(
            state.statement, revision.language, revision.digest, state.name, state.country
        )
        await _preview(call, fresh, revision, changed=True)
    else:
        await _record(call, state, statement, revision)


def choose_named(call: Call, words: list[str]) -> Statement | None:
    """As `choose_statement`, but words that are no statement's id are the organisation's name."""
    library = call.campaign.library
    if len(library) == 1 and not (words and library.get(words[0])):
        return next(iter(library))
    return choose_statement(call, words)


def _name_and_country(typed: str) -> tuple[str, Country | None]:
    """`Name (Country)`; brackets that hold no country are part of the name."""
    match = _NAME_AND_COUNTRY.fullmatch(typed)
    country = match and find_country(match["country"])
    return (match["name"], country) if match and country else (typed, None)


async def _preview(
    call: Call, state: Endorsing, revision: Revision, *, changed: bool = False
) -> None:
    text = groups.preview(call.say, revision.title, state.name, state.country, state.digest)
    if changed:
        text = groups.text_changed(call.say) + "\n\n" + text
    await call.converse(state, text, BUTTONS)


async def _record(call: Call, state: Endorsing, statement: Statement, revision: Revision) -> None:
    group = call.facts.group
    request = Request(
        statement=statement,
        revision=revision,
        kind=Kind.ORGANISATION,
        signer=call.chat,
        name=state.name,
        country=state.country,
        visibility=Visibility.PUBLIC,
        details=Details(
            group_title=group.title if group else None,
            group_members=group.members if group else None,
            asked_by=call.event.origin.name,
        ),
        route=call.route,
    )
    record = await endorse(call.unit, call.campaign, request, call.now)
    call.turn(groups.recorded(call.say, record.number, state.name, record.digest))
