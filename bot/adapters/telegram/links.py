"""Links that Telegram opens itself."""

from __future__ import annotations

from bisect import bisect_right
from urllib.parse import quote

from bot.text.breaks import shortened

LINKS = "https://t.me"

LONGEST = 2000
"""Characters of a link to share by, which no documentation limits: programs on the way cut off
longer ones."""


def share_link(address: str, text: str) -> str | None:
    """Lets a person choose a chat (https://core.telegram.org/widgets/share#custom-buttons). Blanks
    as `%20`: not every app takes `+` for one. None where the address alone is too long."""
    begins = f"{LINKS}/share/url?url={_quoted(address)}&text="
    room = LONGEST - len(begins)
    if room < 0:
        return None
    return begins + _quoted(_fitting(text, room))


def _fitting(text: str, room: int) -> str:
    """As much of the text as fits once it is quoted."""
    if len(_quoted(text)) <= room:
        return text

    def taken(most: int) -> int:
        return len(_quoted(shortened(text, most)))

    fits = bisect_right(range(len(text)), room, key=taken) - 1
    return shortened(text, fits) if fits > 0 else ""


def _quoted(text: str) -> str:
    return quote(text, safe="")
