"""Texts in pages: what a platform can show of a statement at once, cut where it reads well."""

from __future__ import annotations

import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from bot.domain.ids import Country
from bot.statements.model import Revision, Statement
from bot.text.chunks import Fit, chunks
from bot.text.document import Document, Heading, Paragraph
from bot.text.flow import Flow, flow
from bot.text.rich import RichText, italic, rich
from bot.wording.reading import bullets
from bot.wording.voice import Voice

WORDS_A_MINUTE = 200
"""A usual speed of careful reading; scripts without spaces count two characters a word."""

FOOTER = RichText("\n\n999/999")
KEPT = 256
"""How many texts are kept cut; cutting a long one takes tens of milliseconds."""

Pages = tuple[RichText, ...]

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class _Lately(Generic[_Key, _Value]):
    """The results that were asked for last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[_Key, _Value] = OrderedDict()

    def get(self, key: _Key, make: Callable[[], _Value]) -> _Value:
        if key not in self._kept:
            self._kept[key] = make()
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]


class Paginator:
    """Cuts documents for one platform's messages and remembers the latest results."""

    def __init__(self, comfortable: int) -> None:
        self._comfortable = comfortable
        self._pages: _Lately[tuple[str, Fit], Pages] = _Lately()
        self._minutes: _Lately[str, int] = _Lately()

    def pages(self, key: str, fit: Fit, document: Callable[[], Document]) -> Pages:
        """The pages of what `document` gives; `key` names it and its exact content."""
        return self._pages.get((key, fit), lambda: self.cut(flow(document()), fit))

    def minutes(self, key: str, document: Callable[[], Document]) -> int:
        """How long it takes to read what `document` gives, named as for `pages`."""
        return self._minutes.get(key, lambda: reading_minutes(document()))

    def cut(self, text: Flow, fit: Fit) -> Pages:
        """Pages that leave room for the line with their number."""
        room = Fit(fit.limit - fit.measure(FOOTER), fit.measure, fit.spans)
        return chunks(text, room, self._comfortable)


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
    title = Heading(1, rich(revision.title), None, 0)
    return Document((title, *revision.document.section("demands")))


def _signatory(names: Voice, name: str, country: Country | None) -> RichText:
    return rich(f"{name} ({names.country(country)})" if country else name)


def reading_minutes(document: Document) -> int:
    """Whole minutes, at least one."""
    text = flow(document).text.plain
    wide = sum(1 for character in text if unicodedata.east_asian_width(character) in "WF")
    return max(1, round((len(text.split()) + wide / 2) / WORDS_A_MINUTE))
