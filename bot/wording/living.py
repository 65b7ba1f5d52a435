"""What a living count says, and what is said about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.domain.living import Living
from bot.text.document import BULLET
from bot.text.rich import RichText, bold, code, isolated
from bot.wording import paper
from bot.wording.cover import Standing, goal, have_signed, nobody_yet, time
from bot.wording.voice import N_, Voice, lines, paragraphs


def count(say: Voice, title: str, standing: Standing, way: RichText) -> RichText:
    """How many have signed, of what goal and until when, and the `way` to sign."""
    signed = have_signed(say, standing.counts) or nobody_yet(say)
    return paragraphs(
        bold(title),
        lines(
            None if standing.is_over else bold(signed),
            paper.counted(say, standing.counts),
            goal(say, standing),
            time(say, standing),
        ),
        way,
    )


def way(say: Voice, *, link: str | None, command: str, is_open: bool, page: str | None) -> RichText:
    """Where to sign, or where nobody can now, to read."""
    by_link, by_command = (
        (N_("Sign: {link}"), N_("To sign, send the bot {command}"))
        if is_open
        else (N_("Read: {link}"), N_("To read it, send the bot {command}"))
    )
    found = (
        say.gettext(by_link, link=isolated(link))
        if link
        else say.gettext(by_command, command=code(command))
    )
    return lines(found, page and say.gettext("Page: {link}", link=isolated(page)))


def ended(say: Voice, text: RichText, now: dt.datetime) -> RichText:
    """Below the last figures."""
    return paragraphs(
        text,
        say.gettext("As of {time}. This is not kept up to date any more.", time=say.moment(now)),
    )


def here_already(say: Voice, title: str) -> RichText:
    return say.gettext(
        "The count of “{title}” stands here already, and I keep it up to date.",
        title=isolated(bold(title)),
    )


def too_many(say: Voice) -> RichText:
    return say.gettext(
        "I keep as many counts up to date as I can. {cmd}share gives you a message with the count "
        "of this moment."
    )


def none_here(say: Voice) -> RichText:
    return say.gettext("There's no count here that I keep up to date. {cmd}count begins one.")


def has_ended(say: Voice, title: str, chat: str) -> RichText:
    return say.gettext(
        "The count of “{title}” in “{chat}” is not kept up to date any more.",
        title=isolated(bold(title)),
        chat=isolated(chat),
    )


def in_groups(say: Voice) -> RichText:
    """To who asks for one in private."""
    return say.gettext(
        "In a group, one of its administrators sends {cmd}count: there I keep a count up to date."
    )


def begun(say: Voice, title: str, chat: str) -> RichText:
    return say.gettext(
        "The count of “{title}” stands in “{chat}” now, and I keep it up to date. If it isn't "
        "pinned there, I may not do that.",
        title=isolated(bold(title)),
        chat=isolated(chat),
    )


def not_reached(say: Voice, title: str, chat: str) -> RichText:
    return say.gettext(
        "The count of “{title}” in “{chat}” has ended, as I may not write there any more. "
        "{cmd}count begins it anew.",
        title=isolated(bold(title)),
        chat=isolated(chat),
    )


def how_to_begin(
    say: Voice, title: str, post: str | None, known: Sequence[tuple[Living, str]]
) -> RichText:
    """To the admins: what is to be posted in a channel (None: there are none), and those that stand
    somewhere, each with the title of its statement."""
    channel = None
    if post is not None:
        channel = lines(
            say.gettext(
                "In a channel: make me an administrator of it who may post and edit messages. Then "
                "post this there, once, within a day:"
            ),
            say.alone(code(post)),
        )
    return paragraphs(
        say.gettext(
            "The count of “{title}”, kept up to date in one message:", title=isolated(bold(title))
        ),
        say.gettext("In a group: one of its administrators sends {cmd}count there."),
        channel,
        standing_now(say, known) if known else None,
    )


def standing_now(say: Voice, known: Sequence[tuple[Living, str]]) -> RichText:
    """A list of them; a button ends each."""
    rows = [
        BULLET
        + " "
        + isolated(f"#{living.id}")
        + " "
        + isolated(bold(living.title))
        + ": "
        + isolated(title)
        for living, title in known
    ]
    return lines(
        say.gettext("Kept up to date now; {command} ends one:", command=f"{say.prefix}endcount"),
        *rows,
    )
