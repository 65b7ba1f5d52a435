"""What admins see: cards, lists, counts, and answers to what they do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.domain.counts import Counts
from bot.domain.endorsement import Endorsement, Kind, Status
from bot.domain.exposure import Exposure
from bot.domain.ids import Number, StatementId
from bot.text.rich import RichText, bold, code, concat, isolated, join
from bot.wording.own import visibility_name
from bot.wording.reading import page as numbered
from bot.wording.reasons import reason_line
from bot.wording.signing import short, status_name
from bot.wording.voice import N_, Voice, lines, paragraphs

KIND_NAMES = {Kind.PERSON: N_("person"), Kind.ORGANISATION: N_("organisation")}

Days = Sequence[tuple[dt.date, int]]
"""How many endorsements were given on each day that had any, the earliest first."""


def card(say: Voice, record: Endorsement, title: str) -> RichText:
    """A card. A decided one keeps the name and who decided, and drops what leads to the person."""
    head = bold(f"#{record.number}") + " · " + say.gettext(KIND_NAMES[record.kind])
    return paragraphs(
        head,
        lines(
            record.name and say.alone(bold(record.name)),
            record.country and say.alone(say.country(record.country)),
            say.alone(record.details.place) if record.details and record.details.place else None,
            *(_evidence(say, record) if record.status is Status.PENDING else ()),
        ),
        lines(
            say.gettext("Statement: {title}", title=isolated(title)),
            say.gettext(
                "Text: {digest} ({language})",
                digest=code(short(record.digest)),
                language=record.language,
            ),
            say.gettext("Visible: {who}", who=visibility_name(say, record.visibility)),
            *_history(say, record),
        ),
        lines(_state(say, record), _reach(say, record)),
    )


def _reach(say: Voice, record: Endorsement) -> RichText | None:
    """Since when the bot cannot write to the signer or in the group, if it cannot."""
    if record.details is None or record.details.unreachable is None:
        return None
    day = isolated(say.date(record.details.unreachable))
    if record.kind is Kind.PERSON:
        return say.gettext("The signer cannot be reached any more, since {day}.", day=day)
    return say.gettext("The bot cannot write in the group any more, since {day}.", day=day)


def not_delivered(say: Voice, number: Number, kind: Kind) -> RichText:
    """What admins are told when something about a waiting endorsement did not arrive."""
    shown = bold(f"#{number}")
    if kind is Kind.PERSON:
        return say.gettext(
            "A message about {number} did not arrive: its signer cannot be reached any more.",
            number=shown,
        )
    return say.gettext(
        "A message about {number} did not arrive: the bot cannot write in the group any more.",
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
        group or None,
        say.gettext("Asked by: {name}", name=isolated(details.asked_by))
        if details.asked_by
        else None,
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
    if record.rejections and record.status is not Status.REJECTED:
        rows.append(say.gettext("This signer was not accepted before and tries once more."))
    return rows


def _state(say: Voice, record: Endorsement) -> RichText:
    decision = record.decision
    if record.signer is None:
        return say.gettext("Withdrawn by its signer, and erased.")
    if record.status is Status.WITHDRAWN:
        return say.gettext("Withdrawn by its signer.")
    if decision is None:
        return say.gettext("State: {state}", state=bold(status_name(say, record.status)))
    values = {
        "name": isolated(decision.by),
        "time": isolated(say.moment(decision.at)),
    }
    if record.status is Status.VERIFIED:
        return say.gettext("Verified by {name}, {time}", **values)
    return lines(say.gettext("Rejected by {name}, {time}", **values), reason_line(say, record))


def replaced_card(say: Voice, number: Number) -> RichText:
    return say.gettext("{number}: there is a newer card.", number=bold(f"#{number}"))


def ask_reason(say: Voice, number: Number) -> RichText:
    return say.gettext(
        "Why is {number} rejected? Reply to this message with the reason: the signer will read it. "
        "Or type {cmd}reject {digits} and the reason.",
        number=bold(f"#{number}"),
        digits=str(number),
    )


def done(say: Voice, record: Endorsement) -> RichText:
    """A short answer to a decision."""
    number = bold(f"#{record.number}")
    if record.status is Status.VERIFIED:
        return say.gettext("{number} is verified. Ten minutes to undo.", number=number)
    return say.gettext("{number} is rejected. Ten minutes to undo.", number=number)


def undone(say: Voice, number: Number) -> RichText:
    return say.gettext("The decision about {number} is undone.", number=bold(f"#{number}"))


def entry(say: Voice, record: Endorsement, *about: RichText) -> RichText:
    """A record in a list: its number and name, below them its kind and `about`."""
    return lines(
        bold(f"#{record.number}") + " " + isolated(record.name or "–"),
        "  " + join(" · ", (say.gettext(KIND_NAMES[record.kind]), *about)),
    )


def pending(
    say: Voice, rows: Sequence[tuple[Endorsement, str]], total: int, page: int, pages: int
) -> RichText:
    """One page of what waits, each with the title of its statement."""
    if not total:
        return say.gettext("Nothing is waiting to be verified.")
    entries = (entry(say, record, isolated(title)) for record, title in rows)
    text = paragraphs(
        say.ngettext("{count} waits to be verified:", "{count} wait to be verified:", total),
        lines(*entries),
        say.gettext("{cmd}show and a number brings its card."),
    )
    return numbered(text, page, pages)


def stats(say: Voice, rows: Sequence[tuple[StatementId, str, Counts, Days]]) -> RichText:
    """The counts of each statement, which is named by its id and its title."""
    if not rows:
        return say.gettext("There is no statement here at the moment.")
    return paragraphs(
        *(
            lines(
                say.alone(bold(title)) + " (" + statement + ")",
                say.gettext("waiting: {count}", count=say.number(counts.pending)),
                say.gettext(
                    "verified: {count} (persons {persons}, organisations {organisations})",
                    count=say.number(counts.verified),
                    persons=say.number(counts.persons),
                    organisations=say.number(counts.organisations),
                ),
                say.gettext("rejected: {count}", count=say.number(counts.rejected)),
                say.gettext("withdrawn: {count}", count=say.number(counts.withdrawn)),
                _chart(say, days),
            )
            for statement, title, counts, days in rows
        )
    )


def which_number(say: Voice, usage: str) -> RichText:
    """`usage` is an example of the command, with its prefix."""
    return say.gettext("Please add the number, such as {example}", example=code(usage))


def admins_only(say: Voice) -> RichText:
    return say.gettext("Only the admins of this chat can do that.")


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


def unproven(say: Voice, typed: str) -> RichText:
    """To somebody whose decision came in clear, or from a device that is not known as theirs."""
    return say.gettext(
        "This changes nothing: it was not encrypted by a device that is known as yours. Type "
        "{command} in this encrypted chat.",
        command=code(typed),
    )


def reloaded(say: Voice, count: int) -> RichText:
    return say.ngettext("Read again: {count} statement.", "Read again: {count} statements.", count)


def reload_failed(say: Voice, faults: Sequence[str]) -> RichText:
    """`faults` are lines with file, line and remedy."""
    return paragraphs(
        say.gettext("The statements on disk have faults; the old texts stay in use:"),
        lines(*faults),
    )


def paused(say: Voice, title: str) -> RichText:
    return say.gettext(
        "Signing “{title}” is paused. {cmd}open takes it up again.", title=isolated(title)
    )


def resumed(say: Voice, title: str) -> RichText:
    return say.gettext("Signing “{title}” is open.", title=isolated(title))


def reason_too_long(say: Voice, length: int, most: int) -> RichText:
    return say.ngettext(
        "That reason has {count} character, and {most} fit. Please give a shorter one.",
        "That reason has {count} characters, and {most} fit. Please give a shorter one.",
        length,
        most=say.number(most),
    )


BARS = "▁▂▃▄▅▆▇█"
CHART_DAYS = 14


def _chart(say: Voice, days: Days) -> RichText | None:
    """The last days on which there is anything, up to the latest, as a row of bars."""
    if not days:
        return None
    counts = dict(days)
    latest = days[-1][0]
    shown = [latest - dt.timedelta(days=back) for back in range(CHART_DAYS - 1, -1, -1)]
    most = max(counts.get(day, 0) for day in shown)
    bars = "".join(BARS[counts.get(day, 0) * (len(BARS) - 1) // most] for day in shown)
    return say.gettext(
        "by day until {day}: {bars} (most: {count})",
        day=say.date(latest),
        bars=isolated(bars),
        count=say.number(most),
    )


def exported(say: Voice, count: int) -> RichText:
    return say.ngettext(
        "{count} public and verified endorsement.",
        "{count} public and verified endorsements.",
        count,
    )


def many_due(say: Voice, count: int) -> RichText:
    return say.ngettext(
        "The windows of {count} endorsement end at once, more than a tenth of all. Is the clock "
        "of the server right? Nothing of them is published or erased until an admin presses "
        "“Go on”.",
        "The windows of {count} endorsements end at once, more than a tenth of all. Is the clock "
        "of the server right? Nothing of them is published or erased until an admin presses "
        "“Go on”.",
        count,
    )


def released(say: Voice) -> RichText:
    return say.gettext("What is due goes on.")
