"""How people write a name another time: a slip, another spelling, another script, another order;
and how somebody passes for somebody else by letters of another script."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from tests.support.names import mistyped
from tests.support.pools import CULTURES, Word


@dataclass(frozen=True, slots=True)
class Varied:
    name: str
    how: str


Vary = Callable[[random.Random, tuple[Word, ...], str], str]

# One of each pair for the other: what is heard the same, or what a keyboard leaves out.
_PAIRS = (
    "Mohammed/Muhammad Mohammed/Mohamed Youssef/Yusuf Ahmed/Ahmad Omar/Umar Khalid/Khaled "
    "Leïla/Layla Aïcha/Aisha Sergey/Sergei Dmitry/Dmitri Catherine/Katherine Philippe/Filip "
    "Michael/Mikael Thomas/Tomas Sofía/Sophia Sara/Sarah Marc/Mark Stefan/Stephan "
    "ll/l ss/s tt/t nn/n rr/r ff/f pp/p mm/m dd/d th/t ph/f ck/k sch/sh ou/u ey/y ie/y y/i v/w "
    "oe/o ue/u ij/y gh/g ks/x "
    "أ/ا إ/ا ة/ه ى/ي ؤ/و ئ/ي آ/ا ال/ال- ё/е і/и ї/и й/и є/е нн/н сс/с "
    "ण्ड/ंड ी/ि ू/ु श/स व/ब ँ/ं ณ/น ศ/ส ธ/ท "
    "张/張 陈/陳 刘/劉 杨/楊 黄/黃 赵/趙 吴/吳 孙/孫 马/馬 罗/羅 郑/鄭 谢/謝 许/許 韩/韓 冯/馮 "
    "伟/偉 强/強 军/軍 杰/傑 涛/濤 刚/剛 辉/輝 鹏/鵬 华/華 飞/飛 龙/龍 国/國 东/東 荣/榮 "
    "丽/麗 艳/豔 红/紅 兰/蘭 云/雲 洁/潔 莹/瑩 诗/詩 爱/愛 凤/鳳 梦/夢"
)
_SPELLINGS = [tuple(pair.split("/")) for pair in _PAIRS.split()]
_CHINESE = [word for given in CULTURES[-1].given for word in given]

_CYRILLIC = dict(zip("aceopxyijsABCEHKMOPTX", "асеорхуіјѕАВСЕНКМОРТХ", strict=True))
_GREEK = dict(zip("oνABEHIKMNOPTXZ", "οvΑΒΕΗΙΚΜΝΟΡΤΧΖ", strict=True))
_LATIN = {other: letter for letter, other in _CYRILLIC.items()}


def near_duplicate(chance: random.Random, words: tuple[Word, ...], name: str) -> Varied | None:
    """The same name as its bearer, or a helping hand, writes it once more."""
    how = chance.choices(list(_WAYS), [weight for weight, _ in _WAYS.values()])[0]
    varied = _WAYS[how][1](chance, words, name)
    if varied == name and how != "same":
        return None
    return Varied(varied, how)


def look_alike(chance: random.Random, _words: tuple[Word, ...], name: str) -> Varied | None:
    """The name with one, some or all letters that have a twin in another script."""
    table = chance.choice((_CYRILLIC, _CYRILLIC, _GREEK, _LATIN))
    places = [at for at, letter in enumerate(name) if letter in table]
    if not places:
        return None
    taken = set(chance.sample(places, chance.choice((1, min(2, len(places)), len(places)))))
    seems = "".join(table[c] if at in taken else c for at, c in enumerate(name))
    return Varied(seems, "look-alike")


def _same(_chance: random.Random, _words: tuple[Word, ...], name: str) -> str:
    return name


def _slip(chance: random.Random, words: tuple[Word, ...], name: str) -> str:
    """In Chinese, which is typed by sound, another character of the same sound."""
    for at in chance.sample(range(len(words)), len(words)):
        homophones = [
            other
            for other in _CHINESE
            if other.latin == words[at].latin and other.native != words[at].native != other.latin
        ]
        if at and homophones:
            return name.replace(words[at].native, chance.choice(homophones).native)
    if any(word.native == name[:1] for word in words):
        return name
    return mistyped(name, chance)


def _spelling(chance: random.Random, _words: tuple[Word, ...], name: str) -> str:
    known = [(a, b) for one, other in _SPELLINGS for a, b in ((one, other), (other, one))]
    fitting = [(a, b) for a, b in known if a in name[1:]]
    if not fitting:
        return name
    old, new = max(fitting, key=lambda pair: (len(pair[0]) > 3, chance.random()))
    at = name.rindex(old)
    return name[:at] + new + name[at + len(old) :]


def _transliteration(_chance: random.Random, words: tuple[Word, ...], name: str) -> str:
    if len(words) > 1 and len(name) == sum(len(word.native) for word in words):
        family, *given = words
        return f"{family.latin} {''.join(word.latin for word in given).capitalize()}"
    return " ".join(word.latin for word in words)


def _order(chance: random.Random, words: tuple[Word, ...], name: str) -> str:
    each = name.split()
    if len(each) < 2:
        return name
    comma = "," if chance.random() < 0.3 else ""
    return f"{each[-1]}{comma} {' '.join(each[:-1])}"


def _diacritics(_chance: random.Random, words: tuple[Word, ...], name: str) -> str:
    bare = name.translate(str.maketrans("øØłŁđıæ", "oOlLdia"))
    bare = "".join(c for c in unicodedata.normalize("NFD", bare) if not _is_accent(c))
    bare = unicodedata.normalize("NFC", bare)
    return bare.upper() if bare == name else bare


def _is_accent(character: str) -> bool:
    return unicodedata.combining(character) > 0 and character not in "्์ิีึืุู่้๊๋"


_WAYS: dict[str, tuple[int, Vary]] = {
    "same": (15, _same),
    "slip": (30, _slip),
    "spelling": (20, _spelling),
    "transliteration": (15, _transliteration),
    "order": (10, _order),
    "diacritics": (10, _diacritics),
}
