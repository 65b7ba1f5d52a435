"""Statements and demands that a person may post in any chat, with a button to sign."""

from __future__ import annotations

from collections.abc import Iterator

from bot.commands.context import Context
from bot.commands.sharing import fits, share_text
from bot.domain.counts import PublicCounts
from bot.domain.endorsement import Kind
from bot.ports import Button, Query, Rows, Suggestion, Suggestions, private_link
from bot.services.endorse import why_not_open
from bot.services.posting import post
from bot.services.publication import public_counts
from bot.statements.model import Revision, Statement
from bot.text.flow import demand_text
from bot.wording import reading, suggesting
from bot.wording.buttons import label

MOST = 20
"""Suggestions in one answer; Telegram takes 50, a person reads fewer."""

SUMMARY = 120
"""Characters of a summary."""


async def suggest(context: Context, event: Query) -> None:
    """The statements whose title or text holds all the words, and their demands that do."""
    words = event.text.casefold().split()
    found: list[Suggestion] = []
    for statement in context.campaign.library:
        revision = context.revision(statement)
        counts = await public_counts(context.unit, context.campaign, statement.id)
        reason = await why_not_open(context.unit, statement, Kind.PERSON, context.now)
        can_sign = reason is None and context.campaign.moved_to is None
        found.extend(_of(context, statement, revision, words, counts, can_sign=can_sign))
    answer = Suggestions(context.chat, event.query, context.say.language, tuple(found[:MOST]))
    post(context.unit, answer)


def _of(
    context: Context,
    statement: Statement,
    revision: Revision,
    words: list[str],
    counts: PublicCounts,
    *,
    can_sign: bool,
) -> Iterator[Suggestion]:
    whole = f"{revision.statement} {revision.title} {revision.text}".casefold()
    if not all(word in whole for word in words):
        return
    demands = [demand_text(demand).text for demand in revision.document.demands]
    digest = revision.digest[:16]
    button = _to_the_bot(context, revision, can_sign=can_sign)
    text = share_text(context, statement, revision, counts, is_open=can_sign)
    if fits(context, text):
        summary = suggesting.statement(context.say, len(demands), counts).plain
        yield Suggestion(f"s{digest}", revision.title, summary, text, button)
    for index, demand in enumerate(demands, 1):
        text = reading.one_demand(revision.title, demand)
        if words and all(word in demand.plain.casefold() for word in words) and fits(context, text):
            yield Suggestion(
                f"d{index}_{digest}",
                revision.title,
                demand.plain[:SUMMARY],
                text,
                button,
            )


def _to_the_bot(context: Context, revision: Revision, *, can_sign: bool) -> Rows:
    name, view = ("sign", "s") if can_sign else ("read", "r")
    link = private_link(context.adapter, f"{view}_{revision.statement}_{revision.language}")
    return ((Button(name, label(context.say, name), "", link),),) if link else ()
