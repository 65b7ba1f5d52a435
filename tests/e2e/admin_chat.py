"""What stands in the admin chat of a dialogue, and many who come at once."""

from __future__ import annotations

import re

from bot.adapters.console.adapter import NAME
from bot.domain.endorsement import Kind
from bot.domain.ids import Number
from tests.support.arrivals import arrive
from tests.support.dialogue import Dialogue, Did


async def come(
    d: Dialogue, count: int, kind: Kind = Kind.PERSON, *, wave: bool = False, name: str = ""
) -> list[Number]:
    """So many sign in one moment; their numbers."""
    await d.be_there()
    now = d.platform.now()
    return await arrive(d.bot, d.database, now, NAME, count, kind, wave=wave, name=name)


LOGS = "How far the logs are."
"""What the message begins with that comes into the admin chat once a day, if something happened."""


def brought(d: Dialogue) -> list[Did]:
    """All messages that were sent into the admin chat, each as it was sent, but for how far the
    logs are."""
    sent = [did for did in d.did if did.chat == "@admins" and did.action == "send"]
    return [did for did in sent if not did.text.startswith(LOGS)]


def cards(d: Dialogue) -> list[int]:
    found = (re.match(r"#(\d+) · ", did.text) for did in brought(d))
    return [int(match[1]) for match in found if match]


def digests(d: Dialogue) -> list[str]:
    """What each digest says now, the oldest first."""
    sent = [did.number for did in brought(d) if did.names == ("pending",) and "+" in did.text]
    return [d.now_showing("@admins", number).text for number in sent]


def plain(text: str) -> str:
    """Without the characters that isolate."""
    return text.replace("\u2068", "").replace("\u2069", "")


def counts(d: Dialogue) -> list[str]:
    """What each digest counts now, without since when."""
    return [re.sub(r" since [^;]*", "", plain(text)) for text in digests(d)]
