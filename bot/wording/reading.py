"""What readers see: how a statement opens, its pages, demands, a text to share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain.ids import Language
from bot.text.document import BULLET, Item, ItemList, Paragraph
from bot.text.rich import RichText, bold, code, isolated, italic, join
from bot.wording.voice import Voice, echoed, lines, own_name, paragraphs


def greeting(say: Voice, statements: RichText) -> RichText:
    return paragraphs(
        say.gettext(
            "Hello. I hand out statements, take endorsements and tell you when they are verified."
        ),
        statements,
        say.gettext("{cmd}help lists everything that I can do; {cmd}privacy says what I store."),
    )


def statements(say: Voice, titles: Sequence[str]) -> RichText:
    """The list of statements; a button stands for each."""
    if not titles:
        return say.gettext("There is no statement here at the moment.")
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
    return paragraphs(say.gettext("I know no statement “{name}”.", name=echoed(typed)), known)


def which_statement(say: Voice, known: RichText) -> RichText:
    return paragraphs(say.gettext("Which one?"), known)


def cover(
    say: Voice,
    *,
    title: str,
    attribution: str,
    issuers: Sequence[str],
    minutes: int,
    verified: int,
    goal: int | None,
    language: Language,
    languages: Iterable[Language],
) -> RichText:
    """How `read` opens. `minutes` is the reading time, `verified` the endorsements that count."""
    others = [own_name(other) for other in languages if other != language]
    count = say.ngettext("{count} verified endorsement", "{count} verified endorsements", verified)
    if goal:
        count = say.gettext("{count}, goal {goal}", count=count, goal=say.number(goal))
    return paragraphs(
        the_statement(say, title, attribution, issuers),
        lines(
            say.ngettext("Reading time: {count} minute", "Reading time: {count} minutes", minutes),
            count,
            say.gettext("Language: {name}", name=isolated(own_name(language))),
            say.gettext("Also in {names}", names=say.listed(others)) if others else None,
        ),
    )


def page(text: RichText, number: int, total: int) -> RichText:
    """One page with its number below; a single one needs none."""
    return text if total == 1 else paragraphs(text, f"{number}/{total}")


def text_changed_while_reading(say: Voice) -> str:
    return say.gettext(
        "The text has been changed since; this is the new one, from its beginning."
    ).plain


def statement_gone(say: Voice) -> str:
    return say.gettext(
        "This statement is not here any more. {cmd}statements lists those that are."
    ).plain


def no_demands(say: Voice, title: str) -> RichText:
    return say.gettext("“{title}” has no numbered demands.", title=isolated(title))


def no_such_demand(say: Voice, typed: str, count: int) -> RichText:
    return say.ngettext(
        "There is no demand {typed}: this statement has {count} demand. {cmd}demands shows it.",
        "There is no demand {typed}: this statement has {count} demands. {cmd}demands shows them.",
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


def share(
    say: Voice,
    *,
    title: str,
    attribution: str,
    demands: Sequence[RichText],
    verified: int,
    source: str,
    link: str | None,
    command: str,
) -> RichText:
    """A text that stands alone when it is forwarded."""
    return paragraphs(
        bold(title),
        attribution,
        join("\n", demands) if demands else None,
        say.ngettext(
            "{count} verified endorsement so far.",
            "{count} verified endorsements so far.",
            verified,
        )
        if verified
        else None,
        source and say.gettext("Source: {source}", source=isolated(source)),
        say.gettext("Read and sign: {link}", link=isolated(link))
        if link
        else say.gettext("To read and sign, send the bot {command}", command=code(command)),
    )
