"""Text as it is compared and searched: what looks or is typed a little differently is the same.

Case, accents, Arabic spellings, full-width forms, digits of any script and punctuation make no
difference. Marks that are letters in their script (Indic and Thai vowels, kana) stay.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from functools import lru_cache

from bot.text import breaks

# Letters that Unicode does not decompose, and spellings that people mix: for Arabic and Persian
# what Lucene's ArabicNormalizer and PersianNormalizer make one, and the same for Urdu and Kurdish.
LETTERS = {
    **dict(zip("øłđıðħŧŋĸɓɗƙƴə", "oldidhtnkbdkye", strict=True)),
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ٱ": "ا",
    "ى": "ي",
    "ی": "ي",
    "ے": "ي",
    "ێ": "ي",
    "ۆ": "و",
    "ة": "ه",
    "ہ": "ه",
    "ھ": "ه",
    "ە": "ه",
    "ک": "ك",
    "ڪ": "ك",
    "ڕ": "ر",
    "ڵ": "ل",
    "ँ": "ं",
    "ـ": "",
}

MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u08ca-\u08ff\u093c\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
    "\U000e0100-\U000e01ef"
)
"""Accents, Hebrew points, Arabic vowel signs and hamza above or below, the Devanagari nukta; as the
inside of a character class."""
_MARKS = re.compile(f"[{MARKS}]")

APOSTROPHES = "’‘ʼʻʾʿ`´"
_APOSTROPHES = str.maketrans(dict.fromkeys(APOSTROPHES, "'"))
# Behind these (French, Italian, Catalan) an apostrophe parts two words; elsewhere it is inside
# one (Sana'a, O'Brien), and often left out.
ELIDED = "[ldjnscmt]|qu|un|all|dell|nell|sull"
_ELISION = re.compile(rf"(?<!\w)({ELIDED})'(?=\w)", re.IGNORECASE)

UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u30ff\u3100-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"  # Chinese, Japanese, Korean
)
"""Scripts that set no blanks between words, or (Korean) fewer than a search would need; as the
inside of a character class."""

_WORD = re.compile(f"[{UNSPACED}]+|[^\\s{UNSPACED}]+")
_UNSPACED = re.compile(f"[{UNSPACED}]")


def fold(text: str) -> str:
    """`text` for comparison: folded words with one blank between them.

    A zero-width non-joiner is dropped, so that Persian words written with it and joined are the
    same; those written with a blank are two words.
    """
    composed = unicodedata.normalize("NFKC", text.translate(_APOSTROPHES))
    return " ".join("".join(map(_folded, _apart(composed))).split())


def words(text: str) -> list[str]:
    """The folded words of `text`. In scripts without blanks a run of characters is one."""
    return _WORD.findall(fold(text))


def is_unspaced(word: str) -> bool:
    """Whether this (one of `words`) is a run in a script without blanks between words."""
    return _UNSPACED.match(word) is not None


def characters(word: str) -> list[str]:
    """The user-perceived characters of a word."""
    ends = list(breaks.graphemes(word))
    return [word[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def folded_with_positions(text: str) -> tuple[str, array[int]]:
    """`text` folded, blanks as they are, and for each folded character where it stands in `text`.

    `text` is expected in NFC, as the texts of revisions are; otherwise some of it is not found.
    """
    pieces: list[str] = []
    positions = array("L")
    for at, piece in enumerate(map(_folded, _apart(text))):
        pieces.append(piece)
        positions.extend([at] * len(piece))
    return "".join(pieces), positions


def _apart(text: str) -> str:
    """All apostrophes one, but for a blank where a word is elided; as long as before."""
    return _ELISION.sub(r"\1 ", text.translate(_APOSTROPHES))


@lru_cache(maxsize=8192)
def _folded(character: str) -> str:
    if character == "'":
        return ""
    decomposed = unicodedata.normalize("NFKD", character.casefold()).casefold()
    kept = _MARKS.sub("", decomposed)
    return unicodedata.normalize("NFC", "".join(map(_letter, kept)))


def _letter(character: str) -> str:
    if (known := LETTERS.get(character)) is not None:
        return known
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Cf":
        return ""
    return character if category[0] in "LMN" else " "
