"""Answers that belong to no single job: help, privacy, language, and what was not understood."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.ids import Language
from bot.text.rich import RichText, bold, isolated
from bot.wording.voice import Voice, echoed, lines, own_name, paragraphs


def help_text(say: Voice, commands: Sequence[tuple[str, str]]) -> RichText:
    """The commands usable in this chat, each as (how to type it, translated summary)."""
    rows = (
        lines(isolated(f"{say.prefix}{usage}") + " – " + summary) for usage, summary in commands
    )
    return paragraphs(bold(say.gettext("What I can do here")), lines(*rows))


def privacy(say: Voice) -> RichText:
    return paragraphs(
        bold(say.gettext("What I store, and what not")),
        say.gettext(
            "If you only read, I store nothing about you but the language you chose, under a keyed "
            "mark instead of your account."
        ),
        say.gettext(
            "If you sign, I store your name, and what you add to it, encrypted under a key that is "
            "kept apart from the database; the digest of the exact text you signed; your country "
            "if you gave one; the hour; and a keyed mark of your account, so that nobody counts "
            "twice."
        ),
        say.gettext(
            "The campaign's admins see what you typed in order to verify it. The public sees your "
            "name only if you chose “Public”, and only after the verification is final."
        ),
        say.gettext(
            "I never store your phone number, IP address, picture, messages or reading habits."
        ),
        say.gettext(
            "Whoever holds the key can test whether a known account signed. The chat platform sees "
            "that you write to me, and not every platform encrypts such chats from end to end."
        ),
        say.gettext("{cmd}mine shows your records, {cmd}withdraw takes one back."),
    )


def language_now(say: Voice, choices: Sequence[Language]) -> RichText:
    return paragraphs(
        say.gettext("I am speaking {name}.", name=isolated(own_name(say.language))),
        say.gettext("Others: press a button, or type one of these:"),
        lines(*(f"{say.prefix}language {code} – " + isolated(own_name(code)) for code in choices)),
    )


def language_set(say: Voice, language: Language) -> RichText:
    """After a choice; in a language that the bot does not speak it gives the texts alone."""
    name = isolated(own_name(language))
    if language.split("-")[0] == say.language.split("-")[0]:
        return say.gettext("From now on I speak {name}.", name=name)
    return say.gettext(
        "From now on you get the texts in {name} where there are any. I do not speak it myself.",
        name=name,
    )


def language_unknown(say: Voice, typed: str, choices: Sequence[Language]) -> RichText:
    return say.gettext(
        "I know no language “{name}” here. There are: {codes}",
        name=echoed(typed),
        codes=say.listed(choices),
    )


def unknown_command(say: Voice, nearest: str | None) -> RichText:
    """`nearest` is the command that was likely meant, without its prefix."""
    if nearest:
        return say.gettext(
            "I do not know that command. Did you mean {command}? {cmd}help lists them all.",
            command=isolated(f"{say.prefix}{nearest}"),
        )
    return say.gettext("I do not know that command. {cmd}help lists them all.")


def not_understood(say: Voice) -> RichText:
    return say.gettext("I didn't understand that. Here's what I can do:")


def unread(say: Voice) -> RichText:
    return say.gettext(
        "I could not read your last message: it was encrypted, and I was not given its key. Please "
        "send it again."
    )


def old_button(say: Voice) -> str:
    return say.gettext(
        "This button has done its work or belongs to an old message. {cmd}help says how to go on."
    ).plain


def nothing_asked(say: Voice) -> RichText:
    return say.gettext(
        "Nothing waits for this answer just now. {cmd}help lists everything that I can do."
    )


def too_much(say: Voice) -> RichText:
    return say.gettext(
        "That is more than I can take in so short a time. Please wait a few minutes; what you send "
        "until then is not answered."
    )


def cannot_save(say: Voice) -> RichText:
    return say.gettext("This cannot be saved just now; you will get an answer as soon as it is.")


def went_wrong(say: Voice) -> RichText:
    return say.gettext(
        "Sorry, something went wrong with your last message, and nothing was changed. The operator "
        "can see it in the log. Please try again later."
    )


def description(say: Voice) -> RichText:
    """What a person reads before they have written anything."""
    return say.gettext(
        "I hand out statements in comfortable pieces, take signatures of people and endorsements "
        "of organisations, and tell you when they have been verified."
    )


def short_description(say: Voice) -> RichText:
    """What stands in the bot's profile."""
    return say.gettext("Read statements, sign them, endorse them as an organisation.")
