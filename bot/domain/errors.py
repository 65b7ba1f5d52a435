"""The errors that are expected: each is told to a person in their language, none is logged.

None is frozen: an exception that leaves a context manager has its traceback set on it.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from bot.domain.endorsement import Status
from bot.domain.ids import Number


class Refusal(Exception):
    """Something a person asked for that cannot be done; `bot.wording.refusals` says it."""


class Conflict(Exception):
    """A record was changed by somebody else between reading and writing it; the whole event is
    handled once more, from its beginning."""


@dataclass(eq=False)
class UnknownNumber(Refusal):
    """No endorsement has this number (or this person has none of that number; `finished`: as far as
    is known, since there are statements whose signers are not known any more)."""

    number: Number
    finished: bool = False


@dataclass(eq=False)
class NotOpen(Refusal):
    """The statement takes no endorsements of this kind now."""

    reason: NotOpenReason


class NotOpenReason(enum.Enum):
    """Why signing is not possible now, or not for a signer of this kind."""

    NOT_YET = "not_yet"
    CLOSED = "closed"
    PAUSED = "paused"
    FINISHED = "finished"
    NO_PERSONS = "no_persons"
    NO_ORGANISATIONS = "no_organisations"


@dataclass(eq=False)
class AlreadyEndorsed(Refusal):
    """This signer's endorsement of the statement is pending or verified."""

    number: Number
    status: Status


@dataclass(eq=False)
class RejectedForGood(Refusal):
    """A rejected signer may sign once more; this one did."""

    number: Number


@dataclass(eq=False)
class AlreadyDecided(Refusal):
    """Somebody was first: what they decided, who they are (if still known) and when."""

    number: Number
    status: Status
    by: str | None
    at: dt.datetime | None


@dataclass(eq=False)
class AlreadyAgreed(Refusal):
    """This admin has agreed to verify the record, which takes another one too."""

    number: Number


@dataclass(eq=False)
class NothingToUndo(Refusal):
    """No decision or withdrawal of this record is inside its window of ten minutes, and why."""

    number: Number
    why: NoUndo


class NoUndo(enum.Enum):
    """Nothing was done, or its window is over, or its signer has withdrawn since, or it is linked
    for good."""

    NOTHING = "nothing"
    OVER = "over"
    WITHDRAWN = "withdrawn"
    LINKED = "linked"


@dataclass(eq=False)
class CannotReopen(Refusal):
    """This record cannot be made to wait again, and why."""

    number: Number
    why: NoReopen


class NoReopen(enum.Enum):
    """It waits, or an undo does it, or its signer has taken it back, or its name is gone, or only
    the organisers can read it, or another one stands for it."""

    WAITING = "waiting"
    UNDO = "undo"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"
    SEALED = "sealed"
    LINKED = "linked"


@dataclass(eq=False)
class CannotLink(Refusal):
    """This record cannot be linked to that `main` one, and why."""

    number: Number
    main: Number
    why: NoLink


class NoLink(enum.Enum):
    """They are one record; or not both of organisations; or a name is not for everybody; or of two
    statements; or one of them neither waits nor is verified; or it is linked already; or others are
    linked to it; or it is verified and would stop counting, as the main one is not."""

    SAME = "same"
    KIND = "kind"
    HIDDEN = "hidden"
    STATEMENT = "statement"
    GONE = "gone"
    LINKED = "linked"
    STANDS_FOR = "stands_for"
    VERIFIED = "verified"


@dataclass(eq=False)
class NotLinked(Refusal):
    """This record is linked to no other: it stands, or fell, by itself."""

    number: Number


@dataclass(eq=False)
class StoodForAgain(Refusal):
    """A group wants its endorsement to stand by itself, and another one stands for it."""

    number: Number


@dataclass(eq=False)
class CannotAppeal(Refusal):
    """There is no appeal about this record, or about none (None), and why."""

    number: Number | None
    why: NoAppeal


class NoAppeal(enum.Enum):
    """None of the signer's was turned down, or not this one, or there was an appeal already, or
    what would have to be looked at is erased, or sealed to the organisers."""

    NOTHING = "nothing"
    NOT_REJECTED = "not rejected"
    AGAIN = "again"
    ERASED = "erased"
    SEALED = "sealed"


@dataclass(eq=False)
class OwnRejection(Refusal):
    """Its signer has appealed against what this admin decided: another one decides."""

    number: Number


@dataclass(eq=False)
class NeedsSecond(Refusal):
    """Nothing has been done to these yet: a second admin has to agree, and is asked. `most` is how
    many rejections and undos one makes alone in ten minutes, `until` when the next is possible."""

    numbers: tuple[Number, ...]
    most: int
    until: dt.datetime


@dataclass(eq=False)
class OwnRequest(Refusal):
    """Who asked cannot be the one who agrees."""


@dataclass(eq=False)
class NothingToAgree(Refusal):
    """Nobody has asked for anything of which this is the last number."""

    number: Number


@dataclass(eq=False)
class TooManyNames(Refusal):
    """An admin has read so many names that are not public; from `until` on these can be read."""

    most: int
    until: dt.datetime


@dataclass(eq=False)
class NothingToWithdraw(Refusal):
    """This signer has no endorsement that is pending, verified or rejected; `finished` is as in
    `UnknownNumber`."""

    finished: bool = False


@dataclass(eq=False)
class NotChangeable(Refusal):
    """A rejected or withdrawn record is not changed; signing again makes it new."""

    number: Number
    status: Status


@dataclass(eq=False)
class StatementFinished(Refusal):
    """The statement of this record was closed for ever: nothing of it is decided any more."""

    number: Number


@dataclass(eq=False)
class NameErased(Refusal):
    """The name of this record was erased, so it can neither be shown nor mended."""

    number: Number


@dataclass(eq=False)
class NameSealed(Refusal):
    """Only the organisers can read the name of this record: for that it must be typed anew."""

    number: Number


@dataclass(eq=False)
class SignerUnreachable(Refusal):
    """The way to this signer has been erased, so nothing can be sent to them."""

    number: Number


@dataclass(eq=False)
class AnsweredAlready(Refusal):
    """The signer has answered this question about the record; the admins may ask another."""

    number: Number


@dataclass(eq=False)
class ChangedTooOften(Refusal):
    """This record may be changed again from then on (UTC)."""

    number: Number
    until: dt.datetime


@dataclass(eq=False)
class ProposalOver(Refusal):
    """What a group was asked is not asked any more."""


@dataclass(eq=False)
class CameLater(Refusal):
    """Who came into the group after its proposal does not vote on that."""


@dataclass(eq=False)
class OwnProposal(Refusal):
    """The administrator who asked cannot be the second one."""


@dataclass(eq=False)
class ProposalRuns(Refusal):
    """The group is being asked about this statement already, until then."""

    until: dt.datetime


@dataclass(eq=False)
class TooFewMembers(Refusal):
    """So many members must agree; there are not so many (`of`), or nobody knows how many (None)."""

    needed: int | None
    of: int | None


class NameFault(enum.Enum):
    """Why a name or an affiliation cannot be published as it was typed."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    CONTROL = "control"
    DIRECTION = "direction"
    LINES = "lines"
    INVISIBLE = "invisible"
    STACKED = "stacked"


@dataclass(eq=False)
class BadName(Refusal):
    """A name or affiliation that cannot be published as typed, and why."""

    fault: NameFault
    length: int = 0
