"""Reading: `statements`, `read`, `demands`, and turning pages."""

from __future__ import annotations

from bot.commands import responses, signatories
from bot.commands.choices import in_rows, of_statements, ways_on
from bot.commands.context import Context
from bot.commands.cover import show_cover
from bot.commands.links import PAGE, about, page_ref, to_sign
from bot.commands.typed import parse_number
from bot.domain.ids import Language, Number
from bot.ports import Button, Place, Rows
from bot.services.pages import Pages, demands_key, demands_text, text_key, turns, whole_text
from bot.services.publication import excepted
from bot.statements.model import Revision, Statement
from bot.text.document import Demand
from bot.text.flow import demand_text
from bot.text.rich import RichText
from bot.wording import excepting, reading
from bot.wording.voice import paragraphs

MOST_DEMANDS = 30
DEMANDS_IN_A_ROW = 5


async def statements(context: Context) -> None:
    known = list(context.campaign.library)
    titles = [context.revision(statement).title for statement in known]
    choices = of_statements(context, known, "read") or ways_on(context)
    context.answer(reading.statements(context.say, titles), choices)


async def read(
    context: Context, statement: Statement, revision: Revision, number: Number | None
) -> None:
    """`read library en 3`, as a search shows it, opens that page."""
    if number is None:
        await show_cover(context, statement, revision)
    else:
        await _show_text(context, statement, revision, number)


async def demands(context: Context, statement: Statement, revision: Revision, typed: str) -> None:
    if not revision.document.demands:
        read_it = about(context, "read", revision)
        context.answer(reading.no_demands(context.say, revision.title), ((read_it,),))
    elif typed:
        await show_demand(context, statement, revision, typed)
    else:
        await _show_demands(context, statement, revision, 1)


async def turn_page(context: Context, data: str) -> None:
    """A page button was pressed: the same message shows another page. Where the text has changed
    since, the new one is shown from its beginning, and that is said."""
    view, ref, typed = (*data.split(":"), "", "")[:3]
    statement_id, language, digest = (*ref.split(","), "", "")[:3]
    number = int(typed) if typed.isdecimal() else 0
    statement = context.campaign.library.get(statement_id)
    if statement is None:
        context.notice(reading.statement_gone(context.say))
        return
    if view == responses.VIEW:
        await responses.turn(context, statement, Language(language), digest, number)
        return
    revision = context.campaign.revision(statement, [Language(language), *context.languages])
    if view == "s":
        await signatories.turn(context, statement, revision, typed)
        return
    if revision.language != language or not revision.digest.startswith(digest):
        context.notice(reading.text_changed_while_reading(context.say))
        number = 0
    # A group gets one paged message and nothing more.
    anew = view == "f" and context.place is not Place.GROUP
    if view == "d" and revision.document.demands:
        await _show_demands(context, statement, revision, number)
    elif number < 1:
        await show_cover(context, statement, revision, anew=anew)
    else:
        await _show_text(context, statement, revision, number, anew=anew)


def text_pages(context: Context, statement: Statement, revision: Revision) -> Pages:
    """The whole text as this platform shows it."""
    return context.campaign.paginator.pages(
        text_key(statement, revision),
        context.fit,
        lambda: whole_text(statement, revision),
    )


def _demand_pages(context: Context, revision: Revision) -> Pages:
    return context.campaign.paginator.pages(
        demands_key(revision), context.fit, lambda: demands_text(revision)
    )


async def _show_text(
    context: Context,
    statement: Statement,
    revision: Revision,
    number: int,
    *,
    anew: bool = False,
) -> None:
    below = await to_sign(context, statement, revision)
    if revision.document.demands:
        below = (about(context, "demands", revision), *below)
    pages = text_pages(context, statement, revision)
    _show_page(context, "r", revision, pages, number, below=(below,), anew=anew)


async def _show_demands(
    context: Context, statement: Statement, revision: Revision, number: int
) -> None:
    signing = await to_sign(context, statement, revision)
    below = (about(context, "read", revision), *signing, about(context, "share", revision))
    rows = (*_one_by_one(revision), below)
    counts = await excepted(context.unit, context.campaign, statement, revision)
    said = excepting.counts(context.say, counts, context.campaign.publication.round_to)
    pages = _demand_pages(context, revision)
    _show_page(context, "d", revision, pages, number, said, below=rows)


def _one_by_one(revision: Revision) -> Rows:
    """A button for each demand, named by its number; none where there are too many to find one."""
    labels = dict.fromkeys(demand.number for demand in revision.document.demands)
    if len(labels) > MOST_DEMANDS:
        return ()
    where = f"{revision.statement} {revision.language}"
    buttons = [
        Button(label, label, f"/demands {where} {label}", typed=f"demands {where} {label}")
        for label in labels
    ]
    return in_rows(buttons, DEMANDS_IN_A_ROW)


def _show_page(
    context: Context,
    view: str,
    revision: Revision,
    pages: Pages,
    number: int,
    said: RichText | None = None,
    *,
    below: Rows = (),
    anew: bool = False,
) -> None:
    """One page and what is `said` of it, with the buttons to the ones beside it, and others `below`
    them."""
    ref = page_ref(view, revision)
    number = min(max(number, 1), len(pages))
    ways = turns(number, len(pages), leads_back=view == "r")
    row = [context.button(name, f"{PAGE}:{ref}:{to}") for name, to in ways]
    rows = tuple(filter(None, (tuple(row), *below)))
    page = _with(context, reading.page(pages[number - 1].strip(), number, len(pages)), said)
    (context.answer if anew else context.turn_page)(page, rows, revision.language)


def _with(context: Context, page: RichText, said: RichText | None) -> RichText:
    """What is said below a page, unless that fills the message already."""
    both = paragraphs(page, said)
    return both if context.fit.measure(both) <= context.fit.limit else page


async def show_demand(
    context: Context, statement: Statement, revision: Revision, typed: str
) -> None:
    """One demand alone. It is asked for by the number that is written at it."""
    found = demand_asked(context, revision, typed)
    if found is None:
        return
    share = context.button("share", f"/share {statement.id} {revision.language} {found.number}")
    row = (*await to_sign(context, statement, revision), share)
    counts = await excepted(context.unit, context.campaign, statement, revision)
    of = context.campaign.publication.round_to
    said = excepting.count(context.say, counts.get(found.number, 0), of)
    *pages, last = context.campaign.paginator.cut(demand_text(found), context.fit)
    for page in pages:
        context.answer(page.strip(), language=revision.language)
    last = _with(context, last.strip(), said)
    if context.place is Place.PRIVATE:
        context.answer(last, (row,), revision.language)
    else:
        # A group gets one message, with the way back.
        row = (about(context, "demands", revision), *row)
        context.turn_page(last, (row,), revision.language)


def demand_asked(context: Context, revision: Revision, typed: str) -> Demand | None:
    """The demand whose number was typed; None where there is none of it, which is said then."""
    number, demands = parse_number(typed), revision.document.demands
    found = next((demand for demand in demands if demand.number == str(number)), None)
    if found is None:
        text = reading.no_such_demand(context.say, typed, len(demands))
        all_of_them = ((about(context, "demands", revision),),)
        context.answer(text, _one_by_one(revision) or all_of_them)
    return found
