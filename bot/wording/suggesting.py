"""What a person sees of a statement before posting it into another chat."""

from bot.domain.counts import PublicCounts
from bot.text.rich import RichText, join
from bot.wording.cover import counted, nobody_yet
from bot.wording.voice import Voice


def statement(say: Voice, demands: int, counts: PublicCounts) -> RichText:
    """One line below a title in a list of suggestions."""
    asked = say.ngettext("{count} demand", "{count} demands", demands) if demands else None
    return join(
        " · ",
        filter(None, (asked, counted(say, counts) or nobody_yet(say))),
    )
