"""Statements and demands that a person may post in any chat, with a button to sign."""

from __future__ import annotations

from collections.abc import Iterator

from bot.commands.call import Call
from bot.ports import Answer, Button, Query, Rows, Suggestion
from bot.services.posting import post
from bot.statements.model import Revision
from bot.text.flow import demand_text
from bot.text.rich import RichText
from bot.wording import reading, suggesting
from bot.wording.buttons import label

MOST = 20
"""Suggestions in one answer; Telegram takes 50, a person reads fewer."""

SUMMARY = 120
"""Characters of a summary."""


async def suggest(call: Call, event: Query) -> None:
    """The statements whose title or text holds all the words, and their demands that do."""
    words = event.text.casefold().split()
    found: list[Suggestion] = []
    for statement in call.campaign.library:
        revision = statement.revision(call.languages)
        verified = await call.unit.endorsements.verified(statement.id)
        found.extend(_of(call, revision, words, verified))
    answer = Answer(call.chat, event.query, call.say.language, tuple(found[:MOST]))
    post(call.unit, answer)


def _of(call: Call, revision: Revision, words: list[str], verified: int) -> Iterator[Suggestion]:
    whole = f"{revision.statement} {revision.title} {revision.text}".casefold()
    if not all(word in whole for word in words):
        return
    demands = [demand_text(demand).text for demand in revision.document.demands]
    digest = revision.digest[:16]
    text = _share(call, revision, demands, verified)
    if _fits(call, text):
        summary = suggesting.statement(call.say, len(demands), verified).plain
        yield Suggestion(f"s{digest}", revision.title, summary, text, _sign(call, revision))
    for index, demand in enumerate(demands, 1):
        text = reading.one_demand(revision.title, demand)
        if words and all(word in demand.plain.casefold() for word in words) and _fits(call, text):
            yield Suggestion(
                f"d{index}_{digest}",
                revision.title,
                demand.plain[:SUMMARY],
                text,
                _sign(call, revision),
            )


def _share(call: Call, revision: Revision, demands: list[RichText], verified: int) -> RichText:
    adapter = call.campaign.adapters[call.chat.adapter]
    return reading.share(
        call.say,
        title=revision.title,
        attribution=revision.attribution,
        demands=demands,
        verified=verified,
        source=revision.source,
        link=adapter.private_link(f"r_{revision.statement}_{revision.language}"),
        command=f"{call.say.prefix}read {revision.statement}",
    )


def _sign(call: Call, revision: Revision) -> Rows:
    adapter = call.campaign.adapters[call.chat.adapter]
    link = adapter.private_link(f"s_{revision.statement}_{revision.language}")
    return ((Button("sign", label(call.say, "sign"), "", link),),) if link else ()


def _fits(call: Call, text: RichText) -> bool:
    fit = call.campaign.adapters[call.chat.adapter].fit
    return fit.measure(text) <= fit.limit
