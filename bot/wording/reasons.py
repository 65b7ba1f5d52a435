"""Why an endorsement was not accepted."""

from collections.abc import Mapping

from bot.domain.endorsement import Endorsement, Kind, Status
from bot.text.rich import RichText, isolated
from bot.wording.voice import N_, Voice

REASONS = {
    "unreal": N_("The name doesn't look like a real one."),
    "unsure": N_("We couldn't make sure who signed."),
    "duplicate": N_("It's on the list already."),
    "issued": N_("This organisation issued the statement, and is named there."),
    "unknown": N_("We couldn't find out about this organisation."),
    "rights": N_("We couldn't make sure that the organisation decided this."),
}
"""Reasons that admins can choose; the signer reads them in their own language."""

REASONS_OF: Mapping[Kind, tuple[str, ...]] = {
    Kind.PERSON: ("unreal", "duplicate", "unsure"),
    Kind.ORGANISATION: ("unknown", "rights", "duplicate", "issued"),
}

REASON_LABELS = {
    "unreal": N_("Not a real name"),
    "unsure": N_("Unclear who it is"),
    "duplicate": N_("On the list already"),
    "issued": N_("Issued the statement"),
    "unknown": N_("Unknown group"),
    "rights": N_("No proof of decision"),
}
"""How the reasons stand on their buttons."""

CHOSEN = "\0"
"""Begins a reason that was chosen, with its name behind; nobody can type it."""


def reason_text(say: Voice, reason: str) -> str:
    """A chosen reason in this language, a typed one as it was typed."""
    chosen = REASONS.get(reason.removeprefix(CHOSEN)) if reason.startswith(CHOSEN) else None
    return say.gettext(chosen).plain if chosen else reason


def reason_line(say: Voice, record: Endorsement) -> RichText | None:
    """Why a record is rejected, if it is and admins said why."""
    reason = record.decision.reason if record.decision else None
    if not reason or record.status is not Status.REJECTED:
        return None
    return say.gettext("Reason: {reason}", reason=isolated(reason_text(say, reason)))
