"""What people see of their own records, and what they may type for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from bot.domain.endorsement import Details, Endorsement, Visibility
from bot.domain.ids import Number
from bot.domain.pace import Wait
from bot.text.rich import RichText, bold, code, isolated
from bot.wording import appeals, excepting, pace
from bot.wording.publication import not_listed_yet
from bot.wording.reasons import reason_line
from bot.wording.signing import code_line, short, status_name
from bot.wording.voice import N_, Voice, lines, paragraphs

VISIBILITY_NAMES = {
    Visibility.PUBLIC: N_("public"),
    Visibility.ORGANISERS: N_("organisers only"),
    Visibility.COUNTED: N_("counted only"),
}


def visibility_name(say: Voice, visibility: Visibility) -> RichText:
    return say.gettext(VISIBILITY_NAMES[visibility])


def mine(
    say: Voice,
    records: Sequence[tuple[Endorsement, str]],
    waits: Mapping[Number, Wait],
    *,
    finished: bool,
) -> RichText:
    """A person's records, each with the title of its statement, and with what may be said of those
    that wait; `finished`: there are statements of which nobody is known any more."""
    told = unknown_signers(say) if finished else None
    if not records:
        nothing = say.gettext("You haven't signed anything with this account. {cmd}sign begins.")
        return paragraphs(nothing, told)
    return paragraphs(
        *(one(say, record, title, wait=waits.get(record.number)) for record, title in records),
        say.gettext("Tap one to see or change it."),
        told,
    )


def of_group(
    say: Voice, records: Sequence[tuple[Endorsement, str]], waits: Mapping[Number, Wait]
) -> RichText:
    """What everybody in a group may know of what it has endorsed; empty where it has not."""
    return paragraphs(
        *(
            lines(
                bold(f"#{record.number}") + " " + say.alone(bold(title)),
                say.gettext("State: {state}", state=status_name(say, record.status)),
                pace.waiting(say, waits.get(record.number)),
                reason_line(say, record),
            )
            for record, title in records
        )
    )


def unknown_signers(say: Voice) -> RichText:
    """To whoever asks for what they signed, as nobody can tell who that was."""
    return say.gettext(
        "Of a finished statement I don't know any more who signed it. Names on its public list "
        "stay there."
    )


def one(
    say: Voice,
    record: Endorsement,
    title: str,
    now: dt.datetime | None = None,
    in_log: str | None = None,
    which: RichText | None = None,
    wait: Wait | None = None,
) -> RichText:
    """A record as its owner sees it; `now` and its code in the log where buttons stand below;
    `which` says whether another text has come since, `wait` what may be said where it waits."""
    details = record.details or Details()
    where = say.country(record.country) if record.country else details.place
    return lines(
        bold(f"#{record.number}") + " " + say.alone(bold(title)),
        say.gettext("State: {state}", state=status_name(say, record.status)),
        pace.waiting(say, wait),
        reason_line(say, record),
        appeals.own(say, record) or appeals.offer(say, record),
        record.name and say.gettext("Name: {name}", name=isolated(record.name)),
        sealed_name(say, record),
        _affiliation(say, details),
        where and say.gettext("Where: {place}", place=isolated(where)),
        excepting.line(say, record.excepts),
        say.gettext("Who sees the name: {who}", who=visibility_name(say, record.visibility)),
        not_listed_yet(say, record),
        say.gettext("Text you signed: {digest}", digest=code(short(record.digest))),
        which,
        in_log and code_line(say, in_log),
        _left(say, record, now) if now is not None else None,
    )


def sealed_name(say: Voice, record: Endorsement) -> RichText | None:
    if not record.has_sealed_name:
        return None
    return say.gettext("Name: sealed. Only the organisers can read it.")


def _affiliation(say: Voice, details: Details) -> RichText | None:
    if not details.affiliation:
        return None
    text = isolated(details.affiliation)
    if details.affiliation_shown:
        return say.gettext("Affiliation: {text} (goes with your name)", text=text)
    return say.gettext("Affiliation: {text} (organisers only)", text=text)


def _left(say: Voice, record: Endorsement, now: dt.datetime) -> RichText | None:
    """How long the name can still be kept."""
    if not record.will_be_erased or record.undo_until is None:
        return None
    minutes = max(1, -((now - record.undo_until) // dt.timedelta(minutes=1)))
    return say.ngettext(
        "{count} minute left to undo, then your name is erased for good.",
        "{count} minutes left to undo, then your name is erased for good.",
        minutes,
    )


def which_to_withdraw(say: Voice, records: Sequence[tuple[Endorsement, str]]) -> RichText:
    return paragraphs(
        say.gettext("Which one?"),
        *(one(say, record, title) for record, title in records),
    )


def mine_usage(say: Voice) -> RichText:
    return paragraphs(
        say.gettext("To change a signature, type its number and one of these words:"),
        lines(*(isolated(f"{say.prefix}mine 12 {word}") for word in _WORDS)),
    )


_WORDS = (
    *(
        "text",
        "proof",
        "public",
        "organisers",
        "counted",
        "name …",
        "country …",
        "affiliation …",
        "except …",
        "shown",
        "hidden",
    ),
    "undo",
)


def signed_text(say: Voice, record: Endorsement, title: str) -> RichText:
    return lines(
        say.gettext("The text you signed as {number}:", number=bold(f"#{record.number}")),
        bold(title),
    )


def proof(say: Voice, record: Endorsement, in_log: str) -> RichText:
    """Beside the file that proves what the log says of a record."""
    return paragraphs(
        say.gettext(
            "This file proves what the log says of {number}. Your code in it: {code}",
            number=bold(f"#{record.number}"),
            code=code(in_log),
        ),
        say.gettext(
            "Keep it. If your signature is dropped or changed later, you can show with it that it "
            "was there."
        ),
    )


def no_proof(say: Voice, record: Endorsement) -> RichText:
    """While it does not count yet, or where it never did."""
    number = bold(f"#{record.number}")
    if record.stands:
        return say.gettext("{number} isn't counted yet. Ask again once it is.", number=number)
    return say.gettext("{number} was never counted, so there's nothing to prove.", number=number)
