"""What is said when a group becomes the admin chat, or is one again."""

from bot.text.rich import RichText
from bot.wording.voice import Voice, lines


def claimed(say: Voice, waiting: int) -> RichText:
    return lines(
        say.gettext(
            "This is the admin chat now. New signatures come here to be verified. "
            "{cmd}help lists what you can do."
        ),
        waiting_now(say, waiting) if waiting else None,
    )


def waiting_now(say: Voice, count: int) -> RichText:
    """Before the cards that could not be sent until now."""
    return say.gettext("Waiting now: {count}. {cmd}pending lists them.", count=say.number(count))
