"""How wide, how blank, how finished a line of any script is."""

import re
import unicodedata

# Editors and web pages leave these at the ends of lines; they show nothing. Marks that act on the
# text between them (isolates, embeddings, joiners) are not among them and are never cut off.
_EDGE_MARKS = "\u200b\u2060\ufeff\u200e\u200f\u061c"
_LEADING = re.compile(rf"[\s{_EDGE_MARKS}]+")
_TRAILING = re.compile(rf"[\s{_EDGE_MARKS}]+\Z")

FINAL_STOPS = ".。．!！?？؟…‽।۔։"
"""What ends a sentence in the scripts that statements are written in."""

_CLOSERS = "\"'”’»›)]）」』】\u2069\u202c"


def stripped(text: str) -> str:
    """`text` without blanks (also NBSP) and marks that show nothing at either end."""
    return _TRAILING.sub("", _LEADING.sub("", text, count=1) if _LEADING.match(text) else text)


def width(text: str) -> int:
    """Columns on a screen: wide characters of East Asia count two, combining marks none."""
    return sum(
        2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
        if unicodedata.category(c) not in {"Mn", "Me", "Cf"}
    )


def ends_sentence(text: str) -> bool:
    """Whether the line ends with a final stop, quotation marks and brackets behind it aside."""
    return text.rstrip(_CLOSERS)[-1:] in tuple(FINAL_STOPS)


def wide_scripted(character: str) -> bool:
    """Whether this character is of a script that sets no blanks between words (not Korean)."""
    name = unicodedata.name(character, "")
    return name.startswith(("CJK", "HIRAGANA", "KATAKANA", "IDEOGRAPHIC", "FULLWIDTH"))


def word_set(listed: str) -> frozenset[str]:
    """The words of a list written as one line."""
    return frozenset(listed.split())
