"""What is said of how long signatures are kept."""

from __future__ import annotations

import datetime as dt

from bot.domain.endorsement import Endorsement, Kind
from bot.domain.retention import Retention
from bot.text.rich import RichText, bold, isolated
from bot.wording.voice import Voice, lines


def kept_for(say: Voice, rules: Retention) -> RichText:
    """To everybody who asks what is kept."""
    return lines(
        say.ngettext(
            "What isn't verified, I erase after {count} day.",
            "What isn't verified, I erase after {count} days.",
            rules.pending.days,
        ),
        say.ngettext(
            "What isn't accepted: {count} day after the decision.",
            "What isn't accepted: {count} days after the decision.",
            rules.rejected.days,
        ),
        say.ngettext(
            "A name that isn't public: {count} day after signing closes. It still counts.",
            "A name that isn't public: {count} days after signing closes. It still counts.",
            rules.hidden.days,
        ),
    )


def erased_on(say: Voice, day: dt.date) -> RichText:
    """Of one that waits, to its signer."""
    return say.gettext("If it isn't verified by {day}, I erase it.", day=isolated(say.date(day)))


def ends(say: Voice, record: Endorsement, title: str, day: dt.date) -> RichText:
    parts = {
        "number": bold(f"#{record.number}"),
        "title": isolated(bold(title)),
        "day": isolated(say.date(day)),
    }
    if record.kind is Kind.PERSON:
        return say.gettext(
            "Your signature {number} for “{title}” is still waiting to be verified. If it isn't by "
            "{day}, I erase it, with your name. {cmd}withdraw takes it back sooner.",
            **parts,
        )
    return say.gettext(
        "Your endorsement {number} of “{title}” is still waiting to be verified. If it isn't by "
        "{day}, I erase it. {cmd}withdraw takes it back sooner.",
        **parts,
    )


def ended(say: Voice, record: Endorsement, title: str) -> RichText:
    parts = {"number": bold(f"#{record.number}"), "title": isolated(bold(title))}
    if record.kind is Kind.PERSON:
        return say.gettext(
            "Your signature {number} for “{title}” wasn't verified in time. I've erased it, with "
            "your name. {cmd}sign begins anew.",
            **parts,
        )
    return say.gettext(
        "Your endorsement {number} of “{title}” wasn't verified in time. I've erased it. "
        "{cmd}endorse begins anew.",
        **parts,
    )


def many_end(say: Voice, count: int, day: dt.date) -> RichText:
    """To the admins."""
    return say.ngettext(
        "{count} signature has waited very long. If nobody decides, I erase it from {day} on. "
        "{cmd}pending shows it.",
        "{count} signatures have waited very long. If nobody decides, I erase them from {day} on. "
        "{cmd}pending shows them.",
        count,
        day=isolated(say.date(day)),
    )


def many_old(say: Voice, count: int) -> RichText:
    """To the admins, where a clock may have jumped."""
    return say.ngettext(
        "{count} signature is old enough to be erased, more than a tenth of all. Is the server's "
        "clock right? I erase nothing of it until an admin taps “Go ahead”.",
        "{count} signatures are old enough to be erased, more than a tenth of all. Is the server's "
        "clock right? I erase nothing of them until an admin taps “Go ahead”.",
        count,
    )
