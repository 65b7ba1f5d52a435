"""What is said when a group becomes the admin chat, or is one again."""

from bot.text.rich import RichText
from bot.wording.voice import Voice, lines


def claimed(say: Voice, waiting: int) -> RichText:
    return lines(
        say.gettext(
            "This is the admin chat now. Cards of new endorsements come here; {cmd}help lists what "
            "admins can do."
        ),
        waiting_now(say, waiting) if waiting else None,
    )


def waiting_now(say: Voice, count: int) -> RichText:
    """Before the cards that could not be sent until now."""
    return say.ngettext(
        "{count} endorsement is waiting: {cmd}pending shows it.",
        "{count} endorsements are waiting: {cmd}pending shows them.",
        count,
    )
