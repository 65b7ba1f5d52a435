"""What became of a statement's texts: the first one of each language, and those that took the place
of others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bot.domain.ids import Digest, Language, StatementId
from bot.domain.log import TextChange


@dataclass(frozen=True, slots=True)
class Adoption:
    """A text came into use. A correction says the same as the text `of`, whose signers have signed
    this one too; a new text says something else. A first text and a translation take the place of
    none that anybody had signed. `day` (UTC) is None where that was not noted yet."""

    statement: StatementId
    language: Language
    digest: Digest
    change: TextChange
    of: Digest | None
    day: dt.date | None

    @property
    def is_told(self) -> bool:
        """Whether readers are to know of it: somebody had signed the text before."""
        return self.change in {TextChange.CORRECTION, TextChange.NEW}


@dataclass(frozen=True)
class History:
    """The texts of one statement, the earliest first."""

    adoptions: Sequence[Adoption] = field(default=())

    def newest(self, language: Language) -> Adoption | None:
        """The text that is in use."""
        return self._newest.get(language)

    def told(self, language: Language) -> list[Adoption]:
        """What readers of a text are to know of, the latest first."""
        return [a for a in reversed(self.adoptions) if a.language == language and a.is_told]

    def same(self, language: Language) -> frozenset[Digest]:
        """The digests whose signers have signed the text in use: its own, and those of what was
        corrected in it."""
        found: set[Digest] = set()
        for each in self.adoptions:
            if each.language == language:
                is_same = each.change is TextChange.CORRECTION
                found = {each.digest} | (found if is_same else set())
        return frozenset(found)

    @cached_property
    def today(self) -> frozenset[Digest]:
        """As `same`, of all languages."""
        return frozenset[Digest]().union(*map(self.same, self._newest))

    @cached_property
    def earlier(self) -> frozenset[Digest]:
        """The texts in whose place others came that say something else."""
        return frozenset(each.digest for each in self.adoptions) - self.today

    def is_behind(self, language: Language, original: Language) -> bool:
        """Whether the original has a new text that this translation is older than."""
        for each in reversed(self.adoptions):
            if each.language == language and each.change is not TextChange.CORRECTION:
                return False
            if each.language == original and each.change is TextChange.NEW:
                return True
        return False

    def and_then(self, adoption: Adoption) -> History:
        return History((*self.adoptions, adoption))

    @cached_property
    def _newest(self) -> dict[Language, Adoption]:
        return {each.language: each for each in self.adoptions}
