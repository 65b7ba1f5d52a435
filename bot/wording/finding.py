"""What `find` answers in the admin chat: numbers and names, never what leads to a person."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.endorsement import Endorsement
from bot.text.rich import RichText, code, isolated
from bot.wording.admin import entry
from bot.wording.signing import status_name
from bot.wording.voice import Voice, lines, paragraphs


def found(
    say: Voice,
    rows: Sequence[tuple[Endorsement, str]],
    total: int,
    *,
    page: int = 1,
    pages: int = 1,
    at_least: bool = False,
    complete: bool = True,
    full: bool = False,
    sealed: bool = False,
) -> RichText:
    """A page of `total`, each with the title of its statement; `at_least`: of more even. Some may
    be missing unless it is `complete`, where there are too many for all (`full`), or where names
    are `sealed` to the organisers."""
    missing = paragraphs(
        _missing(say, complete=complete, full=full),
        say.gettext("I don't find names that are sealed to the organisers.") if sealed else None,
    )
    if not rows:
        none = say.gettext("No name has all these words. Type each word whole.")
        return paragraphs(none, missing)
    entries = (
        entry(say, record, status_name(say, record.status), isolated(title))
        for record, title in rows
    )
    if at_least:
        head = say.gettext("More than {count} names:", count=say.number(total))
    else:
        head = say.ngettext("{count} name:", "{count} names:", total)
    return paragraphs(
        head,
        missing,
        lines(*entries),
        f"{page}/{pages}" if pages > 1 else None,
        say.gettext("Add a word of the name to find fewer, or a page: {cmd}find #2 Amal")
        if pages > 1
        else None,
        say.gettext("{cmd}show and a number brings its card."),
    )


def _missing(say: Voice, *, complete: bool, full: bool) -> RichText | None:
    if not complete:
        return say.gettext("I've just started and am still reading names. Try again in a minute.")
    if full:
        return say.gettext(
            "There are too many names for me: of those that aren't public I look through some only."
        )
    return None


def which_words(say: Voice, example: str) -> RichText:
    return say.gettext("Add words of a name, like this: {example}", example=code(example))
