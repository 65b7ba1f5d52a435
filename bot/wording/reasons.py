"""Why an endorsement was not accepted."""

from bot.domain.endorsement import Endorsement, Status
from bot.text.rich import RichText, isolated
from bot.wording.voice import N_, Voice

REASONS = {
    "unreal": N_("The name does not seem to be a real one."),
    "duplicate": N_("This person or organisation is on the list already."),
    "unknown": N_("We could not find out about this organisation."),
    "rights": N_("We could not confirm that the organisation has decided this."),
}
"""Reasons that admins can choose; the signer reads them in their own language."""


CHOSEN = "\0"
"""Begins a reason that was chosen, with its name behind; nobody can type it."""


def reason_line(say: Voice, record: Endorsement) -> RichText | None:
    """Why a record is rejected, if it is and admins said why: a chosen reason in this language, a
    typed one as it was typed."""
    reason = record.decision.reason if record.decision else None
    if not reason or record.status is not Status.REJECTED:
        return None
    chosen = REASONS.get(reason.removeprefix(CHOSEN)) if reason.startswith(CHOSEN) else None
    return say.gettext(
        "Reason: {reason}", reason=isolated(say.gettext(chosen) if chosen else reason)
    )
