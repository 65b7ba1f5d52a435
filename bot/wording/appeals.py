"""What is said of an appeal, to who was not accepted and to the admins."""

from __future__ import annotations

from bot.domain.endorsement import Endorsement, Kind, Status
from bot.domain.lifecycle import may_appeal
from bot.text.rich import RichText, bold, isolated
from bot.wording.reasons import reason_text
from bot.wording.voice import Voice, lines, paragraphs


def offer(say: Voice, record: Endorsement, *, is_short: bool = False) -> RichText | None:
    """Below a rejection, where there is still an appeal against it; `is_short`: until that is
    final."""
    if not may_appeal(record):
        return None
    if is_short:
        return say.gettext(
            "Is that wrong? You can appeal once, within 10 minutes, and another organiser decides: "
            "{cmd}appeal {digits}",
            digits=str(record.number),
        )
    return say.gettext(
        "Is that wrong? You can appeal once, and another organiser decides: {cmd}appeal {digits}",
        digits=str(record.number),
    )


def own(say: Voice, record: Endorsement) -> RichText | None:
    """Its signer's words, while they are being looked at."""
    appeal = record.details and record.details.appeal
    if not appeal or record.status is not Status.PENDING:
        return None
    return say.gettext("Your appeal: {text}", text=isolated(appeal.text))


def ask_why(say: Voice, record: Endorsement) -> RichText:
    number = bold(f"#{record.number}")
    asked = say.gettext("Why should {number} be accepted? One sentence helps most.", number=number)
    if record.kind is Kind.PERSON:
        return asked
    told = say.gettext("Reply to this message, as an administrator of this group.")
    return paragraphs(asked, told)


def ask_name(say: Voice, record: Endorsement) -> RichText:
    """To a person: of a group it would not be all that is sealed."""
    return say.gettext(
        "The name of {number} is sealed to the organisers, and I can't read it. What is it?",
        number=bold(f"#{record.number}"),
    )


def not_sent(say: Voice) -> RichText:
    return say.gettext("Cancelled. Nothing was sent. {cmd}appeal begins again.")


def which(say: Voice) -> RichText:
    return say.gettext("Which one is your appeal about?")


def passed_on(say: Voice, record: Endorsement) -> RichText:
    return say.gettext(
        "Sent. {number} is waiting again, and another organiser decides. I'll tell you here.",
        number=bold(f"#{record.number}"),
    )


def on_card(say: Voice, record: Endorsement) -> RichText | None:
    """What the admins read of it."""
    appeal = record.details and record.details.appeal
    if not appeal or record.status is not Status.PENDING:
        return None
    reason = appeal.reason and reason_text(say, appeal.reason)
    return lines(
        say.gettext("Appeal: {text}", text=isolated(appeal.text)),
        say.gettext(
            "Not accepted before by {name}. Another admin decides.", name=isolated(appeal.by)
        )
        if appeal.by
        else say.gettext("Not accepted before. Another admin decides."),
        say.gettext("Reason: {reason}", reason=isolated(reason)) if reason else None,
    )
