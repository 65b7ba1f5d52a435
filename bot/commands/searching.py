"""`search`: passages of the statements that hold some words, each with the way to its page."""

from __future__ import annotations

from bot.commands.call import Call
from bot.commands.reader import found_page, text_pages
from bot.ports import Button, Rows
from bot.services.search import Hit, page_of
from bot.services.search import search as search_texts
from bot.text.folding import words
from bot.wording import searching

LONGEST = 200
"""Characters of a search."""

MOST_HITS = 5
IN_A_ROW = 3


async def search(call: Call, args: str) -> None:
    """One message with the best hits. Pressing one opens the page that holds it; the list stays."""
    typed = " ".join(args.split())
    if len(typed) > LONGEST:
        call.answer(searching.too_long(call.say, len(typed), LONGEST))
        return
    if not words(typed):
        call.answer(searching.which_words(call.say))
        return
    wanted = [*call.languages, call.say.language]
    hits = search_texts(call.campaign.library, wanted, typed, MOST_HITS)
    if not hits.total:
        call.answer(searching.nothing_found(call.say))
        return
    passages = [_passage(call, hit) for hit in hits.best]
    buttons = [
        Button(
            "read",
            searching.hit_label(number, passage),
            found_page(hit.revision, passage.page),
            typed=f"read {passage.statement} {passage.language} {passage.page}",
        )
        for number, (hit, passage) in enumerate(zip(hits.best, passages, strict=True), 1)
    ]
    rows: Rows = tuple(
        tuple(buttons[at : at + IN_A_ROW]) for at in range(0, len(buttons), IN_A_ROW)
    )
    call.answer(searching.results(call.say, passages, hits.total), rows)


def _passage(call: Call, hit: Hit) -> searching.Passage:
    pages = text_pages(call, hit.statement, hit.revision)
    return searching.Passage(
        hit.statement.id,
        hit.revision.title,
        hit.revision.language,
        hit.passage,
        hit.words,
        page_of(pages, hit.at),
        len(pages),
    )
