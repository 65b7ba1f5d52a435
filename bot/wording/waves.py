"""What admins read of waves: when far more sign than usual, and when that is over."""

from __future__ import annotations

from bot.domain.endorsement import Kind
from bot.text.rich import RichText, bold, isolated
from bot.wording.voice import Voice, paragraphs


def begun(say: Voice, kind: Kind, title: str, count: int) -> RichText:
    """`count` in the last ten minutes."""
    came = (
        say.ngettext(
            "Far more than usual: {count} signature of “{title}” in 10 minutes.",
            "Far more than usual: {count} signatures of “{title}” in 10 minutes.",
            count,
            title=isolated(bold(title)),
        )
        if kind is Kind.PERSON
        else say.ngettext(
            "Far more than usual: {count} endorsement of “{title}” in 10 minutes.",
            "Far more than usual: {count} endorsements of “{title}” in 10 minutes.",
            count,
            title=isolated(bold(title)),
        )
    )
    return paragraphs(
        came,
        say.gettext(
            "New ones wait behind the others from now on, and those who sign are told so. The "
            "public count is of verified ones only."
        ),
    )


def over(say: Voice, kind: Kind, title: str, count: int) -> RichText:
    """`count` since the admins were told of it."""
    if kind is Kind.PERSON:
        return say.ngettext(
            "As usual again: “{title}”. {count} signature came in the wave.",
            "As usual again: “{title}”. {count} signatures came in the wave.",
            count,
            title=isolated(bold(title)),
        )
    return say.ngettext(
        "As usual again: “{title}”. {count} endorsement came in the wave.",
        "As usual again: “{title}”. {count} endorsements came in the wave.",
        count,
        title=isolated(bold(title)),
    )
