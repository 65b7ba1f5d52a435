"""What admins are told of a goal and of a deadline, and what they may announce of them."""

from __future__ import annotations

import datetime as dt

from bot.domain.counts import Counts, PublicCounts
from bot.domain.ids import StatementId
from bot.text.rich import RichText, bold, code, isolated
from bot.wording.cover import have_signed, signers
from bot.wording.voice import Voice, lines


def goal_reached(say: Voice, title: str, goal: int, counts: Counts) -> RichText:
    """All of it."""
    first = say.gettext(
        "“{title}” has reached its goal of {goal}! A higher one goes into statement.yaml.",
        title=isolated(bold(title)),
        goal=say.number(goal),
    )
    return lines(first, _signed(say, counts))


def part(say: Voice, title: str, percent: int, goal: int, counts: PublicCounts) -> RichText:
    """To announce: `percent` of the goal are reached."""
    if percent >= 100:
        first = say.gettext(
            "“{title}” has reached its goal of {goal}!",
            title=isolated(title),
            goal=say.number(goal),
        )
    else:
        first = say.gettext(
            "“{title}” has reached {percent} of its goal of {goal}.",
            percent=isolated(say.percent(percent / 100)),
            title=isolated(title),
            goal=say.number(goal),
        )
    return lines(first, have_signed(say, counts))


def round_number(say: Voice, title: str, number: int, counts: PublicCounts) -> RichText:
    """To announce: so many are reached."""
    first = say.gettext(
        "“{title}” has reached {count} signatures.",
        title=isolated(title),
        count=say.number(number),
    )
    return lines(first, have_signed(say, counts))


def last_days(say: Voice, title: str, moment: dt.datetime, counts: PublicCounts) -> RichText:
    """To announce: signing will be over at that moment. How long it is until then is another by the
    time that somebody reads it."""
    first = say.gettext(
        "“{title}” can still be signed until {time}. Pass it on!",
        title=isolated(title),
        time=isolated(say.until_moment(moment)),
    )
    return lines(first, have_signed(say, counts))


def closes(
    say: Voice, title: str, moment: dt.datetime, now: dt.datetime, counts: Counts
) -> RichText:
    """Signing will be over at that moment."""
    first = say.gettext(
        "Signing “{title}” closes {when} (open until {time}). A later date goes into "
        "statement.yaml.",
        title=isolated(bold(title)),
        when=say.coming(moment - now),
        time=isolated(say.until_moment(moment)),
    )
    return lines(first, _signed(say, counts), _waiting(say, counts))


def closed(say: Voice, title: str, statement: StatementId, counts: Counts) -> RichText:
    """Signing is over."""
    first = say.gettext(
        "Signing “{title}” has closed. When everything is decided, {finish} closes it for ever.",
        title=isolated(bold(title)),
        finish=code(f"{say.prefix}finish {statement}"),
    )
    return lines(first, _signed(say, counts), _waiting(say, counts))


def _signed(say: Voice, counts: Counts) -> RichText | None:
    who = signers(say, counts.persons, counts.organisations)
    return who and say.ngettext("{who} signed.", "{who} signed.", counts.verified, who=who)


def _waiting(say: Voice, counts: Counts) -> RichText | None:
    if not counts.pending:
        return None
    return say.gettext("waiting: {count}", count=say.number(counts.pending))
