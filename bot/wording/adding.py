"""What admins are asked and told who add what came on paper, one by one or as a list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from bot.domain.endorsement import Kind, Visibility
from bot.domain.likeness import Doubt
from bot.domain.paper import MOST_ROWS, Batch, LeftOut, RowFault, Signed, TableFault
from bot.text.document import BULLET
from bot.text.rich import RichText, bold, code, isolated, join
from bot.wording.admin import KIND_NAMES
from bot.wording.desk import CHOICES
from bot.wording.likeness import doubted
from bot.wording.own import visibility_name
from bot.wording.paper import beside
from bot.wording.voice import N_, Voice, lines, paragraphs


def kind_words(say: Voice, kind: Kind) -> list[str]:
    """What it is called in this language, as it is typed."""
    return [
        say.gettext(CHOICES[kind]).plain.casefold(),
        say.gettext(KIND_NAMES[kind]).plain.casefold(),
    ]


def ask_statement(say: Voice) -> RichText:
    return say.gettext("Which statement was signed on paper?")


def ask_kind(say: Voice, title: str) -> RichText:
    return paragraphs(bold(title), say.gettext("Who signed on paper, people or an organisation?"))


def ask_name(say: Voice, title: str, kind: Kind) -> RichText:
    asked = say.gettext("Which name stands on the paper? Reply to this message with it.")
    return paragraphs(bold(title), lines(say.gettext(KIND_NAMES[kind]), asked))


def ask_country(say: Voice, name: str) -> RichText:
    return say.gettext(
        "Which country stands beside {name}? Reply to this message, in any language.",
        name=isolated(bold(name)),
    )


def ask_source(say: Voice, name: str) -> RichText:
    return say.gettext(
        "How did {name} come? Reply to this message with what another admin can check it by, for "
        "example: by letter, 3 May. Only admins and the organisers read that.",
        name=isolated(bold(name)),
    )


def preview(
    say: Voice,
    title: str,
    kind: Kind,
    signed: Signed,
    source: str,
    visibility: Visibility,
    doubts: Iterable[Doubt],
) -> RichText:
    where = say.country(signed.country) if signed.country else signed.place
    return paragraphs(
        lines(bold(title), join(" · ", (say.gettext(KIND_NAMES[kind]), beside(say)))),
        lines(say.alone(bold(signed.name)), where and say.alone(where)),
        lines(
            say.gettext("Source: {text}", text=isolated(source)),
            say.gettext("Name visible: {who}", who=visibility_name(say, visibility)),
            *doubted(say, doubts),
        ),
        say.gettext("Add this? It counts once another admin agrees."),
    )


def statement_left(say: Voice) -> RichText:
    return say.gettext("Nothing was added: that statement is not here any more.")


def not_added(say: Voice) -> RichText:
    return say.gettext("Cancelled. Nothing was added.")


def added(say: Voice, batch: Batch, now: dt.datetime, *, shown: int) -> RichText:
    """What became of it, be it one or a list; `shown` as in `list_preview`. When the undo is over
    it says no more what comes next, as that may have come."""
    count, of_one = len(batch.numbers), len(batch.numbers) == 1
    agree = say.gettext(
        "They count once another admin agrees: {command}",
        command=code(f"{say.prefix}pending paper"),
    )
    told = say.ngettext(
        "Added from paper: {count} signature.", "Added from paper: {count} signatures.", count
    )
    if of_one:
        number = batch.numbers[0]
        told = say.gettext("Added from paper: {number}.", number=bold(f"#{number}"))
        agree = say.gettext(
            "It counts once another admin agrees: {command}",
            command=code(f"{say.prefix}verify {number}"),
        )
    until = now < batch.until and say.gettext(
        "Undo until {time}", time=isolated(say.moment(batch.until, now))
    )
    missing = batch.of - count
    stopped = missing and say.ngettext(
        "{count} was not added: the statement takes none any more.",
        "{count} were not added: the statement takes none any more.",
        missing,
    )
    return paragraphs(
        told,
        stopped or None,
        _all_left_out(say, batch, shown) if batch.left_out else None,
        lines(agree, until) if count and until else None,
    )


def under_way(say: Voice, batch: Batch, parts: int) -> RichText:
    """A list that is read, added or taken back, of which so many `parts` are done."""
    percent = isolated(say.percent(parts / batch.parts if batch.parts else 0))
    what = {
        "checking": N_("Comparing the list with what's there: {percent}"),
        "adding": N_("Adding from paper: {percent}"),
        "undoing": N_("Taking back what was added from paper: {percent}"),
    }
    return say.gettext(what[batch.stage], percent=percent)


def undone(say: Voice, count: int, kept: int) -> RichText:
    """`kept` of them were decided meanwhile."""
    return lines(
        say.ngettext(
            "Taken back and erased: {count} signature from paper.",
            "Taken back and erased: {count} signatures from paper.",
            count,
        ),
        say.ngettext(
            "{count} was decided meanwhile, and stays.",
            "{count} were decided meanwhile, and stay.",
            kept,
        )
        if kept
        else None,
    )


def too_late(say: Voice) -> str:
    return say.gettext(
        "This can't be taken back any more: the 10 minutes are over. To erase one of them, don't "
        "accept it: {cmd}reject"
    ).plain


def expired(say: Voice) -> RichText:
    return say.gettext("Nobody confirmed this list within a day. Nothing was added.")


def unfinished(say: Voice) -> RichText:
    return say.gettext("Nobody finished this within a day. Nothing was added.")


def list_usage(say: Voice, statement: str) -> RichText:
    """Below a file that came without what is needed."""
    return say.gettext(
        "How did this list come? Send the file again, and write below it, for example: {example}",
        example=code(f"{say.prefix}add {statement} by letter, 3 May"),
    )


_FAULTS = {
    TableFault.KIND: N_("I read lists from CSV, TSV, XLSX and ODS files. Save it as one of these."),
    TableFault.UNREADABLE: N_(
        "I can't read a list of names in this file. Put a heading over each column, one of them "
        "Name, save it as CSV or XLSX, and send it again."
    ),
    TableFault.TOO_MANY: N_("This list has more than {count} lines. Part it, and send the parts."),
}


def fault(say: Voice, why: TableFault) -> RichText:
    return say.gettext(_FAULTS[why], count=say.number(MOST_ROWS))


_LEFT_OUT = {
    RowFault.NAMELESS: N_("Line {line}: no name"),
    RowFault.BAD_NAME: N_("Line {line}: a name, a place or an affiliation that can't be shown"),
    RowFault.TWICE: N_("Line {line}: the same as line {other}"),
    RowFault.STANDS: N_("Line {line}: the same as {record}, which is here already"),
}
_COLUMNS = {
    "name": N_("name"),
    "affiliation": N_("affiliation"),
    "country": N_("country"),
    "used": N_("not used"),
}


def left_out(say: Voice, row: LeftOut) -> RichText:
    """Why a line of a list is not added."""
    other = say.number(row.other) if row.other else ""
    record = bold(f"#{row.other}")
    return say.gettext(_LEFT_OUT[row.why], line=say.number(row.line), other=other, record=record)


def list_preview(say: Voice, batch: Batch, title: str, *, shown: int) -> RichText:
    """`shown` of the lines that are left out are named; all stand in a file where that is not
    all."""
    columns = [
        say.gettext(_COLUMNS[what]).plain + ": " + ", ".join(heads)
        for what, heads in batch.columns
        if what in _COLUMNS
    ]
    return paragraphs(
        lines(
            bold(title),
            join(" · ", (say.gettext(CHOICES[batch.kind]), beside(say))),
            say.gettext("Source: {text}", text=isolated(batch.source)),
            say.gettext("Name visible: {who}", who=visibility_name(say, batch.visibility)),
        ),
        say.gettext("Columns: {columns}", columns=isolated(" · ".join(columns)))
        if columns
        else None,
        lines(
            say.ngettext("{count} signature, such as:", "{count} signatures, such as:", batch.of),
            *(f"{BULLET} " + isolated(name) for name in batch.first),
        )
        if batch.of
        else say.gettext("No line is left that could be added."),
        _all_left_out(say, batch, shown) if batch.left_out else None,
        say.gettext("Add these? They count once another admin agrees.") if batch.of else None,
    )


def _all_left_out(say: Voice, batch: Batch, shown: int) -> RichText:
    count = len(batch.left_out)
    more = max(count - shown, 0)
    return lines(
        say.ngettext("{count} line is left out:", "{count} lines are left out:", count),
        *(left_out(say, row) for row in batch.left_out[:shown]),
        say.gettext("{count} more stand in the file below.", count=say.number(more))
        if more
        else None,
        say.gettext("One that is somebody else of the same name: {cmd}add"),
    )


def left_out_file(say: Voice) -> RichText:
    """Below the file of them."""
    return say.gettext("The lines of the list that are left out.")


def left_out_text(say: Voice, rows: Iterable[LeftOut]) -> str:
    """What stands in that file."""
    return "".join(left_out(say, row).plain + "\n" for row in rows)


def nothing_open(say: Voice) -> RichText:
    return say.gettext("There is no statement here that anything can be added to.")


def done_already(say: Voice, batch: Batch) -> RichText:
    """To who presses twice."""
    if batch.stage == "undoing":
        return say.gettext("That is being taken back already.")
    if batch.stage == "adding":
        return say.gettext("That is being added already.")
    return say.gettext("That was added already.")
