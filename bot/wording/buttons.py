"""The labels of the buttons; their names are the same in every language."""

from collections.abc import Sequence

from bot.domain.ids import Country
from bot.wording.reasons import REASON_LABELS
from bot.wording.voice import N_, Voice

ButtonNames = Sequence[Sequence[str]]
"""Rows of button names."""

LABELS = {
    "read": N_("Read"),
    "next": N_("Next ›"),
    "previous": N_("‹ Back"),
    "demands": N_("Demands"),
    "signatories": N_("Signatories"),
    "sign": N_("Sign"),
    "share": N_("Share"),
    "confirm": N_("Confirm"),
    "skip": N_("Skip"),
    "cancel": N_("Cancel"),
    "public": N_("Public: my name is shown"),
    "organisers": N_("Only the organisers see my name"),
    "counted": N_("Only counted: my name is erased"),
    "verify": N_("Verify"),
    "open": N_("Resume signing"),
    "close": N_("Pause signing"),
    "reject": N_("Reject"),
    "undo": N_("Undo"),
    "updates": N_("Tell me if the text is changed"),
    "text": N_("The text I signed"),
    "name": N_("Change name"),
    "country": N_("Change country"),
    "back": N_("Back"),
    "group": N_("Add me to your group"),
    "endorse": N_("Endorse"),
    "affiliation": N_("Change affiliation"),
    "shown": N_("Affiliation on/off"),
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
    "release": N_("Go on"),
    "withdraw": N_("Withdraw"),
    "delete": N_("Delete this message"),
}


LABELS |= REASON_LABELS


def label(say: Voice, name: str) -> str:
    """What stands on the button of that name: a country's where the name is its code."""
    return say.gettext(LABELS[name]).plain if name in LABELS else say.country(Country(name))
