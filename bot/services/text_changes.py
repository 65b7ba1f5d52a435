"""Taking texts into use: at once while nobody has signed the one before, else when the admins have
said what the change is (`bot.services.text_answers`). Those who signed are told of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from bot.domain.endorsement import Endorsement
from bot.domain.ids import Digest, Language, Number, StatementId
from bot.domain.log import TextChange
from bot.domain.priority import Priority
from bot.domain.revision import RevisionText
from bot.domain.texts import Adoption, History
from bot.ports import Button, Rows, Send
from bot.services import mandates, text_answers
from bot.services.campaign import Campaign
from bot.services.new_text import way_to_sign
from bot.services.posting import post
from bot.services.telling import Progress, tell_next
from bot.services.texts import (
    adopt,
    as_it_was,
    changed,
    compared,
    first_texts,
    is_over,
    keep,
    signed,
)
from bot.statements.model import Library, Statement
from bot.storage.jobs import Job
from bot.storage.unit import Unit
from bot.wording import text_answers as answers
from bot.wording import texts as wording
from bot.wording.buttons import label
from bot.wording.voice import Voice


async def note_texts(unit: Unit, campaign: Campaign, library: Library, now: dt.datetime) -> None:
    """From the commit on, `library` is what is shown, but for changed texts that somebody signed:
    the admins are asked about these, and the old ones stay. Of what is over all stay."""
    histories = await unit.texts.histories()
    kept = await unit.statements.kept()
    served: dict[StatementId, Statement] = {}
    held: dict[StatementId, Statement] = {}
    for read in library:
        statement, history = read, histories.get(read.id, History())
        if await is_over(unit, read.id):
            served[read.id] = await as_it_was(unit, history, read)
            await text_answers.end(unit, campaign, read.id)
            continue
        if (await signed(unit, history, changed(history, read))).verified:
            held[read.id] = read
            statement = await as_it_was(unit, history, read)
        for adoption in first_texts(history, statement, now):
            await adopt(unit, statement, adoption)
            history = history.and_then(adoption)
            kept.add(adoption.digest)
        for revision in statement.revisions.values():
            known = history.newest(revision.language)
            # An earlier version of the bot kept a text once somebody signed it.
            if known is not None and revision.digest not in kept:
                await keep(unit, revision, known)
        served[read.id], histories[read.id] = statement, history
    await text_answers.ask(unit, campaign, held, served, histories)
    unit.after_commit(lambda: campaign.use(Library(served), histories, held))
    await mandates.look_soon(unit, now)


async def tell_of_change(unit: Unit, campaign: Campaign, job: Job, now: dt.datetime) -> None:
    """Tell the next ones who can be told; sets the job again while there are more, and tells the
    admins in the end how many were told."""
    statement_id, _, language = job.key.about.partition(" ")
    history = campaign.history(StatementId(statement_id))
    adoption = history.newest(Language(language))
    new = await unit.statements.revision(adoption.digest) if adoption else None
    if adoption is None or new is None or not adoption.is_told:
        return
    if await is_over(unit, adoption.statement):
        return
    progress = job.progress.split()
    # Jobs of earlier versions do not say how many were told.
    told = int(progress[0]) if len(progress) == 2 else 0
    so_far = Progress(told, progress[-1] if progress else "0")
    before = {each.digest for each in history.adoptions if each.language == language}
    is_correction = adoption.change is TextChange.CORRECTION
    digests = (history.same(Language(language)) if is_correction else before) - {new.digest}

    async def read(behind: str, most: int) -> list[Endorsement]:
        return await unit.endorsements.to_be_told(digests, Number(int(behind)), most)

    async def tell(record: Endorsement) -> bool:
        if can := campaign.can_tell(record):
            await _tell(unit, campaign, record, new, adoption)
        return can

    then = await tell_next(so_far, read, lambda record: str(record.number), tell)
    if then.is_over:
        await _report(unit, campaign, adoption, digests, then.told)
    else:
        await unit.jobs.set(Job(job.key, now, f"{then.told} {then.behind}"))


async def _tell(
    unit: Unit, campaign: Campaign, record: Endorsement, new: RevisionText, adoption: Adoption
) -> None:
    route, old = record.route, await unit.statements.revision(record.digest)
    assert route is not None
    assert old is not None
    say = campaign.voice([route.language], route.chat.adapter)
    text = wording.told(say, record, new.title, compared(old, new), adoption)
    buttons = _ways(say, record, new, adoption.change)
    send = Send(route.chat, text, say.language, buttons, quiet=True, thread=route.thread)
    post(unit, send, priority=Priority.ANNOUNCEMENT)


def _ways(say: Voice, record: Endorsement, new: RevisionText, change: TextChange) -> Rows:
    """To sign the new text, to see all that was changed, to stay with the old one, to withdraw; all
    of them can be typed."""
    sign, typed = way_to_sign(record)
    stands_for = {
        sign: typed,
        "changes": f"/changes {new.statement} {new.language}",
        "stay": f"/stay {record.number}",
        "withdraw": f"/withdraw {record.number}",
    }
    names = list(stands_for) if change is TextChange.NEW else ["changes", "withdraw"]
    return tuple((Button(name, label(say, name), stands_for[name]),) for name in names)


async def _report(
    unit: Unit, campaign: Campaign, adoption: Adoption, digests: Collection[Digest], told: int
) -> None:
    """To the admins: who could not be told stands under the text that they signed all the same."""
    standing = (await unit.endorsements.standing(digests)).verified
    for chat, say in campaign.admin_chats():
        title = campaign.title(adoption.statement, say.language)
        text = answers.all_told(say, title, adoption, told, max(0, standing - told))
        post(unit, Send(chat, text, say.language, quiet=True), priority=Priority.ANNOUNCEMENT)
