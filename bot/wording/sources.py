"""What admins read of the words in links: how many came by which, and the links themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.domain.sources import MOST_WORDS, OF, OTHER, Adding, Came
from bot.text.rich import RichText, bold, code, isolated
from bot.wording.voice import Voice, echoed, lines, paragraphs


def counts(say: Voice, rows: Sequence[tuple[str, Came]], until: dt.datetime) -> RichText:
    """Of all statements together, by word."""
    if not rows:
        return say.gettext(
            "A public word in a link tells how many came by it, and never who. To make one: "
            "{example}",
            example=code(f"{say.prefix}sources add flyer"),
        )
    return paragraphs(
        lines(*(_line(say, word, came) for word, came in rows)),
        _how(say, until),
        say.gettext(
            "What's verified isn't counted by word: I don't keep by which link anybody came."
        ),
    )


def of_word(say: Voice, word: str, came: Came, until: dt.datetime) -> RichText:
    return paragraphs(_line(say, word, came), _how(say, until))


def links(say: Voice, counted: RichText, title: str, found: Sequence[str]) -> RichText:
    """Of one statement and word, below what was `counted`."""
    return paragraphs(
        say.alone(bold(title)),
        lines(*map(isolated, found))
        if found
        else say.gettext("No platform of this bot has links that can hold a word."),
        counted,
    )


def added(say: Voice, word: str, outcome: Adding) -> RichText:
    """To who would count by that word."""
    match outcome:
        case Adding.DONE:
            return say.gettext(
                "From now on I count how many come by “{word}”. It should name a place, not a "
                "person. Its links:",
                word=isolated(word),
            )
        case Adding.KNOWN:
            return say.gettext("There's a word “{word}” already. Its links:", word=isolated(word))
        case Adding.FULL:
            return say.ngettext(
                "There's {count} word already, and there can't be more. {cmd}sources remove takes "
                "one away, with its counts.",
                "There are {count} words already, and there can't be more. {cmd}sources remove "
                "takes one away, with its counts.",
                MOST_WORDS,
            )
        case Adding.ODD:
            return say.gettext(
                "“{word}” can't be a word in a link: take up to 16 of a–z, 0–9 and -. For example: "
                "{example}",
                word=echoed(word),
                example=code(f"{say.prefix}sources add flyer"),
            )


def removed(say: Voice, word: str) -> RichText:
    return say.gettext(
        "“{word}” isn't counted by any more, and its counts are gone. Its links still work.",
        word=isolated(word),
    )


def unknown(say: Voice, word: str) -> RichText:
    return say.gettext(
        "There's no word “{word}”. {cmd}sources shows those that there are, {cmd}sources add makes "
        "one.",
        word=echoed(word),
    )


def _line(say: Voice, word: str, came: Came) -> RichText:
    named = say.gettext("other words") if word == OTHER else isolated(word)
    return say.gettext(
        "{word}: opened {opened}, signed {signed}",
        word=bold(named),
        opened=_about(say, came.opened),
        signed=_about(say, came.signed),
    )


def _about(say: Voice, count: int) -> RichText:
    return isolated(f"{say.number(count)}+" if count else f"< {OF}")


def _how(say: Voice, until: dt.datetime) -> RichText:
    return say.gettext(
        "Until {time}, rounded down to multiples of {count}.",
        time=isolated(say.moment(until, placed=True)),
        count=say.number(OF),
    )
