"""Names that may be the same name: what they are looked up by, and how alike two of them are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from anyascii import anyascii
from rapidfuzz import fuzz

from bot.text.folding import characters, is_unspaced, words
from bot.text.lookalikes import script, unmasked

ALIKE = 85.0
"""From this score on (of 100) a name is suggested as similar."""

_ARTICLES = {"al", "el", "ul"}
_ARABIC_ARTICLE = re.compile("^ال(?=...)")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_CHINESE = "HAN"
_VOWELS = "aeiouyw'`"
_SPELLINGS = (("sch", "s"), ("ph", "f"), ("ck", "k"), ("x", "ks"))
_ASPIRATED = re.compile("(?<=[bcdgkpstz])h")
_ONE_SOUND = str.maketrans("cqjz", "kkgs")
_NOT_SOUNDED = re.compile(r"[^a-z0-9]|[aeiouyw]")
_TWICE = re.compile(r"([a-z])\1+")


@dataclass(frozen=True, slots=True)
class NameKeys:
    """What a name is found by: its `words` exactly; `sounds` of single words and, in `whole`, of
    all of them in any order, which slips and other spellings seldom change."""

    words: frozenset[str]
    sounds: frozenset[str]
    whole: frozenset[str]


def name_keys(name: str) -> NameKeys:
    """The keys of a name and of what it looks like."""
    found: set[str] = set()
    sounds: set[str] = set()
    whole: set[str] = set()
    for form in {name, unmasked(name)}:
        each = words(form)
        for word in each:
            found.update(_indexed(word))
        sounded = _sounds(each)
        sounds.update(sounded)
        whole.add(" ".join(sorted(sounded)))
    return NameKeys(frozenset(found), frozenset(sounds), frozenset(whole - {""}))


def search_keys(typed: str) -> list[str]:
    """The keys (`NameKeys.words`) of which a name must have every one to be found. In scripts
    without blanks these are pairs of neighbouring characters."""
    keys = [key for word in words(typed) for key in (_pairs(word) or [word])]
    return list(dict.fromkeys(keys))


def likeness(one: str, other: str) -> float:
    """From 0 to 100, whatever the order of the words. Names whose numbers differ are not alike:
    Local 12 is not Local 21."""
    mine, others = _Compared.of(one), _Compared.of(other)
    if mine.numbers != others.numbers:
        return 0.0
    spelled = fuzz.ratio(mine.spelled, others.spelled)
    score = max(spelled, (spelled + fuzz.ratio(mine.sounded, others.sounded)) / 2)
    # Arabic writes no short vowels, and one Chinese syllable has many characters: there the same
    # sound says more than the letters.
    if mine.sounded == others.sounded and (mine.script != others.script or mine.script == _CHINESE):
        return max(score, ALIKE)
    return score


def same(one: str, other: str) -> bool:
    """Whether two names differ in nothing that is compared."""
    return words(one) == words(other)


@dataclass(frozen=True, slots=True)
class _Compared:
    spelled: str
    sounded: str
    numbers: list[str]
    script: str

    @classmethod
    def of(cls, name: str) -> _Compared:
        one = unmasked(name)
        each = words(one)
        spelled = sorted(word if _HAN.search(word) else _spelled(word) for word in each)
        numbers = sorted(re.findall("[0-9]+", " ".join(each)))
        sounded = " ".join(sorted(_sounds(each)))
        return cls(" ".join(spelled), sounded, numbers, next(filter(None, map(script, one)), ""))


def _indexed(word: str) -> list[str]:
    """All keys that a word may be searched by; in Chinese a single character is a word too."""
    if not is_unspaced(word):
        return [word]
    return [*_pairs(word), *_HAN.findall(word)] or [word]


def _pairs(word: str) -> list[str]:
    return [a + b for a, b in pairwise(characters(word))] if is_unspaced(word) else []


def _sounds(each: list[str]) -> list[str]:
    """The sound of every word but articles, which one spelling has and the other joins or drops."""
    sounded = [_sound(word) for word in each if word not in _ARTICLES] or list(map(_sound, each))
    return [sound for sound in sounded if sound]


def _spelled(word: str) -> str:
    return anyascii(_ARABIC_ARTICLE.sub("", word)).lower()


def _sound(word: str) -> str:
    """The consonants of a word in Latin letters, those that are often mixed up made one."""
    ascii_ = _spelled(word)
    if ascii_.isdecimal():
        return ascii_
    for written, heard in _SPELLINGS:
        ascii_ = ascii_.replace(written, heard)
    ascii_ = _ASPIRATED.sub("", ascii_).translate(_ONE_SOUND)
    heard = _NOT_SOUNDED.sub("", _TWICE.sub(r"\1", ascii_))
    # What is left of a word such as Ali says too little.
    if len(heard) < 2:
        heard = ("a" if ascii_[:1] in _VOWELS else "") + heard
    return heard
