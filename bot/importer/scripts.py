"""How wide, how blank, how finished a line of any script is, and how lists write their numbers."""

import re
import unicodedata

# Editors and web pages leave these at the ends of lines; they show nothing. Marks that act on the
# text between them (isolates, embeddings, joiners) are not among them and are never cut off.
_EDGE_MARKS = "\u200b\u2060\ufeff\u200e\u200f\u061c"
_LEADING = re.compile(rf"[\s{_EDGE_MARKS}]+")
_EDGES = "".join(
    map(chr, (*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B)))
)
_EDGES += f"\u2028\u2029\u202f\u205f\u3000{_EDGE_MARKS}"

FINAL_STOPS = ".。．!！?？؟…‽।۔։"
"""What ends a sentence in the scripts that statements are written in."""

_CLOSERS = "\"'”’»›)]）」』】\u2069\u202c"
_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L")),
    *((40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)


def stripped(text: str) -> str:
    """`text` without blanks (also NBSP) and marks that show nothing at either end."""
    return text.strip(_EDGES)


def width(text: str) -> int:
    """Columns on a screen: wide characters of East Asia count two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(
        2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
        if unicodedata.category(c) not in {"Mn", "Me", "Cf"}
    )


def ends_sentence(text: str) -> bool:
    """Whether the line ends with a final stop, quotation marks and brackets behind it aside."""
    return text[-20:].rstrip(_CLOSERS)[-1:] in tuple(FINAL_STOPS)


def wide_scripted(character: str) -> bool:
    """Whether this character is of a script that sets no blanks between words (not Korean)."""
    if character < "\u2e80":
        return False
    name = unicodedata.name(character, "")
    return name.startswith(("CJK", "HIRAGANA", "KATAKANA", "IDEOGRAPHIC", "FULLWIDTH"))


def roman(value: int) -> str:
    """`value` as a Roman numeral; as digits where there is none."""
    if not 0 < value < 4000:
        return str(value)
    written = ""
    for size, letters in _ROMAN:
        written += letters * (value // size)
        value %= size
    return written


def lettered(value: int, first: str) -> str:
    """`value` counted in the letters from `first`: a, b, ..., z, aa as word processors do."""
    if not 0 < value < 1000:
        return str(value)
    times, place = divmod(value - 1, 26)
    return chr(ord(first) + place) * (times + 1)
