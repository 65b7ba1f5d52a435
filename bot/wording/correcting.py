"""Changing what was given for an own record."""

from __future__ import annotations

from bot.domain.endorsement import Endorsement, Status
from bot.domain.ids import Country, Number
from bot.text.rich import RichText, bold, isolated
from bot.wording.voice import Voice, echoed, paragraphs


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
