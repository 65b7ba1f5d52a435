"""What stands on an admin's desk: how much waits, the record to decide, what resembles it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from bot.domain.endorsement import Endorsement
from bot.domain.ids import AdapterName
from bot.domain.selection import PAPER, REACH, Selection, Waiting
from bot.text.rich import RichText, bold, code, isolated, join
from bot.wording.cover import signers
from bot.wording.deciding import way
from bot.wording.signing import status_name
from bot.wording.voice import N_, Voice, lines

CHOICES = {
    "person": N_("People"),
    "organisation": N_("Organisations"),
    "marked": N_("With marks"),
    "unmarked": N_("Without marks"),
    "wave": N_("From a wave"),
    "aside": N_("Set aside"),
    "paper": N_("From paper"),
}
"""What a desk can be filtered by, where that is no name."""


def head(
    say: Voice, waiting: Waiting, selection: Selection, title: str, now: dt.datetime
) -> RichText:
    """How much waits, for how long, and what the desk is filtered by; `title` is that of the
    selection's statement."""
    counts = signers(say, waiting.persons, waiting.organisations)
    chosen = selected(say, selection, title)
    if not counts or waiting.oldest is None:
        if waiting.at_least:
            first = say.number(REACH)
            nothing = say.gettext("None of the first {count} that wait fits this.", count=first)
            return lines(nothing, say.gettext("Only: {what}", what=chosen))
        nothing = (
            say.gettext("Nothing that waits fits this.")
            if chosen
            else say.gettext("Nothing is waiting.")
        )
        return lines(nothing, chosen and say.gettext("Only: {what}", what=chosen))
    if waiting.at_least:
        counts = say.gettext("at least {who}", who=counts)
    age = now - waiting.oldest
    # Of when somebody signed only the hour is known.
    waits = (
        say.gettext("Waiting: {counts}.", counts=bold(counts))
        if age < dt.timedelta(hours=1)
        else say.gettext(
            "Waiting: {counts}. The oldest: {age}.", counts=bold(counts), age=say.lasting(age)
        )
    )
    return lines(
        waits,
        chosen and say.gettext("Only: {what}", what=chosen),
    )


def selected(say: Voice, selection: Selection, title: str) -> str:
    """What a selection goes by, as a list; empty for one that takes all."""
    name = selection.name and say.gettext("name “{words}”", words=isolated(selection.name)).plain
    moments = (
        selection.since and say.gettext("since {time}", time=say.moment(selection.since)).plain,
        selection.before and say.gettext("before {time}", time=say.moment(selection.before)).plain,
    )
    parts = (
        title,
        selection.kind and _choice(say, selection.kind),
        selection.country and say.country(selection.country),
        selection.language and say.language_name(selection.language),
        selection.platform and platform(say, selection.platform),
        selection.marked is not None and _choice(say, "marked" if selection.marked else "unmarked"),
        selection.wave and _choice(say, "wave"),
        selection.aside and _choice(say, "aside"),
        *moments,
        name,
    )
    shown = [part for part in parts if part]
    return say.listed(shown) if shown else ""


def _choice(say: Voice, name: str) -> str:
    return say.gettext(CHOICES[name]).plain


def platform(say: Voice, name: AdapterName) -> str:
    """How a selection, or a button, calls it."""
    return _choice(say, name) if name == PAPER else name.capitalize()


def beside(say: Voice, records: Iterable[Endorsement]) -> RichText:
    """Records whose names resemble the one above, to be compared with it."""
    return lines(
        *(
            join(
                " · ",
                (
                    bold(f"#{one.number}") + " " + isolated(one.name or "–"),
                    *([say.country(one.country)] if one.country else []),
                    status_name(say, one.status),
                ),
            )
            for one in records
        )
    )


def in_a_wave(say: Voice) -> RichText:
    return say.gettext("It came in a wave: far more than usual at that time.")


def set_aside(say: Voice, bulk: int) -> RichText:
    return say.gettext("Set aside (list {number}).", number=str(bulk))


def held(say: Voice, name: str) -> RichText:
    return say.gettext("{name} has this open too.", name=isolated(name))


def only_held(say: Voice, names: Sequence[str]) -> RichText:
    """Where nothing is left but what others have open."""
    return say.gettext(
        "What is left is open at the desk of {names}. It comes back to you in a few minutes.",
        names=say.listed(names),
    )


def others_left(say: Voice) -> RichText:
    """Where nothing is left but what this admin has had their say about, or has asked a second
    one for."""
    return say.gettext("What is left waits for another admin.")


def last_one(say: Voice) -> RichText:
    return say.gettext("You've seen all that's waiting. This one comes round again.")


def further_down(say: Voice) -> RichText:
    return say.gettext("Your desk is further down.")


def not_yours(say: Voice, name: str) -> RichText:
    return say.gettext(
        "This is the desk of {name}. {cmd}pending opens your own.", name=isolated(name)
    )


def nothing_to_undo(say: Voice) -> RichText:
    return say.gettext("There's nothing you can undo here.")


def why(say: Voice, record: Endorsement, *, is_told: bool) -> RichText:
    """What follows the record for whose rejection a reason is chosen."""
    return lines(
        bold(say.gettext("Why? Tap a reason, or reply to this message with yours.")),
        way(say, record, is_told=is_told),
    )


def what_to_ask(say: Voice) -> RichText:
    return bold(say.gettext("What do you want to ask? Reply to this message with the question."))


def filter_by(say: Voice) -> RichText:
    return say.gettext("What do you want to see? Each choice narrows it down.")


def filter_words(say: Voice, typed: str) -> RichText:
    """What can stand behind `pending`, where a word is none of it."""
    prefix = say.prefix
    return say.gettext(
        "I don't know “{word}” here. For example: {first} or {second}",
        word=isolated(typed),
        first=code(f"{prefix}pending organisation TN"),
        second=code(f"{prefix}pending unmarked name Amal"),
    )
