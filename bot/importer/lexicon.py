"""Words that organisers use around a statement, from one file per language.

An entry of `languages/<code>.toml` is one or several words, compared folded: `_` stands for up to
three words, `*` for the rest of a word. Chinese and Japanese entries count inside words, as these
set no blanks. `attribution` holds regular expressions over the folded text. What asks for something
counts only in the language of the text; all other words count in every language, as letters are
published on pages of another one. What is not listed is not lost: it is then an ordinary line.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable
from importlib import resources
from typing import Any

from bot.domain.ids import Language
from bot.importer.folding import fold, words
from bot.importer.scripts import FINAL_STOPS, ends_sentence, wide_scripted, width

ENGLISH = Language("en")
_Entries = dict[str, list[str]]
_LONGEST_HEADING, _SHORT_HEADING = 6, 3
_LONGEST_AROUND = 14
_LONGEST_LEAD = 3000
_SENTENCES = re.compile(rf"(?<=[{re.escape(FINAL_STOPS)}])\s+")
_NAVIGATION = re.compile(r"[|»›©→]|\s>\s|https?:|www\.|\S@\S+\.\S")
_COUNTER = re.compile(r"(?:\S+ )?\d[\d.,' ]*\s+\S*(?:\s+\S+){0,4}")
_NOTE = re.compile(r"\[?\^?(?:\d{1,2}\]|[\u00b9\u00b2\u00b3\u2070-\u2079]|\[\d{1,2}\]:?)\s*\S|\[\^")
_CONTACT = re.compile(r"https?://|www\.|\S@\S+\.\w|(?:^|\s)[@#]\w+|\+\d[\d\s]{6,}")
_ADDRESSED_EAST_ASIAN = "致"
_LONGEST_TITLE = 200
"""Characters: what a title, an attribution or a name may have in a package."""


@functools.cache
def languages() -> dict[str, _Entries]:
    """The entries of every language that has a file, by its code."""
    folder = resources.files("bot.importer").joinpath("languages")
    return {
        file.name.removesuffix(".toml"): tomllib.loads(file.read_text("utf-8"))
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    }


def entries(key: str, language: Language | None = None) -> list[str]:
    """The entries of one key, of the language alone or of all."""
    if language is not None:
        return languages().get(language.split("-")[0], {}).get(key, [])
    return [entry for one in languages().values() for entry in one.get(key, [])]


def is_known(language: Language) -> bool:
    """Whether the language has a file of words."""
    return language.split("-")[0] in languages()


@functools.cache
def single_words(key: str) -> frozenset[str]:
    """All words of the entries of a key, folded."""
    return frozenset(word for entry in entries(key) for word in words(entry))


_WORD_STARTS = r"(?<!\S)"


def _pattern(entry: str) -> str:
    pieces: list[str] = []
    for part in entry.split():
        if part == "_":
            pieces.append(r"(?:\S+ ){0,3}?")
            continue
        core = " ".join(map(re.escape, words(part)))
        inside = any(map(wide_scripted, part))
        left = "" if inside or part.startswith("*") else _WORD_STARTS
        right = "" if inside else r"\S*" if part.endswith("*") else r"(?!\S)"
        pieces.append(f"{left}{core}{right} ")
    return "".join(pieces).strip().removesuffix(" ")


@functools.cache
def _compiled(key: str, languages: frozenset[Language]) -> re.Pattern[str]:
    every = (entries(key, one) for one in languages) if languages else (entries(key),)
    patterns = sorted({_pattern(entry) for listed in every for entry in listed})
    # Said once for all: a look behind for each entry takes ten times as long.
    words_first = [p.removeprefix(_WORD_STARTS) for p in patterns if p.startswith(_WORD_STARTS)]
    others = [f"(?:{one})" for one in patterns if not one.startswith(_WORD_STARTS)]
    if words_first:
        others.insert(0, f"{_WORD_STARTS}(?:{'|'.join(words_first)})")
    return re.compile("|".join(others) or r"(?!)")


def find(key: str, text: str, *languages: Language) -> re.Match[str] | None:
    """The first entry of that key in `text`, found in its folded words with single blanks; of
    these languages alone where some are given."""
    return _compiled(key, frozenset(languages)).search(" ".join(words(text)))


def is_whole(key: str, text: str, *languages: Language) -> bool:
    """Whether an entry of that key is all that the line says."""
    if len(text) >= 200:
        return False
    return _compiled(key, frozenset(languages)).fullmatch(" ".join(words(text))) is not None


def asks(text: str, language: Language) -> str | None:
    """The words with which the last sentence of `text` leads to demands."""
    sentences = _SENTENCES.split(text.strip())
    last = sentences[-1]
    if len(words(last)) <= 8 and last[-1:] in tuple(":：") and len(sentences) > 1:
        last = f"{sentences[-2]} {last}"
    return _quoted(last, find("asks", last, language))


def asks_before(text: str, language: Language) -> str | None:
    """The words with which a sentence before the last one asks for something, the last one first,
    of a paragraph that leads on with a colon."""
    if text.rstrip()[-1:] not in tuple(":："):
        return None
    sentences = _SENTENCES.split(text.strip()[-_LONGEST_LEAD:])[:-1]
    told = (_quoted(one, find("asks", one, language)) for one in reversed(sentences))
    return next(filter(None, told), None)


def _quoted(text: str, found: re.Match[str] | None) -> str | None:
    """What was found as it stands in the text; where its spelling is folded, all of the text."""
    if found is None:
        return None
    at = text.casefold().find(found[0])
    return text[at : at + len(found[0])] if at >= 0 else text[:60]


def heads_demands(text: str, language: Language) -> str | None:
    """The word by which a heading says that demands stand below."""
    return _quoted(text, find("demands", text, language) or find("asks", text, language))


def fits_line(text: str) -> bool:
    """Whether a package takes `text` as a title, an attribution or a name."""
    return len(text) <= _LONGEST_TITLE


@functools.cache
def _attribution() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in entries("attribution")))


def is_attribution(text: str) -> bool:
    """Whether the line says who issued the statement ("Statement by ...", "بيان ...")."""
    if not fits_line(text) or text.rstrip()[-1:] in tuple(":：,،"):
        return False
    if ends_sentence(text) and width(text) > 120:
        return False
    return _attribution().fullmatch(fold(text)) is not None


def is_kind(text: str) -> bool:
    """Whether the line says what kind of text it is, as a line beside a title does."""
    found = find("kind", text)
    return found is not None and (found.start() == 0 or any(map(wide_scripted, text)))


def is_kicker(text: str) -> bool:
    """Whether the line says for whom the text is sent out: "Press release"."""
    return set(words(text)) <= single_words("kickers")


def is_signatories_heading(text: str) -> bool:
    """Whether the line is a heading such as "Signed by:", "Signataires", "الموقعون"."""
    tokens = words(text)
    if not tokens or len(tokens) > _LONGEST_HEADING or text[-1:] in tuple(FINAL_STOPS):
        return False
    found = find("signed", text)
    if found is None:
        return is_whole("signoff", text) and not ends_sentence(text)
    if any(map(wide_scripted, text)):
        return width(text) <= 24
    # "Not signed in our name" is a slogan.
    return text[-1:] in tuple(":：") or _leads_or_ends(found)


def _leads_or_ends(found: re.Match[str]) -> bool:
    """Whether what was found is at an end of its line, or most of a short one."""
    short = len(found.string.split()) <= _SHORT_HEADING
    return short or found.start() == 0 or found.end() == len(found.string)


def group_kind(text: str) -> str:
    """Of whom the group below a heading is: "organisation", "person", or "" where it says none."""
    if len(words(text)) > _LONGEST_HEADING:
        return ""
    for key, kind in (("organisations", "organisation"), ("people", "person")):
        # "Ignoring people in the town" is over no list of them.
        if (found := find(key, text)) and _leads_or_ends(found):
            return kind
    return ""


def is_around(text: str, language: Language, *, most: int = _LONGEST_AROUND) -> bool:
    """Whether words of at most that number are of the page around a letter: a button, an advert, a
    counter. Those of the text's language and of English count: others may be names in it."""
    if len(text) > 20 * most or len(words(text)) > most:
        return False
    counted = _COUNTER.fullmatch(text.strip()) is not None and find("signed", text) is not None
    return counted or find("around", text, language, ENGLISH) is not None


def is_section_around(text: str, language: Language) -> bool:
    """Whether a heading stands over a section that is no part of the letter."""
    return is_whole("sections", text, language, ENGLISH)


def is_note(text: str, language: Language) -> bool:
    """Whether the paragraph is a footnote or a note of a translator."""
    found = find("notes", text[:80], language, ENGLISH)
    return _NOTE.match(text) is not None or (found is not None and found.start() == 0)


def is_scrap(text: str) -> bool:
    """Whether the line looks like a caption, navigation, or half a phrase of a web page."""
    tokens = words(text)
    return not tokens or is_navigation(text) or tokens[-1] in single_words("dangling")


def is_navigation(text: str) -> bool:
    """Whether the line is of the page around the text: a menu, a caption, a credit."""
    tokens = words(text)
    if not tokens or _NAVIGATION.search(text) or tokens[0] in single_words("posted"):
        return True
    return tokens[-1] in single_words("captions") or (
        tokens[0] in single_words("navigation")
        and (len(tokens) <= 2 or ":" in text or "：" in text)
    )


def is_salutation(text: str) -> bool:
    """Whether the line addresses somebody: "Dear colleagues,", "To the Minister", "致…"."""
    if text[-1:] in tuple(",،，"):
        return True
    if text.startswith(_ADDRESSED_EAST_ASIAN):
        return text[-1:] in tuple(":：")
    tokens = words(text)
    return bool(tokens) and tokens[0] in single_words("addressees") and text[-1:] in tuple(":：")


def is_addressee(text: str) -> bool:
    """Whether the line names whom the statement is for, without being a salutation."""
    tokens = words(text)
    addressed = bool(tokens) and tokens[0] in single_words("addressees")
    return text.startswith(_ADDRESSED_EAST_ASIAN) or addressed


def is_contact(text: str) -> bool:
    """Whether the line holds an address, a handle or a number to write to."""
    return _CONTACT.search(text) is not None


_SOURCE = re.compile(r"(?:(?P<word>[^\W\d_][\w ]{1,20})[:：]\s*)?<?(?P<url>https?://[^\s<>\"]+)>?")


def source_of(text: str) -> str | None:
    """The address where the text was published, of a line that is that address, alone or behind a
    word such as "Source:"; "Sign here:" and other words name other addresses."""
    found = _SOURCE.fullmatch(text)
    if found is None or not (found["word"] is None or is_whole("source", found["word"])):
        return None
    return found["url"]


def ordinal_words(listed: Iterable[str]) -> dict[str, int]:
    """Spelled-out ordinals and their values; an entry has all that mean the same."""
    return {fold(w): value for value, one in enumerate(listed, 1) for w in one.split()}


@functools.cache
def ordinals() -> dict[str, int]:
    """The spelled-out ordinals of all languages."""
    found: dict[str, int] = {}
    for one in languages().values():
        found |= ordinal_words(one.get("ordinals", []))
    return found


def encodings(language: Language) -> list[str]:
    """The code pages that texts of the language were saved in, the usual one first."""
    pages: Any = entries("encodings", language)
    return list(pages)
