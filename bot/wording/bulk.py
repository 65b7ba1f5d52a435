"""What is said of what admins decide about many records at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.domain.bulk import Bulk
from bot.domain.endorsement import Endorsement
from bot.text.rich import RichText, code, isolated, join
from bot.wording.voice import Voice, lines, paragraphs


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
        _question(say, bulk),
        say.gettext("Only: {what}", what=selected) if selected else None,
        lines(*rows),
    )


def _question(say: Voice, bulk: Bulk) -> RichText:
    if bulk.verb == "verify":
        return say.ngettext(
            "Verify this one? It has no marks.",
            "Verify these {count}? They have no marks.",
            bulk.of,
        )
    return say.ngettext(
        "Set this one aside? It stays waiting, and comes to no desk.",
        "Set these {count} aside? They stay waiting, and come to no desk.",
        bulk.of,
    )


def state(
    say: Voice, number: int, bulk: Bulk, now: dt.datetime, until: dt.datetime | None
) -> RichText:
    """How far it is; `until` is when what was verified first can be undone no more."""
    missed = bulk.missed and say.ngettext(
        "{count} was left as it is: it had changed, or waits for another admin already.",
        "{count} were left as they are: they had changed, or wait for another admin already.",
        bulk.missed,
    )
    can_be_undone = bulk.stage == "done" and until is not None
    window = can_be_undone and say.gettext(
        "Undo until {time}", time=isolated(say.moment(until or now, now))
    )
    head = say.gettext("List {number}", number=str(number))
    agreed = bulk.agreed and say.ngettext(
        "{count} takes another admin too, and waits for that.",
        "{count} take another admin too, and wait for that.",
        bulk.agreed,
    )
    told = _so_far(say, bulk), agreed or None, missed or None, window or None
    return paragraphs(head, lines(*told))


def _so_far(say: Voice, bulk: Bulk) -> RichText:
    name, count = isolated(bulk.by.name), say.number(bulk.done - bulk.agreed)
    match bulk.stage, bulk.verb:
        case "done", "verify":
            return say.gettext("Verified by {name}: {count}", name=name, count=count)
        case "done", _:
            return say.gettext("Set aside by {name}: {count}", name=name, count=count)
        case "undone", "verify":
            return say.gettext("Undone, and waiting again: {count}", count=count)
        case "undone", _:
            return say.gettext("Undone, and back in the queue: {count}", count=count)
    return say.gettext(
        "I'm at it: {count}. That takes a moment, and I tell you here when it's done.",
        count=say.number(bulk.of),
    )


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
