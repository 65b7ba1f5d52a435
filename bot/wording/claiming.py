"""What is said when a group becomes the admin chat."""

from bot.text.rich import RichText
from bot.wording.voice import Voice, lines


def claimed(say: Voice, waiting: int) -> RichText:
    return lines(
        say.gettext(
            "This is the admin chat now. Cards of new endorsements come here; {cmd}help lists what "
            "admins can do."
        ),
        say.ngettext(
            "{count} endorsement is waiting: {cmd}pending shows it.",
            "{count} endorsements are waiting: {cmd}pending shows them.",
            waiting,
        )
        if waiting
        else None,
    )
