"""Searching the texts of all statements for words."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import accumulate, pairwise

from bot.domain.ids import Digest, Language
from bot.services.pages import whole_text
from bot.statements.model import Library, Revision, Statement
from bot.text.flow import Flow, flow
from bot.text.folding import UNSPACED, folded_with_positions, is_unspaced, words

KEPT = 256
"""How many texts are kept folded; folding a long one takes tens of milliseconds."""

SHORT = 2
"""A word of so many letters, and any number, is looked for as it is; a longer one also as the
beginning of a word, so that a plural or an ending is found too."""

# "and", "so", "in", "like", "to", "will" and the article are written in one with an Arabic word.
_ARABIC_PREFIX = re.compile("[وف]?(?:[بكلس]|لل|[بك]?ال)?")
_LONGEST_PREFIX = 4
_ARABIC_ARTICLE = re.compile("^ال(?=...)")
_ARABIC = re.compile("[\u0600-\u06ff]")
_APART = re.compile(f"[\\s{UNSPACED}]")

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Hit:
    """A heading, paragraph or demand that holds all the words: where these stand in `passage`,
    and where the first of them begins in the whole text (`bot.services.pages.whole_text`)."""

    statement: Statement
    revision: Revision
    passage: str
    words: tuple[Range, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Hits:
    """The best ones, and how many there are in all."""

    best: tuple[Hit, ...]
    total: int


def search(library: Library, wanted: Sequence[Language | None], typed: str, most: int) -> Hits:
    """The passages with all typed words: those in the person's languages (`wanted`) first, then
    titles, then in the order of the statements and of the text."""
    asked = [_Asked.of(word) for word in dict.fromkeys(words(typed))]
    asked.sort(key=lambda word: -len(word.text))
    found = [
        (_rank(revision.language, wanted), passage > 0, order, passage, statement, revision)
        for order, statement in enumerate(library)
        for revision in statement.revisions.values()
        for passage in _text(statement, revision).passages_with(asked)
    ]
    found.sort(key=lambda entry: entry[:4])
    best = tuple(
        _text(statement, revision).hit(statement, revision, passage, asked)
        for *_, passage, statement, revision in found[:most]
    )
    return Hits(best, len(found))


def page_of(pages: Iterable[Sized], at: int) -> int:
    """The number, from 1, of the page with what stands at `at` in the text that was cut."""
    ends = list(accumulate(map(len, pages)))
    return min(bisect_right(ends, at), len(ends) - 1) + 1


def _rank(language: Language, wanted: Sequence[Language | None]) -> int:
    """The place of a language among the wanted ones, or of its base language (`pt` of `pt-BR`)."""
    places = (at for at, one in enumerate(wanted) if one in {language, language.split("-")[0]})
    return next(places, len(wanted))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A word that is looked for; `is_whole`: not as the mere beginning of another."""

    text: str
    is_whole: bool
    is_arabic: bool
    is_unspaced: bool

    @classmethod
    def of(cls, word: str) -> _Asked:
        bare = _ARABIC_ARTICLE.sub("", word)
        is_whole = len(bare) <= SHORT or any(character.isdecimal() for character in bare)
        return cls(bare, is_whole, bool(_ARABIC.match(bare)), is_unspaced(bare))

    def ranges(self, folded: str, start: int, end: int) -> Iterator[Range]:
        """Where the word, with what is written in one with it, stands between two places."""
        at = folded.find(self.text, start, end)
        while at >= 0:
            if (found := self._word_at(folded, at)) is not None:
                yield found
            at = folded.find(self.text, at + len(self.text), end)

    def _word_at(self, folded: str, at: int) -> Range | None:
        behind = at + len(self.text)
        if self.is_unspaced:
            return at, behind
        first = at
        while first > 0 and not _APART.match(folded, first - 1):
            first -= 1
            if at - first > _LONGEST_PREFIX:
                return None
        if first < at and not (self.is_arabic and _ARABIC_PREFIX.fullmatch(folded, first, at)):
            return None
        apart = _APART.search(folded, behind)
        last = apart.start() if apart else len(folded)
        return None if self.is_whole and last > behind else (first, last)


class _Folded:
    """A text folded for searching, in passages: a heading, a paragraph, an item, a whole demand."""

    def __init__(self, text: Flow) -> None:
        self._plain = text.text.plain
        self._bounds = _bounds(text)
        folded = [
            folded_with_positions(self._plain[start:end])[0]
            for start, end in pairwise(self._bounds)
        ]
        # A line break is folded to a blank, so that it can stand between passages.
        self._folded = "\n".join(folded)
        self._starts = [0, *accumulate(len(one) + 1 for one in folded)]

    def passages_with(self, asked: Sequence[_Asked]) -> list[int]:
        """The passages, by their order, that hold all the words."""
        if not asked:
            return []
        first, *others = asked
        return [
            passage
            for passage in self._with(first)
            if all(any(word.ranges(self._folded, *self._range(passage))) for word in others)
        ]

    def hit(
        self, statement: Statement, revision: Revision, number: int, asked: Sequence[_Asked]
    ) -> Hit:
        start, end = self._bounds[number], self._bounds[number + 1]
        passage = self._plain[start:end].rstrip()
        folded, positions = folded_with_positions(passage)
        found = sorted(
            (positions[first], _past_marks(passage, positions[last - 1] + 1))
            for word in asked
            for first, last in word.ranges(folded, 0, len(folded))
        )
        return Hit(statement, revision, passage, tuple(_merged(found)), start + found[0][0])

    def _with(self, word: _Asked) -> Iterator[int]:
        at = 0
        while (found := next(word.ranges(self._folded, at, len(self._folded)), None)) is not None:
            passage = bisect_right(self._starts, found[0]) - 1
            yield passage
            at = self._starts[passage + 1]

    def _range(self, passage: int) -> Range:
        return self._starts[passage], self._starts[passage + 1] - 1


@dataclass(frozen=True, slots=True)
class _Source:
    """What is folded: title, attribution and text, which the digest names, but not the issuers
    behind them."""

    digest: Digest
    statement: Statement = field(compare=False)
    revision: Revision = field(compare=False)


def _text(statement: Statement, revision: Revision) -> _Folded:
    return _folded(_Source(revision.digest, statement, revision))


@lru_cache(maxsize=KEPT)
def _folded(source: _Source) -> _Folded:
    alone = replace(source.statement, signatories=())
    return _Folded(flow(whole_text(alone, source.revision)))


def _bounds(text: Flow) -> list[int]:
    """Where passages begin, and the end: cuts inside a demand are none."""
    cuts = (cut.at for cut in text.cuts)
    inner = [at for at in cuts if not any(start < at < end for start, end in text.whole)]
    return [0, *inner, len(text.text.plain)]


def _past_marks(text: str, at: int) -> int:
    """Behind the marks that stand over the letter before `at`."""
    while at < len(text) and unicodedata.category(text[at])[0] == "M":
        at += 1
    return at


def _merged(ranges: Iterable[Range]) -> list[Range]:
    """Ascending ranges, none of which overlap."""
    merged: list[Range] = []
    for start, end in ranges:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
