"""What groups see: the preview of `endorse`, and answers of one short line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.endorsement import Endorsement, Status
from bot.domain.errors import AlreadyEndorsed, Refusal, RejectedForGood
from bot.domain.ids import Country, Digest, Number
from bot.domain.likeness import Doubt
from bot.text.rich import RichText, bold, code, isolated
from bot.wording import excepting
from bot.wording.appeals import offer
from bot.wording.likeness import doubted
from bot.wording.pace import how_long
from bot.wording.publication import not_listed_yet, together
from bot.wording.reasons import reason_line
from bot.wording.refusals import refusal
from bot.wording.signing import short, status_name
from bot.wording.voice import N_, Voice, lines, paragraphs


@dataclass(frozen=True, slots=True)
class Named:
    """An organisation as it will be published; `place` where its country is none of ISO 3166."""

    name: str
    country: Country | None
    place: str | None
    excepts: Sequence[str] = ()


def preview(
    say: Voice,
    title: str,
    named: Named,
    doubts: Sequence[Doubt],
    meant: Country | None,
    which: RichText | None = None,
    how: RichText | None = None,
) -> RichText:
    """`meant` is the country that the place was probably to be; `which` says which text it is, and
    `how` who must agree, where one administrator is not enough."""
    where = say.country(named.country) if named.country else named.place
    issuer = Doubt.ISSUER in doubts
    asked = say.gettext("Is it you?") if issuer else say.gettext("Is that right?")
    return paragraphs(
        say.gettext("Endorse “{title}” as:", title=isolated(bold(title))),
        lines(
            say.alone(bold(named.name)),
            where and say.alone(where),
            excepting.beside(say, named.excepts),
        ),
        which,
        lines(*doubted(say, doubts), asked) if doubts else None,
        meant
        and say.gettext("Did you mean {country}? Tap it.", country=isolated(say.country(meant))),
        how
        or say.gettext(
            "The organisers verify it, then it's published like this. An administrator of this "
            "group confirms."
        ),
        together(say),
    )


def not_alone(say: Voice) -> RichText:
    """Where somebody talked with the bot alone, and others have come or were invited."""
    return say.gettext(
        "We aren't alone here any more, so I say nothing about anybody's signature in this chat. "
        "Open a new private chat with me, or go on here once nobody else is in it or invited."
    )


def ask_name(say: Voice) -> RichText:
    return say.gettext("What's your organisation called? Reply to this message with its name.")


def ask_country(say: Voice, name: str) -> RichText:
    return say.gettext(
        "Which country is {name} in? Reply to this message, in any language.",
        name=isolated(bold(name)),
    )


def recorded(
    say: Voice,
    number: Number,
    name: str,
    digest: Digest,
    *,
    excepts: Sequence[str] = (),
    wave: bool = False,
    usual: int | None = None,
) -> RichText:
    """`wave`: it came with far more than usual, and waits behind the others; `usual` is how many
    days that takes these days."""
    return paragraphs(
        say.gettext(
            "Recorded: {number} {name} (text {digest}). The organisers verify it, and I'll tell "
            "you here.",
            number=bold(f"#{number}"),
            name=isolated(bold(name)),
            digest=code(short(digest)),
        ),
        excepting.line(say, excepts),
        say.gettext("Very many are endorsing now, so verifying takes longer than usual.")
        if wave
        else how_long(say, usual),
        together(say),
    )


_NOW = {
    Status.VERIFIED: N_("Verified: {number} {name} (text {digest})."),
    Status.REJECTED: N_("Not accepted: {number} {name} (text {digest})."),
    Status.LINKED: N_(
        "Linked to your organisation's endorsement in another chat, or on paper: {number} {name} "
        "(text {digest})."
    ),
}


def recorded_as(say: Voice, record: Endorsement) -> RichText:
    """What the message that said `recorded` says of what has become of it; where it is taken back,
    the number alone, as the name is erased soon."""
    name, number = record.name or "…", bold(f"#{record.number}")
    if record.status is Status.WITHDRAWN:
        return say.gettext("Withdrawn: {number}.", number=number)
    if record.status is Status.PENDING:
        return recorded(say, record.number, name, record.digest, excepts=record.excepts)
    values = {"number": number, "name": isolated(bold(name)), "digest": code(short(record.digest))}
    return paragraphs(
        say.gettext(_NOW[record.status], **values),
        excepting.line(say, record.excepts),
        reason_line(say, record),
        not_listed_yet(say, record),
    )


def cancelled(say: Voice) -> RichText:
    return say.gettext("Cancelled. This group hasn't endorsed.")


def kept(say: Voice, number: Number) -> RichText:
    """After a withdrawal that was begun and not confirmed."""
    return say.gettext("Cancelled. {number} still stands.", number=bold(f"#{number}"))


def text_changed(say: Voice) -> RichText:
    return say.gettext(
        "The text has changed since. Nothing is recorded yet. {cmd}read shows the new text; "
        "confirm again if you still agree."
    )


_ALREADY = {
    Status.PENDING: N_(
        "This group has endorsed it already: {number} is waiting, and I'll tell you here. "
        "{cmd}withdraw takes it back."
    ),
    Status.VERIFIED: N_(
        "This group has endorsed it already: {number} is verified. {cmd}signatories shows the "
        "list, {cmd}withdraw takes it back."
    ),
    Status.LINKED: N_(
        "This group has endorsed it already: {number} is linked to the endorsement of your "
        "organisation in another chat, or on paper. Where that one was withdrawn, {cmd}alone "
        "{digits} lets it stand by itself; {cmd}withdraw takes it back."
    ),
}


def already_endorsed(say: Voice, number: Number, status: Status) -> RichText:
    """`status` is pending, verified or linked: of another one a group may endorse again."""
    return say.gettext(_ALREADY[status], number=bold(f"#{number}"), digits=str(number))


def not_again(say: Voice, number: Number) -> RichText:
    return say.gettext(
        "The organisers have twice not accepted {number}, so this group can't endorse this again.",
        number=bold(f"#{number}"),
    )


def refused(say: Voice, error: Refusal, now: dt.datetime | None) -> RichText:
    """The sentence for a refusal, where it is a group that was refused."""
    match error:
        case AlreadyEndorsed(number, status):
            return already_endorsed(say, number, status)
        case RejectedForGood(number):
            return not_again(say, number)
    return refusal(say, error, now)


def outcome(
    say: Voice, before: Status, record: Endorsement, title: str, *, is_sealed: bool = False
) -> RichText:
    """What a group is told when its endorsement was `before`, and is something else now;
    `is_sealed`: to the organisers, once that is final."""
    values = {"number": bold(f"#{record.number}"), "title": isolated(bold(title))}
    if record.status is Status.REJECTED:
        told = say.gettext("Not accepted: {number}, your endorsement of “{title}”.", **values)
        return paragraphs(told, reason_line(say, record), offer(say, record, is_short=is_sealed))
    if record.status is Status.LINKED:
        return say.gettext(
            "Your organisation has endorsed “{title}” in another chat, or on paper, too. Both "
            "count as one: {number}, given here, is counted with that one. If that's wrong, tell "
            "the organisers.",
            **values,
        )
    if before is Status.LINKED:
        return say.gettext(
            "{number}, your endorsement of “{title}”, stands by itself again: {state}.",
            state=status_name(say, record.status),
            **values,
        )
    if record.status is Status.VERIFIED and before is Status.PENDING:
        told = say.gettext(
            "Verified: {number}, your endorsement of “{title}”. Thank you.", **values
        )
        return paragraphs(told, not_listed_yet(say, record))
    if record.status is Status.VERIFIED:
        return say.gettext(
            "{number}, your endorsement of “{title}”, stays verified: the organisers took back "
            "that it was not accepted.",
            **values,
        )
    return say.gettext(
        "{number}, your endorsement of “{title}”, is waiting again: the organisers took back their "
        "decision.",
        **values,
    )


def administrators_only(say: Voice) -> RichText:
    return say.gettext("Only an administrator of this group can do that.")


def members_only(say: Voice) -> RichText:
    return say.gettext("Only the members of this group can do that.")


def role_unknown(say: Voice) -> RichText:
    return say.gettext("I couldn't check your rights just now. Try again in a minute.")


def in_private(say: Voice, command: str, *, button: bool) -> RichText:
    """The short line with the way to the private chat; a button stands below it where there can
    be one."""
    if button:
        return say.gettext("Let's do this in private, where nobody else reads it.")
    return say.gettext(
        "Send me {command} in a private chat, where nobody else reads it.", command=code(command)
    )


def add_me(say: Voice, *, button: bool) -> RichText:
    """To somebody who would endorse in private; a button that adds the bot to a group stands below
    where there can be one."""
    if button:
        return say.gettext(
            "An organisation endorses in its own group. Add me there, and an administrator sends "
            "{cmd}endorse."
        )
    return say.gettext(
        "An organisation endorses in its own group. Invite me there, and an administrator sends "
        "{cmd}endorse."
    )


def in_a_group(say: Voice) -> RichText:
    """To admins in their chat."""
    return say.gettext("An organisation endorses in its own group, with {cmd}endorse.")


def withdrawn(say: Voice, number: Number, left: dt.timedelta) -> RichText:
    """`left` is how long that can be undone."""
    minutes = max(1, round(left.total_seconds() / 60))
    return say.ngettext(
        "Withdrawn: {number}. {count} minute left to undo.",
        "Withdrawn: {number}. {count} minutes left to undo.",
        minutes,
        number=bold(f"#{number}"),
    )


def anonymous(say: Voice) -> RichText:
    return say.gettext(
        "You're writing as an anonymous administrator, so I can't see who you are. Tap the button "
        "instead: that shows me."
    )


def no_person(say: Voice) -> RichText:
    return say.gettext("That was posted as a channel. An administrator has to do it in person.")


def greeting(say: Voice) -> RichText:
    return say.gettext(
        "Hello! An administrator can endorse a statement for this group with {cmd}endorse. "
        "{cmd}read opens a statement."
    )
