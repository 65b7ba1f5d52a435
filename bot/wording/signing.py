"""What signers see: the conversation of `sign`, receipts, their own records, withdrawing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.domain.endorsement import Details, Endorsement, Kind, Status, Visibility
from bot.domain.ids import Country, Digest, Number
from bot.text.rich import RichText, bold, code, isolated, italic
from bot.wording import excepting
from bot.wording.appeals import offer
from bot.wording.pace import how_long
from bot.wording.publication import not_listed_yet, together
from bot.wording.reasons import reason_line
from bot.wording.voice import N_, Voice, echoed, lines, paragraphs

SHORT_DIGEST = 12
"""Hex characters of a digest that are shown to people: 48 bits tell revisions apart."""

STATUS_NAMES = {
    Status.PENDING: N_("waiting to be verified"),
    Status.VERIFIED: N_("verified"),
    Status.REJECTED: N_("not accepted"),
    Status.WITHDRAWN: N_("withdrawn"),
    Status.LINKED: N_("linked to another one"),
}

VISIBILITIES = {
    Visibility.PUBLIC: N_("Public"),
    Visibility.ORGANISERS: N_("Organisers only"),
    Visibility.COUNTED: N_("Counted only"),
}


@dataclass(frozen=True, slots=True)
class Preview:
    """What is about to be recorded, as it would be published."""

    name: str
    country: Country | None
    visibility: Visibility
    details: Details
    wants_updates: bool


def status_name(say: Voice, status: Status) -> RichText:
    return say.gettext(STATUS_NAMES[status])


def short(digest: Digest) -> str:
    """A digest as people are shown it."""
    return digest[:SHORT_DIGEST]


def visibility_name(say: Voice, visibility: Visibility) -> RichText:
    """As the button that chooses it is called."""
    return say.gettext(VISIBILITIES[visibility])


def step_of(say: Voice, step: int, steps: int) -> RichText:
    return italic(say.gettext("Step {number} of {count}", number=step, count=steps))


def given_now(say: Voice, given: str) -> RichText:
    """Below a question that was answered before."""
    return say.gettext("Now: {text}", text=isolated(bold(given)))


def consent(
    say: Voice,
    title: str,
    language_name: str,
    which: RichText | None = None,
    *,
    may_except: bool = False,
) -> RichText:
    """`which` says which text it is; `may_except`: whether single demands may be excepted."""
    return paragraphs(
        say.gettext(
            "You're about to sign “{title}” (text in {language}).",
            title=isolated(bold(title)),
            language=isolated(language_name),
        ),
        which,
        say.gettext(
            "Your signature shows a political opinion. I keep what you type encrypted, and a keyed "
            "mark of your account so that nobody counts twice. The organisers see your name to "
            "verify it. The public sees it only if you choose so."
        ),
        excepting.consent(say) if may_except else None,
        say.gettext(
            "You can withdraw at any time with {cmd}withdraw. {cmd}privacy says more, also how "
            "long I keep your name. Do you agree?"
        ),
    )


def ask_name(say: Voice) -> RichText:
    return say.gettext("What's your name? Type it as it should appear.")


def ask_affiliation(say: Voice, *, may_be_shown: bool) -> RichText:
    """`may_be_shown`: whether it can be published with the name, which is decided at the end."""
    return paragraphs(
        say.gettext("What's your profession, role or organisation? Type it, or skip this."),
        say.gettext("It helps the organisers to verify you. You decide later if it's published.")
        if may_be_shown
        else say.gettext("It helps the organisers to verify you. Only they see it."),
    )


def ask_country(say: Voice) -> RichText:
    return say.gettext("Which country are you in? Type its name in any language, or skip this.")


def unknown_country(say: Voice, typed: str, meant: Country | None) -> RichText:
    """`meant` is the country that was probably meant."""
    return paragraphs(
        say.gettext("I don't know a country called “{name}”.", name=echoed(typed)),
        say.gettext("Did you mean {country}?", country=isolated(bold(say.country(meant))))
        if meant
        else None,
        say.gettext("Type another name, or keep it as it is."),
    )


def corrected(say: Voice) -> RichText:
    return say.gettext("I've changed your earlier answer.")


def change_in_mine(say: Voice) -> RichText:
    """To somebody who edits an answer after they have signed."""
    return say.gettext(
        "You've signed already, so editing that message changes nothing. {cmd}mine changes your "
        "signature."
    )


def ask_visibility(say: Voice) -> RichText:
    return paragraphs(
        say.gettext("Who may see your name?"),
        lines(
            say.gettext("“Public”: it's listed once it's verified."),
            say.gettext("“Organisers only”: they see it, nobody else."),
            say.gettext("“Counted only”: it's erased once it's verified."),
        ),
    )


def use_a_button(say: Voice) -> RichText:
    return say.gettext("Tap one of the buttons below, or Cancel.")


def published_name(say: Voice, name: str, affiliation: str | None) -> RichText:
    """A name as lists show it, to stand alone on a line: with the affiliation that its bearer lets
    them show."""
    if affiliation is None:
        return bold(name)
    return say.gettext(
        "{name}, {affiliation} (for identification only)",
        name=isolated(bold(name)),
        affiliation=isolated(affiliation),
    )


def preview(say: Voice, title: str, shown: Preview) -> RichText:
    details, where = shown.details, shown.country and say.country(shown.country)
    where = where or shown.details.place
    is_public = shown.visibility is Visibility.PUBLIC
    with_name = details.affiliation if details.affiliation_shown else None
    if is_public:
        name = say.alone(published_name(say, shown.name, with_name))
        excepts = excepting.beside(say, details.excepts)
        published = lines(name, where and say.alone(where), excepts)
        how = paragraphs(say.gettext("This is what will be published:"), published, together(say))
    elif shown.visibility is Visibility.ORGANISERS:
        how = say.gettext(
            "Only the organisers see your name, {name}.", name=isolated(bold(shown.name))
        )
    else:
        how = say.gettext(
            "The organisers see your name, {name}, until they've verified it. Then it's erased.",
            name=isolated(bold(shown.name)),
        )
    beside = [None if with_name else details.affiliation, None if is_public else where]
    others = [text for text in beside if text]
    return paragraphs(
        say.gettext("Signing “{title}”", title=isolated(bold(title))),
        how,
        say.gettext("The organisers also see: {text}", text=say.listed(others)) if others else None,
        None if is_public else excepting.hidden(say, details.excepts),
        say.gettext("I'll tell you if the text changes. For that I keep the address of this chat.")
        if shown.wants_updates
        else None,
        say.gettext("Is that right? “Confirm” signs."),
    )


def text_changed(say: Voice, title: str) -> RichText:
    return say.gettext(
        "The text of “{title}” has changed. You haven't signed. Read it again, and confirm if you "
        "still agree.",
        title=isolated(bold(title)),
    )


def receipt(
    say: Voice, record: Endorsement, title: str, in_log: str, usual: int | None
) -> RichText:
    """What came in a wave waits behind the others, and that is said; `in_log` is the code by which
    its signer finds the record in the log, and `usual` how many days verifying takes these days."""
    return paragraphs(
        say.gettext("Recorded. Your number is {number}.", number=bold(f"#{record.number}")),
        lines(
            say.alone(bold(title)),
            say.gettext("Text you signed: {digest}", digest=code(short(record.digest))),
            excepting.line(say, record.excepts),
            code_line(say, in_log),
        ),
        say.gettext("Very many are signing now, so verifying takes longer than usual.")
        if record.wave
        else how_long(say, usual),
        say.gettext(
            "It's waiting to be verified by the organisers. I'll tell you here. {cmd}mine shows "
            "and changes it, {cmd}withdraw takes it back."
        ),
        not_listed_yet(say, record),
    )


def code_line(say: Voice, in_log: str) -> RichText:
    return say.gettext("Your code in the log: {code}", code=code(in_log))


def not_signed(say: Voice) -> RichText:
    return say.gettext("Cancelled. You haven't signed.")


def cancelled(say: Voice) -> RichText:
    """Of anything else that was begun."""
    return say.gettext("Cancelled. Nothing has changed.")


def nothing_to_cancel(say: Voice) -> RichText:
    return say.gettext("There's nothing to cancel.")


def statement_left(say: Voice) -> RichText:
    return say.gettext(
        "This statement isn't here any more, so nothing was recorded. {cmd}statements lists the "
        "others."
    )


def reminder(say: Voice, hours: int) -> RichText:
    """Before a draft ends; names neither the statement nor its signer, as others may look on."""
    return say.ngettext(
        "You began to sign and haven't finished. I keep your answers for {count} more hour.",
        "You began to sign and haven't finished. I keep your answers for {count} more hours.",
        hours,
    )


def draft_ended(say: Voice, *, is_open: bool) -> RichText:
    """`is_open`: whether it can be begun again."""
    return paragraphs(
        say.gettext(
            "You didn't finish signing in time, so I've erased your answers. You haven't signed."
        ),
        say.gettext("“Sign” begins again.") if is_open else None,
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
        told = say.gettext(verified, number=number, title=name)
        return paragraphs(told, not_listed_yet(say, record))
    if record.status is Status.REJECTED:
        rejected = (
            N_("Your signature {number} under “{title}” was not accepted.")
            if person
            else N_("The endorsement {number} of “{title}” was not accepted.")
        )
        return paragraphs(
            say.gettext(rejected, number=number, title=name),
            reason_line(say, record),
            offer(say, record),
        )
    return say.gettext(
        "The decision about {number} under “{title}” was taken back. It's waiting to be verified.",
        number=number,
        title=name,
    )


def ask_withdraw(say: Voice, record: Endorsement, title: str) -> RichText:
    """What is sealed to the organisers is erased with it, and nobody can bring it back."""
    asked = say.gettext(
        "Withdraw {number} under “{title}”? It won't be counted or shown any more.",
        number=bold(f"#{record.number}"),
        title=isolated(bold(title)),
    )
    if not record.has_sealed_name:
        return asked
    return asked + " " + say.gettext("Your sealed name is erased at once. You can't undo it.")


def withdrawn(say: Voice, number: Number, until: dt.datetime | None) -> RichText:
    """`until` when that can be undone, None where it cannot."""
    if until is None:
        return say.gettext(
            "{number} has been withdrawn, and your sealed name is erased. {cmd}sign signs again.",
            number=bold(f"#{number}"),
        )
    return say.gettext(
        "{number} has been withdrawn. You can undo this until {time}. Then your name is erased.",
        number=bold(f"#{number}"),
        time=isolated(say.moment(until)),
    )


def withdrawal_undone(say: Voice, record: Endorsement) -> RichText:
    number, state = bold(f"#{record.number}"), italic(status_name(say, record.status))
    return say.gettext("Undone. {number} stands again: {state}", number=number, state=state)


def number_expected(say: Voice) -> RichText:
    return say.gettext("That's not a number. Type it like this: {cmd}withdraw 12")
