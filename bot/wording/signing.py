"""What signers see: the conversation of `sign`, receipts, their own records, withdrawing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.domain.endorsement import Endorsement, Kind, Status, Visibility
from bot.domain.ids import Country, Digest, Number
from bot.text.rich import RichText, bold, code, isolated, italic
from bot.wording.reasons import reason_line
from bot.wording.voice import N_, Voice, echoed, lines, paragraphs

SHORT_DIGEST = 12
"""Hex characters of a digest that are shown to people: 48 bits tell revisions apart."""

STATUS_NAMES = {
    Status.PENDING: N_("waiting to be verified"),
    Status.VERIFIED: N_("verified"),
    Status.REJECTED: N_("not accepted"),
    Status.WITHDRAWN: N_("withdrawn"),
}


@dataclass(frozen=True, slots=True)
class Preview:
    """What is about to be recorded, as it would be published."""

    name: str
    affiliation: str | None
    country: Country | None
    visibility: Visibility
    wants_updates: bool


def status_name(say: Voice, status: Status) -> RichText:
    return say.gettext(STATUS_NAMES[status])


def short(digest: Digest) -> str:
    """A digest as people are shown it."""
    return digest[:SHORT_DIGEST]


def consent(say: Voice, title: str, language_name: str) -> RichText:
    return paragraphs(
        say.gettext(
            "You are about to sign “{title}” (text in {language}).",
            title=isolated(bold(title)),
            language=isolated(language_name),
        ),
        say.gettext(
            "Your signature tells a political opinion. I store your name, and what you add to it, "
            "encrypted, and a keyed mark of your account so that nobody counts twice. The "
            "campaign's admins see your name to verify it. The public sees it only if you choose "
            "so."
        ),
        say.gettext(
            "You can withdraw at any time with {cmd}withdraw. {cmd}privacy says more. "
            "Do you agree that your signature is stored and verified?"
        ),
    )


def ask_name(say: Voice) -> RichText:
    return say.gettext("What is your name, as it should appear? Please type it.")


def ask_affiliation(say: Voice) -> RichText:
    return say.gettext(
        "Your profession, role or organisation, if you want to add one? Type it, or press “Skip”. "
        "It helps the admins to verify you and is shown only to them."
    )


def ask_country(say: Voice) -> RichText:
    return say.gettext("Which country are you in? Type its name in any language, or press “Skip”.")


def unknown_country(say: Voice, typed: str) -> RichText:
    return say.gettext(
        "I do not know a country “{name}”. Please type its usual name or its two-letter code, "
        "or press “Skip”.",
        name=echoed(typed),
    )


def did_you_mean(say: Voice, typed: str, country: Country) -> RichText:
    return say.gettext(
        "I do not know a country “{name}”. Did you mean {country}? Press its button, or type the "
        "name again.",
        name=echoed(typed),
        country=isolated(say.country(country)),
    )


def ask_visibility(say: Voice) -> RichText:
    return say.gettext(
        "Who may see your name? “Public” puts it on the list of signatories once it is verified. "
        "“Only the organisers” keeps it from the list. “Only counted” erases it after verification."
    )


def use_a_button(say: Voice) -> RichText:
    return say.gettext("Please press one of the buttons; {cmd}cancel ends this.")


def preview(say: Voice, title: str, digest: Digest, shown: Preview) -> RichText:
    country = shown.country and say.country(shown.country)
    if shown.visibility is Visibility.PUBLIC:
        public = lines(say.alone(bold(shown.name)), country and say.alone(country))
        how = paragraphs(say.gettext("This is what will be published:"), public)
    elif shown.visibility is Visibility.ORGANISERS:
        how = say.gettext(
            "Your name, {name}, will be seen by the organisers only; the public sees one more "
            "signature.",
            name=isolated(bold(shown.name)),
        )
    else:
        how = say.gettext(
            "Your name, {name}, will be seen by the admins until they have verified it, then it is "
            "erased; the public sees one more signature.",
            name=isolated(bold(shown.name)),
        )
    return paragraphs(
        say.gettext("Signing “{title}”", title=isolated(bold(title))),
        how,
        shown.affiliation
        and say.gettext("For the admins: {affiliation}", affiliation=isolated(shown.affiliation)),
        say.gettext("Text: {digest}", digest=code(short(digest))),
        say.gettext("I will tell you if the text is changed; for that I keep this chat's address.")
        if shown.wants_updates
        else None,
        say.gettext("Is that right? “Confirm” signs."),
    )


def text_changed(say: Voice, title: str) -> RichText:
    return say.gettext(
        "The text of “{title}” was changed while you were signing. Nothing has been recorded. "
        "Please read the new text with {cmd}read and confirm again if you still agree.",
        title=isolated(bold(title)),
    )


def receipt(say: Voice, number: Number, title: str, digest: Digest) -> RichText:
    return paragraphs(
        say.gettext("Recorded. Your number is {number}.", number=bold(f"#{number}")),
        lines(
            say.alone(bold(title)),
            say.gettext("State: {state}", state=status_name(say, Status.PENDING)),
            say.gettext("Text you signed: {digest}", digest=code(short(digest))),
        ),
        say.gettext(
            "The admins will verify it and I will tell you here. {cmd}mine shows it, "
            "{cmd}withdraw takes it back."
        ),
    )


def cancelled(say: Voice) -> RichText:
    return say.gettext("Cancelled. Nothing has been recorded.")


def nothing_to_cancel(say: Voice) -> RichText:
    return say.gettext("There is nothing to cancel.")


def statement_left(say: Voice) -> RichText:
    return say.gettext(
        "This statement is not here any more, so nothing has been recorded. "
        "{cmd}statements lists those that are."
    )


def outcome(say: Voice, record: Endorsement, title: str) -> RichText:
    """What a signer or a group is told when the state of their endorsement changes."""
    number, name = bold(f"#{record.number}"), isolated(bold(title))
    person = record.kind is Kind.PERSON
    if record.status is Status.VERIFIED:
        verified = (
            N_("Your signature {number} under “{title}” has been verified. Thank you.")
            if person
            else N_("The endorsement {number} of “{title}” has been verified. Thank you.")
        )
        return say.gettext(verified, number=number, title=name)
    if record.status is Status.REJECTED:
        rejected = (
            N_("Your signature {number} under “{title}” was not accepted.")
            if person
            else N_("The endorsement {number} of “{title}” was not accepted.")
        )
        return paragraphs(
            say.gettext(rejected, number=number, title=name), reason_line(say, record)
        )
    return say.gettext(
        "The decision about {number} under “{title}” was taken back; it waits to be verified.",
        number=number,
        title=name,
    )


def ask_withdraw(say: Voice, record: Endorsement, title: str) -> RichText:
    return say.gettext(
        "Withdraw {number} under “{title}”? It will no longer be counted or shown.",
        number=bold(f"#{record.number}"),
        title=isolated(bold(title)),
    )


def withdrawn(say: Voice, number: Number, until: dt.datetime) -> RichText:
    return say.gettext(
        "{number} has been withdrawn. You can undo this until {time}; then the name is erased.",
        number=bold(f"#{number}"),
        time=isolated(say.moment(until)),
    )


def withdrawal_undone(say: Voice, record: Endorsement) -> RichText:
    return say.gettext(
        "The withdrawal of {number} has been undone. State: {state}",
        number=bold(f"#{record.number}"),
        state=italic(status_name(say, record.status)),
    )


def number_expected(say: Voice) -> RichText:
    return say.gettext("That is no number. Please type it like this: {cmd}withdraw 12")
