"""Searching the texts of all statements for words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.ids import Language
from bot.statements.model import Library, Revision, Statement
from bot.text.folding import UNSPACED, words

KEPT = 256
"""How many texts are kept folded; folding a long one takes tens of milliseconds."""

SHORT = 2
"""Up to so many letters a word, and any number, is looked for as it is; a longer one also as the
beginning of a word, so that a plural or an ending is found too."""

# "and", "so", "in", "like", "to" and the article are written in one with an Arabic word.
_ARABIC_PREFIX = re.compile("[وف]?(?:[بكل]|لل|[بك]?ال|س)?")
_ARABIC_ARTICLE = re.compile("^ال(?=...)")
_ARABIC = re.compile("[\u0600-\u06ff]")
_APART = re.compile(f"[\\s{UNSPACED}]")


@dataclass(frozen=True, slots=True)
class Hit:
    """A paragraph or demand that holds all the words; `at` is where the first of them begins in
    the whole text (`bot.services.pages.whole_text`), `words` are where they stand in `passage`."""

    statement: Statement
    revision: Revision
    in_title: bool
    at: int
    passage: str
    words: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Hits:
    """The best ones, and how many there are in all."""

    best: tuple[Hit, ...]
    total: int


def search(library: Library, wanted: Sequence[Language | None], typed: str, most: int) -> Hits:
    """The passages with all typed words: those in the person's languages (`wanted`) first, then
    titles, then in the order of the statements and of the text. Pure but for a cache."""
    asked = [_Word.of(word) for word in dict.fromkeys(words(typed))]
    if not asked:
        return Hits((), 0)
    found = [
        (_rank(revision.language, wanted), bool(passage), order, passage, statement, text)
        for order, statement in enumerate(library)
        for text in (_folded(_Source(r.digest, statement, r)) for r in statement.revisions.values())
        for revision in (text.revision,)
        for passage in text.passages_with(asked)
    ]
    found.sort(key=lambda entry: entry[:4])
    best = (text.hit(statement, passage, asked) for *_, passage, statement, text in found[:most])
    return Hits(tuple(best), len(found))


def page_of(pages: Iterable[Sequence[object]], at: int) -> int:
    """The number, from 1, of the page that shows what stands at `at` in the whole text."""
    end = 0
    number = 0
    for number, page in enumerate(pages, 1):  # noqa: B007 - the last page is the answer then
        end += len(page)
        if at < end:
            break
    return number
