"""Signatures that came on paper: the mark beside a name, and how many they are."""

from __future__ import annotations

from bot.domain.counts import PublicCounts
from bot.text.rich import RichText
from bot.wording.voice import Voice


def beside(say: Voice) -> RichText:
    """Behind the name, wherever it is listed."""
    return say.gettext("on paper")


def of_these(say: Voice, count: int) -> RichText | None:
    """Below how many there are; None where none of them came on paper."""
    return say.gettext("of these on paper: {count}", count=say.number(count)) if count else None


def counted(say: Voice, counts: PublicCounts) -> RichText | None:
    """The same where everybody sees it."""
    if counts.of > 1 and counts.paper:
        return say.gettext("Of these at least {count} on paper.", count=say.number(counts.paper))
    if not counts.paper:
        return None
    return say.gettext("Of these {count} on paper.", count=say.number(counts.paper))
