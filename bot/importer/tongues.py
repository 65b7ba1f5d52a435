"""Lines that say in which language a statement was first written."""

import functools
import re

from babel import Locale, UnknownLocaleError

from bot.domain.ids import Language
from bot.importer.scripts import word_set
from bot.statements.folding import words

_NAMING = ("en", "ar", "fr", "es")
# Three-letter codes only of languages whose names are not also common words.
_LONGER_CODES = word_set("ckb kmr kab zgh fil swb gsw")
_TRIGGERS = (
    *("original", "translat", "traduct", "traduit", "traducid", "traduc", "traduzid", "tradott"),
    *(
        "ubersetz",
        "vertaal",
        "cevir",
        "الاصل",
        "مترجم",
        "ترجم",
        "نقل",
        "原文",
        "译自",
        "譯自",
        "翻译自",
    ),
)
_REACH = 4
"""Words that may stand between the word for original or translated and the language."""
_PREFIXES = ("بال", "لل", "وال", "ال", "ب", "ل", "")


def original_language(text: str, own: Language) -> Language | None:
    """The language that `text` calls the original, or that it says it was translated from.

    The text's own language does not count: "English translation" says what this text is.
    """
    names = _names(own)
    tokens = words(text)
    triggers = [at for at, token in enumerate(tokens) if token.startswith(_TRIGGERS)]
    for at in triggers:
        near = tokens[max(0, at - _REACH) : at + _REACH + 1]
        for token in near:
            code = _code(token, names)
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
    if re.search(r"原文|译自|譯自", token):
        return next((names[n] for n in names if len(n) > 1 and n[:-1] in token and _han(n)), None)
    return None


def _han(name: str) -> bool:
    return name.endswith(("文", "语", "語"))


@functools.cache
def _names(own: Language) -> dict[str, str]:
    names: dict[str, str] = {}
    for tag in (own, *_NAMING, "zh"):
        try:
            locale = Locale.parse(tag.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            continue
        for code, name in locale.languages.items():
            if len(code) == 2 or code in _LONGER_CODES:
                folded = words(str(name))
                if len(folded) == 1:
                    names.setdefault(folded[0], code)
    return names
