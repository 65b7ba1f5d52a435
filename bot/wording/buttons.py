"""The labels of the buttons; their names are the same in every language."""

from collections.abc import Sequence

from bot.domain.ids import Country
from bot.wording.desk import CHOICES
from bot.wording.reasons import REASON_LABELS
from bot.wording.voice import N_, Voice

ButtonNames = Sequence[Sequence[str]]
"""Rows of button names."""

LABELS = {
    "read": N_("Read"),
    "next": N_("Next ›"),
    "previous": N_("‹ Previous"),
    "demands": N_("Demands"),
    "signatories": N_("Signatories"),
    "response": N_("The answer"),
    "sign": N_("Sign"),
    "share": N_("Share"),
    "pass_on": N_("Send to a chat"),
    "picture": N_("Picture"),
    "confirm": N_("Confirm"),
    "skip": N_("Skip"),
    "keep": N_("Keep as it is"),
    "remove": N_("Leave empty"),
    "back": N_("‹ Back"),
    "continue": N_("Continue"),
    "cancel": N_("Cancel"),
    "public": N_("Public"),
    "organisers": N_("Organisers only"),
    "counted": N_("Counted only"),
    "verify": N_("Verify"),
    "open": N_("Resume signing"),
    "close": N_("Pause signing"),
    "reject": N_("Reject"),
    "undo": N_("Undo"),
    "unlink": N_("Unlink"),
    "alone": N_("It stands by itself"),
    "updates": N_("Tell me of changes"),
    "text": N_("Text I signed"),
    "correction": N_("It's a correction"),
    "new": N_("It's a new text"),
    "changes": N_("What was changed"),
    "sign_new": N_("Sign the new text"),
    "endorse_new": N_("Endorse the new one"),
    "stay": N_("Stay as it is"),
    "proof": N_("Proof"),
    "code": N_("Secret code"),
    "name": N_("Change name"),
    "affiliation": N_("Change affiliation"),
    "country": N_("Change country"),
    "kind": N_("Change kind"),
    "source": N_("Change source"),
    "visibility": N_("Change who sees it"),
    "except": N_("Except a demand"),
    "shown": N_("Show affiliation"),
    "hidden": N_("Hide affiliation"),
    "group": N_("Add me to a group"),
    "endorse": N_("Endorse"),
    "countries": N_("By country"),
    "letters": N_("By letter"),
    "ask": N_("Ask"),
    "answer": N_("Answer"),
    "language": N_("Language"),
    "mine": N_("My signatures"),
    "statements": N_("Statements"),
    "pending": N_("Waiting"),
    "help": N_("Help"),
    "private": N_("Continue in private"),
    "agree": N_("Agree"),
    "take_back": N_("Take it back"),
    "object": N_("Object"),
    "figure": N_("Publish the figure"),
    "no_figure": N_("Hide the figure"),
    "release": N_("Go ahead"),
    "withdraw": N_("Withdraw"),
    "appeal": N_("Appeal"),
    "news": N_("Send me news"),
    "no_news": N_("No more news"),
    "preview": N_("Preview"),
    "send": N_("Send it"),
    "texts": N_("Change the texts"),
    "to_statement": N_("Another statement"),
    "to_kind": N_("Another kind"),
    "to_language": N_("Another language"),
    "begin": N_("Announce it"),
    "delete": N_("Delete message"),
    "end": N_("End"),
    "filter": N_("Filter"),
    "bulk": N_("All without marks"),
    "put_aside": N_("Set these aside"),
    "platform": N_("By platform"),
    "all": N_("No filter"),
}

LABELS |= CHOICES

LABELS |= REASON_LABELS


def label(say: Voice, name: str) -> str:
    """What stands on the button of that name: a country's where the name is its code, and a number
    as it is."""
    if name.isdecimal():
        return name
    return say.gettext(LABELS[name]).plain if name in LABELS else say.country(Country(name))
