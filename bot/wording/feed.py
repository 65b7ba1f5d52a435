"""The news of a statement, for whoever reads them in a feed: a line each."""

from __future__ import annotations

from bot.text.rich import RichText
from bot.wording.voice import Voice


def title(say: Voice, statement: str) -> RichText:
    """Of the whole feed."""
    return say.gettext("News: {title}", title=statement)


def about(say: Voice) -> RichText:
    """What stands in it."""
    return say.gettext("How many have signed, and what has become of the text.")


def opened(say: Voice) -> RichText:
    """Signing was made possible."""
    return say.gettext("The statement is here to be read and signed.")


def reached(say: Voice, count: int) -> RichText:
    """So many verified signatures of persons and organisations."""
    return say.ngettext("{count} verified signature", "{count} verified signatures", count)


def goal(say: Voice, count: int) -> RichText:
    """Likewise, which is what the organisers wanted."""
    return say.gettext("The goal is reached: {count}", count=say.number(count))


def corrected(say: Voice) -> RichText:
    """The text says the same as before."""
    return say.gettext("The text was corrected.")


def changed(say: Voice) -> RichText:
    """Whoever signed the text before has not signed this one."""
    return say.gettext("There is a new text.")


def finished(say: Voice) -> RichText:
    """For ever."""
    return say.gettext("Signing is over.")
