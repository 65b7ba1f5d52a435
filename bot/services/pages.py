"""Texts in pages: what a platform can show of a statement at once, cut where it reads well."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache, partial

from bot.domain.ids import Country
from bot.statements.model import Library, Response, Revision, Statement
from bot.text.chunks import Fit, chunks
from bot.text.document import Block, Document, Heading, Paragraph
from bot.text.flow import Flow, flow
from bot.text.rich import RichText, italic, rich
from bot.wording import responses
from bot.wording.reading import bullets
from bot.wording.voice import Voice

WORDS_A_MINUTE = 200
"""A usual speed of careful reading; scripts without spaces count two characters a word."""

FOOTER = RichText("\n\n999/999")
KEPT = 256
"""How many texts are kept cut."""

LONG = 10_000
"""Code points of a text that is cut before anybody asks for it, as that takes tens of milliseconds
and more."""

Pages = tuple[RichText, ...]


def turns(number: int, count: int, *, leads_back: bool = False) -> list[tuple[str, int]]:
    """The buttons that turn to the pages beside a page, each with the page that it leads to;
    `leads_back`: the first page has what is before it too."""
    ways = [("previous", number - 1)] if number > 1 or leads_back else []
    return [*ways, ("next", number + 1)] if number < count else ways


@dataclass(frozen=True, slots=True)
class _Named:
    """A document that is made only where nothing is kept under its name."""

    name: str
    make: Callable[[], Document] = field(compare=False)


class Paginator:
    """Cuts documents for one platform's messages and remembers the latest results."""

    def __init__(self, comfortable: int) -> None:
        self._comfortable = comfortable
        self._pages = lru_cache(maxsize=KEPT)(self._cut)
        self._minutes = lru_cache(maxsize=KEPT)(_reading_minutes)

    def pages(self, key: str, fit: Fit, document: Callable[[], Document]) -> Pages:
        """The pages of what `document` gives; `key` names it and its exact content."""
        return self._pages(_Named(key, document), fit)

    def prepare(self, library: Library, fit: Fit) -> None:
        """Cut and keep those that are long; from another thread too."""
        for statement in library:
            for revision in statement.revisions.values():
                if len(revision.text) >= LONG:
                    whole = text_key(statement, revision), partial(whole_text, statement, revision)
                    self.pages(whole[0], fit, whole[1])
                    self.minutes(*whole)
                    self.pages(demands_key(revision), fit, partial(demands_text, revision))
            for response in statement.responses.values():
                if len(response.text) >= LONG:
                    title = statement.revision([response.language]).title
                    text = partial(response_text, title, response)
                    self.pages(response_key(title, response), fit, text)

    def minutes(self, key: str, document: Callable[[], Document]) -> int:
        """How long it takes to read what `document` gives, named as for `pages`."""
        return self._minutes(_Named(key, document))

    def cut(self, text: Flow, fit: Fit) -> Pages:
        """Pages that leave room for the line with their number."""
        room = Fit(fit.limit - fit.measure(FOOTER), fit.measure, fit.spans)
        return chunks(text, room, self._comfortable)

    def _cut(self, document: _Named, fit: Fit) -> Pages:
        return self.cut(flow(document.make()), fit)


def text_key(statement: Statement, revision: Revision) -> str:
    """What names `whole_text` for the paginator."""
    # The issuers stand in another file, so that their names are no part of the digest.
    return f"r:{revision.digest}:{statement.issuers_key}"


def demands_key(revision: Revision) -> str:
    """What names `demands_text` for the paginator."""
    return f"d:{revision.digest}"


def whole_text(statement: Statement, revision: Revision) -> Document:
    """Everything that was published: title, attribution, text, and who issued it."""
    names = Voice(revision.language)
    blocks = [Heading(1, rich(revision.title), None, 0)]
    before = [Paragraph(italic(revision.attribution), 0)] if revision.attribution else []
    issuers = [
        _signatory(names, s.name(revision.language), s.country) for s in statement.signatories
    ]
    after = [bullets(issuers)] if issuers else []
    return Document((*blocks, *before, *revision.document.blocks, *after))


def demands_text(revision: Revision) -> Document:
    """The title and the section with the demands, with what else stands in it."""
    title = Heading(1, rich(revision.title), None, 0)
    return Document((title, *revision.document.section("demands")))


def response_key(title: str, response: Response) -> str:
    """What names `response_text` for the paginator."""
    return f"a:{response.digest}:{response.source}:{title}"


def response_text(title: str, response: Response) -> Document:
    """All that an addressee has answered to the statement of that title: from whom and when, and
    where it was published."""
    say = Voice(response.language)
    before: list[Block] = [
        Heading(1, responses.heading(say, title), None, 0),
        Paragraph(responses.answered(say, response.by, response.day), 0),
    ]
    after = [Paragraph(responses.source(say, response.source), 0)] if response.source else []
    return Document((*before, *response.document.blocks, *after))


def _signatory(names: Voice, name: str, country: Country | None) -> RichText:
    return rich(f"{name} ({names.country(country)})" if country else name)


def _reading_minutes(document: _Named) -> int:
    """Whole minutes, at least one."""
    text = flow(document.make()).text.plain
    wide = sum(1 for character in text if unicodedata.east_asian_width(character) in "WF")
    return max(1, round((len(text.split()) + wide / 2) / WORDS_A_MINUTE))
