"""An endorsement and its life: pending, then verified or rejected; withdrawn at any time; linked to
another of the same organisation, which stands for it."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, replace

from bot.domain.ids import ChatRef, Country, Digest, Language, Number, StatementId

UNDO_WINDOW = dt.timedelta(minutes=10)
"""How long a decision or a withdrawal can be undone; a name is published when it ends."""

DRAFT_LIFE = dt.timedelta(hours=24)
"""How long an unfinished conversation is kept."""

CONSENT_WORDING = 4
"""The version of the consent text that is shown now; stored with every endorsement."""

MOST_REJECTIONS = 2
"""A rejected person may sign once more; after the second rejection no more."""

UNNUMBERED = Number(0)
"""Stands in a record that has not been stored yet: the database gives the number."""


class Kind(enum.StrEnum):
    """Who endorses: a person, or an organisation, in whose group an administrator confirmed it."""

    PERSON = "person"
    ORGANISATION = "organisation"


class Status(enum.StrEnum):
    """Where a record is in its life; what leads from one to the other stands in `lifecycle`."""

    PENDING = "pending"
    VERIFIED = "verified"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    LINKED = "linked"


class Visibility(enum.StrEnum):
    """Who sees the name: everybody, the organisers, or nobody once it has been counted."""

    PUBLIC = "public"
    ORGANISERS = "organisers"
    COUNTED = "counted"


@dataclass(frozen=True, slots=True)
class Route:
    """How to reach the one who asked: erased when the window after the decision ends."""

    chat: ChatRef
    language: Language
    thread: str | None = None


class Mode(enum.StrEnum):
    """Who must agree before a group endorses."""

    ADMINISTRATOR = "administrator"
    TWO = "two administrators"
    MEMBERS = "members"


@dataclass(frozen=True, slots=True)
class Mandate:
    """How a group came to endorse, where one administrator was not enough. Of a vote: so many
    `agreed`, `of` so many people where that is known, and `needed` had to; `public`: the group
    wants those figures published; `blind`: for a time the bot did not see who came and went.
    `second_by` and `second` are of the second administrator what `asked_by` and `asker` of
    `Details` are of the first."""

    mode: Mode
    agreed: int | None = None
    of: int | None = None
    needed: int | None = None
    public: bool = False
    blind: bool = False
    second_by: str | None = None
    second: str | None = None

    @property
    def figures(self) -> str | None:
        """What is published of it, such as `42/120`."""
        return f"{self.agreed}/{self.of}" if self.public else None


def shown_mandate(figures: str | None) -> Mandate | None:
    """Of what `Mandate.figures` gave."""
    if not figures:
        return None
    agreed, of = map(int, figures.split("/"))
    return Mandate(Mode.MEMBERS, agreed, of, public=True)


@dataclass(frozen=True, slots=True)
class Agreement:
    """That an admin has agreed to verify a record: `by` is the display name at that moment, `admin`
    a tag (hex) of the account under the statement's key, so that the same admin is known again."""

    by: str
    admin: str


@dataclass(frozen=True, slots=True)
class Appeal:
    """Why a signer wants another decision, in their words; `by` whom and for which `reason` it was
    not accepted, as far as that is known; whose decision it is `against`, as tags (hex) of their
    accounts."""

    text: str
    by: str | None = None
    reason: str | None = None
    against: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Details:
    """What admins need to decide, kept encrypted. `affiliation_shown`: the signer wants it
    published with the name, for identification; `place` is where they are, as typed, if that is
    no country of ISO 3166; `asked_by` is the display name of the group administrator, and `asker` a
    tag of that account under the statement's key, both until it is decided; `group_title` and
    `group_members` as the platform told them at that moment; `unreachable` the day (UTC) since when
    the bot cannot write to the signer or the group; `told` the day on which they were told that
    what waits will be erased; `excepts` the numbers of the demands that are not signed, in the
    order of the text: they are published with the name, and only with it; `mandate` how a group
    came to endorse, and `demoted` that an administrator who asked for it, or agreed, is none of
    the group's any more, until it is decided; `agreed` the admins who have agreed to verify it
    while one more is needed, until anything is decided; `source` is how one came on paper, as the
    admin who added it wrote; `appeal` why its signer has appealed, until the decision about that is
    final; `stood` is what a linked one was before, and is again once it is linked no more."""

    affiliation: str | None = None
    affiliation_shown: bool = False
    place: str | None = None
    group_title: str | None = None
    group_members: int | None = None
    asked_by: str | None = None
    asker: str | None = None
    unreachable: dt.date | None = None
    told: dt.date | None = None
    excepts: tuple[str, ...] = ()
    mandate: Mandate | None = None
    demoted: bool = False
    agreed: tuple[Agreement, ...] = ()
    source: str | None = None
    appeal: Appeal | None = None
    stood: Standing | None = None

    @property
    def figures(self) -> str | None:
        """How many members of the group agreed, where that is published."""
        return self.mandate.figures if self.mandate else None

    @property
    def shown(self) -> Details:
        """What stands beside a public name."""
        affiliation = self.affiliation if self.affiliation_shown else None
        beside = (affiliation, self.affiliation_shown, self.place)
        return Details(*beside, excepts=self.excepts, mandate=shown_mandate(self.figures))

    @property
    def decided(self) -> Details:
        """Without what is known only until the decision is final."""
        mandate = self.mandate and replace(self.mandate, second_by=None, second=None)
        return replace(self, asked_by=None, asker=None, mandate=mandate, demoted=False, appeal=None)


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided (display name), exactly when (UTC), and why. Kept encrypted."""

    by: str
    at: dt.datetime
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What decisions, withdrawals and the choice to be counted only change of a record, and an undo
    brings back. `undo_until` is set while the last of them can be undone, to `before`; an earlier
    window may be open in that. `visibility` stands only in what such a choice leads back to; else
    what the signer has chosen meanwhile stays (None). `listed`: the name was on the lists.
    `linked_to` is the record that stands for a linked one; others have none."""

    status: Status
    decision: Decision | None = None
    undo_until: dt.datetime | None = None
    before: Standing | None = None
    visibility: Visibility | None = None
    listed: bool = False
    linked_to: Number | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """The time in which a change can be undone, and what that brings back, if it is known."""

    until: dt.datetime
    before: Standing | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What a signer gives, the first time and each time they sign again: of exactly this revision
    (`digest`), which they were shown. One that came on `paper` has no `route`."""

    statement: StatementId
    kind: Kind
    language: Language
    digest: Digest
    name: str
    country: Country | None
    visibility: Visibility
    details: Details
    route: Route | None
    wants_updates: bool = False
    paper: bool = False


@dataclass(frozen=True, slots=True)
class Endorsement:
    """One record. Times are UTC; `hour` is the hour in which it was given, no finer, and once it is
    decided for good the day.

    `signer` is the signer's tag. It, `name`, `details`, `decision` and `route` are None once they
    have been erased; of a forgotten record (no `signer`) `language` and `digest` are empty too,
    and of one whose statement is finished the name is there if it is public.
    `status`, `decision`, `undo_until`, `before`, `listed` and `linked_to` are its `Standing`. Of
    what waits,
    `marked` says whether something about the name is to be looked at twice, `wave` whether it came
    with far more than usual, `carded` whether it has a card in the admin chats, and `aside` names
    the bulk decision by which admins have set it aside. `paper`: it was signed on paper, and an
    admin has added it; `signer` is no account's tag then. `entrusted`: what only the
    organisers may see is sealed to their key, and gone from here (`bot.domain.entrusting`).
    `appealed`: its signer has, as may be done once. `unlogged`: its newest entry in the log is not
    what it should be. `version` counts changes: one is stored only over the version that it was
    made from.
    """

    number: Number
    statement: StatementId
    signer: bytes | None
    kind: Kind
    visibility: Visibility
    language: Language
    digest: Digest
    consent: int
    country: Country | None
    hour: dt.datetime
    name: str | None
    details: Details | None
    route: Route | None
    wants_updates: bool = False
    paper: bool = False
    status: Status = Status.PENDING
    decision: Decision | None = None
    undo_until: dt.datetime | None = None
    before: Standing | None = None
    listed: bool = False
    withdrawals: int = 0
    rejections: int = 0
    marked: bool = False
    wave: bool = False
    carded: bool = False
    aside: int | None = None
    entrusted: bool = False
    appealed: bool = False
    unlogged: bool = False
    linked_to: Number | None = None
    version: int = 0

    @property
    def excepts(self) -> tuple[str, ...]:
        """The numbers of the demands that are not signed, as far as they are known."""
        return self.details.excepts if self.details else ()

    @property
    def agreed(self) -> tuple[Agreement, ...]:
        """The admins who have agreed to verify it, while that takes one more."""
        return self.details.agreed if self.details else ()

    @property
    def is_for_lists(self) -> bool:
        """Whether the name may be public. This is the only rule about it: verified, meant for
        everybody, and no window open any more."""
        return (
            self.status is Status.VERIFIED
            and self.visibility is Visibility.PUBLIC
            and self.undo_until is None
            and self.name is not None
        )

    @property
    def published(self) -> bool:
        """Whether the name is public: on lists, in exports, in clear in the database. It came there
        alone, or with others (`listed`)."""
        return self.listed and self.is_for_lists

    @property
    def stands(self) -> bool:
        """Whether it waits or is verified."""
        return self.status in {Status.PENDING, Status.VERIFIED}

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is kept for anybody once no window is open: its signer has taken it
        back, or is counted only; or it came on paper, where nobody can sign again, and was not
        accepted."""
        if self.status is Status.VERIFIED:
            return self.visibility is Visibility.COUNTED
        return self.status is Status.WITHDRAWN or (self.status is Status.REJECTED and self.paper)

    @property
    def is_finished(self) -> bool:
        """Whether its statement was finished: it counts, and nothing leads to its signer. What was
        forgotten counts no more."""
        return self.signer is None and self.status is not Status.WITHDRAWN

    @property
    def has_sealed_name(self) -> bool:
        """Whether the organisers alone can read its name."""
        return self.entrusted and self.name is None

    @property
    def standing(self) -> Standing:
        return Standing(
            self.status,
            self.decision,
            self.undo_until,
            self.before,
            listed=self.listed,
            linked_to=self.linked_to,
        )

    @property
    def window(self) -> Window | None:
        """The one that is open."""
        return None if self.undo_until is None else Window(self.undo_until, self.before)

    @property
    def will_be_erased(self) -> bool:
        """Whether the window that is open is the signer's own: they chose to be counted only."""
        return self.before is not None and self.before.visibility is not None

    def in_window(self, now: dt.datetime) -> bool:
        """Whether the last change is not final yet."""
        return self.undo_until is not None and now < self.undo_until

    def undoable_at(self, now: dt.datetime) -> bool:
        """Whether that change can be taken back."""
        return self.before is not None and self.in_window(now)


def hour_of(moment: dt.datetime) -> dt.datetime:
    """The hour that is stored instead of the moment: enough for a chart, too coarse to match
    a record with traffic seen on a network."""
    return moment.replace(minute=0, second=0, microsecond=0)


def day_of(hour: dt.datetime) -> dt.datetime:
    """The day (UTC) that is stored instead, once nobody has to be served in turn any more."""
    return hour.replace(hour=0)
