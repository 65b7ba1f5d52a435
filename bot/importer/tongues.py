"""Lines that say in which language a statement was first written."""

import functools
import re

from bot.domain.ids import Language
from bot.importer.folding import words
from bot.importer.lexicon import find, languages
from bot.importer.scripts import wide_scripted
from bot.text.cldr import locale_of

# Three-letter codes only of languages whose names are not also common words.
_LONGER_CODES = ("ckb", "kmr", "kab", "zgh", "fil", "swb", "gsw")
_REACH = 4
"""Words that may stand between the word for original or translated and the language."""
_PREFIXES = ("بال", "لل", "وال", "ال", "ب", "ل", "")


def original_language(text: str, own: Language) -> Language | None:
    """The language that `text` calls the original, or that it says it was translated from.

    The text's own language does not count: "English translation" says what this text is.
    """
    tokens = words(text) if find("original", text) else []
    for at, token in enumerate(tokens):
        if not find("original", token):
            continue
        for near in tokens[max(0, at - _REACH) : at + _REACH + 1]:
            code = _code(near, _names(own))
            if code and code != own.split("-")[0]:
                return Language(code)
    return None


def _code(token: str, names: dict[str, str]) -> str | None:
    for prefix in _PREFIXES:
        if token.startswith(prefix) and (code := names.get("ال" + token[len(prefix) :])):
            return code
    if code := names.get(token):
        return code
    # Chinese sets no blanks: the name stands inside 原文为阿拉伯文.
    if any(map(wide_scripted, token)):
        return next((names[n] for n in names if len(n) > 1 and n[:-1] in token and _han(n)), None)
    return None


def _han(name: str) -> bool:
    return re.search("[文语語]$", name) is not None


@functools.cache
def _names(own: Language) -> dict[str, str]:
    names: dict[str, str] = {}
    for tag in (own, "en", "ar", "fr", "es", *languages()):
        if (locale := locale_of(tag)) is None:
            continue
        for code, name in locale.languages.items():
            if len(code) == 2 or code in _LONGER_CODES:
                folded = words(str(name))
                if len(folded) == 1:
                    names.setdefault(folded[0], code)
    return names
