"""What belongs to no single job: `start`, `privacy`, `language`."""

from __future__ import annotations

from collections.abc import Iterable

from bot.commands.context import Context
from bot.commands.parameters import REVISION, languages_of, statement_list
from bot.commands.reader import show_cover, show_demand
from bot.commands.records import MINE, mine
from bot.commands.signer import begin_signing, sign
from bot.commands.typed import TypedCommand, Words
from bot.domain.ids import Language
from bot.ports import Button, Place
from bot.wording import general, reading
from bot.wording.voice import own_name

ADDED = "true"
"""What comes with `HasLinks.group_link`: the group was greeted when the bot came into it."""


async def start(context: Context, payload: str) -> None:
    """A payload chooses what to show and never more; one that fits nothing greets."""
    if context.place is Place.GROUP and payload == ADDED:
        return
    verb, _, rest = payload.partition("_")
    statement_id, _, last = rest.rpartition("_")
    statement = context.campaign.library.get(statement_id)
    revision = statement and statement.revisions.get(Language(last))
    if statement and revision and verb == "r":
        await show_cover(context, statement, revision)
    elif statement and revision and verb == "s" and context.place is Place.PRIVATE:
        await begin_signing(context, statement, revision)
    elif payload == "sign" and context.place is Place.PRIVATE:
        await sign(context, *REVISION.read(context, Words(TypedCommand("sign"))), "")
    elif payload == MINE and context.place is Place.PRIVATE:
        await mine(context)
    elif statement and verb == "d" and last.isdecimal():
        show_demand(context, statement.revision(context.languages), last)
    else:
        context.answer(reading.greeting(context.say, statement_list(context)))


async def privacy(context: Context) -> None:
    context.answer(general.privacy(context.say))


async def language(context: Context, chosen: Language | None) -> None:
    """Without a word the choices; with one the choice, kept under a tag of the person."""
    if chosen is None:
        choices = languages_of(context)
        context.answer(general.language_now(context.say, choices), _language_buttons(choices))
        return
    await context.unit.languages.choose(context.person, chosen)
    context.say = context.campaign.voice([chosen, *context.languages], context.chat.adapter)
    context.answer(general.language_set(context.say, chosen))


def _language_buttons(choices: Iterable[Language]) -> tuple[tuple[Button, ...], ...]:
    return tuple((Button(tag, own_name(tag), f"/language {tag}"),) for tag in choices)
