"""Letters that pass for those of another script, such as a Cyrillic а in a Latin word.

The table of what looks alike is Unicode's (UTS #39), as confusable-homoglyphs carries it. Nobody
is ever refused for it: names of several scripts are honest, and admins only get a mark to look at.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache, lru_cache
from typing import Any

from bot.domain.likeness import Mixed
from bot.text.folding import UNSPACED

# Indic vowel signs are no \w.
_WORD = re.compile("(?:\\w|[\u0300-\u036f\u0900-\u0dff])+")
_NO_SCRIPT = {"COMMON", "INHERITED"}
_LATIN = "LATIN"
# Texts without blanks set Latin words right beside their own characters.
_UNSPACED = re.compile(f"[{UNSPACED}]")


def mixed_words(name: str) -> tuple[Mixed, ...]:
    """The words of `name` that hold letters of several scripts, and those wholly of letters that
    look Latin beside words that are Latin."""
    found = [
        (word, _scripts(word))
        for word in _WORD.findall(unicodedata.normalize("NFC", name))
        if not _UNSPACED.search(word)
    ]
    beside_latin = any(set(scripts) == {_LATIN} for _, scripts in found)
    mixed = []
    for word, scripts in found:
        if len(scripts) > 1:
            mixed.append(Mixed(word, _strange(word, scripts.most_common(1)[0][0])))
        elif beside_latin and _as_latin(word) != word:
            mixed.append(Mixed(word, _strange(word, _LATIN)))
    return tuple(mixed)


def unmasked(name: str) -> str:
    """`name` as it is read by somebody who takes every look-alike for its Latin letter; the same
    where nothing could be taken so."""
    return _WORD.sub(lambda found: _as_latin(found[0]), unicodedata.normalize("NFC", name))


def _scripts(word: str) -> Counter[str]:
    """How many letters the word has of which script."""
    return Counter(filter(None, map(script, word)))


def _strange(word: str, main: str) -> tuple[tuple[str, str], ...]:
    """The letters that are not of the main script, each once."""
    return tuple({c: of for c in word if (of := script(c)) not in {main, ""}}.items())


def script(letter: str) -> str:
    """The script of a letter; empty for digits, marks and what all scripts share."""
    found = str(_unicode().categories.alias(letter)) if letter.isalpha() else ""
    return "" if found in _NO_SCRIPT else found


def _as_latin(word: str) -> str:
    """The word in Latin letters if each of its letters is one or looks like one."""
    looks = [_latin_look(letter) for letter in word]
    return word if None in looks else "".join(filter(None, looks))


@lru_cache(maxsize=4096)
def _latin_look(letter: str) -> str | None:
    if script(letter) in {_LATIN, ""}:
        return letter
    glyphs = (glyph["c"] for glyph in _unicode().confusables.confusables_data.get(letter, ()))
    return next((c for c in glyphs if len(c) == 1 and c.isascii() and c.isalpha()), None)


@cache
def _unicode() -> Any:
    """The library, which reads its tables when it is imported: for the first name, not for every
    command of the program."""
    import confusable_homoglyphs.categories  # noqa: PLC0415
    import confusable_homoglyphs.confusables  # noqa: PLC0415

    return confusable_homoglyphs
