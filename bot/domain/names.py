"""What a name may be: any script, 1 to 120 characters, nothing that reorders or hides text."""

import re
import unicodedata

from bot.domain.errors import BadName, NameFault

LONGEST_NAME = 120
"""Characters (code points) after normalisation; also the limit of an affiliation."""

# Zero-width non-joiner and joiner are letters' neighbours in Persian, Kurdish and Indic names,
# so they stay where they stand between visible characters.
JOINERS = {"\u200c", "\u200d"}
# Marks, isolates, embeddings and overrides (UAX #9): a name that carries them can show as another.
LINE_ENDS = {"\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"}
BIDI_CONTROLS = {
    "\u061c",
    "\u200e",
    "\u200f",
    *map(chr, range(0x202A, 0x202F)),
    *map(chr, range(0x2066, 0x206A)),
}
# Keyboards and copied text bring directional marks unasked; they show nothing and are dropped.
HARMLESS_MARKS = str.maketrans("", "", "\u061c\u200e\u200f\ufeff\u2066\u2067\u2068\u2069")
# Letters by category, yet drawn as nothing (Unicode, Default_Ignorable_Code_Point and U+2800).
BLANK_LETTERS = {"\u115f", "\u1160", "\u3164", "\uffa0", "\u2800", "\u034f", "\u17b4", "\u17b5"}


def clean_name(typed: str) -> str:
    """The name as it will be published: NFC, trimmed, inner white space folded to one space.

    Raises `BadName` with the reason when it is empty, longer than 120 characters, of several
    lines, or holds control, bidi-override or only invisible characters.
    """
    text = unicodedata.normalize("NFC", typed).translate(HARMLESS_MARKS).strip()
    # In front of a name a joiner joins nothing; behind one it can be part of a Malayalam letter.
    text = text.lstrip("".join(JOINERS)).strip() or text
    if any(character in LINE_ENDS for character in text):
        raise BadName(NameFault.LINES)
    if any(unicodedata.category(c) == "Cc" and c != "\t" for c in text):
        raise BadName(NameFault.CONTROL)
    text = re.sub(r"\s+", " ", text)
    if not text:
        raise BadName(NameFault.EMPTY)
    if len(text) > LONGEST_NAME:
        raise BadName(NameFault.TOO_LONG, len(text))
    if any(character in BIDI_CONTROLS for character in text):
        raise BadName(NameFault.DIRECTION)
    if not any(map(_visible, text)):
        raise BadName(NameFault.INVISIBLE)
    if any(unicodedata.category(c) in {"Cc", "Cs", "Co"} or _hidden(c) for c in text):
        raise BadName(NameFault.CONTROL)
    return text


def _hidden(character: str) -> bool:
    if character in JOINERS:
        return False
    return unicodedata.category(character) == "Cf" or character in BLANK_LETTERS


def _visible(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS" and character not in BLANK_LETTERS
