"""`search`: passages of the statements that hold some words, each with the way to its page."""

from __future__ import annotations

from bot.commands.choices import in_rows
from bot.commands.context import Context
from bot.commands.links import found_page, which_text
from bot.commands.reader import text_pages
from bot.ports import Button
from bot.services.search import Hit, page_of
from bot.services.search import search as search_texts
from bot.text.folding import words
from bot.wording import searching

LONGEST = 200
"""Characters of a search."""

MOST_HITS = 5
IN_A_ROW = 3


async def search(context: Context, typed: str) -> None:
    """One message with the best hits. Pressing one opens the page that holds it; the list stays."""
    if len(typed) > LONGEST:
        context.answer(searching.too_long(context.say, len(typed), LONGEST))
        return
    if not words(typed):
        context.answer(searching.which_words(context.say))
        return
    wanted = [*context.languages, context.say.language]
    hits = search_texts(context.campaign.library, wanted, typed, MOST_HITS)
    if not hits.total:
        context.answer(searching.nothing_found(context.say))
        return
    passages = [_passage(context, hit) for hit in hits.best]
    buttons = [
        Button(
            "read",
            searching.hit_label(number, passage),
            found_page(hit.revision, passage.page),
            typed=f"read {passage.statement} {passage.language} {passage.page}",
        )
        for number, (hit, passage) in enumerate(zip(hits.best, passages, strict=True), 1)
    ]
    text = searching.results(context.say, passages, hits.total)
    context.answer(text, in_rows(buttons, IN_A_ROW))


def _passage(context: Context, hit: Hit) -> searching.Passage:
    pages = text_pages(context, hit.statement, hit.revision)
    return searching.Passage(
        hit.statement.id,
        hit.revision.title,
        hit.revision.language,
        hit.passage,
        hit.words,
        page_of(pages, hit.at),
        len(pages),
        which_text(context, hit.statement, hit.revision),
    )
