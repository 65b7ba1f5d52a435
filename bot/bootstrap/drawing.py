"""How the pictures are drawn that a chat asks for."""

from __future__ import annotations

from bot.services.pictures import CannotDraw, Poster, Wanted


def draw(wanted: Wanted) -> bytes:
    """A PNG. Raises `CannotDraw`."""
    # Only whoever draws one pays for what that takes.
    from bot.documents.fonts import NoFont  # noqa: PLC0415
    from bot.documents.picture import share_picture  # noqa: PLC0415
    from bot.documents.qr import qr_png  # noqa: PLC0415

    try:
        if not isinstance(wanted, Poster):
            return qr_png(wanted.address)
        return share_picture(
            wanted.title,
            wanted.counts,
            wanted.language,
            attribution=wanted.attribution,
            address=wanted.address,
        )
    except (NoFont, ImportError, OSError, RuntimeError, ValueError) as error:
        raise CannotDraw(str(error)) from None
