"""What the names of a made-up campaign are put together from, by culture (pools.yaml)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Word:
    """As it is written in its own script, and as it commonly is in Latin letters (the same where
    it is Latin)."""

    native: str
    latin: str

    @classmethod
    def of(cls, written: str) -> Word:
        """Of `native` or `native:latin`."""
        native, _, latin = written.partition(":")
        return cls(native, latin or native)

    def joined(self, other: Word) -> Word:
        return Word(self.native + other.native, self.latin + other.latin)


@dataclass(frozen=True)
class Culture:
    """`share`: of 100 signers. Of every list the first are the commonest. A tail of rare family
    names is made of one of `begins` and one of `ends`, as such names are; an ending may have one
    form for men and one for women."""

    script: str
    share: int
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    given: tuple[tuple[Word, ...], tuple[Word, ...]]
    family: tuple[Word, ...]
    begins: tuple[Word, ...]
    ends: tuple[tuple[Word, Word], ...]


def _read(entry: dict[str, Any]) -> Culture:
    def listed(key: str) -> tuple[Word, ...]:
        return tuple(map(Word.of, entry.get(key, "").split()))

    ends = [form.split("/") for form in entry.get("ends", "").split()]
    return Culture(
        script=entry["script"],
        share=entry["share"],
        countries=tuple(entry["countries"].split()),
        languages=tuple(entry["languages"].split()),
        given=(listed("men"), listed("women")),
        family=listed("family"),
        begins=listed("begins"),
        ends=tuple((Word.of(each[0]), Word.of(each[-1])) for each in ends),
    )


CULTURES = tuple(
    map(_read, yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")))
)
