"""What a live message of the bot's is about: the slot that it stands in."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from bot.domain.ids import Number


class SlotKind(enum.StrEnum):
    """Each with what its `about` names."""

    CARD = "card"
    """A record's card in an admin chat; its number, and `which` platform's."""
    DIGEST = "digest"
    """How many wait without a card, in an admin chat; the platform."""
    REASON = "reason"
    """The question to an admin for the reason of a rejection; the record's number. As several may
    be asked at a time, `which` is drawn at random."""
    QUESTION = "question"
    """The request to an admin for a question; as `REASON`."""
    SEVERAL = "several"
    """Several records that an admin decides at once; a name made of the event that asked."""
    DESK = "desk"
    """An admin's desk in one chat; its tag in hex."""
    BULK = "bulk"
    """What was decided about many at once; its id."""
    RELEASE = "release"
    """What is due waits for an admin's word; the platform."""
    SECOND = "second"
    """What one admin alone may not do; the id of the request, and `which` platform's."""
    TEXT = "text"
    """A changed text that somebody signed; the statement, and `which` platform's."""
    ANNOUNCEMENT = "announcement"
    """What is, or will be, said to many; its id, and `which` platform's admin chat."""
    PAPER = "paper"
    """What an admin adds that came on paper; its id."""
    NEWS = "news"
    """All messages that say it; the id of the announcement."""
    CHECKPOINT = "checkpoint"
    """How far the logs are, in an admin chat; the platform."""
    PROMPT = "talk"
    """The conversation of a chat; the chat's tag in hex."""
    RECORDED = "recorded"
    """What a group's chat says of its endorsement; the record's number."""
    ANSWER = "answer"
    """A question to a signer; its id."""
    PROPOSAL = "proposal"
    """What a group's members, or its second administrator, are asked; its id."""
    LIVING = "living"
    """A count that is kept up to date; its id."""
    SHOWN = "shown"
    """What has no buttons that act, and shows something that may have to be erased; drawn at
    random."""


@dataclass(frozen=True, slots=True)
class Slot:
    """As text its parts stand behind each other with colons between; `which` tells apart those
    about one thing."""

    kind: SlotKind
    about: str
    which: str = ""

    def __str__(self) -> str:
        return ":".join(part for part in (self.kind, self.about, self.which) if part)

    @classmethod
    def parse(cls, stored: str) -> Slot:
        """From its text, as it is stored; `ValueError` for a kind that this version does not
        know."""
        kind, about, which = (*stored.split(":"), "", "")[:3]
        return cls(SlotKind(kind), about, which)

    @classmethod
    def of(cls, kind: SlotKind, number: Number, which: str = "") -> Slot:
        """About the record of that number."""
        return cls(kind, str(number), which)

    @property
    def number(self) -> Number:
        """Of the record that it is about."""
        return Number(int(self.about))
