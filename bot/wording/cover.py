"""How a statement opens: who speaks, how long it takes to read, how many signed, until when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.counts import PublicCounts
from bot.text.rich import RichText, isolated
from bot.wording import excepting, paper
from bot.wording.reading import the_statement
from bot.wording.voice import N_, Voice, lines, paragraphs

BAR = "▱▰"
BAR_LENGTH = 10
SOON = dt.timedelta(days=7)
"""What ends in less is counted down."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of the signing at `now`. `opens` and `closes` are None where nobody can sign
    at any time; `counts` are of this statement alone."""

    counts: PublicCounts
    goal: int | None
    opens: dt.datetime | None
    closes: dt.datetime | None
    is_paused: bool
    for_organisations: bool
    """Persons cannot sign it."""
    now: dt.datetime
    finished: dt.date | None = None
    """The day on which it was closed for ever."""
    excepted: Mapping[str, int] = field(default_factory=dict)
    """How many names on the list except which demand."""
    is_fresh: bool = True
    """Whether it is read at `now`: what is read later, too, says nothing that is true for a moment
    only."""

    @property
    def is_over(self) -> bool:
        """Whether its closing date has passed, or it is finished."""
        is_closed = self.closes is not None and self.closes <= self.now
        return is_closed or self.finished is not None


def cover(
    say: Voice,
    *,
    title: str,
    attribution: str,
    issuers: Sequence[str],
    minutes: int,
    standing: Standing,
    which: RichText | None = None,
    answered: RichText | None = None,
) -> RichText:
    """How `read` opens. `minutes` is the reading time, `which` says which text it is, and
    `answered` that its addressee has answered."""
    return paragraphs(
        the_statement(say, title, attribution, issuers),
        which,
        answered,
        lines(
            say.ngettext("Reading time: {count} minute", "Reading time: {count} minutes", minutes),
            goal(say, standing),
            None if standing.is_over else have_signed(say, standing.counts) or nobody_yet(say),
            paper.counted(say, standing.counts),
            excepting.counts(say, standing.excepted, standing.counts.of),
            time(say, standing),
            say.gettext("For organisations only. They send {cmd}endorse in their group.")
            if standing.for_organisations and not standing.is_over
            else None,
        ),
    )


def signers(say: Voice, persons: int, organisations: int) -> RichText | None:
    """Such as "12 people and 1 organisation"; None for nobody."""
    people = say.ngettext("{count} person", "{count} people", persons)
    groups = say.ngettext("{count} organisation", "{count} organisations", organisations)
    if persons and organisations:
        return say.gettext("{people} and {organisations}", people=people, organisations=groups)
    if persons or organisations:
        return people if persons else groups
    return None


def counted(say: Voice, counts: PublicCounts) -> RichText | None:
    """As `signers`, within a sentence; where counts are rounded it says so."""
    who = signers(say, counts.persons, counts.organisations)
    if counts.of == 1:
        return who
    if who is None:
        return say.gettext("fewer than {count}", count=say.number(counts.of))
    return say.gettext("at least {who}", who=who)


def have_signed(say: Voice, counts: PublicCounts) -> RichText | None:
    """None while nobody has."""
    who = signers(say, counts.persons, counts.organisations)
    if counts.of > 1:
        if who is None:
            return say.gettext("Fewer than {count} have signed.", count=say.number(counts.of))
        return say.gettext("At least {who} have signed.", who=who)
    total = counts.persons + counts.organisations
    return who and say.ngettext("{who} has signed.", "{who} have signed.", total, who=who)


def nobody_yet(say: Voice) -> RichText:
    return say.gettext("No verified signatures yet.")


def goal(say: Voice, standing: Standing) -> RichText | None:
    """How much of it is reached; None where there is none. Rounded down, so that it is full when
    the goal is reached and not before."""
    if not standing.goal:
        return None
    done = standing.counts.persons + standing.counts.organisations
    percent = done * 100 // standing.goal
    filled = min(percent * BAR_LENGTH // 100, BAR_LENGTH)
    exactly = N_("{bar} {percent} · {count} of {goal}")
    at_least = N_("{bar} {percent} · at least {count} of {goal}")
    return say.gettext(
        exactly if standing.counts.of == 1 else at_least,
        bar=isolated(BAR[1] * filled + BAR[0] * (BAR_LENGTH - filled)),
        percent=isolated(say.percent(percent / 100)),
        count=say.number(done),
        goal=say.number(standing.goal),
    )


def closed(say: Voice, standing: Standing) -> RichText:
    """How the signing of what `is_over` has ended."""
    if standing.finished is not None:
        return say.gettext("Closed for ever on {day}.", day=say.date(standing.finished))
    assert standing.closes is not None
    return say.gettext("Closed on {time}.", time=say.until_moment(standing.closes))


def time(say: Voice, standing: Standing) -> RichText | None:
    """When signing begins or ends, or how it has ended."""
    opens, closes, now = standing.opens, standing.closes, standing.now
    if standing.is_over:
        ended = closed(say, standing)
        counts = standing.counts
        who, total = counted(say, counts), counts.persons + counts.organisations
        signed = who and say.ngettext("{who} signed.", "{who} signed.", total, who=who)
        if counts.of > 1:
            signed = have_signed(say, counts)
        return ended + " " + signed if signed else ended
    if opens is not None and now < opens:
        return say.gettext("Opens on {time}.", time=say.from_moment(opens))
    if standing.is_paused:
        return say.gettext("Signing is paused for now.")
    return None if closes is None else _until(say, closes, standing)


def _until(say: Voice, closes: dt.datetime, standing: Standing) -> RichText:
    until, left = say.until_moment(closes), closes - standing.now
    if not standing.is_fresh:
        return say.gettext("Signatures are taken until {time}.", time=until)
    if left < SOON:
        when = say.coming(left)
        return say.gettext("Open until {time} · closes {when}", time=until, when=when)
    return say.gettext("Open until {time}", time=until)
