"""The numbers and bullets that lines begin with, as people write them."""

import re
import unicodedata
from dataclasses import dataclass

from bot.statements.importer.scripts import fold

_ROMAN = "I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX"
_CHINESE = "一二三四五六七八九"
_ORDINALS = {
    fold(word): value
    for value, spellings in enumerate(
        (
            "أولا اولا یکم اول",
            "ثانيا دوم",
            "ثالثا سوم",
            "رابعا چهارم",
            "خامسا پنجم",
            "سادسا ششم",
            "سابعا هفتم",
            "ثامنا هشتم",
            "تاسعا نهم",
            "عاشرا دهم",
        ),
        1,
    )
    for word in spellings.split()
}

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
    re.compile(rf"(?P<word>[^\W\d_][^\s\d:：،,.\-–—/)]{{2,11}}){_SPACE}[:：،,.\-–—/)]"),
)
_MARKDOWN = re.compile(r"[0-9]{1,9}[.)]")
_BULLET = re.compile(r"[•‣◦▪▫■□●○◆◇★☆✓✔➢➤►▶·∙⁃✊*+\-–—−](?=[\s\u200b-\u200f])|[•▪■●◆★✓✔➢►▶·✊]")


@dataclass(frozen=True, slots=True)
class Label:
    """A number in front of a line: `written` as it stands there, its `value`, and the `style`
    that the numbers of one list share. `word` tells a spelled-out ordinal from a number."""

    written: str
    value: int
    style: str
    word: bool = False

    @property
    def marker(self) -> str:
        """The number as a Markdown list can hold it: the same where it can, else the closest."""
        if _MARKDOWN.fullmatch(self.written):
            return self.written
        return f"{self.value}{')' if ')' in fold(self.written) else '.'}"


def numbered(text: str) -> tuple[Label, str] | None:
    """The number that `text` begins with and the rest; None when it begins with none."""
    for form in _FORMS:
        found = form.match(text)
        if found and (value := _value(found.groupdict())):
            written = found.group()
            style = re.sub(r"\d+|[①-⑳]", "#", re.sub(rf"[十{_CHINESE}]+", "§", written))
            groups = found.groupdict()
            word = groups.get("word")
            if spelled := word or groups.get("roman"):
                style = style.replace(spelled, "ordinal" if word else "roman")
            return Label(written, value, style.replace(" ", ""), bool(word)), text[found.end() :]
    return None


def bulleted(text: str) -> tuple[str, str] | None:
    """The bullet that `text` begins with and the rest; None when it begins with none."""
    found = _BULLET.match(text)
    return (found.group(), text[found.end() :]) if found else None


def _value(groups: dict[str, str | None]) -> int | None:
    if digits := groups.get("digits"):
        return int("".join(str(unicodedata.decimal(digit)) for digit in digits))
    if circled := groups.get("circled"):
        return int(unicodedata.numeric(circled))
    if chinese := groups.get("chinese"):
        return _chinese(chinese)
    if roman := groups.get("roman"):
        numerals = _ROMAN.split()
        return numerals.index(roman) + 1 if roman in numerals else None
    return _ORDINALS.get(fold(groups.get("word") or ""))


def _chinese(numeral: str) -> int | None:
    """`三` is 3, `十二` 12, `二十一` 21; None for what is no numeral below 100."""
    tens, ten, ones = numeral.rpartition("十")
    if any(len(part) > 1 or (part and part not in _CHINESE) for part in (tens, ones)):
        return None
    value = _CHINESE.find(ones) + 1 if ones else 0
    return value + 10 * (_CHINESE.find(tens) + 1 if tens else 1) if ten else value
