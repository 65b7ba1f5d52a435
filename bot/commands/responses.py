"""`response`: what the addressee of a statement has answered, page by page."""

from __future__ import annotations

from bot.commands.context import Context
from bot.commands.links import DIGEST_PREFIX, PAGE, about
from bot.domain.ids import Language
from bot.ports import Button
from bot.services.pages import response_key, response_text, turns
from bot.statements.model import Response, Revision, Statement
from bot.wording import responses as wording
from bot.wording.reading import page

VIEW = "a"
"""The view of its pages in the data of a button (`bot.commands.links.PAGE`)."""


async def response(context: Context, statement: Statement, revision: Revision) -> None:
    """Its first page, in the language that was asked for, or where there is none, in another."""
    found = statement.response([revision.language, *context.languages, *context.campaign.languages])
    if found is None:
        read_it = about(context, "read", revision)
        context.answer(wording.none_yet(context.say, revision.title), ((read_it,),))
    else:
        _show(context, statement, found, 1)


async def turn(
    context: Context, statement: Statement, language: Language, digest: str, number: int
) -> None:
    """A page button was pressed. Where the answer has changed since, it is shown from its
    beginning, and that is said."""
    found = statement.response([language])
    if found is None:
        context.notice(wording.gone(context.say))
        return
    if found.language != language or not found.digest.startswith(digest):
        context.notice(wording.changed(context.say))
        number = 1
    _show(context, statement, found, number)


def to_response(context: Context, statement: Statement, language: Language) -> tuple[Button, ...]:
    """The button that leads to it, where there is one."""
    if not statement.responses:
        return ()
    return (context.button("response", f"/response {statement.id} {language}"),)


def _show(context: Context, statement: Statement, found: Response, number: int) -> None:
    title = context.campaign.revision(statement, [found.language]).title
    pages = context.campaign.paginator.pages(
        response_key(title, found), context.fit, lambda: response_text(title, found)
    )
    number = min(max(number, 1), len(pages))
    ref = f"{VIEW}:{statement.id},{found.language},{found.digest[:DIGEST_PREFIX]}"
    row = [context.button(name, f"{PAGE}:{ref}:{to}") for name, to in turns(number, len(pages))]
    read_it = context.button("read", f"/read {statement.id} {found.language}")
    rows = tuple(filter(None, (tuple(row), (read_it,))))
    text = page(pages[number - 1].strip(), number, len(pages))
    context.turn_page(text, rows, found.language)
