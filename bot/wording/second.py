"""What needs a second admin: how it is asked in the admin chats, and how it ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.ids import Number
from bot.text.rich import RichText, bold, code, isolated
from bot.wording.deciding import numbered
from bot.wording.reasons import reason_text
from bot.wording.voice import N_, Voice, lines, paragraphs

MOST_NUMBERS = 40
"""Numbers that one line names."""

MOST_REASONS = 5

_VERBS = {
    "reject": N_("reject"),
    "undo": N_("undo"),
    "reopen": N_("reopen"),
    "link": N_("link"),
    "unlink": N_("unlink"),
    "finish": N_("finish"),
    "announce": N_("announce"),
}

Reasons = Mapping[str | None, Sequence[Number]]
"""The numbers by the reason for rejecting them; None where there is none to give."""


def asked(
    say: Voice, verb: str, name: str, numbers: Sequence[Number], reasons: Reasons, most: int
) -> RichText:
    """`name` is the admin's, `most` what one decides alone in ten minutes. Ends with what is typed
    to agree, which names the last number."""
    values = {"name": isolated(bold(name)), "numbers": some_of(say, numbers)}
    count = len(numbers)
    if verb == "reject":
        what = say.ngettext(
            "{name} wants to reject {count} more: {numbers}.",
            "{name} wants to reject {count} more: {numbers}.",
            count,
            **values,
        )
    elif verb == "undo":
        what = say.ngettext(
            "{name} wants to undo {count} more decision: {numbers}.",
            "{name} wants to undo {count} more decisions: {numbers}.",
            count,
            **values,
        )
    elif verb == "link":
        what = say.ngettext(
            "{name} wants to link {count} more to others, as of one organisation: {numbers}.",
            "{name} wants to link {count} more to others, as of one organisation: {numbers}.",
            count,
            **values,
        )
    elif verb == "unlink":
        what = say.ngettext(
            "{name} wants to unlink {count} more: {numbers}.",
            "{name} wants to unlink {count} more: {numbers}.",
            count,
            **values,
        )
    else:
        what = say.ngettext(
            "{name} wants to reopen {count} decision: {numbers}.",
            "{name} wants to reopen {count} decisions: {numbers}.",
            count,
            **values,
        )
    return paragraphs(what, _reasons(say, reasons), _why(say, verb, most), _how(say, numbers[-1]))


def _why(say: Voice, verb: str, most: int) -> RichText:
    if verb == "reopen":
        return say.gettext("Reopening takes two admins.")
    return say.ngettext(
        "More than {count} rejection, undo or link in 10 minutes takes two admins.",
        "More than {count} rejections, undos or links in 10 minutes take two admins.",
        most,
    )


def _how(say: Voice, last: Number) -> RichText:
    return say.gettext(
        "{show} shows a signature. To agree, another admin taps Agree or types {agree}.",
        show=code(f"{say.prefix}show {last}"),
        agree=code(f"{say.prefix}agree {last}"),
    )


def _reasons(say: Voice, reasons: Reasons) -> RichText:
    """The first reasons, each with its numbers."""
    given = [(reason, numbers) for reason, numbers in reasons.items() if reason]
    return lines(
        *(
            say.gettext(
                "{numbers}: {reason}",
                numbers=some_of(say, numbers),
                reason=isolated(reason_text(say, reason)),
            )
            for reason, numbers in given[:MOST_REASONS]
        ),
        "…" if len(given) > MOST_REASONS else None,
    )


def some_of(say: Voice, numbers: Sequence[Number]) -> RichText | str:
    """As many as fit into a line, and how many more there are."""
    shown = numbered(say, numbers[:MOST_NUMBERS])
    if len(numbers) <= MOST_NUMBERS:
        return shown
    more = len(numbers) - MOST_NUMBERS
    return say.ngettext(
        "{numbers} and {count} more", "{numbers} and {count} more", more, numbers=shown
    )


def to_be_reopened(say: Voice, numbers: Sequence[Number]) -> RichText:
    """To who has asked for it."""
    return say.gettext(
        "Another admin has to agree before these are reopened: {numbers}.",
        numbers=numbered(say, numbers),
    )


def agreed(say: Voice) -> RichText:
    return say.gettext("Agreed. It goes ahead now.")


def carried_out(
    say: Voice, verb: str, names: tuple[str, str], done: Sequence[Number], gone: Sequence[Number]
) -> RichText:
    """`names` are who asked and who agreed; what is `gone` could not be done any more."""
    first, second = names
    numbers = some_of(say, done)
    told = {
        "reject": say.gettext("Not accepted: {numbers}.", numbers=numbers),
        "undo": say.gettext("Undone: {numbers}.", numbers=numbers),
        "reopen": say.gettext("Reopened: {numbers}.", numbers=numbers),
        "link": say.gettext("Linked: {numbers}.", numbers=numbers),
        "unlink": say.gettext("Unlinked: {numbers}.", numbers=numbers),
    }
    return paragraphs(
        told[verb] if done else None,
        say.gettext("Changed meanwhile, so left alone: {numbers}.", numbers=some_of(say, gone))
        if gone
        else None,
        say.gettext(
            "{first} asked, {second} agreed.", first=isolated(first), second=isolated(second)
        ),
    )


def declined(say: Voice, name: str, numbers: Sequence[Number]) -> RichText:
    return say.gettext(
        "{name} cancelled this. Nothing was changed: {numbers}.",
        name=isolated(bold(name)),
        numbers=some_of(say, numbers),
    )


def expired(say: Voice, numbers: Sequence[Number]) -> RichText:
    return say.gettext(
        "Nobody agreed for a day. Nothing was changed: {numbers}.", numbers=some_of(say, numbers)
    )


def waiting(say: Voice, rows: Sequence[tuple[str, str, RichText | str, str]]) -> RichText:
    """What waits for a second admin: the verb, who asked, what it is about (`some_of`, or a title),
    and what is typed to agree."""
    if not rows:
        return say.gettext("Nothing waits for a second admin.")
    return paragraphs(
        say.gettext("Waiting for a second admin:"),
        lines(
            *(
                say.gettext(
                    "{name}, {what}, {numbers}: {agree}",
                    name=isolated(name),
                    what=say.gettext(_VERBS[verb]),
                    numbers=about,
                    agree=code(say.prefix + typed),
                )
                for verb, name, about, typed in rows
            )
        ),
    )
