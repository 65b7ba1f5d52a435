"""A made-up campaign: who signs, when and from where, and who of them is to be caught.

    people = campaign(seed=1)                        # 10,000 persons, 300 organisations
    [one for one in people if one.planted]           # 200 near-duplicates, 50 look-alikes

Names are as unevenly spread as real ones, so that honest people share theirs: about 4 % of the
persons have a namesake, 1 % one in their own country. For comparison: two people of the United
States drawn at random share first and last name about three times in a million (the sums of the
squared shares in the census's lists of names), which makes 3 % of 10,000; Chinese names and Arabic
ones of two words are shared more often, those of three words less.
"""

from __future__ import annotations

import datetime as dt
import enum
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.domain.endorsement import Kind
from tests.support.pools import CULTURES, Culture, Word
from tests.support.societies import society
from tests.support.variations import look_alike, near_duplicate

T = TypeVar("T")

BEGINS = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
DAYS = 6
_COUNTRIES = sorted({country for each in CULTURES for country in each.countries})


class Planted(enum.Enum):
    """What is to be marked: the same person a second time under a similar name, or a name that
    passes for somebody else's by letters of another script."""

    NEAR = "near-duplicate"
    LOOK = "look-alike"


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who signs at `moment` (UTC). `account` is theirs alone; `of` is the account whose
    name a planted one resembles, `how` in a word the way it does."""

    account: int
    kind: Kind
    words: tuple[Word, ...]
    name: str
    country: str | None
    language: str
    moment: dt.datetime
    planted: Planted | None = None
    of: int | None = None
    how: str = ""
    withdraws: bool = False


@dataclass(frozen=True, slots=True)
class Size:
    """How many there are in all; planted ones and those who withdraw are among them."""

    persons: int = 10_000
    organisations: int = 300
    near: int = 200
    looks: int = 50
    withdrawn: int = 30


def campaign(seed: int, size: Size = Size()) -> list[Signer]:
    """Everybody in the order in which they sign."""
    chance = random.Random(seed)
    planted = size.near + size.looks
    societies = planted // 10
    crowd = [
        *(_person(chance) for _ in range(size.persons - planted + societies)),
        *_societies(chance, size.organisations - societies),
    ]
    honest = [replace(one, account=at) for at, one in enumerate(crowd, 1)]
    by_kind = {kind: [one for one in honest if one.kind is kind] for kind in Kind}
    everybody = list(honest)
    for at in range(planted):
        kind = Kind.ORGANISATION if at < societies else Kind.PERSON
        what = Planted.LOOK if at % 5 == 0 else Planted.NEAR
        everybody.append(_planted(chance, len(everybody) + 1, what, by_kind[kind]))
    copied = {one.of for one in everybody}
    staying = [one.account for one in by_kind[Kind.PERSON] if one.account not in copied]
    gone = set(chance.sample(staying, size.withdrawn))
    everybody = [replace(one, withdraws=one.account in gone) for one in everybody]
    return sorted(everybody, key=lambda one: (one.moment, one.account))


def _person(chance: random.Random) -> Signer:
    culture = chance.choices(CULTURES, [each.share for each in CULTURES])[0]
    words = tuple(_words(chance, culture))
    blank = "" if culture.script == "Chinese" else " "
    name = blank.join(word.native for word in words)
    language = chance.choice(culture.languages)
    return Signer(0, Kind.PERSON, words, name, _country(chance, culture), language, _moment(chance))


def _country(chance: random.Random, culture: Culture) -> str | None:
    """Most name theirs; some live elsewhere."""
    if chance.random() < 0.1:
        return None
    if chance.random() < 0.15:
        return chance.choice(_COUNTRIES)
    return _common(chance, culture.countries)


def _moment(chance: random.Random) -> dt.datetime:
    """By day rather than by night, and most of them on the first days."""
    day = min(int(chance.expovariate(0.5)), DAYS - 1)
    hour = min(max(chance.gauss(11, 4), 0), 23.9)
    return BEGINS + dt.timedelta(days=day, hours=hour, seconds=chance.randrange(60))


def _words(chance: random.Random, culture: Culture) -> list[Word]:
    woman = chance.random() < 0.5
    given = culture.given[woman]
    if culture.script == "Chinese":
        first = chance.choices(given, k=2 if chance.random() < 0.85 else 1)
        return [_common(chance, culture.family), *first]
    first = [_common(chance, given)]
    if culture.script == "Thai":
        first = [first[0].joined(chance.choice(given))]
    middle = {"Arabic": 0.5, "Latin": 0.25}.get(culture.script, 0.1)
    if chance.random() < middle:
        # The father's name in Arabic, elsewhere a second one of their own.
        of_father = culture.script == "Arabic"
        second = _common(chance, culture.given[0] if of_father else given)
        first += [second] if second != first[0] else []
    family = [_family(chance, culture, woman=woman)]
    if "ES" in culture.countries and chance.random() < 0.6:
        family.append(_family(chance, culture, woman=woman))
    return [*first, *family]


def _family(chance: random.Random, culture: Culture, *, woman: bool) -> Word:
    """One of the common ones, or more often one of the many rare ones."""
    if chance.random() < 0.2:
        return _common(chance, culture.family)
    return chance.choice(culture.begins).joined(chance.choice(culture.ends)[woman])


def _common(chance: random.Random, pool: Sequence[T]) -> T:
    """One of the pool, the first ones more often (Zipf's law, flattened as given names are)."""
    return chance.choices(pool, [(rank + 1) ** -0.7 for rank in range(len(pool))])[0]


def _societies(chance: random.Random, count: int) -> list[Signer]:
    """Organisations, no two of one name."""
    found: dict[str, Signer] = {}
    while len(found) < count:
        words, language = society(chance)
        name = " ".join(word.native for word in words)
        country = chance.choice(_COUNTRIES) if chance.random() < 0.7 else None
        found[name] = Signer(0, Kind.ORGANISATION, words, name, country, language, _moment(chance))
    return list(found.values())


def _planted(
    chance: random.Random, account: int, what: Planted, honest: Sequence[Signer]
) -> Signer:
    """A name that resembles one given before; half of them soon after it, mostly from the same
    country."""
    while True:
        of = chance.choice(honest)
        vary = near_duplicate if what is Planted.NEAR else look_alike
        varied = vary(chance, of.words, of.name)
        if varied is not None:
            break
    latest = BEGINS + dt.timedelta(days=DAYS + 1)
    later = (
        dt.timedelta(hours=chance.random() * 3)
        if chance.random() < 0.5
        else (latest - of.moment) * chance.random()
    )
    roll = chance.random()
    country = of.country if roll < 0.8 else None if roll < 0.9 else chance.choice(_COUNTRIES)
    return replace(
        of,
        account=account,
        name=varied.name,
        how=varied.how,
        country=country,
        moment=of.moment + later + dt.timedelta(seconds=1),
        planted=what,
        of=of.account,
    )
