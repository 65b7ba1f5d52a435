"""What `search` answers: passages with the words found in bold."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.ids import Language, StatementId
from bot.text import breaks
from bot.text.rich import RichText, bold, code, concat, isolated
from bot.wording.voice import Voice, lines, own_name, paragraphs

SNIPPET = 120
"""Characters of a passage that are shown."""

BEFORE = 40
"""How many of them at most stand before the first word that was found."""

_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage that was found: `words` are the ranges to be bold; `page` of `pages` has it."""

    statement: StatementId
    title: str
    language: Language
    text: str
    words: Sequence[tuple[int, int]]
    page: int
    pages: int
    which: RichText | None = None
    """Which text it is, where that has to be said."""


def results(say: Voice, found: Sequence[Passage], total: int) -> RichText:
    """The best of `total` passages, numbered as the buttons below are."""
    more = total - len(found)
    return paragraphs(
        say.ngettext("Found in {count} place:", "Found in {count} places:", total),
        *(_entry(say, number, passage) for number, passage in enumerate(found, 1)),
        say.ngettext(
            "And in {count} more. Add a word to narrow it down.",
            "And in {count} more. Add a word to narrow it down.",
            more,
        )
        if more > 0
        else None,
    )


def hit_label(number: int, passage: Passage) -> str:
    """What stands on the button of one passage: its number in the list, its page."""
    return f"{number} › {passage.page}/{passage.pages}"


def _entry(say: Voice, number: int, passage: Passage) -> RichText:
    language = None
    if passage.language != say.language:
        language = concat((" · ", isolated(own_name(passage.language))))
    return lines(
        concat((f"{number}. ", isolated(bold(passage.title)), language or "")),
        say.alone(snippet(passage.text, passage.words)),
        passage.which,
    )


def snippet(text: str, words: Sequence[tuple[int, int]]) -> RichText:
    """About `SNIPPET` characters of `text` around the first of `words`, these in bold; cut where
    a line may be broken, which is at words in every script."""
    places = [0, *breaks.lines(text)]
    first, last = words[0]
    start = places[bisect_left(places, max(0, min(first - BEFORE, len(text) - SNIPPET)))]
    start = min(start, places[bisect_right(places, first) - 1])
    end = max(last, places[bisect_right(places, start + SNIPPET) - 1])
    parts: list[RichText | str] = ["… " if start else ""]
    at = start
    for begin, behind in words:
        if begin < end:
            parts += [_flat(text[at:begin]), bold(_flat(text[begin : min(behind, end)]))]
            at = min(behind, end)
    parts.append(_flat(text[at:end]).rstrip())
    parts.append(" …" if text[end:].strip() else "")
    return concat(parts)


def _flat(text: str) -> str:
    return _BLANKS.sub(" ", text)


def nothing_found(say: Voice) -> RichText:
    return say.gettext(
        "I found nothing with all of these words. Try fewer words, or {cmd}statements for a list."
    )


def which_words(say: Voice) -> RichText:
    return say.gettext(
        "Add the words to look for, such as {example}",
        example=code(f"{say.prefix}search libraries"),
    )


def too_long(say: Voice, length: int, most: int) -> RichText:
    return say.ngettext(
        "That's {count} character, and I can take {most}. Try fewer words.",
        "That's {count} characters, and I can take {most}. Try fewer words.",
        length,
        most=say.number(most),
    )
