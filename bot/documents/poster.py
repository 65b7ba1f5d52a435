"""Posters: what a statement asks, and a QR code that leads to where it is read and signed."""

from __future__ import annotations

from typing import Literal

from bot.documents.blocks import of_block
from bot.documents.drawing import Json, draw
from bot.documents.picture import shown_address
from bot.documents.qr import qr_svg
from bot.statements.model import Revision
from bot.text.document import Demand
from bot.text.rich import isolated
from bot.wording import documents
from bot.wording.voice import Voice

SIZES = {"a4": (210, 297), "a5": (148, 210)}
"""Millimetres."""

DOTS_PER_INCH = 150
"""Of a PNG: for screens, and printed where a PDF cannot be."""


def poster(
    say: Voice,
    revision: Revision,
    demand: Demand | None,
    link: str,
    address: str,
    size: str,
    form: Literal["pdf", "png"],
) -> bytes:
    """One page with the title, a demand and the QR code of `link`; `address` stands beside it for
    whoever types. `size` is one of `SIZES`. The same bytes for the same input. Raises `NoFont`."""
    width, height = SIZES[size]
    data: dict[str, Json] = {
        "width": width,
        "height": height,
        "title": revision.title,
        "attribution": revision.attribution,
        "blocks": [of_block(block) for block in demand.item.blocks] if demand else [],
        "call": isolated(documents.read_and_sign(say)).plain,
        "code": qr_svg(link),
        "address": shown_address(address),
    }
    return draw("poster.typ", revision.language, data, form, dots_per_inch=DOTS_PER_INCH)
