"""The numbers and bullets that lines begin with, as people write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from bot.importer.folding import fold
from bot.importer.lexicon import ordinals
from bot.importer.scripts import roman

_CHINESE = "一二三四五六七八九"
_ABJAD = "ابجدهوزحطي"
_SPACE = r"[ \t\u00a0\u202f]*"
_NUMBER = r"(?P<digits>\d{1,3})"
# A number needs a mark behind it; `.` and `:` and dashes also need that no digit follows, or
# `1.5 million`, `10:30` and `3-4 years` would count as numbers of demands.
_FORMS = (
    re.compile(rf"[(（]{_SPACE}{_NUMBER}{_SPACE}[)）]"),
    re.compile(rf"{_NUMBER}{_SPACE}[)）、](?:{_SPACE}[-–—](?!\d))?"),
    re.compile(rf"{_NUMBER}[.．](?:{_SPACE}[-–—](?!\d)|[º°ª]|(?!\d))"),
    re.compile(rf"{_NUMBER}{_SPACE}[-–—/:：](?!\d)"),
    re.compile(rf"{_NUMBER}[º°](?:{_SPACE}[-–—.:])?"),
    re.compile(r"(?P<digits>\d{1,2})\ufe0f?\u20e3"),
    re.compile(r"(?P<roman>[IVX]{1,5})[.)](?=\s)"),
    re.compile(r"(?P<circled>[\u2460-\u2473])"),
    re.compile(rf"(?P<chinese>[十{_CHINESE}]{{1,3}})[、．.：:]"),
    re.compile(rf"[(（](?P<chinese>[十{_CHINESE}]{{1,3}})[)）]"),
    # Not `\w` behind the first letter: Arabic vowel signs are marks, no letters.
    re.compile(rf"(?P<word>[^\W\d_][^\s\d:：،，,、.\-–—/)]{{1,13}}){_SPACE}[:：،，,、.\-–—/)]"),
)
# These count only as the first of their list or behind the one before: `A) `, `(s)` and `2014. `
# stand in texts for other reasons.
_LISTED = (
    re.compile(r"(?P<digits>\d{4,5})[.)](?=\s)"),
    re.compile(r"[(（]?(?P<letter>[a-z])[)）]", re.IGNORECASE | re.ASCII),
    re.compile(r"(?P<letter>[a-z])\.(?=\s)"),
    re.compile(rf"(?P<abjad>[أ{_ABJAD}])ـ?{_SPACE}[-–—)](?!\d)"),
    re.compile(r"[(（]?(?P<roman>[ivx]{1,5})(?:[)）]|\.(?=\s))"),
)
_MARKDOWN = re.compile(r"[0-9]{1,9}[.)]")
_BULLET = re.compile(r"[•‣◦▪▫■□●○◆◇★☆✓✔➢➤►▶·∙⁃✊*+\-–—−](?=[\s\u200b-\u200f])|[•▪■●◆★✓✔➢►▶·✊]")


@dataclass(frozen=True, slots=True)
class Label:
    """A number in front of a line: `written` as it stands there, its `value`, and the `style`
    that the numbers of one list share. `word` tells a spelled-out ordinal from a number, `drawn`
    a number that stands beside the text, as lists of HTML have it, from one in it."""

    written: str
    value: int
    style: str
    word: bool = False
    drawn: bool = False

    @property
    def marker(self) -> str:
        """The number as a Markdown list can hold it: the same where it can, else the closest."""
        if in_markdown(self.written):
            return self.written
        return f"{self.value}{')' if ')' in fold(self.written) else '.'}"


def numbered(text: str, before: Mapping[str, int] | None = None) -> Label | None:
    """The number that `text` begins with; None when it begins with none. `before` has the last
    number of each style above, for those that count only within a list."""
    for form in _FORMS:
        if (found := form.match(text)) and (label := _label(found)):
            return label
    for form in _LISTED:
        if (found := form.match(text)) and (label := _label(found)):
            last = (before or {}).get(label.style)
            if last == label.value - 1 or (label.value == 1 and len(text) > found.end()):
                return label
    return None


def _label(found: re.Match[str]) -> Label | None:
    groups = found.groupdict()
    value = _value(groups)
    if not value:
        return None
    written = found.group()
    style = re.sub(r"\d+|[①-⑳]", "#", re.sub(rf"[十{_CHINESE}]+", "§", written))
    for kind in ("word", "roman", "letter", "abjad"):
        if spelled := groups.get(kind):
            style = style.replace(spelled, kind if spelled.islower() else kind.upper())
    return Label(written, value, style.replace(" ", ""), bool(groups.get("word")))


def in_markdown(written: str) -> bool:
    """Whether a Markdown list can hold the number as it is written."""
    return _MARKDOWN.fullmatch(written) is not None


def bulleted(text: str) -> str | None:
    """The bullet that `text` begins with; None when it begins with none."""
    found = _BULLET.match(text)
    return found.group() if found else None


def _value(groups: Mapping[str, str | None]) -> int | None:
    if digits := groups.get("digits"):
        return int("".join(str(unicodedata.decimal(digit)) for digit in digits))
    if circled := groups.get("circled"):
        return int(unicodedata.numeric(circled))
    if chinese := groups.get("chinese"):
        return _chinese(chinese)
    if ordinal := groups.get("word"):
        return ordinals().get(fold(ordinal))
    return _letter_value(groups)


def _letter_value(groups: Mapping[str, str | None]) -> int | None:
    if numeral := groups.get("roman"):
        return next((value for value in range(1, 21) if roman(value) == numeral.upper()), None)
    if letter := groups.get("letter"):
        return ord(letter.lower()) - ord("a") + 1
    if abjad := groups.get("abjad"):
        return _ABJAD.index(fold(abjad)) + 1
    return None


def _chinese(numeral: str) -> int | None:
    """`三` is 3, `十二` 12, `二十一` 21; None for what is no numeral below 100."""
    tens, ten, ones = numeral.rpartition("十")
    if any(len(part) > 1 or (part and part not in _CHINESE) for part in (tens, ones)):
        return None
    value = _CHINESE.find(ones) + 1 if ones else 0
    return value + 10 * (_CHINESE.find(tens) + 1 if tens else 1) if ten else value
