"""How admins are called to what waits: the digest of what has no card, and the reminder."""

import datetime as dt

from bot.domain.calling import Uncarded
from bot.text.rich import RichText, bold, concat, isolated, join
from bot.wording.voice import Voice


def digest(say: Voice, uncarded: Uncarded, since: dt.datetime, now: dt.datetime) -> RichText:
    """How many have come without a card since then, and what is to be known of them first."""
    head = say.gettext(
        "+ {count} since {time}",
        count=bold(say.number(uncarded.total)),
        time=isolated(say.moment(since, now)),
    )
    groups, marked, wave = uncarded.organisations, uncarded.marked, uncarded.wave
    parts = (
        groups and say.ngettext("{count} organisation", "{count} organisations", groups),
        marked and say.ngettext("{count} with marks", "{count} with marks", marked),
        wave and say.ngettext("{count} in a wave", "{count} in a wave", wave),
    )
    return concat((say.mark, join("; ", (head, *(part for part in parts if part)))))


def decided(say: Voice) -> RichText:
    """What becomes of a digest in the end."""
    return say.gettext("Nothing that was counted here is waiting any more.")


def newer(say: Voice) -> RichText:
    return say.gettext("There's a newer count below.")


def reminder(say: Voice, count: int, oldest: dt.datetime) -> RichText:
    day = isolated(say.date(oldest.astimezone(say.zone).date()))
    return say.ngettext(
        "{count} signature is waiting since {day}.",
        "{count} signatures are waiting, the oldest since {day}.",
        count,
        day=day,
    )
