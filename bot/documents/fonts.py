"""The fonts of this machine: which to draw with, and what none of them can show."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from bot.domain.faults import OperatorFault
from bot.domain.ids import Language
from bot.text.lookalikes import script

if TYPE_CHECKING:
    import typst

CORE, CJK, EMOJI = "fonts-noto-core", "fonts-noto-cjk", "fonts-noto-color-emoji"
"""Packages of Debian and Ubuntu; other systems have the same fonts under like names."""

_MARKED_BY = {CORE: "Noto Sans", CJK: "Noto Sans CJK", EMOJI: "Noto Color Emoji"}
"""A family of each, by which it is known to be installed."""

_SANS = ("Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Armenian")
_CHINESE = {"zh-hant": "TC", "zh-tw": "TC", "zh-hk": "HK", "ja": "JP", "ko": "KR"}
_OTHERS = ("DejaVu Sans", "Libertinus Serif")
_CJK_SCRIPTS = {"HAN", "HANGUL", "HIRAGANA", "KATAKANA", "BOPOMOFO"}
_PICTURES = re.compile("[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]")

_PROBE = b"""
#let data = json(bytes(sys.inputs.data))
#set text(font: data.fonts)
#for character in data.characters { par(character) }
"""
_NOT_SHOWN = re.compile(r'the text `"(?:\\u\{([0-9a-f]+)\}|\\?(.))"` could not be displayed')


class NoFont(OperatorFault):
    """No font of this machine shows some characters; the sentence says what to install."""


_PLAIN = frozenset(map(chr, range(0x7F)))
"""Every font has these."""


@cache
def installed() -> typst.Fonts:
    """Every font of this machine; one that is installed later is found after a restart."""
    import typst  # noqa: PLC0415 - 40 MB, for whoever draws

    return typst.Fonts()


def families(language: Language) -> list[str]:
    """Which to draw a text of that language with, the best first. For what none of them shows typst
    takes any other that does."""
    known = set(installed().families())
    place = next((p for tag, p in _CHINESE.items() if language.lower().startswith(tag)), "SC")
    wanted = (*_SANS, f"Noto Sans CJK {place}", *_OTHERS)
    return [family for family in wanted if family in known]


def not_shown(texts: Iterable[str]) -> Sequence[str]:
    """The characters in them that no font of this machine shows, in the order of Unicode."""
    return _tried("".join(sorted({character for text in texts for character in text} - _PLAIN)))


@lru_cache(maxsize=64)
def _tried(characters: str) -> Sequence[str]:
    """Of a picture that is drawn anew its counts have changed, and hardly ever its characters."""
    import typst  # noqa: PLC0415 - as above

    data = {"fonts": families(Language("en")), "characters": [*characters]}
    try:
        # The format for archives takes no empty boxes, so it tells of each.
        typst.compile(
            _PROBE,
            format="pdf",
            sys_inputs={"data": json.dumps(data)},
            font_paths=installed(),
            pdf_standards="a-2b",
            timestamp=0,
        )
    except typst.TypstError as error:
        found = _NOT_SHOWN.findall(error.diagnostic)
        if not found:
            raise
        return sorted({chr(int(code, 16)) if code else plain for code, plain in found})
    return ()


def check(texts: Iterable[str]) -> Sequence[str]:
    """The characters in `texts` that are in no font which could be installed, so that only their
    codes can be shown. Raises `NoFont` where a package would help."""
    lacking = not_shown(texts)
    packages = sorted({package for c in lacking if (package := _package(c)) is not None})
    if packages:
        shown = ", ".join(f"{c} (U+{ord(c):04X})" for c in lacking[:5])
        more = f" and {len(lacking) - 5} more" if len(lacking) > 5 else ""
        raise NoFont(
            f"No font of this machine shows {shown}{more}; install {' and '.join(packages)} "
            "(docs/documents.md#fonts)."
        )
    return lacking


def _package(character: str) -> str | None:
    """What to install for a character; None where that is there and does not have it, or there is
    no such character."""
    if unicodedata.category(character) == "Cn":
        return None
    package = CORE
    if script(character) in _CJK_SCRIPTS:
        package = CJK
    elif _PICTURES.match(character):
        package = EMOJI
    is_there = any(name.startswith(_MARKED_BY[package]) for name in installed().families())
    return None if is_there else package
