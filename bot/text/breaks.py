"""Where Unicode lets a text be broken: sentences, lines, graphemes (UAX #29 and #14, by ICU).

Positions are code points; ICU itself counts UTF-16 units, so they are summed from its segments.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icu4py.breakers import BaseBreaker

# One set of rules for every language: a statement's chunks must not depend on a reader's setting.
_LOCALE = "und"


def graphemes(text: str) -> Iterator[int]:
    """The end of each user-perceived character."""
    from icu4py.breakers import CharacterBreaker  # noqa: PLC0415 - 3 MiB, from the first text on

    return _ends(CharacterBreaker(text, _LOCALE))


def shortened(text: str, most: int) -> str:
    """The text in `most` characters (code points): a longer one is cut behind a grapheme, and that
    is shown by a dot."""
    if len(text) <= most:
        return text
    ends = [0, *(end for end in graphemes(text) if end < most)]
    return text[: ends[-1]].rstrip() + "…"


def sentences(text: str) -> Iterator[int]:
    """The end of each sentence, white space behind it included.

    What holds no letter (`3. ` before a demand) belongs to the sentence that follows.
    """
    from icu4py.breakers import SentenceBreaker  # noqa: PLC0415 - as above

    at = 0
    for sentence in SentenceBreaker(text, _LOCALE):
        at += len(sentence)
        if at == len(text) or any(char.isalpha() for char in sentence):
            yield at


def lines(text: str) -> Iterator[int]:
    """The end of each stretch that a line may end with; in Thai and Chinese words have no spaces,
    so these are ends of words too."""
    from icu4py.breakers import LineBreaker  # noqa: PLC0415 - as above

    return _ends(LineBreaker(text, _LOCALE))


def is_pause(text: str, at: int) -> bool:
    """Whether a reader would breathe here: behind white space or punctuation."""
    return unicodedata.category(text[at - 1])[0] not in "LMN"


def _ends(breaker: BaseBreaker) -> Iterator[int]:
    return accumulate(len(segment) for segment in breaker)
