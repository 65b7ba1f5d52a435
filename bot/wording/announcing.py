"""What admins are asked and told of an announcement, from its text to its last message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.endorsement import Kind
from bot.domain.ids import Language
from bot.text.rich import RichText, bold, code, isolated
from bot.wording.voice import N_, Voice, lines, paragraphs


@dataclass(frozen=True, slots=True)
class Sent:
    """How an announcement stands: `got` it of `total`, `failed` could not be reached, `unknown` may
    or may not have got it."""

    total: int
    got: int
    failed: int = 0
    unknown: int = 0


def ask_text(
    say: Voice, number: int, asks: Language, readers: Iterable[tuple[Language, Language]]
) -> RichText:
    """For the text in the language that it `asks` for; `readers` are the languages in which people
    are spoken to, each with that of the text that they get so far."""
    who = [_gets(say, *each) for each in readers]
    return paragraphs(
        say.gettext(
            "Announcement {number}. Reply to this message with the text in {language}.",
            number=number,
            language=isolated(bold(say.language_name(asks))),
        ),
        lines(*who) if who else None,
        say.gettext("One text is enough: who reads another language gets that one.")
        if not who
        else None,
        say.gettext(
            "To type it: {typed} and the text behind it.",
            typed=code(f"{say.prefix}announce {number} {asks}"),
        ),
    )


def _gets(say: Voice, reader: Language, text: Language) -> RichText:
    name = isolated(say.language_name(reader))
    if reader == text:
        return say.gettext("{language}: has its own text", language=name)
    return say.gettext(
        "{language}: gets the text in {other}",
        language=name,
        other=isolated(say.language_name(text)),
    )


def empty_text(say: Voice) -> RichText:
    return say.gettext("I can only read text. Reply with the words to announce.")


def text_too_long(say: Voice, language: Language, length: int, most: int) -> RichText:
    return say.gettext(
        "The text in {language} has {length} characters, and one message holds about {most} of "
        "them. Shorten it and reply again; nothing was kept.",
        language=isolated(say.language_name(language)),
        length=say.number(length),
        most=say.number(most),
    )


def to_whom(
    say: Voice, title: str | None, kind: Kind | None, counts: Mapping[Language, int]
) -> RichText:
    """An audience, and how many it has, by the language in which they are spoken to."""
    count = sum(counts.values())
    by_language = [
        f"{say.language_name(language)} {say.number(n)}" for language, n in sorted(counts.items())
    ]
    return lines(
        say.gettext("To who asked for news of “{title}”.", title=isolated(bold(title)))
        if title
        else say.gettext("To who asked for news, of whichever statement."),
        None if kind is None else say.gettext(_KINDS[kind]),
        say.ngettext(
            "{count} chat gets it: {languages}.",
            "{count} chats get it: {languages}.",
            count,
            languages=say.listed(by_language),
        )
        if count
        else nobody(say),
    )


_KINDS = {Kind.PERSON: N_("Only persons."), Kind.ORGANISATION: N_("Only organisations.")}


def nobody(say: Voice) -> RichText:
    return say.gettext("Nobody who asked for news is among these.")


def ask_to_send(say: Voice, number: int, whom: RichText) -> RichText:
    """Below the previews."""
    return paragraphs(
        say.gettext("Announcement {number}: above you see how it will look.", number=number),
        whom,
        say.gettext("“Send it” asks another admin to agree. Nothing is sent before."),
    )


def proposal(say: Voice, title: str, text: str, whom: RichText) -> RichText:
    """Nobody has asked for it."""
    return paragraphs(
        say.gettext("Shall I announce this about “{title}”?", title=isolated(bold(title))),
        text,
        whom,
        say.gettext("“Announce it” shows it in each language first. Nothing is sent before."),
    )


def needs_second(say: Voice, number: int) -> RichText:
    """To who wants to send it."""
    return say.gettext(
        "Another admin has to agree before announcement {number} is sent.", number=number
    )


def asked(say: Voice, name: str, whom: RichText, typed: str) -> RichText:
    """To the other admins, below the previews."""
    return paragraphs(
        say.gettext("{name} wants to send this announcement.", name=isolated(bold(name))),
        whom,
        say.gettext(
            "It can't be taken back from who has got it. To agree, another admin taps Agree or "
            "types {typed}.",
            typed=code(say.prefix + typed),
        ),
    )


def declined(say: Voice, name: str, number: int) -> RichText:
    return say.gettext(
        "{name} cancelled this. Nothing was sent; {typed} goes on with it.",
        name=isolated(bold(name)),
        typed=code(f"{say.prefix}announce {number}"),
    )


def expired(say: Voice, number: int) -> RichText:
    return say.gettext(
        "Nobody agreed for a day. Announcement {number} is dropped, and nothing was sent.",
        number=number,
    )


def agreed(say: Voice, number: int, first: str, second: str) -> RichText:
    return say.gettext(
        "{first} asked, {second} agreed: announcement {number} is being sent.",
        first=isolated(first),
        second=isolated(second),
        number=number,
    )


def not_sent(say: Voice, number: int) -> RichText:
    return say.gettext("Cancelled. Announcement {number} was sent to nobody.", number=number)


def not_begun(say: Voice, number: int) -> RichText:
    """Nobody has sent it in time."""
    return say.gettext("Nobody sent announcement {number} in time, so it's dropped.", number=number)


def waits_its_turn(say: Voice, number: int) -> RichText:
    return say.gettext(
        "Announcement {number} is sent when the one before it is done.", number=number
    )


def progress(say: Voice, number: int, sent: Sent) -> RichText:
    """While it is being sent."""
    return paragraphs(
        say.gettext(
            "Announcement {number}: {got} of {total} sent.",
            number=number,
            got=say.number(sent.got),
            total=say.number(sent.total),
        ),
        _others(say, sent),
    )


def done(say: Voice, number: int, sent: Sent) -> RichText:
    return paragraphs(
        say.ngettext(
            "Announcement {number} is done: {count} chat got it.",
            "Announcement {number} is done: {count} chats got it.",
            sent.got,
            number=number,
        ),
        _others(say, sent),
    )


def cancelled(say: Voice, number: int, name: str | None, sent: Sent) -> RichText:
    """`name` is the admin's; None where the campaign has moved away meanwhile."""
    got = say.ngettext(
        "{count} chat got it, nobody else does.",
        "{count} chats got it, nobody else does.",
        sent.got,
    )
    first = (
        say.gettext(
            "{name} cancelled announcement {number}.", name=isolated(bold(name)), number=number
        )
        if name is not None
        else say.gettext(
            "Announcement {number} was stopped, as the campaign has moved.", number=number
        )
    )
    return paragraphs(first + " " + got, _others(say, sent))


def _others(say: Voice, sent: Sent) -> RichText | None:
    return lines(
        say.ngettext(
            "{count} chat couldn't be reached.",
            "{count} chats couldn't be reached.",
            sent.failed,
        )
        if sent.failed
        else None,
        say.ngettext(
            "Of {count} chat I can't tell whether it got it, as I was stopped at that moment; I "
            "don't send it twice.",
            "Of {count} chats I can't tell whether they got it, as I was stopped at that moment; I "
            "don't send it twice.",
            sent.unknown,
        )
        if sent.unknown
        else None,
    )


def no_such(say: Voice, typed: str, known: Iterable[int]) -> RichText:
    """`known` are the numbers of those that there are."""
    numbers = say.listed([say.number(each) for each in known])
    return paragraphs(
        say.gettext("There's no announcement {number} here.", number=isolated(typed)),
        say.gettext("There are: {numbers}.", numbers=numbers) if numbers else None,
        say.gettext("{cmd}announce begins a new one."),
    )


def too_many(say: Voice, known: Iterable[int]) -> RichText:
    """`known` are the numbers of those that wait."""
    return say.gettext(
        "Too many announcements wait already: {numbers}. Send or cancel one of them first.",
        numbers=say.listed([say.number(each) for each in known]),
    )


def usage(say: Voice, number: int, languages: Iterable[str]) -> RichText:
    """What may stand behind the number of an announcement."""
    first = f"{say.prefix}announce {number} "
    return paragraphs(
        say.gettext("To go on with announcement {number}, type one of these:", number=number),
        lines(
            *(
                isolated(f"{first}{word}")
                for word in (
                    *(f"{language} …" for language in languages),
                    *("preview", "to_statement", "to_kind", "to_language", "send", "cancel"),
                )
            )
        ),
    )


def is_asked(say: Voice, number: int) -> RichText:
    return say.gettext(
        "Announcement {number} waits for a second admin. To change it, cancel that first.",
        number=number,
    )


def is_being_sent(say: Voice, number: int) -> RichText:
    return say.gettext("Announcement {number} is being sent already.", number=number)


def no_text(say: Voice) -> RichText:
    return say.gettext("There's no text to announce yet. Reply with one first.")
