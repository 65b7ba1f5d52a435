"""`sources`: how many come by which public word in a link, and the links that hold one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from bot.commands.choices import in_rows, of_statements, ways_on
from bot.commands.context import Context
from bot.domain.ids import StatementId
from bot.domain.sources import OTHER, SIGN, Adding, Came
from bot.ports import Button, private_link
from bot.services.pictures import Code
from bot.services.sources import add_word, began, remove_word, told
from bot.statements.model import Statement
from bot.wording import sources as wording

IN_A_ROW = 3
_VERBS = ("add", "remove")
"""They cannot be words."""


async def sources(context: Context, first: str, second: str) -> None:
    """`sources`, `sources add uni`, `sources remove uni`, `sources uni [statement]`."""
    verb, word = first.casefold(), second.casefold()
    if verb == "add":
        await _add(context, word)
    elif verb == "remove":
        await _remove(context, word)
    elif not verb:
        await _show_all(context)
    elif verb in await context.unit.sources.words():
        await _show_one(context, verb, second)
    else:
        context.answer(wording.unknown(context.say, first), ways_on(context))


async def _add(context: Context, word: str) -> None:
    added = Adding.ODD if word in _VERBS else await add_word(context.unit, word)
    if added is Adding.DONE:
        await context.unit.actions.add(context.now, context.admin, "add word")
    is_there = added in {Adding.DONE, Adding.KNOWN}
    buttons = ((_of_word(word),),) if is_there else ways_on(context)
    context.answer(wording.added(context.say, word, added), buttons)


async def _remove(context: Context, word: str) -> None:
    if not await remove_word(context.unit, word):
        context.answer(wording.unknown(context.say, word), ways_on(context))
        return
    await context.unit.actions.add(context.now, context.admin, "remove word")
    context.answer(wording.removed(context.say, word), ways_on(context))


async def _show_all(context: Context) -> None:
    words = await context.unit.sources.words()
    counts = await _counts(context, _ids(context))
    rows = [(word, counts.get(word, Came())) for word in words]
    if others := counts.get(OTHER, Came()).opened:
        rows.append((OTHER, Came(others, counts[OTHER].signed)))
    buttons = [_of_word(word) for word in words]
    since = began(context.campaign, context.now)
    ways = in_rows(buttons, IN_A_ROW) or ways_on(context)
    context.answer(wording.counts(context.say, rows, since), ways)


async def _show_one(context: Context, word: str, typed: str) -> None:
    """A word: the statements to choose from; of one statement, its links and a code that leads to
    the first. Raises `NotDrawn`."""
    known = list(context.campaign.library)
    only = known[0] if len(known) == 1 else None
    statement = context.campaign.library.get(typed.casefold()) or only
    of = _ids(context) if statement is None else [statement.id]
    came = (await _counts(context, of)).get(word, Came())
    text = wording.of_word(context.say, word, came, began(context.campaign, context.now))
    if statement is None:
        buttons = of_statements(context, known, f"sources {word}")
        context.answer(text, buttons or ways_on(context))
        return
    links = _links(context, statement, word)
    caption = wording.links(context.say, text, context.title(statement.id), links)
    drawn = context.campaign.pictures.get(Code(links[0])) if links else None
    if drawn is None:
        context.answer(caption, ways_on(context))
    else:
        context.send_file(f"{statement.id}-{word}.png", drawn, caption, is_picture=True)


def _links(context: Context, statement: Statement, word: str) -> list[str]:
    """On every platform on which one can hold a word; each shows the text in its reader's
    language."""
    payload = f"r_{statement.id}{SIGN}{word}"
    adapters = context.campaign.adapters.values()
    return [link for each in adapters if (link := private_link(each, payload)) is not None]


async def _counts(context: Context, statements: Iterable[StatementId]) -> dict[str, Came]:
    """Of all of them together, each rounded by itself."""
    opened, signed = Counter[str](), Counter[str]()
    for statement in statements:
        of_one = await told(context.unit, context.campaign, statement, context.now)
        opened.update({word: came.opened for word, came in of_one.items()})
        signed.update({word: came.signed for word, came in of_one.items()})
    return {word: Came(opened[word], signed[word]) for word in opened}


def _ids(context: Context) -> list[StatementId]:
    return [statement.id for statement in context.campaign.library]


def _of_word(word: str) -> Button:
    return Button(word, word, f"/sources {word}")
