"""What `find` answers in the admin chat: numbers and names, never what leads to a person."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.endorsement import Endorsement
from bot.text.rich import RichText, code, isolated
from bot.wording.admin import entry
from bot.wording.signing import status_name
from bot.wording.voice import Voice, lines, paragraphs


def found(
    say: Voice, rows: Sequence[tuple[Endorsement, str]], total: int, *, at_least: bool = False
) -> RichText:
    """The newest of `total`, each with the title of its statement; `at_least`: of more even."""
    if not rows:
        return say.gettext("No name has all of these words. They are looked for as whole words.")
    entries = (
        entry(say, record, status_name(say, record.status), isolated(title))
        for record, title in rows
    )
    if at_least:
        head = say.gettext("More than {count} names found, the newest:", count=say.number(total))
    else:
        head = say.ngettext("{count} name found:", "{count} names found:", total)
    return paragraphs(
        head,
        lines(*entries),
        None if at_least else _more(say, total - len(rows)),
        say.gettext("Another word of the name narrows them down.") if at_least else None,
        say.gettext("{cmd}show and a number brings its card."),
    )


def _more(say: Voice, more: int) -> RichText | None:
    if more <= 0:
        return None
    return say.ngettext(
        "and {count} older one; another word of the name finds it.",
        "and {count} older ones; another word of the name finds them.",
        more,
    )


def which_words(say: Voice, example: str) -> RichText:
    return say.gettext("Please add words of a name, such as {example}", example=code(example))
