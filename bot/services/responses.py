"""What addressees have answered is proposed to be announced, each answer once."""

from __future__ import annotations

import datetime as dt
import json

from bot.services.campaign import Campaign
from bot.services.proposals import propose_in_each_language
from bot.statements.model import Library, Statement
from bot.storage.unit import Unit
from bot.text.rich import RichText
from bot.wording import responses as wording
from bot.wording.voice import Voice

_KEPT = "responses"
"""Value in `meta`, in clear as the texts are: of which day the answer to each statement was that
was proposed last."""


async def note_responses(
    unit: Unit, campaign: Campaign, library: Library, now: dt.datetime
) -> None:
    """Propose what is new of the answers in `library`, which is in use from this commit on. One of
    another day is another answer; a word put right in it is not, nor is a language more."""
    if not campaign.admin_chats() or campaign.moved_to is not None:
        return
    kept = await unit.meta.get(_KEPT)
    known: dict[str, str] = {} if kept is None else json.loads(kept)
    new = {**known}
    for statement in library:
        found = statement.response(campaign.languages)
        if found is not None and new.get(statement.id) != found.day.isoformat():
            new[statement.id] = found.day.isoformat()
            await _propose(unit, campaign, statement, now)
    if new != known:
        await unit.meta.put(_KEPT, json.dumps(new).encode())


async def _propose(unit: Unit, campaign: Campaign, statement: Statement, now: dt.datetime) -> None:
    def news(say: Voice, _title: str) -> RichText:
        found = statement.response([say.language, *campaign.languages])
        assert found is not None
        # A statement that comes with its answer is not in use yet.
        title = campaign.revision(statement, [say.language]).title
        return wording.news(say, title, found.by, found.day)

    await propose_in_each_language(unit, campaign, statement.id, now, news)
