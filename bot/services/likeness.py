"""What admins should look at twice in a name: similar ones given before, letters that mislead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain.endorsement import Endorsement, Kind, Visibility
from bot.domain.ids import Number
from bot.domain.likeness import Doubt, Likeness, Similar, is_telling, namesakes
from bot.statements.model import Statement
from bot.storage.name_index import Named
from bot.storage.unit import Unit
from bot.text.alike import ALIKE, Compared
from bot.text.doubts import doubts
from bot.text.folding import fold
from bot.text.lookalikes import mixed_words

MOST_SIMILAR = 3


def odd(name: str, kind: Kind, issuers: Iterable[str] = ()) -> tuple[Doubt, ...]:
    """What looks odd about a name; `issuers` are the names of those that issued the statement,
    which no other group has."""
    found = doubts(name, kind)
    if kind is Kind.ORGANISATION and fold(name) in map(fold, issuers):
        found += (Doubt.ISSUER,)
    return found


def issuers_of(statement: Statement | None) -> list[str]:
    """The names, in each language, of the organisations that issued a statement."""
    issued = statement.signatories if statement else ()
    return [name for one in issued for name in one.names.values()]


async def likeness_of(unit: Unit, record: Endorsement, issuers: Iterable[str] = ()) -> Likeness:
    """Suggestions for a card; at most `MOST_OPENED` names of the statement are decrypted. `issuers`
    as in `odd`."""
    name = record.name
    if name is None:
        return Likeness()
    mine = Compared.of(name)
    numbers = await unit.name_index.resembling(record.statement, name, record.number)
    near, alike = [], []
    for named in await unit.name_index.names(numbers):
        other = Compared.of(named.name)
        score = mine.likeness(other)
        if mine.is_near(other):
            near.append((score, named, mine.is_same(other)))
        elif score >= ALIKE:
            alike.append((score, Similar(named.number, named.status, same=False, telling=False)))
    alike += await _weighed(unit, record, name, near)
    best = sorted(alike, key=lambda entry: (entry[1].telling, entry[0], entry[1].number))
    nearest = tuple(found for _, found in best[: -MOST_SIMILAR - 1 : -1])
    return Likeness(nearest, mixed_words(name), odd(name, record.kind, issuers))


async def offered(unit: Unit, record: Endorsement, alike: Likeness) -> list[Number]:
    """The organisations of a similar name that it could be linked with, each by the record that
    stands for it."""
    is_public = record.visibility is Visibility.PUBLIC
    if record.kind is not Kind.ORGANISATION or not record.stands or not is_public:
        return []
    numbers = [similar.number for similar in alike.similar]
    near = [one for one in (await unit.endorsements.each(numbers)).values() if one is not None]
    mains = dict.fromkeys(one.linked_to or one.number for one in near)
    mains.pop(record.number, None)
    found = await unit.endorsements.each([*mains])
    return [
        one.number
        for one in found.values()
        if one is not None
        and one.kind is record.kind
        and one.stands
        and one.name is not None
        and one.visibility is Visibility.PUBLIC
    ]


async def _weighed(
    unit: Unit, record: Endorsement, name: str, near: Sequence[tuple[float, Named, bool]]
) -> list[tuple[float, Similar]]:
    """Which of the names that are near say something. These themselves do not make its words
    common: else whoever signs often enough would."""
    if not near:
        return []
    others, alike, counts = await unit.name_index.spread(record.statement, name, record.number)
    apart = max(alike, len(near))
    expected = namesakes(others, [count - apart for count in counts])
    known = 0 not in counts
    weighed = []
    for score, named, same in near:
        telling = is_telling(expected, record.country, named.country, same=same, known=known)
        weighed.append((score, Similar(named.number, named.status, same, telling)))
    return weighed
