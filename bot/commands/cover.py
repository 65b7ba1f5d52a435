"""How a statement opens, with the ways on from there."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.choices import in_rows, language_label
from bot.commands.context import Context
from bot.commands.links import PAGE, about, page_ref, to_sign, which_text
from bot.commands.responses import to_response
from bot.ports import Button, Rows
from bot.services.pages import text_key, whole_text
from bot.services.publication import excepted
from bot.services.standing import standing
from bot.statements.model import Revision, Statement
from bot.text.rich import RichText
from bot.wording import responses
from bot.wording.cover import Standing, cover

MOST_LANGUAGES = 24
LANGUAGES_IN_A_ROW = 3


async def show_cover(
    context: Context, statement: Statement, revision: Revision, *, anew: bool = False
) -> None:
    text = cover(
        context.say,
        title=revision.title,
        attribution=revision.attribution,
        issuers=[s.name(revision.language) for s in statement.signatories],
        minutes=context.campaign.paginator.minutes(
            text_key(statement, revision), lambda: whole_text(statement, revision)
        ),
        standing=await _standing(context, statement, revision),
        which=which_text(context, statement, revision),
        answered=_answered(context, statement, revision),
    )
    below = [about(context, "share", revision)]
    if revision.document.demands:
        below.insert(0, about(context, "demands", revision))
    if context.campaign.history(statement.id).told(revision.language):
        below.append(about(context, "changes", revision))
    rows: Rows = (
        (context.button("next", f"{PAGE}:{page_ref('r', revision)}:1"),),
        tuple(below),
        to_response(context, statement, revision.language),
        (about(context, "signatories", revision),),
        await to_sign(context, statement, revision),
        *_languages(statement, revision),
    )
    show = context.answer if anew else context.turn_page
    show(text, tuple(filter(None, rows)), revision.language)


def _answered(context: Context, statement: Statement, revision: Revision) -> RichText | None:
    """That its addressee has answered; None where there is no answer."""
    found = statement.response([revision.language, *context.languages])
    return None if found is None else responses.answered(context.say, found.by, found.day)


async def _standing(context: Context, statement: Statement, revision: Revision) -> Standing:
    found = await standing(context.unit, context.campaign, statement, context.now)
    counts = await excepted(context.unit, context.campaign, statement, revision)
    return replace(found, excepted=counts)


def _languages(statement: Statement, revision: Revision) -> Rows:
    """The same text in other languages; the person's choice stays what it is."""
    buttons = [
        Button(
            language,
            language_label(language),
            f"{PAGE}:{page_ref('r', other)}:0",
            typed=f"read {statement.id} {language}",
        )
        for language, other in statement.revisions.items()
        if language != revision.language
    ]
    return in_rows(buttons[:MOST_LANGUAGES], LANGUAGES_IN_A_ROW)
