"""What is said of what admins decide about many records at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.domain.bulk import Bulk
from bot.domain.endorsement import Endorsement
from bot.text.rich import RichText, code, isolated, join
from bot.wording.voice import N_, Voice, lines, paragraphs

_ASK = {
    "verify": (
        N_("Verify this one? It has no marks."),
        N_("Verify these {count}? They have no marks."),
    ),
    "aside": (
        N_("Set this one aside? It stays waiting, and comes to no desk."),
        N_("Set these {count} aside? They stay waiting, and come to no desk."),
    ),
}
_DOING = {
    "verify": (N_("I'm verifying {count}."), N_("I'm verifying {count}. That takes a moment.")),
    "aside": (N_("I'm setting {count} aside."), N_("I'm setting {count} aside.")),
}
_DONE = {
    "verify": (N_("{name} has verified {count}."), N_("{name} has verified {count} at once.")),
    "aside": (N_("{name} has set {count} aside."), N_("{name} has set {count} aside.")),
}
_UNDOING = (N_("I'm undoing that for {count}."), N_("I'm undoing that for {count}."))
_UNDONE = {
    "verify": (
        N_("Undone: {count} is waiting again."),
        N_("Undone: {count} are waiting again."),
    ),
    "aside": (
        N_("Undone: {count} is back in the queue."),
        N_("Undone: {count} are back in the queue."),
    ),
}


def ask(say: Voice, bulk: Bulk, selected: str, page: Sequence[Endorsement]) -> RichText:
    """The question, and a page of those that it is about."""
    rows = (
        join(
            " · ",
            (
                f"#{record.number} " + isolated(record.name or "–"),
                *([say.country(record.country)] if record.country else []),
            ),
        )
        for record in page
    )
    return paragraphs(
        say.ngettext(*_ASK[bulk.verb], bulk.of),
        say.gettext("Only: {what}", what=selected) if selected else None,
        lines(*rows),
    )


def state(
    say: Voice, number: int, bulk: Bulk, now: dt.datetime, until: dt.datetime | None
) -> RichText:
    """How far it is; `until` is when what was verified first can be undone no more."""
    head = say.gettext("List {number}", number=str(number))
    missed = bulk.missed and say.ngettext(
        "{count} had changed in the meantime and was left as it is.",
        "{count} had changed in the meantime and were left as they are.",
        bulk.missed,
    )
    name = isolated(bulk.by.name)
    match bulk.stage:
        case "asked" | "doing":
            text = say.ngettext(*_DOING[bulk.verb], bulk.of)
        case "done":
            text = say.ngettext(*_DONE[bulk.verb], bulk.done, name=name)
        case "undoing":
            text = say.ngettext(*_UNDOING, bulk.of)
        case _:
            text = say.ngettext(*_UNDONE[bulk.verb], bulk.done)
    window = (
        say.gettext("Undo until {time}", time=isolated(say.moment(until, now)))
        if bulk.stage == "done" and until is not None
        else None
    )
    return paragraphs(head, lines(text, missed or None, window))


def nothing_fits(say: Voice) -> RichText:
    return say.gettext("Nothing that waits fits this.")


def no_unmarked(say: Voice) -> RichText:
    return say.gettext("None of them is without marks. Decide them one by one.")


def over(say: Voice) -> RichText:
    return say.gettext("That can't be undone any more.")


def which(say: Voice) -> RichText:
    return say.gettext(
        "There's no such list. {command} shows the last ones.",
        command=code(f"{say.prefix}bulk"),
    )


def latest(say: Voice, bulks: Sequence[tuple[int, Bulk]], now: dt.datetime) -> RichText:
    """The last ones, one a line."""
    if not bulks:
        return say.gettext("Nothing was decided about many at once yet.")
    return paragraphs(*(state(say, number, bulk, now, None) for number, bulk in bulks))
