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
) -> RichText:
    """A page of `total`, each with the title of its statement; `at_least`: of more even."""
    if not rows:
        return say.gettext("No name has all these words. Type each word whole.")
    entries = (
        entry(say, record, status_name(say, record.status), isolated(title))
        for record, title in rows
    )
    if at_least:
        head = say.gettext("More than {count} names, newest first:", count=say.number(total))
    else:
        head = say.ngettext("{count} name:", "{count} names, newest first:", total)
    return paragraphs(
        head,
        lines(*entries),
        f"{page}/{pages}" if pages > 1 else None,
        say.gettext("Add a word of the name to find fewer, or a page: {cmd}find #2 Amal")
        if pages > 1
        else None,
        say.gettext("{cmd}show and a number brings its card."),
    )


def which_words(say: Voice, example: str) -> RichText:
    return say.gettext("Add words of a name, like this: {example}", example=code(example))
