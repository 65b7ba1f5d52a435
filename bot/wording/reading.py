"""What readers see: how a statement opens, its pages, demands."""

from __future__ import annotations

from collections.abc import Sequence

from bot.text.document import BULLET, Item, ItemList, Paragraph
from bot.text.rich import RichText, bold, isolated, italic
from bot.wording.voice import Voice, echoed, lines, paragraphs


def greeting(say: Voice, statements: RichText) -> RichText:
    return paragraphs(
        say.gettext("Hello. Here you can read statements and sign them."),
        statements,
        say.gettext("{cmd}help shows what I can do, {cmd}privacy what I keep about you."),
    )


def statements(say: Voice, titles: Sequence[str]) -> RichText:
    """The list of statements; a button stands for each."""
    if not titles:
        return say.gettext("There are no statements here right now.")
    entries = (BULLET + " " + isolated(bold(title)) for title in titles)
    return lines(say.ngettext("{count} statement:", "{count} statements:", len(titles)), *entries)


def the_statement(say: Voice, title: str, attribution: str, issuers: Sequence[str]) -> RichText:
    """The only statement, and who speaks in it."""
    return paragraphs(
        bold(title),
        attribution and italic(attribution),
        say.gettext("Issued by {names}", names=say.listed(issuers)) if issuers else None,
    )


def unknown_statement(say: Voice, typed: str, known: RichText) -> RichText:
    nothing = say.gettext("There's no statement called “{name}”.", name=echoed(typed))
    return paragraphs(nothing, known)


def which_statement(say: Voice, known: RichText) -> RichText:
    return paragraphs(say.gettext("Which statement?"), known)


def page(text: RichText, number: int, total: int) -> RichText:
    """One page with its number below; a single one needs none."""
    return text if total == 1 else paragraphs(text, f"{number}/{total}")


def text_changed_while_reading(say: Voice) -> str:
    return say.gettext("The text has changed. This is the new one, from the start.").plain


def statement_gone(say: Voice) -> str:
    return say.gettext("This statement is gone. {cmd}statements shows the others.").plain


def no_demands(say: Voice, title: str) -> RichText:
    return say.gettext("“{title}” has no numbered demands.", title=isolated(title))


def no_such_demand(say: Voice, typed: str, count: int) -> RichText:
    return say.ngettext(
        "There's no demand “{typed}”. This statement has {count} demand.",
        "There's no demand “{typed}”. This statement has {count} demands.",
        count,
        typed=echoed(typed),
    )


def one_demand(title: str, demand: RichText) -> RichText:
    """A demand under its statement's title, so that it can stand alone."""
    return paragraphs(bold(title), demand)


def bullets(entries: Sequence[RichText]) -> ItemList:
    """A list of which each entry is one line."""
    items = (Item(BULLET, (Paragraph(entry, 0),), 0) for entry in entries)
    return ItemList(ordered=False, tight=True, items=tuple(items), line=0)
