"""The news of a statement as RSS 2.0 (https://www.rssboard.org/rss-specification).

Every date is that of an entry of the log, so that the same log makes the same news."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import format_datetime
from xml.sax.saxutils import escape

from bot.domain.log import EntryKind, LifeEvent, TextChange
from bot.domain.milestones import round_number
from bot.services.snapshot import Event, Snapshot
from bot.statements.model import Revision
from bot.text.rich import RichText
from bot.wording import feed
from bot.wording.voice import Voice


@dataclass(frozen=True, slots=True)
class News:
    """`key` tells it from all other news of the statement, in every language."""

    key: str
    date: dt.date
    say: Callable[[Voice], RichText]


def news(snapshot: Snapshot, revision: Revision) -> list[News]:
    """The newest first; of texts those of that language."""
    found = [*_milestones(snapshot), *_events(snapshot, revision)]
    return sorted(found, key=lambda each: (each.date, each.key), reverse=True)


def rss(say: Voice, address: str, snapshot: Snapshot, revision: Revision) -> bytes:
    """The whole feed; `address` is where the text stands on the page."""
    title = feed.title(say, revision.title).plain
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<rss version="2.0"><channel>',
        f"<title>{_safe(title)}</title>",
        f"<link>{_safe(address)}</link>",
        f"<description>{_safe(feed.about(say).plain)}</description>",
        f"<language>{_safe(revision.language)}</language>",
    ]
    for each in news(snapshot, revision):
        date = dt.datetime.combine(each.date, dt.time(), dt.UTC)
        lines += [
            f"<item><title>{_safe(each.say(say).plain)}</title>",
            f"<link>{_safe(address)}</link>",
            f'<guid isPermaLink="false">{_safe(f"{address} {each.key}")}</guid>',
            f"<pubDate>{format_datetime(date)}</pubDate></item>",
        ]
    return ("\n".join([*lines, "</channel></rss>"]) + "\n").encode()


def _milestones(snapshot: Snapshot) -> Iterator[News]:
    """By those who count today, and the day on which each came into the log: the round numbers that
    the chat tells, and the goal."""
    goal = snapshot.statement.terms.goal
    total, told, goal_is_reached = 0, 0, goal is None
    for day in snapshot.came:
        total += day.organisations + day.persons
        reached = round_number(total)
        if reached > told:
            told = reached
            yield _reached(reached, day.date)
        if goal is not None and not goal_is_reached and total >= goal:
            goal_is_reached = True
            yield News(f"goal {goal}", day.date, lambda say: feed.goal(say, goal))


def _reached(count: int, date: dt.date) -> News:
    return News(f"reached {count:09d}", date, lambda say: feed.reached(say, count))


def _events(snapshot: Snapshot, revision: Revision) -> Iterator[News]:
    for position, event in enumerate(snapshot.events):
        if (say := _said(event, revision)) is not None:
            yield News(f"event {position:09d}", event.date, say)


def _said(event: Event, revision: Revision) -> Callable[[Voice], RichText] | None:
    says = event.says
    if event.kind is EntryKind.LIFE:
        known = {LifeEvent.OPENED: feed.opened, LifeEvent.FINISHED: feed.finished}
        return known.get(LifeEvent(str(says["event"])))
    if event.kind is EntryKind.TEXT and says["language"] == revision.language:
        changes = {TextChange.CORRECTION: feed.corrected, TextChange.NEW: feed.changed}
        return changes.get(TextChange(str(says["change"])))
    return None


def _safe(text: str) -> str:
    return escape(text, {'"': "&quot;"})
