"""How long it takes until something is verified, and how many stand before it."""

from __future__ import annotations

from bot.domain.ids import Number
from bot.domain.pace import Wait, fewer_than
from bot.domain.selection import REACH
from bot.text.rich import RichText, bold, isolated
from bot.wording.voice import Voice, lines


def how_long(say: Voice, days: int | None) -> RichText | None:
    """`days` as it takes these days; None where nothing is said of it."""
    if days is None:
        return None
    if days == 0:
        return say.gettext("Verifying takes less than a day these days.")
    return say.ngettext(
        "Verifying takes about {count} day these days.",
        "Verifying takes about {count} days these days.",
        days,
    )


def waiting(say: Voice, wait: Wait | None) -> RichText | None:
    """Below the state of what waits; empty where there is nothing to say."""
    if wait is None:
        return None
    before = None if wait.ahead is None else _before(say, wait.ahead)
    return lines(before, how_long(say, wait.usual))


def _before(say: Voice, ahead: int) -> RichText:
    count = fewer_than(ahead)
    if count is None:
        return say.gettext("{count} or more stand before it in the queue.", count=say.number(REACH))
    return say.gettext("Fewer than {count} stand before it in the queue.", count=say.number(count))


def takes_longer(say: Voice, number: Number, title: str) -> RichText:
    """Once, to who waits for longer than was said to them."""
    return say.gettext(
        "{number} under “{title}” is still waiting to be verified. That takes longer than it "
        "should. You needn't do anything: I'll tell you here once it's decided.",
        number=bold(f"#{number}"),
        title=isolated(bold(title)),
    )
