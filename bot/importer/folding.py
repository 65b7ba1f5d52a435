"""Lines of a published text made comparable, for the importer that recognises what each is.

`bot.text.folding` folds what people type and search; there punctuation counts for nothing. Here it
stays: a line is known by its colon, its brackets, the dots of its date.
"""

import functools
import re
import unicodedata

_FOLDED = str.maketrans({"ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ـ": None, "’": "'", "ʼ": "'"})
_WORD = re.compile(r"[^\W_]+")
_REMEMBERED = 500
"""Characters of a line whose words are kept at hand."""


def fold(text: str) -> str:
    """`text` for comparison: no case, no diacritics, one form of Arabic letters, one blank between
    words; punctuation as it is."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    if not decomposed.isascii():
        kept = (c for c in decomposed if unicodedata.category(c) not in {"Mn", "Cf"})
        decomposed = "".join(kept).translate(_FOLDED)
    return " ".join(decomposed.split())


def words(text: str) -> list[str]:
    """The folded words of `text`, split at everything that is no letter and no digit."""
    return list(_words(text)) if len(text) < _REMEMBERED else _WORD.findall(fold(text))


@functools.lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    """What recognises a line asks for its words some twenty times."""
    return tuple(_WORD.findall(fold(text)))
