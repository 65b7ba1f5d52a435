"""Where a text stands on the campaign's page."""

from __future__ import annotations

from bot.domain.ids import Language, StatementId
from bot.services.campaign import Campaign


def page_link(
    campaign: Campaign, statement: StatementId, language: Language, demand: str | None = None
) -> str | None:
    """Of the text that somebody of that language is shown, or of one demand in it, by its number;
    None where the campaign has no page, or the statement is not loaded any more."""
    found = campaign.library.get(statement)
    if campaign.page is None or found is None:
        return None
    text = campaign.revision(found, [language])
    anchor = "" if demand is None else f"#demand-{demand}"
    return f"{campaign.page}/{text.statement}/{text.language}.html{anchor}"
