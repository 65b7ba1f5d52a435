"""What people see of their own records, and of changing and erasing them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from bot.domain.endorsement import Details, Endorsement, Status, Visibility
from bot.domain.ids import Country, Language, Number
from bot.domain.retention import Retention, ends
from bot.text.document import Document, Paragraph
from bot.text.rich import RichText, bold, code, isolated
from bot.wording import excepting
from bot.wording.publication import not_listed_yet
from bot.wording.reasons import reason_line
from bot.wording.retention import erased_on
from bot.wording.signing import code_line, short, status_name
from bot.wording.voice import N_, Voice, echoed, lines, own_name, paragraphs

VISIBILITY_NAMES = {
    Visibility.PUBLIC: N_("public"),
    Visibility.ORGANISERS: N_("organisers only"),
    Visibility.COUNTED: N_("counted only"),
}

Asked = Sequence[tuple[str, str | None]]
"""Questions of the admins, each with its answer, if there is one."""


def visibility_name(say: Voice, visibility: Visibility) -> RichText:
    return say.gettext(VISIBILITY_NAMES[visibility])


def mine(say: Voice, records: Sequence[tuple[Endorsement, str]], *, finished: bool) -> RichText:
    """A person's records, each with the title of its statement; `finished`: there are statements
    of which nobody is known any more."""
    told = unknown_signers(say) if finished else None
    if not records:
        nothing = say.gettext("You haven't signed anything with this account. {cmd}sign begins.")
        return paragraphs(nothing, told)
    return paragraphs(
        *(one(say, record, title) for record, title in records),
        say.gettext("Tap one to see or change it."),
        told,
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
) -> RichText:
    """A record as its owner sees it; `now` and its code in the log where buttons stand below;
    `which` says whether another text has come since."""
    details = record.details or Details()
    where = say.country(record.country) if record.country else details.place
    return lines(
        bold(f"#{record.number}") + " " + say.alone(bold(title)),
        say.gettext("State: {state}", state=status_name(say, record.status)),
        reason_line(say, record),
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


def ask_to_mend(say: Voice, field: str) -> RichText:
    if field == "name":
        return say.gettext("What's the right name? The organisers verify it again.")
    return say.gettext("What's the right affiliation? The organisers verify it again.")


def ask_name_anew(say: Voice, number: Number) -> RichText:
    return paragraphs(
        say.gettext(
            "I can't read all that you gave for {number} any more: it's sealed to the organisers.",
            number=bold(f"#{number}"),
        ),
        say.gettext(
            "To change it, type your name again. Then it waits to be verified anew. Until that, it "
            "isn't counted."
        ),
    )


def ask_affiliation_anew(say: Voice, number: Number) -> RichText:
    return say.gettext(
        "And your affiliation? Type it, or skip it. Then {number} waits to be verified anew, and "
        "isn't counted until that.",
        number=bold(f"#{number}"),
    )


def ask_to_locate(say: Voice) -> RichText:
    return say.gettext(
        "Which country are you in? Type its name in any language. “Skip” shows no country."
    )


def did_you_mean(say: Voice, typed: str, country: Country) -> RichText:
    return say.gettext(
        "Did you mean {country}? Tap it, or type “{name}” again to keep it as it is.",
        name=echoed(typed),
        country=isolated(say.country(country)),
    )


def changed(say: Voice, record: Endorsement) -> RichText:
    """After words that are verified anew, or after what needs no verifying."""
    if record.status is Status.PENDING:
        return say.gettext(
            "Changed. The organisers verify {number} again.", number=bold(f"#{record.number}")
        )
    return say.gettext("Changed.")


def unchanged(say: Voice) -> RichText:
    return say.gettext("Nothing has changed.")


def ask_to_erase(say: Voice, record: Endorsement) -> RichText:
    """Before a name is only counted. A pending one is needed until it has been verified."""
    number = bold(f"#{record.number}")
    if record.status is Status.PENDING:
        return say.gettext(
            "Erase your name from {number} once it's verified? It'll still count. You can't get "
            "the name back then.",
            number=number,
        )
    return say.gettext(
        "Erase your name from {number}? It'll still count. You have 10 minutes to undo this, then "
        "the name is gone for good.",
        number=number,
    )


def mydata(
    say: Voice,
    rows: Sequence[tuple[Endorsement, str, Asked]],
    language: Language | None,
    contact: str | None,
    rules: Retention,
) -> Document:
    """Everything that is held about a person, each record with the title of its statement;
    `contact` is whom they ask about what is sealed."""
    head = [
        say.gettext("This is everything I hold about you."),
        say.gettext("Language you chose: {name}", name=isolated(own_name(language)))
        if language
        else None,
        None if rows else say.gettext("You haven't signed anything with this account."),
        _sealed(say, contact) if any(record.entrusted for record, _, _ in rows) else None,
    ]
    records = [
        lines(one(say, record, title), *_held(say, record, rules), *_asked(say, asked))
        for record, title, asked in rows
    ]
    parts = [lines(*head), *records]
    return Document(tuple(Paragraph(part, 0) for part in parts))


def _sealed(say: Voice, contact: str | None) -> RichText:
    return paragraphs(
        say.gettext(
            "What isn't public of a decided signature is sealed to the organisers: only they can "
            "read it. {cmd}withdraw and {cmd}forget erase it here."
        ),
        whom_to_ask(say, contact) or say.gettext("To see or correct it, ask the organisers."),
    )


def whom_to_ask(say: Voice, contact: str | None) -> RichText | None:
    if contact is None:
        return None
    return say.gettext("To see or correct it, ask: {contact}", contact=isolated(contact))


def _held(say: Voice, record: Endorsement, rules: Retention) -> Iterator[RichText]:
    details = record.details or Details()
    yield say.gettext("Signed: {day}", day=isolated(say.date(record.hour.date())))
    if day := ends(record, rules):
        yield erased_on(say, day)
    if record.published:
        yield say.gettext("It's on the public list.")
    if record.wants_updates:
        yield say.gettext("I tell you if the text changes.")
    yield (
        say.gettext("I keep the address of this chat for it.")
        if record.route is not None
        else say.gettext("I don't keep the address of this chat for it.")
    )
    if details.unreachable:
        yield say.gettext(
            "I haven't been able to reach you since {day}.",
            day=isolated(say.date(details.unreachable)),
        )
    if record.withdrawals:
        yield say.ngettext("Withdrawn {count} time", "Withdrawn {count} times", record.withdrawals)
    if record.rejections:
        yield say.ngettext(
            "Not accepted {count} time", "Not accepted {count} times", record.rejections
        )


def _asked(say: Voice, asked: Asked) -> Iterator[RichText]:
    for question, answer in asked:
        yield say.gettext("Asked: {question}", question=isolated(question))
        if answer is not None:
            yield say.gettext("Answered: {answer}", answer=isolated(answer))


def mydata_file(say: Voice) -> RichText:
    return say.gettext("The same as a file, with the texts you signed.")


def which_to_delete(say: Voice) -> RichText:
    return say.gettext(
        "Reply with {cmd}delete to the message of mine that should go. Your signatures stay; "
        "{cmd}withdraw takes one back."
    )


def deleted(say: Voice) -> RichText:
    """What stands for a message that the platform keeps; it may also be sent beside it."""
    return say.gettext("Deleted. If you still see it, delete it in your app too.")


def ask_to_forget(say: Voice) -> RichText:
    return say.gettext(
        "Erase everything about you? This withdraws your signatures, and erases your name, your "
        "account's mark, your language and what you began. You can't undo it. Only a number and "
        "a day stay, so that the counts add up."
    )


def forgotten(say: Voice, count: int, *, finished: bool) -> RichText:
    """`finished` is as for `mine`."""
    if not count:
        erased = say.gettext("You hadn't signed. I store nothing about you any more.")
    else:
        erased = say.ngettext(
            "{count} signature withdrawn and erased. I store nothing about you any more.",
            "{count} signatures withdrawn and erased. I store nothing about you any more.",
            count,
        )
    return paragraphs(erased, unknown_signers(say) if finished else None)


def kept(say: Voice) -> RichText:
    return say.gettext("Nothing was erased.")
