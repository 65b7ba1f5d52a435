"""Statements page by page, as they are cut for a platform: for who looks before people do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from bot.domain.ids import Language
from bot.ports import Button, Rows
from bot.services.campaign import Campaign
from bot.services.pages import demands_key, demands_text, text_key, turns, whole_text
from bot.statements.model import Revision, Statement
from bot.text.chunks import Fit
from bot.text.document import Document
from bot.text.rich import RichText
from bot.wording import reading
from bot.wording.buttons import label
from bot.wording.voice import Voice

DEMANDS = "demands"


class Previewing:
    """What people get of the statements that the bot has now."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign

    def statements(self) -> Sequence[tuple[str, str, Sequence[str]]]:
        """Of each its id, its title in the first language and its languages."""
        first = self._campaign.languages[0]
        return [
            (each.id, each.revision([first]).title, [*each.revisions])
            for each in self._campaign.library
        ]

    def pages(
        self, statement: str, language: str, part: str, fit: Fit, prefix: str
    ) -> Sequence[tuple[RichText, Rows]]:
        """Each message with the buttons that turn the pages; of the text, or of its demands."""
        found = self._campaign.library.get(statement)
        revision = None if found is None else found.revisions.get(Language(language))
        if found is None or revision is None:
            return ()
        if part == DEMANDS and not revision.document.demands:
            return ()
        key, make = _part(found, revision, part)
        pages = self._campaign.paginator.pages(key, fit, make)
        say = Voice(self._campaign.speech([revision.language]), prefix)
        return [
            (reading.page(page.strip(), number, len(pages)), _turning(say, number, len(pages)))
            for number, page in enumerate(pages, 1)
        ]


def _part(
    statement: Statement, revision: Revision, part: str
) -> tuple[str, Callable[[], Document]]:
    if part == DEMANDS:
        return demands_key(revision), partial(demands_text, revision)
    return text_key(statement, revision), partial(whole_text, statement, revision)


def _turning(say: Voice, number: int, count: int) -> Rows:
    row = tuple(Button(name, label(say, name), str(to)) for name, to in turns(number, count))
    return (row,) if row else ()
