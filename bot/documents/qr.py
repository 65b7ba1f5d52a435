"""QR codes."""

from __future__ import annotations

BORDER = 4
"""Modules of white around the code, as ISO/IEC 18004 asks for."""


def qr_svg(text: str) -> str:
    """An SVG picture of `text`, mostly a link, as large as what it is put into; black on white in
    dark surroundings too, as not every camera reads the reverse. Raises `ValueError` for a text
    that no QR code holds (above some 2,000 bytes)."""
    import segno  # noqa: PLC0415 - only whoever draws one pays for it

    # Of medium correction: a seventh of a poster may be torn or wet.
    code = segno.make_qr(text, error="m")
    return code.svg_inline(border=BORDER, dark="#000", light="#fff", omitsize=True)
