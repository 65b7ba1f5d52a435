"""What groups see: the preview of `endorse`, and answers of one short line."""

from __future__ import annotations

from bot.domain.ids import Country, Digest, Number
from bot.text.rich import RichText, bold, code, isolated
from bot.wording.signing import short
from bot.wording.voice import Voice, lines, paragraphs


def preview(say: Voice, title: str, name: str, country: Country | None, digest: Digest) -> RichText:
    example = say.gettext("{cmd}endorse Name (Country)")
    return paragraphs(
        say.gettext(
            "Endorse “{title}” in the name of this group? This is what will be published:",
            title=isolated(bold(title)),
        ),
        lines(say.alone(bold(name)), country and say.alone(say.country(country))),
        say.gettext(
            "Text: {digest}. Another name: {example}. An administrator of this group confirms.",
            digest=code(short(digest)),
            example=code(example),
        ),
    )


def recorded(say: Voice, number: Number, name: str, digest: Digest) -> RichText:
    return say.gettext(
        "Recorded: {number} {name}, waiting to be verified (text {digest}).",
        number=bold(f"#{number}"),
        name=isolated(bold(name)),
        digest=code(short(digest)),
    )


def text_changed(say: Voice) -> RichText:
    return say.gettext(
        "The text was changed meanwhile; nothing has been recorded. {cmd}read shows the new one; "
        "confirm again if you still agree."
    )


def administrators_only(say: Voice) -> RichText:
    return say.gettext("Only an administrator of this group can do that.")


def role_unknown(say: Voice) -> RichText:
    return say.gettext("I could not check your rights just now; please try again in a minute.")


def in_private(say: Voice, command: str, *, button: bool) -> RichText:
    """The short line with the way to the private chat; a button stands below it where there can
    be one."""
    if button:
        return say.gettext("Please continue in private; nobody else should read it.")
    return say.gettext(
        "Please send me {command} in a private chat; nobody else should read it.",
        command=code(command),
    )


def in_a_group(say: Voice) -> RichText:
    return say.gettext(
        "{cmd}endorse is for organisations: an administrator sends it in the organisation's own "
        "group. To sign as a person, use {cmd}sign."
    )


def withdrawn(say: Voice, number: Number) -> RichText:
    return say.gettext(
        "{number} has been withdrawn; ten minutes to undo.", number=bold(f"#{number}")
    )


def anonymous(say: Voice) -> RichText:
    return say.gettext(
        "You write as an anonymous administrator, so I cannot tell who you are. Please press the "
        "button of the message instead: a press tells me."
    )


def no_person(say: Voice) -> RichText:
    return say.gettext("That was posted in the name of a channel, which is no person here.")


def greeting(say: Voice) -> RichText:
    return say.gettext(
        "Hello. An administrator can endorse a statement in the name of this group with "
        "{cmd}endorse; {cmd}read opens a statement."
    )
