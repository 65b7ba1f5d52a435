"""What is to be announced, from its first word to its last message: a few things, kept together as
one sealed value. What is done with them is in `bot.services.announcing`."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.domain.ids import AdapterName, Language
from bot.domain.news import Audience
from bot.domain.slots import Slot, SlotKind
from bot.services.campaign import Campaign
from bot.services.waiting import Waiting
from bot.storage.jobs import Job, JobKey, JobKind
from bot.storage.moving import ANNOUNCEMENTS
from bot.storage.tags import slot_tag
from bot.storage.unit import Unit

_LAST = "last announcement"
_AT_ONCE = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Stage(enum.StrEnum):
    """What comes next for one."""

    PROPOSED = "proposed"
    """Nobody has asked for it; admins may begin it."""
    TEXTS = "texts"
    """Its texts are asked for."""
    PREVIEW = "preview"
    """It was shown as it will look, and to whom it goes is chosen."""
    ASKED = "asked"
    """An admin wants to send it, and a second one has to agree."""
    SENDING = "sending"


@dataclass(frozen=True, slots=True)
class Announcement:
    """`asks` is the language of the text that a reply gives. Nobody is asked after `until`. Of
    what is sent, `total` are to get it; of these it was put into the outbox for `posted`, `behind`
    is where that goes on, `failed` could not be reached, and of `unknown` nobody can tell whether
    they got it, since the program ended at that moment."""

    id: int
    audience: Audience
    until: dt.datetime
    texts: Mapping[Language, str] = field(default_factory=dict)
    stage: Stage = Stage.TEXTS
    asks: Language | None = None
    total: int = 0
    posted: int = 0
    behind: str = ""
    is_posted: bool = False
    failed: int = 0
    unknown: int = 0

    def slot(self, adapter: AdapterName) -> Slot:
        """Of the message about it in a platform's admin chat."""
        return Slot(SlotKind.ANNOUNCEMENT, str(self.id), adapter)

    def typed(self, button: str) -> str:
        """What does the same as a button of that message."""
        return f"announce {self.id} {button}"

    @property
    def job(self) -> JobKey:
        """Its end, if nobody sends it."""
        return JobKey(JobKind.NEWS, str(self.id))

    def many(self, unit: Unit) -> bytes:
        """The tag of all messages that say it."""
        return many(unit, self.id)

    def text_for(self, campaign: Campaign, language: Language) -> tuple[Language, str]:
        """What somebody reads who is spoken to in a language: the text in it, else the first that
        there is in the order of the campaign's languages."""
        order = [language, *campaign.languages, *self.texts]
        found = next(each for each in order if each in self.texts)
        return found, self.texts[found]


WAITING = Waiting(ANNOUNCEMENTS, list[Announcement], lambda each: each.id)
"""All that have not ended."""


def many(unit: Unit, number: int) -> bytes:
    """The tag of all messages that say the announcement of that number."""
    return slot_tag(unit.keys, Slot(SlotKind.NEWS, str(number)))


async def next_id(unit: Unit) -> int:
    """Who types a number late must not mean another one."""
    return await unit.meta.next(_LAST)


async def let_go(unit: Unit, number: int) -> None:
    """No second admin has agreed: it can be changed again."""
    found = await WAITING.find(unit, number)
    if found is not None and found.stage is Stage.ASKED:
        await WAITING.keep(unit, replace(found, stage=Stage.PREVIEW))


async def sending(unit: Unit) -> Announcement | None:
    """The one that is being sent; those behind it wait for their turn."""
    under_way = [each for each in await WAITING.all(unit) if each.stage is Stage.SENDING]
    return min(under_way, key=lambda each: each.id, default=None)


async def go_on_soon(unit: Unit) -> None:
    """What is being sent goes on once this is committed."""
    await unit.jobs.set(Job(JobKey(JobKind.NEWS), _AT_ONCE))
