"""All that is held about a person, and erasing it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.endorsement import Details, Endorsement
from bot.domain.ids import Language
from bot.domain.retention import Retention, ends
from bot.text.document import Document, Paragraph
from bot.text.rich import RichText, isolated
from bot.wording.news import held as held_for_news
from bot.wording.own import one, unknown_signers
from bot.wording.retention import erased_on
from bot.wording.voice import Voice, lines, own_name, paragraphs

Asked = Sequence[tuple[str, str | None]]
"""Questions of the admins, each with its answer, if there is one."""


def mydata(
    say: Voice,
    rows: Sequence[tuple[Endorsement, str, Asked, bool]],
    language: Language | None,
    contact: str | None,
    rules: Retention,
    votes: int = 0,
) -> Document:
    """Everything that is held about a person, each record with the title of its statement, and
    whether they get news of that; `contact` is whom they ask about what is sealed, and `votes` how
    many groups have not decided yet what they have voted on."""
    head = [
        say.gettext("This is everything I hold about you."),
        say.gettext("Language you chose: {name}", name=isolated(own_name(language)))
        if language
        else None,
        None if rows else say.gettext("You haven't signed anything with this account."),
        say.ngettext(
            "You've voted in {count} group, which hasn't decided yet. {cmd}forget takes that back.",
            "You've voted in {count} groups, which haven't decided yet. {cmd}forget takes that "
            "back.",
            votes,
        )
        if votes
        else None,
        _sealed(say, contact) if any(record.entrusted for record, *_ in rows) else None,
    ]
    records = [
        lines(
            one(say, record, title),
            *_held(say, record, rules),
            held_for_news(say) if gets_news else None,
            *_asked(say, asked),
        )
        for record, title, asked, gets_news in rows
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
