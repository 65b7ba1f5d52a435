"""Pictures for sharing: what is asked for, and how many have signed."""

from __future__ import annotations

from bot.documents.drawing import Json, draw
from bot.documents.qr import qr_svg
from bot.domain.counts import PublicCounts
from bot.domain.ids import Language
from bot.text.breaks import shortened
from bot.text.rich import isolated
from bot.wording.cover import have_signed, nobody_yet
from bot.wording.voice import Voice

WIDE = (1200, 630)
"""Pixels, as Open Graph pictures have them."""
SQUARE = (1080, 1080)

LONGEST_TITLE = 240
"""Characters; it would not be read any more in a picture of that size."""
LONGEST_ADDRESS = 60


def share_picture(
    title: str,
    counts: PublicCounts,
    language: Language,
    *,
    attribution: str = "",
    address: str | None = None,
) -> bytes:
    """A PNG of 1200×630 pixels for pages that link to the statement: its title, by whom it is, how
    many have signed, and where (`address`, shown as it is without `https://`). The same bytes for
    the same input. Raises `NoFont`."""
    return _draw(WIDE, title, counts, language, attribution, address, None)


def square_picture(
    title: str,
    counts: PublicCounts,
    language: Language,
    *,
    attribution: str = "",
    address: str | None = None,
    link: str | None = None,
) -> bytes:
    """The same as 1080×1080 pixels for chats and networks, with a QR code of `link`."""
    code = None if link is None else qr_svg(link)
    return _draw(SQUARE, title, counts, language, attribution, address, code)


def _draw(
    size: tuple[int, int],
    title: str,
    counts: PublicCounts,
    language: Language,
    attribution: str,
    address: str | None,
    code: str | None,
) -> bytes:
    say = Voice(language)
    data: dict[str, Json] = {
        "width": size[0],
        "height": size[1],
        "title": shortened(title, LONGEST_TITLE),
        "attribution": shortened(attribution, LONGEST_TITLE),
        # In English where the bot does not speak the language: then it keeps its own direction.
        "signed": isolated(have_signed(say, counts) or nobody_yet(say)).plain,
        "address": shown_address(address) if address else None,
        "code": code,
    }
    return draw("picture.typ", language, data, "png")


def shown_address(address: str) -> str:
    """An address as people read and type it: without what browsers add, and without what follows a
    question mark."""
    bare = address.removeprefix("https://").partition("?")[0]
    return isolated(shortened(bare, LONGEST_ADDRESS)).plain
