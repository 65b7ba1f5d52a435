"""Closing a statement for ever: what admins are asked and told, and what signers hear."""

from __future__ import annotations

import datetime as dt

from bot.domain.counts import Counts, PublicCounts
from bot.domain.endorsement import Kind
from bot.text.rich import RichText, bold, code, isolated
from bot.wording.cover import have_signed, signers
from bot.wording.voice import Voice, paragraphs


def asked(say: Voice, name: str, title: str, typed: str, counts: Counts) -> RichText:
    """To the other admins; `name` is who asks, `typed` the command by which another one agrees."""
    waiting = say.ngettext(
        "{count} signature is waiting. Unless it's verified first, with {pending}, it won't count.",
        "{count} signatures are waiting. Unless they're verified first, with {pending}, they "
        "won't count.",
        counts.pending,
        pending=code(f"{say.prefix}pending"),
    )
    return paragraphs(
        say.gettext(
            "{name} wants to finish “{title}”: to close it for ever.",
            name=isolated(bold(name)),
            title=isolated(bold(title)),
        ),
        say.gettext(
            "Then nobody can sign or withdraw any more. I erase what leads to those who signed, "
            "and the names that aren't public. The public list stays as it is."
        ),
        waiting if counts.pending else None,
        _cannot_be_undone(say, typed),
    )


def _cannot_be_undone(say: Voice, typed: str) -> RichText:
    return say.gettext(
        "This can't be undone. To agree, another admin taps Agree or types {typed}.",
        typed=code(say.prefix + typed),
    )


def asked_where_moved(say: Voice, name: str, title: str, typed: str, place: str) -> RichText:
    """As `asked`, where the campaign went on to `place`."""
    return paragraphs(
        say.gettext(
            "{name} wants to finish “{title}” here. It goes on at {place} as it is.",
            name=isolated(bold(name)),
            title=isolated(bold(title)),
            place=isolated(place),
        ),
        say.gettext(
            "Then nobody gets a secret code from me any more. I erase what leads to those who "
            "signed."
        ),
        _cannot_be_undone(say, typed),
    )


def needs_second(say: Voice, title: str) -> RichText:
    """To who has asked for it."""
    return say.gettext(
        "Another admin has to agree before “{title}” is finished.", title=isolated(title)
    )


def declined(say: Voice, name: str, title: str) -> RichText:
    return say.gettext(
        "{name} cancelled this. “{title}” isn't finished.",
        name=isolated(bold(name)),
        title=isolated(title),
    )


def expired(say: Voice, title: str) -> RichText:
    return say.gettext("Nobody agreed for a day. “{title}” isn't finished.", title=isolated(title))


def begun(say: Voice, title: str, first: str, second: str) -> RichText:
    """In the place of what was asked: `first` asked, `second` agreed."""
    return say.gettext(
        "{first} asked, {second} agreed: I'm finishing “{title}”.",
        first=isolated(first),
        second=isolated(second),
        title=isolated(title),
    )


def done(say: Voice, title: str, counts: Counts) -> RichText:
    """To the admins, once nothing leads to a signer any more; beside the log's last checkpoint."""
    who = signers(say, counts.persons, counts.organisations)
    return paragraphs(
        say.gettext("“{title}” is finished.", title=isolated(bold(title))),
        who and say.ngettext("{who} signed.", "{who} signed.", counts.verified, who=who),
        _forgotten(say),
        say.gettext("Keep this file: it's the last checkpoint, by which the list can be checked."),
    )


def done_where_moved(say: Voice, title: str, place: str) -> RichText:
    """As `done`, beside the checkpoint at which the log left."""
    return paragraphs(
        ended_here(say, title, place),
        _forgotten(say),
        say.gettext("Keep this file: it's the checkpoint at which the log went on there."),
    )


def _forgotten(say: Voice) -> RichText:
    return say.gettext(
        "Nobody can find out from me any more who signed. Old backups still show it: delete them."
    )


def ended_here(say: Voice, title: str, place: str) -> RichText:
    """Of a statement that is finished where the campaign has moved from."""
    return say.gettext(
        "“{title}” is finished here. It goes on at {place}",
        title=isolated(bold(title)),
        place=isolated(place),
    )


def finished_on(say: Voice, title: str, day: dt.date) -> RichText:
    """To an admin who would pause, resume or finish it."""
    return say.gettext(
        "“{title}” was finished on {day}: it's closed for ever. {cmd}signatories shows the list.",
        title=isolated(title),
        day=isolated(say.date(day)),
    )


def thanks(say: Voice, kind: Kind, title: str, counts: PublicCounts, *, public: bool) -> RichText:
    """To who signed or endorsed it; `public`: the name is on the list."""
    thank = (
        say.gettext("“{title}” is finished. Thank you for signing!", title=isolated(bold(title)))
        if kind is Kind.PERSON
        else say.gettext(
            "“{title}” is finished. Thank you for endorsing it!", title=isolated(bold(title))
        )
    )
    return paragraphs(
        thank,
        have_signed(say, counts),
        say.gettext(
            "I've erased what leads to you. Your name stays on the public list, and nobody can "
            "change that list any more."
        )
        if public
        else say.gettext(
            "I've erased what leads to you, so nobody can find out from me that you signed. It "
            "still counts."
        ),
    )


def goes_on(say: Voice, title: str, place: str) -> RichText:
    """To whoever signed or endorsed it, where the campaign has moved from."""
    return paragraphs(
        say.gettext(
            "“{title}” goes on at {place}", title=isolated(bold(title)), place=isolated(place)
        ),
        say.gettext(
            "Here I've erased what leads to you, so I can't give you a secret code for it any more."
        ),
    )


def not_verified(say: Voice, kind: Kind, title: str) -> RichText:
    """To whom nobody has verified in time."""
    if kind is Kind.PERSON:
        return say.gettext(
            "“{title}” is finished. Your signature wasn't verified in time, so it doesn't count. "
            "I've erased it, with your name.",
            title=isolated(bold(title)),
        )
    return say.gettext(
        "“{title}” is finished. Your endorsement wasn't verified in time, so it doesn't count. "
        "I've erased it.",
        title=isolated(bold(title)),
    )
