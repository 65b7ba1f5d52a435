"""What a name may be: any script, 1 to 120 characters, nothing that reorders or hides text."""

import re
import unicodedata

from bot.domain.errors import BadName, NameFault

LONGEST_NAME = 120
"""Characters (code points) after normalisation; also the limit of an affiliation."""

# Zero-width non-joiner and joiner shape letters in Persian, Kurdish and Indic names, and the joiner
# makes one picture of several; elsewhere they would make two names of what looks the same.
JOINERS = {"\u200c", "\u200d"}
_SHAPED = "\u0900-\u0dff\u1000-\u109f\u1780-\u18af\U00011000-\U00011fff"
_CURSIVE = "\u0600-\u08ff\ufb50-\ufdff\ufe70-\ufefe\U0001e900-\U0001e95f"
_PICTURES = "\u2190-\u2bff\U0001f000-\U0001faff"
_JOINING = re.compile(
    f"(?<=[{_SHAPED}])[\u200c\u200d]|(?<=[{_CURSIVE}])(?:\u200d|\u200c+(?=[{_CURSIVE}]))"
    f"|(?<=[\ufe0f{_PICTURES}])\u200d(?=[{_PICTURES}])|(?P<lost>[\u200c\u200d])"
)
# Vietnamese and Navajo set two marks on a letter, Hebrew and Arabic scripture four, Burmese five;
# none sets one of them three times.
_DIACRITICS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_STACK = re.compile(f"[{_DIACRITICS}]{{4}}")
MOST_MARKS = 8
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
# What comes along when text is copied: soft hyphens, places for a line break, joiners of words,
# signs of what was a picture. Nobody sees them (Unicode, Default_Ignorable_Code_Point, U+FFFC).
PASTED = re.compile("[\u00ad\u034f\u17b4\u17b5\u180e\u200b\u2060-\u2064\u206a-\u206f\ufffc]")
# Letters by category, yet drawn as nothing (Unicode, Default_Ignorable_Code_Point and U+2800).
BLANK_LETTERS = {"\u115f", "\u1160", "\u3164", "\uffa0", "\u2800"}


def clean_name(typed: str) -> str:
    """The name as it will be published: NFC, trimmed, inner white space folded to one space.

    Raises `BadName` with the reason when it is empty, longer than 120 characters, of several
    lines, or holds control, bidi-override or only invisible characters, or piles of marks.
    """
    text = typed.translate(HARMLESS_MARKS).strip()
    if not text:
        raise BadName(NameFault.EMPTY)
    text = _JOINING.sub(_kept, PASTED.sub("", text)).strip()
    text = unicodedata.normalize("NFC", text)
    if any(character in LINE_ENDS for character in text):
        raise BadName(NameFault.LINES)
    if any(unicodedata.category(c) == "Cc" and c != "\t" for c in text):
        raise BadName(NameFault.CONTROL)
    text = re.sub(r"\s+", " ", text)
    if len(text) > LONGEST_NAME:
        raise BadName(NameFault.TOO_LONG, len(text))
    if any(character in BIDI_CONTROLS for character in text):
        raise BadName(NameFault.DIRECTION)
    if not any(map(_visible, text)):
        raise BadName(NameFault.INVISIBLE)
    if any(unicodedata.category(c) in {"Cc", "Cs", "Co"} or _hidden(c) for c in text):
        raise BadName(NameFault.CONTROL)
    if _is_stacked(text):
        raise BadName(NameFault.STACKED)
    return text


def _kept(found: re.Match[str]) -> str:
    return "" if found["lost"] else found[0][0]


def _is_stacked(text: str) -> bool:
    """Whether more marks stand on a letter than any script sets."""
    run = ""
    for character in text:
        run = run + character if unicodedata.category(character) in {"Mn", "Me"} else ""
        if len(run) > MOST_MARKS or (len(run) > 2 and len(set(run[-3:])) == 1):
            return True
    return _STACK.search(text) is not None


def _hidden(character: str) -> bool:
    if character in JOINERS:
        return False
    return unicodedata.category(character) == "Cf" or character in BLANK_LETTERS


def _visible(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS" and character not in BLANK_LETTERS
