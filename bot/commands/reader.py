"""Reading: `statements`, `read`, `demands`, `share`, and turning pages."""

from __future__ import annotations

from bot.commands import signatories
from bot.commands.choices import of_statements
from bot.commands.context import Context
from bot.commands.parameters import parse_number
from bot.domain.ids import Language, Number
from bot.ports import Button, Place, Rows, private_link
from bot.services.pages import Pages, demands_text, whole_text
from bot.statements.model import Revision, Statement
from bot.text.flow import demand_text
from bot.text.rich import RichText
from bot.wording import reading

PAGE = "p"
"""Data of a page button: `p:<view>:<statement>,<language>,<digest>:<page>`. The views are `r` (the
text; page 0 is its opening), `d` (the demands), `s` (the signatories), `f` (the text, found by a
search: opened in a new message, so that the list stays). Nothing is kept for it."""

DIGEST_PREFIX = 10
"""Hex characters of a digest in a button: enough to see a change, and 64 bytes hold the rest."""


async def statements(context: Context) -> None:
    known = list(context.campaign.library)
    titles = [statement.revision(context.languages).title for statement in known]
    context.answer(reading.statements(context.say, titles), of_statements(context, known, "read"))


async def read(
    context: Context, statement: Statement, revision: Revision, number: Number | None
) -> None:
    """`read library en 3`, as a search shows it, opens that page."""
    if number is None:
        await show_cover(context, statement, revision)
    else:
        _show_page(context, "r", revision, text_pages(context, statement, revision), number)


async def demands(context: Context, _statement: Statement, revision: Revision, typed: str) -> None:
    if not revision.document.demands:
        context.answer(reading.no_demands(context.say, revision.title))
    elif typed:
        show_demand(context, revision, typed)
    else:
        _show_page(context, "d", revision, _demand_pages(context, revision), 1)


async def share(context: Context, statement: Statement, revision: Revision) -> None:
    verified = await context.unit.endorsements.verified(statement.id)
    context.answer(share_text(context, revision, verified))


def share_text(context: Context, revision: Revision, verified: int) -> RichText:
    """A text to forward; `verified` is the number of endorsements."""
    return reading.share(
        context.say,
        title=revision.title,
        attribution=revision.attribution,
        demands=[demand_text(demand).text for demand in revision.document.demands],
        verified=verified,
        source=revision.source,
        link=private_link(context.adapter, f"r_{revision.statement}_{revision.language}"),
        command=f"{context.say.prefix}read {revision.statement}",
    )


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
    revision = statement.revision([Language(language)])
    if view == "s":
        await signatories.turn(context, statement, revision, typed)
        return
    if revision.language != language or not revision.digest.startswith(digest):
        context.notice(reading.text_changed_while_reading(context.say))
        number = 0
    # A group gets one paged message and nothing more.
    anew = view == "f" and context.place is not Place.GROUP
    if view == "d" and revision.document.demands:
        _show_page(context, "d", revision, _demand_pages(context, revision), number)
    elif number < 1:
        await show_cover(context, statement, revision, anew=anew)
    else:
        pages = text_pages(context, statement, revision)
        _show_page(context, "r", revision, pages, number, anew=anew)


def found_page(revision: Revision, number: int) -> str:
    """Data of a button that opens a page of the text in a message of its own."""
    return f"{PAGE}:{_ref('f', revision)}:{number}"


async def show_cover(
    context: Context, statement: Statement, revision: Revision, *, anew: bool = False
) -> None:
    text = reading.cover(
        context.say,
        title=revision.title,
        attribution=revision.attribution,
        issuers=[s.name(revision.language) for s in statement.signatories],
        minutes=context.campaign.paginator.minutes(
            _text_key(statement, revision), lambda: whole_text(statement, revision)
        ),
        verified=await context.unit.endorsements.verified(statement.id),
        goal=statement.terms.goal,
        language=revision.language,
        languages=statement.revisions,
    )
    where = f"{statement.id} {revision.language}"
    below = [context.button("share", f"/share {where}")]
    if revision.document.demands:
        below.insert(0, context.button("demands", f"/demands {where}"))
    rows: list[tuple[Button, ...]] = [
        (context.button("next", f"{PAGE}:{_ref('r', revision)}:1"),),
        tuple(below),
        (context.button("signatories", f"/signatories {where}"),),
    ]
    if context.place is Place.PRIVATE and statement.terms.persons:
        rows.append((context.button("sign", sign_command(revision), typed=f"sign {statement.id}"),))
    (context.answer if anew else context.turn_page)(text, tuple(rows), revision.language)


def sign_command(revision: Revision) -> str:
    """What the `sign` button stands for: it names the text that is on the screen."""
    return f"/sign {revision.statement} {revision.language} {revision.digest[:DIGEST_PREFIX]}"


def _ref(view: str, revision: Revision) -> str:
    return f"{view}:{revision.statement},{revision.language},{revision.digest[:DIGEST_PREFIX]}"


def text_pages(context: Context, statement: Statement, revision: Revision) -> Pages:
    """The whole text as this platform shows it."""
    return context.campaign.paginator.pages(
        _text_key(statement, revision),
        context.fit,
        lambda: whole_text(statement, revision),
    )


def _text_key(statement: Statement, revision: Revision) -> str:
    # The issuers stand in another file, so that their names are no part of the digest.
    return f"r:{revision.digest}:{statement.issuers_key}"


def _demand_pages(context: Context, revision: Revision) -> Pages:
    return context.campaign.paginator.pages(
        f"d:{revision.digest}", context.fit, lambda: demands_text(revision)
    )


def _show_page(
    context: Context,
    view: str,
    revision: Revision,
    pages: Pages,
    number: int,
    *,
    anew: bool = False,
) -> None:
    """One page, with the buttons to the ones beside it."""
    ref = _ref(view, revision)
    number = min(max(number, 1), len(pages))
    row = []
    if number > 1 or view == "r":
        row.append(context.button("previous", f"{PAGE}:{ref}:{number - 1}"))
    if number < len(pages):
        row.append(context.button("next", f"{PAGE}:{ref}:{number + 1}"))
    rows: Rows = (tuple(row),) if row else ()
    page = reading.page(pages[number - 1].strip(), number, len(pages))
    (context.answer if anew else context.turn_page)(page, rows, revision.language)


def show_demand(context: Context, revision: Revision, typed: str) -> None:
    """One demand alone. It is asked for by the number that is written at it."""
    number, demands = parse_number(typed), revision.document.demands
    found = next((d for d in demands if d.label.rstrip(".)") == str(number)), None)
    if found is None:
        context.answer(reading.no_such_demand(context.say, typed, len(demands)))
        return
    for page in context.campaign.paginator.cut(demand_text(found), context.fit):
        context.answer(page.strip(), language=revision.language)
