"""What belongs to no single job: `start`, `privacy`, `language`."""

from __future__ import annotations

from bot.commands.choices import of_languages, of_statements
from bot.commands.context import Context
from bot.commands.cover import show_cover
from bot.commands.links import to_sign
from bot.commands.mine import mine
from bot.commands.mydata import ask_to_forget, send_mydata
from bot.commands.parameters import SIGNED, languages_of
from bot.commands.reader import show_demand
from bot.commands.signer import begin_signing, sign
from bot.commands.typed import TypedCommand, Words
from bot.domain.ids import Language
from bot.domain.sources import SIGN
from bot.ports import Place, Rows
from bot.services.chat_languages import speak
from bot.services.sources import count_opening
from bot.statements.model import Revision, Statement
from bot.wording import general, reading

_OWN = {"mine": mine, "mydata": send_mydata, "forget": ask_to_forget}
"""What a link from a group leads to in private."""

ADDED = "true"
"""What comes with `HasLinks.group_link`: the group was greeted when the bot came into it."""


_VIEWS = {"r": "read", "s": "sign", "d": "demands"}


def linked_command(payload: str) -> str:
    """The command that a link stands for; no command's name where it only greets."""
    return _VIEWS.get(payload.partition("_")[0], payload.partition(SIGN)[0])


async def start(context: Context, payload: str) -> None:
    """A payload chooses what to show and never more; one that fits nothing greets. The word behind
    it is counted, and changes nothing that is shown."""
    if context.place is Place.GROUP and payload == ADDED:
        return
    shown, _, word = payload.partition(SIGN)
    verb, statement, last = _linked(context, shown)
    revision = statement and (
        statement.revisions.get(Language(last)) if last else context.revision(statement)
    )
    if statement and word and context.in_person:
        at = (context.unit, context.campaign, context.chat)
        await count_opening(*at, statement.id, word, context.now)
    if statement and revision and verb == "r":
        await show_cover(context, statement, revision)
    elif statement and revision and verb == "s" and context.in_person:
        await begin_signing(context, statement, revision)
    elif shown == "sign" and context.in_person:
        await sign(context, *SIGNED.read(context, Words(TypedCommand("sign"))), "")
    elif shown in _OWN and context.in_person:
        await _OWN[shown](context)
    elif statement and verb == "d" and last.isdecimal():
        await show_demand(context, statement, context.revision(statement), last)
    else:
        await _greet(context)


def _linked(context: Context, shown: str) -> tuple[str, Statement | None, str]:
    """What a link shows (`read`, `sign` or `demands`, by its first letter), of which statement, and
    what stands behind that: a language, the number of a demand, or nothing."""
    verb, _, rest = shown.partition("_")
    if verb not in _VIEWS:
        return verb, None, ""
    if (statement := context.campaign.library.get(rest)) is not None:
        return verb, statement, ""
    statement_id, _, last = rest.rpartition("_")
    return verb, context.campaign.library.get(statement_id), last


async def _greet(context: Context) -> None:
    """Who speaks, and a button for each statement; with one, for all that can be done with it."""
    known = list(context.campaign.library)
    if len(known) == 1:
        (statement,) = known
        revision = context.revision(statement)
        issuers = [each.name(revision.language) for each in statement.signatories]
        about = reading.the_statement(context.say, revision.title, revision.attribution, issuers)
        buttons = await _everything_about(context, statement, revision)
    else:
        titles = [context.revision(each).title for each in known]
        about = reading.statements(context.say, titles)
        buttons = of_statements(context, known, "read")
    is_private = context.place is Place.PRIVATE
    beside = (context.button("language", "/language"), context.button("mine", "/mine"))
    context.answer(reading.greeting(context.say, about), (*buttons, beside[: 1 + is_private]))


async def _everything_about(context: Context, statement: Statement, revision: Revision) -> Rows:
    rows = [["read"], ["signatories", "share"]]
    if revision.document.demands:
        rows[0].append("demands")
    about = [[context.button(name, f"/{name} {statement.id}") for name in row] for row in rows]
    return (*map(tuple, about), await to_sign(context, statement, revision))


async def privacy(context: Context) -> None:
    campaign = context.campaign
    is_sealed = campaign.recipients is not None
    has_words = bool(await context.unit.sources.words())
    rules = campaign.retention
    text = general.privacy(
        context.say, campaign.contact, rules, is_sealed=is_sealed, has_words=has_words
    )
    context.answer(text)


async def language(context: Context, chosen: Language | None) -> None:
    """Without a word the choices; with one the choice, kept under a tag of the person, or of the
    chat that several share."""
    if chosen is None:
        choices = languages_of(context)
        context.answer(general.language_now(context.say, choices), of_languages(choices))
        return
    if context.place is Place.PRIVATE:
        await context.unit.languages.choose(context.person, chosen)
    else:
        await speak(context.unit, context.campaign, context.chat, chosen)
    context.say = context.campaign.voice([chosen, *context.languages], context.chat.adapter)
    await context.unit.news.speak(context.chat, context.say.language)
    context.languages = [chosen, *context.languages]
    # What was read before is further up, in the other language.
    known = context.campaign.library if context.place is Place.PRIVATE else ()
    context.answer(general.language_set(context.say, chosen), of_statements(context, known, "read"))
