"""What admins say of a changed text that somebody signed: two that it is a correction, or one that
it is a new text. Until then the old one stays in use.

The question stands in each admin chat, as often as the files change anew. It is answered twice
rather than asked again of a second admin: whoever agrees to a correction reads the same
difference."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.domain.admin import Admin
from bot.domain.errors import Conflict, OwnRequest
from bot.domain.ids import AdapterName, Digest, Language, StatementId
from bot.domain.log import TextChange
from bot.domain.priority import Priority
from bot.domain.slots import Slot, SlotKind
from bot.domain.texts import Adoption, History
from bot.services import mandates
from bot.services.campaign import Campaign
from bot.services.posting import Typed, edit_live, end_live, post_live
from bot.services.texts import adopt, changed, compared, first_texts, signed
from bot.services.waiting import Waiting
from bot.statements.model import Library, Statement
from bot.storage.jobs import Job, JobKey, JobKind
from bot.storage.moving import CHANGED_TEXTS
from bot.storage.unit import Unit
from bot.text.rich import RichText
from bot.wording import text_answers as answers
from bot.wording import texts as wording
from bot.wording.buttons import ButtonNames
from bot.wording.voice import Voice

MARK = 8
"""Hex characters by which somebody who types tells which change they have seen."""

_BUTTONS: ButtonNames = (("correction",), ("new",))
_Said = Callable[[Voice], RichText]


@dataclass(frozen=True, slots=True)
class Asked:
    """The texts of a statement as they are on the disk, by their digests; `by` has said that they
    are corrections."""

    statement: StatementId
    digests: Mapping[Language, Digest]
    by: Admin | None = None

    @property
    def mark(self) -> str:
        """Tells this change from a later one of the same texts."""
        joined = " ".join(sorted(self.digests.values()))
        return hashlib.sha256(joined.encode()).hexdigest()[:MARK]

    def slot(self, adapter: AdapterName) -> Slot:
        return Slot(SlotKind.TEXT, self.statement, adapter)

    def typed(self, button: str) -> str:
        """What does the same as a button."""
        return f"text {self.statement} {button} {self.mark}"


WAITING = Waiting(CHANGED_TEXTS, list[Asked], lambda asked: asked.statement)
"""Every question that waits for an answer, by its statement."""


async def ask(
    unit: Unit,
    campaign: Campaign,
    held: Mapping[StatementId, Statement],
    served: Mapping[StatementId, Statement],
    histories: Mapping[StatementId, History],
) -> None:
    """Bring before the admins what is new of `held`, the statements as they are on the disk, whose
    texts in use are those of `served`; a question whose change is gone is over."""
    known = await WAITING.all(unit)
    for statement, read in held.items():
        languages = changed(histories[statement], read)
        digests = {language: read.revisions[language].digest for language in languages}
        before = next((each for each in known if each.statement == statement), None)
        if before is not None and before.digests == digests:
            continue
        asked = Asked(statement, digests)
        await WAITING.keep(unit, asked)
        await _show(unit, campaign, asked, _Seen(read, served[statement], histories[statement]))
    for gone in known:
        if gone.statement not in held:
            await _close(unit, campaign, gone, answers.not_changed_any_more)
            await WAITING.drop(unit, gone.statement)


async def end(unit: Unit, campaign: Campaign, statement: StatementId) -> None:
    """Nothing of the statement is changed any more, and what was asked about it is over."""
    if (asked := await WAITING.find(unit, statement)) is not None:
        await _close(
            unit,
            campaign,
            asked,
            lambda say: answers.stays_as_it_is(say, campaign.title(statement, say.language)),
        )
        await WAITING.drop(unit, statement)


async def ask_again(unit: Unit, campaign: Campaign, asked: Asked) -> None:
    """Show the question anew, at the end of the chats."""
    await _show(unit, campaign, asked, _seen(campaign, asked))


async def answer(
    unit: Unit, campaign: Campaign, asked: Asked, change: TextChange, by: Admin, now: dt.datetime
) -> bool:
    """What the change is, in the words of an admin; whether it is in use now. Raises
    `OwnRequest`."""
    if change is TextChange.CORRECTION and asked.by is None:
        asked = replace(asked, by=by)
        await WAITING.keep(unit, asked)
        await unit.actions.add(now, by, "correct")
        await _show(unit, campaign, asked, _seen(campaign, asked), is_edit=True)
        return False
    if change is TextChange.CORRECTION and asked.by is not None:
        if asked.by.account == by.account:
            raise OwnRequest
        await unit.actions.add(now, by, "agree to correct")
    else:
        await unit.actions.add(now, by, "new text")
    await _take_into_use(unit, campaign, asked, change, now)
    names = [by.name] if change is TextChange.NEW or asked.by is None else [asked.by.name, by.name]
    read = _on_disk(campaign, asked)
    await _close(
        unit,
        campaign,
        asked,
        lambda say: answers.answered(say, read.revision([say.language]).title, change, names),
    )
    await WAITING.drop(unit, asked.statement)
    return True


async def _take_into_use(
    unit: Unit, campaign: Campaign, asked: Asked, change: TextChange, now: dt.datetime
) -> None:
    """The texts that were asked about; whoever signed the ones before is told."""
    read, history = _on_disk(campaign, asked), campaign.history(asked.statement)
    # The original first: a translation that comes with it is not behind.
    for language in sorted(asked.digests, key=lambda each: each != read.original_language):
        before = history.newest(language)
        of = None if before is None else before.digest
        adoption = Adoption(read.id, language, asked.digests[language], change, of, now.date())
        await adopt(unit, read, adoption)
        history = history.and_then(adoption)
        await unit.jobs.set(Job(JobKey(JobKind.TEXT, f"{read.id} {language}"), now))
    for adoption in first_texts(history, read, now):
        await adopt(unit, read, adoption)
        history = history.and_then(adoption)

    def in_use() -> None:
        # What others have changed of the campaign in the same commit stays.
        statements = {**campaign.library.statements, read.id: read}
        proposed = {id_: each for id_, each in campaign.proposed.items() if id_ != read.id}
        campaign.use(Library(statements), {**campaign.histories, read.id: history}, proposed)

    unit.after_commit(in_use)
    await mandates.look_soon(unit, now)


def _on_disk(campaign: Campaign, asked: Asked) -> Statement:
    """The statement that is asked about. Raises `Conflict` where it was read again in this very
    commit."""
    read = campaign.proposed.get(asked.statement)
    texts = {} if read is None else read.revisions
    found = {language: texts[language].digest for language in asked.digests if language in texts}
    if read is None or found != asked.digests:
        raise Conflict
    return read


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a question is about: the statement as it is on the disk and as it is shown."""

    read: Statement
    served: Statement
    history: History


def _seen(campaign: Campaign, asked: Asked) -> _Seen:
    id_ = asked.statement
    return _Seen(_on_disk(campaign, asked), campaign.library.statements[id_], campaign.history(id_))


async def _show(
    unit: Unit, campaign: Campaign, asked: Asked, seen: _Seen, *, is_edit: bool = False
) -> None:
    counts = await signed(unit, seen.history, asked.digests)
    found = [
        (language, compared(seen.served.revisions[language], seen.read.revisions[language]))
        for language in asked.digests
    ]
    by = asked.by.name if asked.by else None
    typed: Typed = asked.typed
    for chat, say in campaign.admin_chats():
        title = seen.served.revision([say.language]).title
        text = wording.asked(say, title, counts, found, by, asked.typed("correction"))
        slot = asked.slot(chat.adapter)
        if not is_edit or not await edit_live(
            unit, slot, say, text, _BUTTONS, typed=typed, priority=Priority.CARD
        ):
            await post_live(
                unit, slot, chat, say, text, _BUTTONS, typed=typed, priority=Priority.CARD
            )


async def _close(unit: Unit, campaign: Campaign, asked: Asked, text: _Said) -> None:
    for chat, say in campaign.admin_chats():
        await end_live(unit, asked.slot(chat.adapter), say, text(say))
