"""Noticing that a text was changed, and telling those who asked to be told, and every group."""

from __future__ import annotations

import datetime as dt
import json

from bot.domain.endorsement import Kind
from bot.domain.ids import Language, Number, StatementId
from bot.domain.priority import Priority
from bot.ports import Send
from bot.services.campaign import Campaign
from bot.services.posting import post
from bot.statements.model import Library
from bot.storage.jobs import Job, JobKey, JobKind
from bot.storage.unit import Unit
from bot.wording import groups
from bot.wording.own import text_was_changed

TOLD_AT_ONCE = 200
"""Messages of a broadcast in one transaction; the job then goes on after the last number."""

_SEEN = "texts"


async def note_texts(unit: Unit, library: Library, now: dt.datetime) -> None:
    """Compare the texts with those of the last time; where one differs, set the job that tells."""
    current = {
        f"{revision.statement} {revision.language}": revision.digest
        for statement in library
        for revision in statement.revisions.values()
    }
    stored = await unit.meta.get(_SEEN)
    seen: dict[str, str] = json.loads(stored) if stored else {}
    if seen == current:
        return
    for name, digest in current.items():
        if seen.get(name, digest) != digest:
            await unit.jobs.set(Job(JobKey(JobKind.TEXT, name), now))
    await unit.meta.put(_SEEN, json.dumps(current).encode())


async def tell_of_change(unit: Unit, campaign: Campaign, job: Job, now: dt.datetime) -> None:
    """Tell the next ones; sets the job again while there are more."""
    statement_id, language = job.key.about.split(" ")
    # Jobs of earlier versions name statement and language here again.
    after = int(job.progress.rpartition(" ")[2] or 0)
    statement = campaign.library.get(statement_id)
    revision = statement.revisions.get(Language(language)) if statement else None
    if revision is None:
        return
    records = await unit.endorsements.to_be_told(
        StatementId(statement_id),
        Language(language),
        revision.digest,
        Number(after),
        TOLD_AT_ONCE,
    )
    for record in records:
        if record.details is not None and record.details.unreachable is not None:
            continue
        if record.route is not None and record.route.chat.adapter in campaign.adapters:
            chat = record.route.chat
            say = campaign.voice([record.route.language], chat.adapter)
            is_person = record.kind is Kind.PERSON
            words = text_was_changed if is_person else groups.text_was_changed
            text = words(say, record, revision.title)
            send = Send(chat, text, say.language, quiet=True)
            post(unit, send, priority=Priority.ANNOUNCEMENT)
    if len(records) == TOLD_AT_ONCE:
        last = records[-1].number
        await unit.jobs.set(Job(job.key, now, str(last)))
