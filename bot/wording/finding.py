"""What `find` answers in the admin chat: numbers and names, never what leads to a person."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.endorsement import Endorsement
from bot.text.rich import RichText, bold, code, isolated
from bot.wording.admin import KIND_NAMES
from bot.wording.signing import status_name
from bot.wording.voice import Voice, lines, paragraphs


def found(say: Voice, rows: Sequence[tuple[Endorsement, str]], total: int) -> RichText:
    """The newest of `total`, each with the title of its statement."""
    if not rows:
        return say.gettext("No name has all of these words. They are looked for as whole words.")
    entries = (
        lines(
            bold(f"#{record.number}") + " " + isolated(record.name or "–"),
            "  "
            + say.gettext(KIND_NAMES[record.kind])
            + " · "
            + status_name(say, record.status)
            + " · "
            + isolated(title),
        )
        for record, title in rows
    )
    more = total - len(rows)
    return paragraphs(
        say.ngettext("{count} name found:", "{count} names found:", total),
        lines(*entries),
        say.ngettext(
            "and {count} older one; another word of the name finds it.",
            "and {count} older ones; another word of the name finds them.",
            more,
        )
        if more > 0
        else None,
        say.gettext("{cmd}show and a number brings its card."),
    )


def which_words(say: Voice, example: str) -> RichText:
    return say.gettext("Please add words of a name, such as {example}", example=code(example))


def too_long(say: Voice, length: int, most: int) -> RichText:
    return say.ngettext(
        "That has {count} character, and {most} fit. Please type fewer words.",
        "That has {count} characters, and {most} fit. Please type fewer words.",
        length,
        most=say.number(most),
    )
