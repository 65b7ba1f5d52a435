"""What only some adapters can: being looked at, without being run."""

from __future__ import annotations

import datetime as dt
import email.utils
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Protocol, runtime_checkable

from bot.domain.findings import Finding, note, ok, unknown, wrong

Recall = Callable[[str], Awaitable[Mapping[str, str]]]
"""What the adapter keeps of that kind (`Memo`), as `Inbox.recall` gives it."""

Now = Callable[[], dt.datetime]

CLOCK_OFF = dt.timedelta(seconds=60)
"""By so much a clock is wrong: codes, certificates and deadlines go by it."""

CLOCK_DIFFERS = dt.timedelta(seconds=5)


class Diagnosis(Protocol):
    """One look at the bot's account. Writes nothing, neither here nor there."""

    @property
    def looks_at(self) -> Sequence[str]:
        """The names (`Finding.what`) of all that something is found about."""

    def findings(self) -> AsyncIterator[Finding]:
        """Called once. It may take long and be cut off: what was given by then counts. What it
        gives nothing about could not be told. Does not raise."""


@runtime_checkable
class Diagnosable(Protocol):
    """Of a platform that can be asked how the bot's account is, also while another process runs the
    bot."""

    def diagnose(self, recall: Recall | None, now: Now) -> Diagnosis:
        """Called instead of `run`; `admin_chat` has been set by then. `recall` is None where the
        database cannot be read. Opens nothing and does not raise."""


def clock(date: str | None, now: dt.datetime, by: str) -> Finding:
    """`date` is the header of an answer that came `now`, `by` the platform's name."""
    what = f"clock ({by})"
    try:
        said = email.utils.parsedate_to_datetime(date or "")
    except ValueError:
        return unknown(what, f"{by} does not say what time it is")
    off = now - said.astimezone(dt.UTC)
    seconds = abs(round(off.total_seconds()))
    if abs(off) <= CLOCK_DIFFERS:
        return ok(what, f"as {by} has it")
    way = "ahead of" if off > dt.timedelta() else "behind"
    differs = f"this machine is {seconds} s {way} {by}"
    if abs(off) <= CLOCK_OFF:
        return note(what, differs, "Let it be set by NTP (timedatectl set-ntp true)")
    return wrong(what, differs, "Let it be set by NTP (timedatectl set-ntp true)")
