"""What admins are told of the campaign as a whole: counts, signing paused or open, the texts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.domain.counts import Counts
from bot.domain.ids import StatementId
from bot.text.rich import RichText, Style, bold, code, isolated, styled
from bot.wording import paper
from bot.wording.cover import signers
from bot.wording.voice import Voice, lines, paragraphs

Days = Sequence[tuple[dt.date, int]]
"""How many endorsements were given on each day that had any, the earliest first."""
BARS = "▁▂▃▄▅▆▇█"
CHART_DAYS = 14


def stats(say: Voice, rows: Sequence[tuple[StatementId, str, Counts, Days, int]]) -> RichText:
    """The counts of each statement, which is named by its id and its title, and how many of the
    verified stand under an earlier text."""
    if not rows:
        return say.gettext("There are no statements here right now.")
    return paragraphs(
        *(
            lines(
                say.alone(bold(title)) + " (" + statement + ")",
                say.gettext("waiting: {count}", count=say.number(counts.pending)),
                _verified(say, counts),
                _under_earlier(say, earlier),
                paper.of_these(say, counts.paper),
                say.gettext("not accepted: {count}", count=say.number(counts.rejected)),
                say.gettext("withdrawn: {count}", count=say.number(counts.withdrawn)),
                _linked(say, counts),
                _chart(say, days),
            )
            for statement, title, counts, days, earlier in rows
        )
    )


def _verified(say: Voice, counts: Counts) -> RichText:
    both = signers(say, counts.persons, counts.organisations)
    if both is None:
        return say.gettext("verified: {count}", count=say.number(0))
    return say.gettext(
        "verified: {count} ({both})",
        count=say.number(counts.verified),
        both=both,
    )


def _linked(say: Voice, counts: Counts) -> RichText | None:
    if not counts.linked:
        return None
    return say.gettext("linked to another one: {count}", count=say.number(counts.linked))


def _under_earlier(say: Voice, count: int) -> RichText | None:
    if not count:
        return None
    return say.gettext("of these under an earlier text: {count}", count=say.number(count))


def reloaded(say: Voice, count: int) -> RichText:
    return say.ngettext("Statements reloaded: {count}.", "Statements reloaded: {count}.", count)


def reload_failed(say: Voice, faults: Sequence[str]) -> RichText:
    """`faults` are lines with file, line and remedy."""
    return paragraphs(
        say.gettext("The statements on the disk have mistakes. The old texts stay in use:"),
        lines(*faults),
    )


def paused(say: Voice, statement: StatementId, title: str, *, was_paused: bool) -> RichText:
    if was_paused:
        return say.gettext("Signing “{title}” is paused already.", title=isolated(title))
    return say.gettext(
        "Signing “{title}” is paused. To close it for ever: {finish}",
        title=isolated(title),
        finish=code(f"{say.prefix}finish {statement}"),
    )


def resumed(say: Voice, title: str, *, was_paused: bool) -> RichText:
    """Of a statement that takes signatures now."""
    if was_paused:
        return say.gettext("Signing “{title}” is open again.", title=isolated(title))
    return say.gettext("Signing “{title}” wasn't paused: it's open.", title=isolated(title))


def closed_by_date(say: Voice, title: str, since: dt.datetime) -> RichText:
    """To who would pause or resume it."""
    return say.gettext(
        "Signing “{title}” ended on {time}. To reopen it, set a later date in statement.yaml.",
        title=isolated(title),
        time=isolated(say.moment(since)),
    )


def opens_later(say: Voice, title: str, on: dt.datetime) -> RichText:
    """To who has resumed it before its time."""
    return say.gettext(
        "Signing “{title}” isn't paused. It opens on {time}.",
        title=isolated(title),
        time=isolated(say.moment(on)),
    )


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
        "per day until {day}: {bars} (at most {count})",
        day=say.date(latest),
        bars=isolated(bars),
        count=say.number(most),
    )


def exported(say: Voice, count: int, under_earlier: int, key: str, checkpoint: str) -> RichText:
    """`under_earlier` of them stand under an earlier text; `checkpoint` is the signed note of the
    statement's log, and `key` the public key."""
    return paragraphs(
        lines(
            say.ngettext("{count} public name.", "{count} public names.", count),
            _under_earlier(say, under_earlier),
        ),
        say.gettext("How far the log is, for whoever checks it later:"),
        code(key),
        _note(checkpoint),
    )


def too_big_to_export(say: Voice, command: str) -> RichText:
    """`command` makes the file where the bot runs."""
    return lines(
        say.gettext(
            "That file is too big to send here. Whoever runs the bot can make it on its machine:"
        ),
        code(command),
    )


def checkpoints(say: Voice, key: str, notes: Sequence[str], more: int) -> RichText:
    """Of several logs, and of how many `more` there is no room for."""
    return paragraphs(
        say.gettext(
            "How far the logs are. Keep a copy: with it anybody can check later that no name was "
            "added, taken out or moved to another day. I change this message once a day."
        ),
        code(key),
        *map(_note, notes),
        say.gettext("{count} more logs: {cmd}export", count=say.number(more)) if more else None,
    )


def _note(checkpoint: str) -> RichText:
    return styled(checkpoint.strip("\n"), Style.PRE)


def many_due(say: Voice, count: int) -> RichText:
    return say.ngettext(
        "{count} decision becomes final at once, more than a tenth of all. Is the server's clock "
        "right? I publish and erase nothing of it until an admin taps “Go ahead”.",
        "{count} decisions become final at once, more than a tenth of all. Is the server's clock "
        "right? I publish and erase nothing of them until an admin taps “Go ahead”.",
        count,
    )


def released(say: Voice) -> RichText:
    return say.gettext("Going on: what is due is published and erased now.")
