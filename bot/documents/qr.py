"""QR codes."""

from __future__ import annotations

import io

BORDER = 4
"""Modules of white around the code, as ISO/IEC 18004 asks for."""

PIXELS = 12
"""To a module: some 500 altogether, sharp on a phone and in print as small as a stamp."""


def qr_svg(text: str) -> str:
    """An SVG picture of `text`, mostly a link, as large as what it is put into; black on white in
    dark surroundings too, as not every camera reads the reverse. Raises `ValueError` for a text
    that no QR code holds (above some 2,000 bytes)."""
    import segno  # noqa: PLC0415 - only whoever draws one pays for it

    # Of medium correction: a seventh of a poster may be torn or wet.
    code = segno.make_qr(text, error="m")
    return code.svg_inline(border=BORDER, dark="#000", light="#fff", omitsize=True)


def qr_png(text: str) -> bytes:
    """The same as pixels, for chats. Raises as `qr_svg`."""
    import segno  # noqa: PLC0415 - as above

    out = io.BytesIO()
    code = segno.make_qr(text, error="m")
    code.save(out, kind="png", border=BORDER, scale=PIXELS)
    return out.getvalue()
