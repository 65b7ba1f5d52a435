"""What is said about a document that somebody sent."""

from __future__ import annotations

from collections.abc import Sequence

from bot.text.rich import RichText, code
from bot.wording.voice import Voice, lines


def unasked(say: Voice, *, asked: bool) -> RichText:
    """In private, where none is taken; `asked` where a question waits for an answer."""
    if asked:
        return say.gettext(
            "I take no files here, and have done nothing with this one. Type your answer, or send "
            "{cmd}cancel."
        )
    return say.gettext(
        "I take no files here, and have done nothing with this one. Here's what I can do:"
    )


def unasked_by_admins(say: Voice, commands: Sequence[str]) -> RichText:
    """`commands` are those below which one can be sent."""
    done_nothing = say.gettext("I've done nothing with this file.")
    if not commands:
        return done_nothing
    for_me = say.gettext("If it's for me, send it again, and write below it what it's for:")
    return lines(done_nothing, for_me, *(code(say.prefix + name) for name in commands))


def too_large(say: Voice, most: int) -> RichText:
    """`most` megabytes."""
    return say.gettext(
        "This file is larger than {most} MB, the most that I read. Part it, and send the parts one "
        "by one.",
        most=most,
    )


def not_fetched(say: Voice, *, later: bool) -> RichText:
    """`later`: it may be had in a moment."""
    if later:
        return say.gettext("I couldn't get this file just now. Send it again in a moment.")
    return say.gettext("I couldn't get this file, and have done nothing. Send it again.")
