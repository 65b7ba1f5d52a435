"""What a person sees of a statement before posting it into another chat."""

from bot.text.rich import RichText
from bot.wording.voice import Voice


def statement(say: Voice, demands: int, verified: int) -> RichText:
    """One line below a title in a list of suggestions."""
    count = say.ngettext("{count} verified endorsement", "{count} verified endorsements", verified)
    if not demands:
        return count
    many = say.ngettext("{count} demand", "{count} demands", demands)
    return many + " · " + count
