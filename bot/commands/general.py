"""What belongs to no single job: `start`, `privacy`, `language`."""

from __future__ import annotations

from collections.abc import Iterable

from bot.commands.call import Call
from bot.commands.choosing import languages_of, statement_list
from bot.commands.own import MINE, mine
from bot.commands.reader import show_cover, show_demand
from bot.commands.signer import begin_signing, sign
from bot.domain.ids import Language
from bot.ports import Button, Place
from bot.wording import general, reading
from bot.wording.voice import own_name

ADDED = "true"
"""What comes with `Adapter.group_link`: the group was greeted when the bot came into it."""


async def start(call: Call, args: str) -> None:
    """A payload chooses what to show and never more; one that fits nothing greets."""
    if call.place is Place.GROUP and args.strip() == ADDED:
        return
    verb, _, rest = args.strip().partition("_")
    statement_id, _, last = rest.rpartition("_")
    statement = call.campaign.library.get(statement_id)
    revision = statement and statement.revisions.get(Language(last))
    if statement and revision and verb == "r":
        await show_cover(call, statement, revision)
    elif statement and revision and verb == "s" and call.place is Place.PRIVATE:
        await begin_signing(call, statement, revision)
    elif args.strip() == "sign" and call.place is Place.PRIVATE:
        await sign(call, "")
    elif args.strip() == MINE and call.place is Place.PRIVATE:
        await mine(call, "")
    elif statement and verb == "d" and last.isdecimal():
        show_demand(call, statement.revision(call.languages), last)
    else:
        call.answer(reading.greeting(call.say, statement_list(call)))


async def privacy(call: Call, _args: str) -> None:
    call.answer(general.privacy(call.say))


async def language(call: Call, args: str) -> None:
    """Without a word the choices; with one the choice, kept under a tag of the person."""
    choices = languages_of(call)
    typed = args.strip()
    if not typed:
        call.answer(general.language_now(call.say, choices), _language_buttons(choices))
        return
    found = _find_language(typed, choices)
    if found is None:
        call.answer(general.language_unknown(call.say, typed, choices))
        return
    await call.unit.languages.choose(call.person, found)
    call.say = call.campaign.voice([found, *call.languages], call.chat.adapter)
    call.answer(general.language_set(call.say, found))


def _language_buttons(choices: Iterable[Language]) -> tuple[tuple[Button, ...], ...]:
    return tuple((Button(tag, own_name(tag), f"/language {tag}"),) for tag in choices)


def _find_language(typed: str, choices: Iterable[Language]) -> Language | None:
    wanted = typed.casefold()
    return next(
        (tag for tag in choices if wanted in {tag.casefold(), own_name(tag).casefold()}), None
    )
