"""The order of names: one for all languages, so that it can be stored."""

from __future__ import annotations

import asyncio
import unicodedata
from functools import cache
from typing import Any

from bot.text.lookalikes import script

SCRIPTS = (
    *("LATIN", "GREEK", "COPTIC", "CYRILLIC", "GEORGIAN", "ARMENIAN", "HEBREW", "ARABIC", "SYRIAC"),
    *("THAANA", "TIFINAGH", "ETHIOPIC", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA"),
    *("TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "THAI", "LAO", "TIBETAN", "MYANMAR"),
    *("KHMER", "MONGOLIAN", "CHEROKEE", "HANGUL", "HIRAGANA", "KATAKANA", "BOPOMOFO", "HAN"),
)
"""As the collation has them. Keys on disk begin with the place in here: a new one comes last."""

LONGEST_KEY = 600
"""Bytes: what follows decides nothing between names, and PostgreSQL indexes no more than 2,700."""

LETTER = 3
"""Bytes of a key that names share which begin with the same letter."""


def sort_key(name: str) -> bytes:
    """Its place among names: a byte for the script, then the key of the Unicode Collation Algorithm
    (UTS #10) in the root order (DUCET), each weight in two bytes, the higher first."""
    weights = _collator().sort_key(name)
    key = b"".join(weight.to_bytes(2, "big") for weight in weights)
    return (bytes([script_place(name)]) + key)[:LONGEST_KEY]


def script_place(text: str) -> int:
    """The first byte of the key: of the script of the first letter, from 1 on; 0 without one that
    is known here."""
    first = next(filter(None, map(script, text)), "")
    return SCRIPTS.index(first) + 1 if first in SCRIPTS else 0


async def ready() -> None:
    """Returns once keys are made at once. Called before the first one by what runs on the event
    loop: the tables that it needs take a fifth of a second, and are read in a thread."""
    if not _collator.cache_info().currsize:
        await asyncio.to_thread(_collator)


@cache
def _collator() -> Any:
    # For the first name, not at every start.
    from pyuca import Collator  # noqa: PLC0415

    return Collator()


def initial(name: str) -> str:
    """The letter under which a name stands: its first one, as a capital, without an accent where
    that makes no other letter."""
    first = next(filter(str.isalpha, name), name[0])
    base = unicodedata.normalize("NFD", first)[0]
    return (base if sort_key(base)[:LETTER] == sort_key(first)[:LETTER] else first).title()
