"""Names that may be the same name: what they are looked up by, and how alike two of them are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product

from anyascii import anyascii

from bot.text.folding import characters, is_unspaced, words
from bot.text.lookalikes import script, unmasked

ALIKE = 85.0
"""From this score on (of 100) a name is suggested as similar.

Measured on 100,000 made-up names (tests/integration/test_find_soak.py): with one slip in them 99 %
of the names reach it, and of different names that share a word 0.5 % to 2 %. Chinese names are so
short that another character makes another name: 33 % and 7 %. At 90 up to 7 % of the slips are
lost; at 80 three times as many different names come up.
"""

_ARTICLES = {"al", "el", "ul"}
_ARABIC_ARTICLE = re.compile("^ال(?=...)")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_CHINESE = "HAN"
_VOWELLED = {"LATIN", "CYRILLIC"}
_SPELLED = 50.0
"""From this score on two names that are heard the same may be one in two scripts; Arabic, without
its short vowels, still has it."""

# Other scripts write a v for a w, an n for an m, and an h at the end or none.
_UNSURE = re.compile("h$|v")

_VOWELS = "aeiouyw'`"
_SPELLINGS = (("sch", "s"), ("ph", "f"), ("ck", "k"), ("x", "ks"))
_ASPIRATED = re.compile("(?<=[bcdgkpstz])h")
_ONE_SOUND = str.maketrans("cqjz", "kkgs")
_NOT_SOUNDED = re.compile(r"[^a-z0-9]|[aeiouyw]")
_NUMBER = re.compile("[0-9]+")
_TWICE = re.compile(r"([a-z])\1+")


@dataclass(frozen=True, slots=True)
class NameKeys:
    """What a name is found by: its `words` exactly; `sounds` of single words and, in `whole`, of
    all of them in any order, which slips and other spellings seldom change."""

    words: frozenset[str]
    sounds: frozenset[str]
    whole: frozenset[str]


def name_keys(name: str) -> NameKeys:
    """The keys of a name as it is written and as look-alikes let it be read."""
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
        if any(_HAN.search(word) for word in each):
            parts = [part for word in each for part in _chinese(word)]
            whole.add(" ".join(sorted(_sounds(parts))))
    return NameKeys(frozenset(found), frozenset(sounds), frozenset(whole - {""}))


def search_keys(typed: str) -> list[str]:
    """The keys (`NameKeys.words`) of which a name must have every one to be found. In scripts
    without blanks these are pairs of neighbouring characters."""
    keys = [key for word in words(typed) for key in (_pairs(word) or [word])]
    return list(dict.fromkeys(keys))


@dataclass(frozen=True, slots=True)
class Compared:
    """A name as it is compared with others: as it is written, and as it is read by somebody who
    takes every look-alike for its Latin letter."""

    forms: tuple[_Form, ...]

    @classmethod
    def of(cls, name: str) -> Compared:
        """Prepare a name, once for all its comparisons."""
        return cls(tuple(map(_Form.of, dict.fromkeys((unmasked(name), name)))))

    def likeness(self, other: Compared) -> float:
        """From 0 to 100, whatever the order of the words. Names whose numbers differ are not
        alike: Local 12 is not Local 21."""
        return max(one.likeness(another) for one, another in self._pairs(other))

    def is_same(self, other: Compared) -> bool:
        """Whether the words are the same, in any order."""
        return any(one.ordered == another.ordered for one, another in self._pairs(other))

    def is_near(self, other: Compared) -> bool:
        """Whether one may be the other with a slip, in another spelling, order or script: far fewer
        names of two people are so than are alike."""
        return any(one.is_near(another) for one, another in self._pairs(other))

    def _pairs(self, other: Compared) -> Iterator[tuple[_Form, _Form]]:
        return product(self.forms, other.forms)


@dataclass(frozen=True, slots=True)
class _Form:
    """The words of a name in their own letters and `spelled` in Latin ones, as typed and in order
    of the alphabet; in `latin` Chinese ones too, and without blanks; and their sounds."""

    typed: str
    ordered: str
    spelled: str
    spelled_ordered: str
    latin: str
    latin_ordered: str
    sounded: str
    numbers: tuple[str, ...]
    script: str

    @classmethod
    def of(cls, name: str) -> _Form:
        each = words(name)
        spelled = list(map(_spelled, each))
        sounds = _sounds(each, spelled)
        latin = spelled
        if any(map(_HAN.search, each)):
            latin = [_spelled(part) for word in each for part in _chinese(word)]
            spelled = [word if _HAN.search(word) else _spelled(word) for word in each]
        return cls(
            typed=" ".join(each),
            ordered=" ".join(sorted(each)),
            spelled=" ".join(spelled),
            spelled_ordered=" ".join(sorted(spelled)),
            latin="".join(latin),
            latin_ordered="".join(sorted(latin)),
            sounded=" ".join(sorted(sounds)),
            numbers=tuple(sorted(_NUMBER.findall(" ".join(each)))),
            script=next(filter(None, map(script, name)), ""),
        )

    def likeness(self, other: _Form) -> float:
        """As `Compared.likeness`."""
        from rapidfuzz import fuzz  # noqa: PLC0415 - 6 MiB that waiting does without

        if self.numbers != other.numbers:
            return 0.0
        spelled = max(
            fuzz.ratio(self.spelled, other.spelled),
            fuzz.ratio(self.spelled_ordered, other.spelled_ordered),
        )
        score = max(spelled, (spelled + fuzz.ratio(self.sounded, other.sounded)) / 2)
        # Arabic writes no short vowels, and one Chinese syllable has many characters: there the
        # same sound says more than the letters.
        if self.sounded == other.sounded and (self.script != other.script or self._is_chinese):
            return max(score, ALIKE)
        return score

    def is_near(self, other: _Form) -> bool:
        """As `Compared.is_near`. One letter more, less, other or swapped; two where they are heard
        the same. In Chinese, where a character makes another name, another one of the same
        sound."""
        from rapidfuzz import fuzz  # noqa: PLC0415 - as above

        if self.numbers != other.numbers:
            return False
        latin = (self.latin, self.latin_ordered), (other.latin, other.latin_ordered)
        if self._is_chinese or other._is_chinese:
            return _slips(*latin) == 0
        if self.script != other.script:
            spelled = max(map(fuzz.ratio, *latin))
            return (spelled >= _SPELLED and self.heard == other.heard) or _slips(*latin) <= 1
        slips = _slips((self.typed, self.ordered), (other.typed, other.ordered))
        return slips <= 1 or (slips == 2 and self.script in _VOWELLED and self.heard == other.heard)

    @property
    def heard(self) -> list[str]:
        """The sounds, less what other scripts write otherwise."""
        sounds = [_UNSURE.sub("", sound) or sound for sound in self.sounded.split()]
        return sorted(_TWICE.sub(r"\1", sound.replace("m", "n")) for sound in sounds)

    @property
    def _is_chinese(self) -> bool:
        return self.script == _CHINESE


def _slips(one: tuple[str, str], other: tuple[str, str]) -> int:
    """In how many letters they differ, in the one order or the other; 3 stands for more than 2."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - as above

    return min(OSA.distance(a, b, score_cutoff=2) for a, b in zip(one, other, strict=True))


def _indexed(word: str) -> list[str]:
    """All keys that a word may be searched by; in Chinese a single character is a word too."""
    if not is_unspaced(word):
        return [word]
    return [*_pairs(word), *_HAN.findall(word)] or [word]


def _pairs(word: str) -> list[str]:
    return [a + b for a, b in pairwise(characters(word))] if is_unspaced(word) else []


def _chinese(word: str) -> list[str]:
    """A Chinese name in the two words that it is in Latin letters; others as they are."""
    return [word[:1], word[1:]] if _HAN.match(word) and len(word) > 1 else [word]


def _sounds(each: list[str], spelled: list[str] | None = None) -> list[str]:
    """The sound of every word but articles, which one spelling has and the other joins or drops.
    `spelled` are the words in Latin letters, where they are known."""
    pairs = list(zip(each, spelled or map(_spelled, each), strict=True))
    sounding = [ascii_ for word, ascii_ in pairs if word not in _ARTICLES]
    sounded = map(_sound, sounding or [ascii_ for _, ascii_ in pairs])
    return [sound for sound in sounded if sound]


def _spelled(word: str) -> str:
    return anyascii(_ARABIC_ARTICLE.sub("", word)).lower()


def _sound(ascii_: str) -> str:
    """The consonants of a word in Latin letters, those that are often mixed up made one."""
    if ascii_.isdecimal():
        return ascii_
    for written, heard in _SPELLINGS:
        ascii_ = ascii_.replace(written, heard)
    ascii_ = _ASPIRATED.sub("", ascii_).translate(_ONE_SOUND)
    heard = _TWICE.sub(r"\1", _NOT_SOUNDED.sub("", ascii_))
    # What is left of a word such as Ali says too little.
    if len(heard) < 2:
        heard = ("a" if ascii_[:1] in _VOWELS else "") + heard
    return heard
