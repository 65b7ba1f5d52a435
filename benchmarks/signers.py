"""Made-up people and organisations for `benchmarks.fill`, and what becomes of what they sign."""

from __future__ import annotations

import enum
import random
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.endorsement import Details, Given, Kind, Route, Visibility
from bot.domain.ids import AdapterName, ChatRef, Country, Language, UserRef
from bot.statements.model import Statement
from tests.support.names import SCRIPTS, made_up
from tests.support.societies import society

ELSEWHERE = AdapterName("elsewhere")
"""They came by a platform that no bot runs, so that nobody who starts one on such a database writes
to strangers."""

AT_ONCE = 6000
ORGANISATIONS = 0.01
COUNTRIES = {
    "Latin": "FR ES PL TR DE SE IT BR MX NG GB US",
    "Arabic": "IQ EG SY TN MA DZ LB PS JO SD",
    "Cyrillic": "UA RU BG KZ RS",
    "Devanagari": "IN NP",
    "Chinese": "CN TW HK SG",
    "Thai": "TH",
}


class Fate(enum.Enum):
    """What becomes of a signature, and of how many in a hundred."""

    LISTED = 80
    ORGANISERS = 6
    COUNTED = 4
    PENDING = 5
    REJECTED = 2
    WITHDRAWN = 3


_FATES, _SHARES = list(Fate), [fate.value for fate in Fate]
_VISIBLE = {Fate.ORGANISERS: Visibility.ORGANISERS, Fate.COUNTED: Visibility.COUNTED}


@dataclass(frozen=True, slots=True)
class Signer:
    """The one at that position of all, from 0."""

    at: int
    kind: Kind
    name: str
    country: Country | None
    language: Language
    fate: Fate
    affiliation: str | None
    wants_updates: bool

    @property
    def account(self) -> UserRef | ChatRef:
        """By which the signer is known."""
        return self._chat if self.kind is Kind.ORGANISATION else UserRef(ELSEWHERE, f"{self.at}")

    @property
    def _chat(self) -> ChatRef:
        return ChatRef(ELSEWHERE, f"{self.at}")

    def given(self, statement: Statement) -> Given:
        """What they give to that statement."""
        revision = statement.revision([self.language])
        is_person = self.kind is Kind.PERSON
        return Given(
            statement=statement.id,
            kind=self.kind,
            language=revision.language,
            digest=revision.digest,
            name=self.name,
            country=self.country,
            visibility=_VISIBLE.get(self.fate, Visibility.PUBLIC),
            details=Details(self.affiliation, self.at % 2 == 0)
            if is_person
            else Details(group_title=self.name, group_members=self.at % 300 + 3),
            route=Route(self._chat, self.language),
            wants_updates=self.wants_updates,
        )


def signers(count: int, seed: int) -> Iterator[Signer]:
    """So many, in the order in which they sign."""
    chance = random.Random(seed)  # noqa: S311 - the same each time
    for start in range(0, count, AT_ONCE):
        names = made_up(min(AT_ONCE, count - start), seed + start)
        for at, name in enumerate(names, start):
            yield _signer(chance, at, name)


def _signer(chance: random.Random, at: int, name: str) -> Signer:
    script = SCRIPTS[at % AT_ONCE % len(SCRIPTS)]
    fate = chance.choices(_FATES, _SHARES)[0]
    kind = Kind.PERSON
    if chance.random() < ORGANISATIONS and fate not in _VISIBLE:
        kind = Kind.ORGANISATION
        name = " ".join(word.native for word in society(chance)[0])
    country = Country(chance.choice(COUNTRIES[script].split())) if chance.random() < 0.9 else None
    affiliated = kind is Kind.PERSON and chance.random() < 0.3
    return Signer(
        at=at,
        kind=kind,
        name=name,
        country=country,
        language=Language("ar" if script == "Arabic" else "en"),
        fate=fate,
        affiliation=f"Workshop {at % 500}" if affiliated else None,
        wants_updates=chance.random() < 0.2,
    )
