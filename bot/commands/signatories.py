"""The lists: `signatories`, its pages, its countries and letters, and looking for a name there."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands.choices import MOST
from bot.commands.context import Context
from bot.commands.links import about, to_sign, which_text
from bot.domain.counts import PublicCounts
from bot.domain.endorsement import Kind
from bot.domain.errors import NotOpen, NotOpenReason
from bot.domain.names import LONGEST_NAME
from bot.ports import Button, Rows
from bot.services.endorse import check_open
from bot.services.publication import counts_apart, public_counts
from bot.services.signatories import SIZE, Cursor, Listed, page
from bot.statements.model import Revision, Signatory, Statement
from bot.storage.endorsements import PublicEndorsement
from bot.storage.lists import Order
from bot.text import collation
from bot.text.folding import words
from bot.text.rich import RichText
from bot.wording import searching
from bot.wording import signatories as wording
from bot.wording.signatories import Entry
from bot.wording.texts import under_each
from bot.wording.voice import lines, own_name, paragraphs

LISTED = "p:s"
"""Data of a button: `p:s:<statement>,<language>:<what>`, where `what` is a `Cursor`, `c<n>` (the
countries from the n-th on) or `l` (the letters). With a country and a number of 12 digits that is
64 bytes at the most."""

COUNTRIES_IN_A_ROW, LETTERS_IN_A_ROW = 2, 7
MOST_LETTERS = 84
"""More buttons than a platform shows would be refused; Latin, Arabic and Cyrillic have 90."""


async def signatories(
    context: Context, statement: Statement, revision: Revision, typed: str
) -> None:
    """The list from its beginning, or the names on it that hold what was typed."""
    if typed:
        await _look_for(context, statement, revision, typed)
    else:
        await _show(context, statement, revision, Cursor())


async def turn(context: Context, statement: Statement, revision: Revision, what: str) -> None:
    """A button of the list: the same message shows that."""
    if what.startswith("c"):
        at = what[1:]
        await _countries(context, statement, revision, int(at) if at.isdecimal() else 0)
    elif what == "l":
        await _letters(context, statement, revision)
    else:
        await _show(context, statement, revision, Cursor.parse(what))


async def _show(context: Context, statement: Statement, revision: Revision, cursor: Cursor) -> None:
    found = await page(context.unit, statement, _script(context), cursor)
    if found is None:
        context.notice(wording.list_changed(context.say))
        found = await page(context.unit, statement, _script(context), Cursor(cursor.country))
        assert found is not None
    head = await _head(context, statement, revision, found)
    text, found = _fitting(context, revision, head, found)
    rows = _buttons(context, revision, found)
    if found.country is None:
        on = (about(context, "read", revision), *await to_sign(context, statement, revision))
        rows = (*rows, on)
    context.turn_page(text, rows, revision.language)


async def _head(
    context: Context, statement: Statement, revision: Revision, found: Listed
) -> RichText | None:
    """Above the first page alone: counting all would cost more than the page."""
    if found.before is not None:
        return None
    listed = await context.unit.lists.counts(statement.id, found.country)
    if found.country is not None:
        people, organisations = listed.get(Kind.PERSON, 0), listed.get(Kind.ORGANISATION, 0)
        return wording.of_country(context.say, revision.title, found.country, people, organisations)
    counts = await public_counts(context.unit, context.campaign, statement.id)
    others = counts.persons + counts.organisations - sum(listed.values())
    return wording.head(
        context.say,
        revision.title,
        counts,
        hidden=others if counts.of == 1 else counts.hidden,
        nobody=await _nobody(context, statement),
        texts=lines(
            which_text(context, statement, revision), await _under_each(context, counts, statement)
        ),
    )


async def _under_each(
    context: Context, counts: PublicCounts, statement: Statement
) -> RichText | None:
    """How many stand under an earlier text, where there was one that anybody signed."""
    found = await counts_apart(context.unit, context.campaign, statement.id, counts)
    return found and under_each(context.say, *found)


async def _nobody(context: Context, statement: Statement) -> str:
    """What is true where nobody has signed."""
    try:
        await check_open(context.unit, statement, Kind.PERSON, context.now)
    except NotOpen as closed:
        is_over = closed.reason in {NotOpenReason.CLOSED, NotOpenReason.FINISHED}
        return wording.NOBODY_CLOSED if is_over else wording.NOBODY
    return wording.NOBODY_SIGN


def _fitting(
    context: Context, revision: Revision, head: RichText | None, found: Listed
) -> tuple[RichText, Listed]:
    """As much of the page as a message holds: one name in it at least."""
    fit = context.fit
    for most in range(len(found.entries), 1, -1):
        some = found.cut(most)
        text = _text(context, revision, head, some)
        too_many = fit.spans is not None and len(text.spans) > fit.spans
        if fit.measure(text) <= fit.limit and not too_many:
            return text, some
    some = found.cut(1)
    return _text(context, revision, head, some), some


def _text(context: Context, revision: Revision, head: RichText | None, found: Listed) -> RichText:
    entries = [_entry(context, revision, entry) for entry in found.entries]
    return paragraphs(head, wording.names(context.say, entries))


def _entry(context: Context, revision: Revision, entry: Signatory | PublicEndorsement) -> Entry:
    if isinstance(entry, Signatory):
        return Entry(wording.ISSUERS, entry.name(revision.language), country=entry.country)
    group = wording.PEOPLE if entry.kind is Kind.PERSON else wording.ORGANISATIONS
    statement = context.campaign.library.statements[revision.statement]
    affiliation = entry.affiliation if statement.terms.affiliation_shown else None
    is_earlier = entry.digest in context.campaign.history(statement.id).earlier
    beside = (affiliation, entry.country, entry.place)
    return Entry(
        group,
        entry.name,
        *beside,
        is_earlier=is_earlier,
        excepts=entry.excepts,
        mandate=entry.mandate,
        paper=entry.paper,
    )


def _buttons(context: Context, revision: Revision, found: Listed) -> Rows:
    turns = [
        _button(context, revision, name, str(cursor))
        for name, cursor in (("previous", found.before), ("next", found.after))
        if cursor is not None
    ]
    if found.country is not None:
        ways = [("countries", "c"), ("signatories", "")]
    else:
        ways = [("countries", "c"), ("letters", "l")] if turns else []
    jumps = [_button(context, revision, name, what) for name, what in ways]
    return tuple(tuple(row) for row in (turns, jumps) if row)


async def _countries(
    context: Context, statement: Statement, revision: Revision, first: int
) -> None:
    """The countries by name, each with how many names stand under it."""
    say = context.say
    counts = await context.unit.lists.countries(statement.id)
    if not counts:
        context.notice(wording.no_countries(say))
        return
    known = sorted(counts, key=lambda country: say.country(country).casefold())
    buttons = [
        _named(
            revision, country, wording.country_label(say, country, counts[country]), f"={country}"
        )
        for country in known[first : first + MOST]
    ]
    turns = [
        _button(context, revision, name, f"c{at}")
        for name, at in (("previous", first - MOST), ("next", first + MOST))
        if 0 <= at < len(known)
    ]
    rows = [*_rows(buttons, COUNTRIES_IN_A_ROW), (*turns, _all(context, revision))]
    context.turn_page(wording.choose_country(say, revision.title), tuple(rows), say.language)


async def _letters(context: Context, statement: Statement, revision: Revision) -> None:
    """The first letters of the persons' names, each leading to the first name that has it."""
    order = Order(statement.id, _script(context))
    await collation.ready()
    firsts = {
        collation.initial(found.name): found.number
        for found in reversed(await context.unit.lists.letters(order, MOST_LETTERS))
    }
    buttons = [
        _named(revision, letter, letter, str(Cursor(None, "@", number)))
        for letter, number in reversed(firsts.items())
    ]
    rows = [*_rows(buttons, LETTERS_IN_A_ROW), (_all(context, revision),)]
    text = wording.choose_letter(context.say, revision.title)
    context.turn_page(text, tuple(rows), context.say.language)


async def _look_for(context: Context, statement: Statement, revision: Revision, typed: str) -> None:
    """Among the public names alone: who else has signed is nobody's to find out. Once signing is
    over, not even that where the statement says so."""
    if not await _is_searchable(context, statement):
        all_ = about(context, "signatories", revision)
        context.answer(wording.not_searchable(context.say, revision.title), ((all_,),))
        return
    if len(typed) > LONGEST_NAME:
        context.answer(searching.too_long(context.say, len(typed), LONGEST_NAME))
        return
    numbers = await context.unit.name_index.find([statement.id], typed, public=True)
    found = await context.unit.lists.named(statement.id, numbers, SIZE + 1)
    if not words(typed) or not found:
        all_ = about(context, "signatories", revision)
        context.answer(wording.nothing_found(context.say, typed), ((all_,),))
        return
    for most in range(min(len(found), SIZE), 0, -1):
        text = wording.found(
            context.say,
            revision.title,
            [_entry(context, revision, entry) for entry in found[:most]],
            are_more=most < len(found),
        )
        if context.fit.measure(text) <= context.fit.limit:
            break
    context.answer(text, ((about(context, "signatories", revision),),))


async def _is_searchable(context: Context, statement: Statement) -> bool:
    terms = statement.terms
    if terms.searchable_after_close:
        return True
    if terms.closes is not None and context.now >= terms.closes:
        return False
    return (await context.unit.statements.state(statement.id)).finished is None


def _all(context: Context, revision: Revision) -> Button:
    """Back to the beginning of the whole list."""
    return _button(context, revision, "signatories", "")


def _button(context: Context, revision: Revision, name: str, what: str) -> Button:
    return context.button(name, _data(revision, what))


def _named(revision: Revision, name: str, label: str, what: str) -> Button:
    return Button(name, label, _data(revision, what))


def _data(revision: Revision, what: str) -> str:
    return f"{LISTED}:{revision.statement},{revision.language}:{what}"


def _rows(buttons: Sequence[Button], across: int) -> list[tuple[Button, ...]]:
    return [tuple(buttons[at : at + across]) for at in range(0, len(buttons), across)]


def _script(context: Context) -> int:
    """The script that the reader reads first: that of their language."""
    return collation.script_place(own_name(context.say.language))
