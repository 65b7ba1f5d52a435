"""What is said where a campaign has moved to another bot, and where it came from one."""

from __future__ import annotations

from bot.domain.ids import Number
from bot.text.rich import RichText, bold, code, isolated
from bot.wording.voice import Voice, paragraphs


def moved_to(say: Voice, place: str) -> RichText:
    return say.gettext("This campaign has moved. Go on there: {place}", place=isolated(place))


def moved(say: Voice, place: str) -> RichText:
    return paragraphs(
        moved_to(say, place),
        say.gettext(
            "What you signed went along. If the new bot doesn't know you, {cmd}mine gives you a "
            "secret code for it."
        ),
    )


def only_here(say: Voice, place: str) -> RichText:
    """Below what was withdrawn or erased."""
    return say.gettext(
        "That's done here alone. The campaign moved with your signature: withdraw it there too, "
        "at {place}",
        place=isolated(place),
    )


def secret_code(say: Voice, number: Number, secret: str, place: str) -> RichText:
    return paragraphs(
        say.gettext(
            "Your secret code for {number}: {code}", number=bold(f"#{number}"), code=code(secret)
        ),
        say.gettext(
            "The new bot is at {place}. If it doesn't know you, send it this code.",
            place=isolated(place),
        ),
        say.gettext(
            "Whoever has the code can take your signature. Delete this message once you've used it."
        ),
    )


def not_moved(say: Voice) -> RichText:
    return say.gettext("There's no secret code: this campaign hasn't moved.")


def usage(say: Voice) -> RichText:
    return say.gettext(
        "Type the secret code from the old bot after the command, such as {example}",
        example=code(f"{say.prefix}code 950-ABCD-EFGH-2345-6777"),
    )


def wrong(say: Voice) -> RichText:
    return say.gettext(
        "That code doesn't work here. Copy all of it, as the old bot gave it. Each works once. "
        "After three wrong ones, wait a while."
    )


def bound(say: Voice, number: Number, instead_of: Number | None) -> RichText:
    return paragraphs(
        say.gettext("{number} is yours here now.", number=bold(f"#{number}")),
        None
        if instead_of is None
        else say.gettext(
            "{number}, which you gave here before, is withdrawn and erased: you count once.",
            number=bold(f"#{instead_of}"),
        ),
    )
