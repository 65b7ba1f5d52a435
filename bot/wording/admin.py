"""What admins see: cards, lists, counts, and answers to what they do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.domain.endorsement import Endorsement, Kind, Status
from bot.domain.exposure import Exposure
from bot.domain.ids import Number
from bot.domain.standing import Standing
from bot.text.rich import RichText, bold, code, concat, isolated, join
from bot.wording import appeals, excepting, linking, mandates, paper
from bot.wording.claiming import waiting_now
from bot.wording.own import visibility_name
from bot.wording.reasons import reason_line
from bot.wording.signing import status_name
from bot.wording.voice import N_, Voice, lines, paragraphs

KIND_NAMES = {Kind.PERSON: N_("person"), Kind.ORGANISATION: N_("organisation")}


def card(
    say: Voice,
    record: Endorsement,
    title: str,
    *,
    is_earlier: bool = False,
    needed: int = 1,
    stands_for: Sequence[Endorsement] = (),
) -> RichText:
    """A card as long as something can be decided. Once that is done it keeps the name and who
    decided, and drops what leads to the person; `decided_card` stays in the end. `is_earlier`: it
    stands under an earlier text. So many admins are `needed` to verify it; those that it
    `stands_for` are linked to it."""
    head = join(
        " · ",
        (
            bold(f"#{record.number}"),
            say.gettext(KIND_NAMES[record.kind]),
            *([paper.beside(say)] if record.paper else []),
        ),
    )
    return paragraphs(
        head,
        lines(
            record.name and say.alone(bold(record.name)),
            _sealed(say, record),
            _where(say, record),
            *(_evidence(say, record) if record.status is Status.PENDING else ()),
        ),
        lines(
            _signed(say, record, title),
            say.gettext("It's under an earlier text.") if is_earlier else None,
            say.gettext("Name visible: {who}", who=visibility_name(say, record.visibility)),
            excepting.line(say, record.excepts),
            *_history(say, record),
            appeals.on_card(say, record),
            linking.stands_for(say, stands_for),
        ),
        lines(
            _state(say, record),
            _agreed(say, record, needed),
            _window(say, record),
            _reach(say, record),
            mandates.mark(say, record),
        ),
    )


def _sealed(say: Voice, record: Endorsement) -> RichText | None:
    if not record.has_sealed_name:
        return None
    return say.gettext(
        "The name is sealed: only the organisers can read it. I can't find it or compare it with "
        "others."
    )


def _where(say: Voice, record: Endorsement) -> RichText | None:
    place = record.details.place if record.details else None
    where = say.country(record.country) if record.country else place
    return say.alone(where) if where else None


def _signed(say: Voice, record: Endorsement, title: str) -> RichText:
    """What was signed, and in which language; a forgotten record does not tell the language."""
    if not record.language:
        return say.gettext("Statement: {title}", title=isolated(title))
    return say.gettext(
        "Statement: {title} (in {language})",
        title=isolated(title),
        language=isolated(say.language_name(record.language)),
    )


def _window(say: Voice, record: Endorsement) -> RichText | None:
    """Until when an admin can undo the decision that stands on the card."""
    if record.undo_until is None or record.before is None or record.status is Status.WITHDRAWN:
        return None
    return say.gettext("Undo until {time}", time=isolated(say.moment(record.undo_until)))


def _agreed(say: Voice, record: Endorsement, needed: int) -> RichText | None:
    """Who has agreed to verify what waits, and whether that takes another one."""
    if record.status is not Status.PENDING:
        return None
    names = record.agreed and say.listed(each.by for each in record.agreed)
    if names and needed - len(record.agreed) == 1:
        return say.gettext("Agreed: {names}. One more admin is needed.", names=names)
    if names:
        return say.gettext("Agreed: {names}.", names=names)
    return say.gettext("It takes two admins to verify this.") if needed > 1 else None


def _reach(say: Voice, record: Endorsement) -> RichText | None:
    """Since when the bot cannot write to the signer or in the group, if it cannot."""
    if record.details is None or record.details.unreachable is None:
        return None
    day = isolated(say.date(record.details.unreachable))
    if record.kind is Kind.PERSON:
        return say.gettext("I haven't been able to reach the signer since {day}.", day=day)
    return say.gettext("I haven't been able to write in the group since {day}.", day=day)


def not_delivered(say: Voice, number: Number, kind: Kind) -> RichText:
    """What admins are told when something about a waiting endorsement did not arrive."""
    shown = bold(f"#{number}")
    if kind is Kind.PERSON:
        return say.gettext(
            "A message about {number} didn't arrive: I can't reach the signer any more.",
            number=shown,
        )
    return say.gettext(
        "A message about {number} didn't arrive: I can't write in the group any more.",
        number=shown,
    )


def _evidence(say: Voice, record: Endorsement) -> list[RichText | None]:
    details = record.details
    if details is None:
        return []
    group = details.group_title and (
        say.ngettext(
            "Group: {title} ({count} member)",
            "Group: {title} ({count} members)",
            details.group_members,
            title=isolated(details.group_title),
        )
        if details.group_members is not None
        else say.gettext("Group: {title}", title=isolated(details.group_title))
    )
    return [
        say.gettext("Affiliation: {text}", text=isolated(details.affiliation))
        if details.affiliation
        else None,
        say.gettext("Source: {text}", text=isolated(details.source)) if details.source else None,
        group or None,
        say.gettext("Asked by: {name}", name=isolated(details.asked_by))
        if details.asked_by
        else None,
        *mandates.evidence(say, record),
    ]


def _history(say: Voice, record: Endorsement) -> list[RichText]:
    if record.signer is None:
        return []
    rows = []
    before = record.withdrawals - (record.status is Status.WITHDRAWN)
    if before > 0:
        rows.append(
            say.ngettext("Withdrawn {count} time before", "Withdrawn {count} times before", before)
        )
    is_appeal = record.details is not None and record.details.appeal is not None
    if record.rejections and record.status is not Status.REJECTED and not is_appeal:
        rows.append(say.gettext("Not accepted once before. This is the second try."))
    return rows


def _state(say: Voice, record: Endorsement) -> RichText:
    decision = record.decision
    if record.signer is None and not record.is_finished:
        return say.gettext("Withdrawn, and erased.")
    if record.status is Status.WITHDRAWN:
        return say.gettext("Withdrawn by its signer.")
    if decision is None:
        return bold(status_name(say, record.status))
    values = {
        "name": isolated(decision.by),
        "time": isolated(say.moment(decision.at)),
    }
    if record.status is Status.VERIFIED:
        return say.gettext("Verified by {name}, {time}", **values)
    if record.status is Status.LINKED:
        main = bold(f"#{record.linked_to}")
        told = say.gettext("Linked to {main} by {name}, {time}", main=main, **values)
        return lines(told, say.gettext("It stands on no list."))
    return lines(say.gettext("Not accepted by {name}, {time}", **values), reason_line(say, record))


def decided_card(say: Voice, record: Endorsement) -> RichText:
    """What stays of a card when nothing about the decision can be undone any more."""
    return concat((bold(f"#{record.number}"), ": ", status_name(say, record.status)))


def names_erased(say: Voice) -> RichText:
    """What becomes of a message of which a part had to be erased."""
    return say.gettext("The names here have been erased.")


def replaced_card(say: Voice, number: Number) -> RichText:
    return say.gettext("{number}: there's a newer card below.", number=bold(f"#{number}"))


def entry(say: Voice, record: Endorsement, *about: RichText) -> RichText:
    """A record in a list: its number and name, below them its kind and `about`."""
    return lines(
        bold(f"#{record.number}") + " " + isolated(record.name or "–"),
        "  " + join(" · ", (say.gettext(KIND_NAMES[record.kind]), *about)),
    )


def which_number(say: Voice, usage: str) -> RichText:
    """`usage` is an example of the command, with its prefix."""
    return say.gettext("Which number? For example: {example}", example=code(usage))


def admins_only(say: Voice) -> RichText:
    return say.gettext("Only an admin can do that. Being in this chat isn't enough.")


def welcome(say: Voice, waiting: int) -> RichText:
    """To an admin who has just come into the admin chat."""
    return paragraphs(
        say.gettext("Welcome. New signatures come here, and you decide whether they count."),
        waiting_now(say, waiting) if waiting else None,
    )


def refused(say: Voice, platform: str) -> RichText:
    """One message, or the first of many, was refused for good."""
    return say.gettext(
        "A message didn't arrive: {platform} refused it. The log says why. "
        "If there are more, I'll tell you again in an hour.",
        platform=platform.capitalize(),
    )


def silent(say: Voice, platform: str, until: dt.datetime) -> RichText:
    """Told on another platform."""
    return say.gettext(
        "{platform} wants me to be silent until {moment}. What I have to say there is waiting. "
        "I try again now and then.",
        platform=platform.capitalize(),
        moment=say.moment(until, placed=True),
    )


def unpublished(say: Voice) -> RichText:
    """For whoever has to ask the operator."""
    return say.gettext(
        "The campaign's page could not be brought up to date, and is as it was before. I try "
        "again. The log says why, and so does the command “undersigned doctor”."
    )


def accepted(say: Voice, note: str) -> RichText:
    """`note` is what the operator wrote about it."""
    return say.gettext(
        "Something other than me changed my database. Whoever runs me has accepted it as it is, "
        "and wrote: {note}\n\nCompare the lists and the numbers with what you know.",
        note=note,
    )


def exposed(say: Voice, platform: str, how: Exposure) -> RichText:
    """What became of an admin chat, and what that means."""
    platform = platform.capitalize()
    match how:
        case Exposure.PUBLIC:
            what = say.gettext(
                "Anybody can enter the admin chat on {platform} now.", platform=platform
            )
        case Exposure.READABLE:
            what = say.gettext(
                "Anybody can read the admin chat on {platform} now.", platform=platform
            )
        case Exposure.HISTORY:
            what = say.gettext(
                "Whoever joins the admin chat on {platform} can read all that was said before.",
                platform=platform,
            )
        case Exposure.LINKED:
            what = say.gettext(
                "The readers of a channel can write in the admin chat on {platform} now.",
                platform=platform,
            )
        case Exposure.REPLACED:
            what = say.gettext(
                "Another chat has taken the place of the admin chat on {platform}.",
                platform=platform,
            )
    return concat((what, " ", frozen(say)))


def frozen(say: Voice) -> RichText:
    return say.gettext(
        "Nobody can decide there until the chat is private again, or another one is configured."
    )


def own_account(say: Voice, platform: str, what: Standing) -> RichText:
    """What became of the bot's own account, and what the admins have to do."""
    name = platform.capitalize()
    match what:
        case Standing.RENEWED:
            return say.gettext(
                "I have a new device on {platform}: the old one was signed out or lost. My account "
                "vouches for it, so you don't have to do anything.",
                platform=name,
            )
        case Standing.RESTORED:
            return say.gettext(
                "My account on {platform} vouches for me again, and you can decide there. Whoever "
                "has verified me there does that once more.",
                platform=name,
            )
    return say.gettext(
        "Somebody else made the signing keys that my account on {platform} has now. Nobody can "
        "decide there until whoever runs me has stopped me, run {command} and started me again.",
        platform=name,
        command=code(f"undersigned {platform} reset"),
    )


def admin_keys(say: Voice, account: str, shown: str | None) -> RichText:
    """Of an admin whose account has other keys than it had, of which `shown` is the beginning;
    without it, another admin has said that they are theirs."""
    if shown is None:
        return say.gettext("{account} can decide again.", account=account)
    return say.gettext(
        "{account} has new signing keys. Until another admin confirms them, {account} can't decide "
        "and can't read here. Ask {account} by phone or face to face: did they reset their "
        "identity? If so, type {command}. If not, somebody else may be in that account.",
        account=account,
        command=code(f"{say.prefix}trust {account} {shown}"),
    )


def disowned(say: Voice) -> RichText:
    return say.gettext(
        "Nobody can decide here for now: somebody else made the signing keys of my account. My "
        "warning says how that is put right."
    )


def unproven(say: Voice, typed: str) -> RichText:
    """To somebody whose decision came in clear, or from a device that is not known as theirs."""
    return say.gettext(
        "This changes nothing: it was not encrypted by a device that is known as yours. Type "
        "{command} in this encrypted chat. If you did, verify this session in your app first.",
        command=code(typed),
    )
