"""What is said of demands that a signer excepts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.text.breaks import shortened
from bot.text.document import Demand
from bot.text.flow import demand_text
from bot.text.rich import RichText, isolated, join
from bot.wording.voice import Voice, lines, paragraphs

LONGEST_DEMAND = 60
"""Characters of a demand that are shown to tell it from the others."""


def beside(say: Voice, excepts: Sequence[str]) -> RichText | None:
    """What stands beside a name in public; None where all is signed."""
    return (
        say.gettext("signs, except {numbers}", numbers=_numbers(say, excepts)) if excepts else None
    )


def line(say: Voice, excepts: Sequence[str]) -> RichText | None:
    """The same as a line of its own."""
    return (
        say.gettext("Signs, except {numbers}", numbers=_numbers(say, excepts)) if excepts else None
    )


def hidden(say: Voice, excepts: Sequence[str]) -> RichText | None:
    """To somebody whose name will not be public."""
    if not excepts:
        return None
    return say.gettext(
        "You sign, except {numbers}. Only the organisers see this: it's shown and counted with "
        "public names alone.",
        numbers=_numbers(say, excepts),
    )


def consent(say: Voice) -> RichText:
    return say.gettext(
        "At the end you can except single demands. If your name is public, everybody sees which."
    )


def ask(say: Voice, demands: Sequence[Demand], excepts: Sequence[str]) -> RichText:
    """Which demand; `excepts` are those that are excepted now."""
    return paragraphs(
        say.gettext(
            "Which demand do you not sign? Tap its number, or type several, such as “2, 4”."
        ),
        lines(*map(_demand, demands)),
        say.gettext(
            "Excepted now: {numbers}. Tap a number again to take it back.",
            numbers=_numbers(say, excepts),
        )
        if excepts
        else None,
    )


def nothing_left(say: Voice) -> RichText:
    return say.gettext("Then nothing is left to sign. Keep one demand at least.")


def dropped(say: Voice) -> RichText:
    """Of a draft, where the text is another or takes no exceptions any more."""
    return say.gettext("Your exceptions are gone: now you'd sign all of it.")


def sealed(say: Voice, digits: str) -> RichText:
    """To somebody who gave anew what was sealed to the organisers."""
    return say.gettext(
        "Had you excepted demands? That was sealed too. To do it again: {cmd}mine {digits} except",
        digits=isolated(digits),
    )


def counts(say: Voice, excepted: Mapping[str, int], of: int) -> RichText | None:
    """How many names on the list except which demand, in multiples of `of` that are reached at
    least; None where nobody does."""
    if not excepted:
        return None
    each = [isolated(f"{number}: {say.number(count)}") for number, count in excepted.items()]
    found = join(" · ", each)
    if of > 1:
        return say.gettext("Names that except a demand, at least: {counts}", counts=found)
    return say.gettext("Names that except a demand: {counts}", counts=found)


def count(say: Voice, excepted: int, of: int) -> RichText | None:
    """How many names on the list except the demand that is shown, as for `counts`."""
    if not excepted:
        return None
    if of > 1:
        return say.gettext(
            "At least {count} names on the list except this demand.", count=say.number(excepted)
        )
    return say.ngettext(
        "{count} name on the list excepts this demand.",
        "{count} names on the list except this demand.",
        excepted,
    )


def _numbers(say: Voice, excepts: Sequence[str]) -> str:
    return say.listed(excepts)


def _demand(demand: Demand) -> RichText:
    """On one line, in the language of its text."""
    text = " ".join(demand_text(demand).text.plain.split())
    return isolated(shortened(text, LONGEST_DEMAND))
