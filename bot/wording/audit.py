"""What admins did, as a list. Why is not in it: reasons stay with the record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.domain.admin import Action
from bot.domain.ids import Number
from bot.text.rich import RichText, bold, code, isolated
from bot.wording.voice import N_, Voice, lines, paragraphs

_DONE = {
    "verify": N_("{who} verified {number}"),
    "reject": N_("{who} rejected {number}"),
    "undo": N_("{who} undid the decision about {number}"),
    "reopen": N_("{who} reopened {number}"),
    "link": N_("{who} linked {number} to another of the same organisation"),
    "unlink": N_("{who} unlinked {number}"),
    "agree": N_("{who} agreed about {number}"),
    "add": N_("{who} added {number} from paper"),
    "take paper back": N_("{who} took back {number}, added from paper"),
    "take back": N_("{who} took back what was agreed about {number}"),
    "decline": N_("{who} cancelled what two had to agree on, up to {number}"),
    "don't finish": N_("{who} cancelled closing a statement for ever"),
    "ask": N_("{who} asked the signer of {number} something"),
    "aside": N_("{who} set {number} aside"),
    "bring back": N_("{who} brought {number} back"),
    "undo list": N_("{who} undid the list with {number}"),
    "find": N_("{who} found the name of {number}, which isn't public"),
    "show": N_("{who} read the name of {number}, which isn't public"),
    "close": N_("{who} paused signing"),
    "open": N_("{who} resumed signing"),
    "finish": N_("{who} agreed to close a statement for ever"),
    "announce": N_("{who} agreed to an announcement"),
    "don't announce": N_("{who} cancelled an announcement before it was sent"),
    "stop announcing": N_("{who} stopped an announcement"),
    "reload": N_("{who} reloaded the statements"),
    "correct": N_("{who} called a changed text a correction"),
    "agree to correct": N_("{who} agreed that a changed text is a correction"),
    "new text": N_("{who} called a changed text a new one"),
    "export": N_("{who} exported the public list"),
    "release": N_("{who} let what was due go on"),
    "count": N_("{who} made a code for a count in a channel"),
    "end count": N_("{who} ended a count in a chat"),
    "claim": N_("{who} made this the admin chat"),
    "add word": N_("{who} made a word that links are counted by"),
    "remove word": N_("{who} took away a word that links were counted by"),
    "trust": N_("{who} confirmed another admin's new keys"),
}
_OTHER = N_("{who}: {action} {number}")


def page(say: Voice, asked: Number | dt.date, actions: Sequence[Action]) -> RichText:
    """Of one record, or of one day in the campaign's time zone."""
    is_day = isinstance(asked, dt.date)
    about = say.date(asked) if isinstance(asked, dt.date) else f"#{asked}"
    if not actions:
        return say.gettext("Nothing was done: {about}.", about=isolated(about))
    return paragraphs(
        say.gettext("What admins did: {about}", about=isolated(bold(about))),
        lines(*(_line(say, action, with_day=not is_day) for action in actions)),
        say.gettext("The sign behind a name stands for the account, whatever it is called.")
        if any(action.sign for action in actions)
        else None,
    )


def _line(say: Voice, action: Action, *, with_day: bool) -> RichText:
    who = isolated(action.actor)
    if action.sign:
        who = who + " " + isolated(f"({action.sign})")
    what = say.gettext(
        _DONE.get(action.action, _OTHER),
        who=who,
        number="" if action.number is None else bold(f"#{action.number}"),
        action=action.action,
    )
    time = say.moment(action.at, None if with_day else action.at)
    return isolated(time) + " · " + what


def usage(say: Voice) -> RichText:
    return say.gettext(
        "A signature or a day? For example: {record}, {day}",
        record=code(f"{say.prefix}audit 12"),
        day=code(f"{say.prefix}audit today"),
    )
