"""Proposing to the admins what they may announce: the same in each language of the campaign."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from bot.domain.ids import StatementId
from bot.services.announcing import propose
from bot.services.campaign import Campaign
from bot.services.page_links import page_link
from bot.storage.unit import Unit
from bot.text.rich import RichText, isolated
from bot.wording.voice import Voice, paragraphs


async def propose_in_each_language(
    unit: Unit,
    campaign: Campaign,
    statement: StatementId,
    now: dt.datetime,
    what: Callable[[Voice, str], RichText],
) -> None:
    """`what` takes the statement's title, and names no command: people read it on all platforms.
    Where the campaign has a page, the way there stands below."""
    platform, texts = next(iter(campaign.adapters)), {}
    for language in campaign.languages:
        say = campaign.voice([language], platform)
        link = page_link(campaign, statement, language)
        page = link and say.gettext("Page: {link}", link=isolated(link))
        texts[language] = paragraphs(what(say, campaign.title(statement, language)), page).plain
    await propose(unit, campaign, statement, texts, now)
