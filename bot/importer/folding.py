"""Lines of a published text made comparable, for the importer that recognises what each is.

`bot.text.folding` folds what people type and search; there punctuation counts for nothing. Here it
stays: a line is known by its colon, its brackets, the dots of its date.
"""

import re
import unicodedata

_FOLDED = str.maketrans({"ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ـ": None, "’": "'", "ʼ": "'"})


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
    return re.findall(r"[^\W_]+", fold(text))
