"""What is said of endorsements of one organisation that are linked, to admins and to its groups.

No group is told who the other one is: admins may have linked the wrong ones, and the other may be
public nowhere yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain.endorsement import Endorsement
from bot.domain.ids import Number
from bot.text.rich import RichText, bold, code, isolated
from bot.wording.signing import status_name
from bot.wording.voice import N_, Voice, paragraphs


def same_as(say: Voice, numbers: Iterable[Number]) -> dict[str, str]:
    """What stands on the buttons that link a record with these, by the buttons' names."""
    names = [f"#{number}" for number in numbers]
    return {name: say.gettext("Same as {number}", number=name).plain for name in names}


def linked(say: Voice, record: Endorsement) -> RichText:
    """To who has linked it; how long that can be undone stands behind it."""
    return say.gettext(
        "{number} is linked to {main}: both count as one.",
        number=bold(f"#{record.number}"),
        main=bold(f"#{record.linked_to}"),
    )


def unlinked(say: Voice, record: Endorsement) -> RichText:
    return say.gettext(
        "{number} stands by itself again: {state}.",
        number=bold(f"#{record.number}"),
        state=status_name(say, record.status),
    )


def which(say: Voice) -> RichText:
    """To who has named one record alone."""
    return say.gettext(
        "Type the numbers of all endorsements of one organisation, like this: {example}",
        example=code(f"{say.prefix}link 12 34"),
    )


def stands_for(say: Voice, linked: Sequence[Endorsement]) -> RichText | None:
    """On the card of a record that these are linked to."""
    if not linked:
        return None
    return say.gettext(
        "Linked to it, of the same organisation: {numbers}",
        numbers=say.listed(f"#{one.number}" for one in linked),
    )


def left_behind(
    say: Voice, gone: Number, numbers: Sequence[Number], untold: Sequence[Number]
) -> RichText:
    """To admins, of an endorsement that was withdrawn and of those that it stood for; the groups of
    the `untold` cannot be asked."""
    return paragraphs(
        say.gettext(
            "{gone} was withdrawn by its group. Linked to it, and counted nowhere until each group "
            "says whether it stands by itself: {numbers}. {cmd}unlink and a number says it for a "
            "group.",
            gone=bold(f"#{gone}"),
            numbers=say.listed(f"#{number}" for number in numbers),
        ),
        say.gettext(
            "I can't ask the groups of these: {numbers}.",
            numbers=say.listed(f"#{number}" for number in untold),
        )
        if untold
        else None,
    )


_TO_GROUP = {
    "linked": N_(
        "Your organisation has endorsed “{title}” in another chat, or on paper, too. Both count "
        "as one, and {number}, given here, stands for both. If that's wrong, tell the organisers."
    ),
    "unlinked": N_(
        "{number}, your endorsement of “{title}”, doesn't stand for the other one, of another "
        "chat or on paper, any more."
    ),
    "withdrawn": N_(
        "Your organisation has withdrawn its endorsement of “{title}” in another chat. That "
        "changes nothing of {number}, given here. If it shouldn't stand any more, withdraw it."
    ),
    "left": N_(
        "Your organisation has withdrawn its endorsement of “{title}” in another chat. That one "
        "stood for {number} too, given here, which isn't counted now. Does it stand by itself, or "
        "do you withdraw it as well? An administrator of this group decides."
    ),
}


def to_group(say: Voice, what: str, record: Endorsement, title: str) -> RichText:
    """To a group, when another endorsement of its organisation was `linked` to its own, or
    `unlinked` from it, or `withdrawn`; or its own is `left` by the one that stood for it."""
    number = bold(f"#{record.number}")
    return say.gettext(_TO_GROUP[what], number=number, title=isolated(bold(title)))


def nothing_linked(say: Voice) -> RichText:
    """To a group that wants its endorsement to stand by itself."""
    return say.gettext("No endorsement of this group is linked to another one.")


def stands_alone(say: Voice, record: Endorsement) -> RichText:
    """To a group that wants that."""
    return say.gettext(
        "{number} stands by itself: {state}.",
        number=bold(f"#{record.number}"),
        state=status_name(say, record.status),
    )
