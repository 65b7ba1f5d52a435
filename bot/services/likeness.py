"""What admins should look at twice in a name: similar ones given before, letters that mislead."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.endorsement import Endorsement, Kind
from bot.domain.likeness import Doubt, Likeness, Similar
from bot.statements.model import Statement
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
    scored = []
    for named in await unit.name_index.names(numbers):
        other = Compared.of(named.name)
        if (score := mine.likeness(other)) >= ALIKE:
            similar = Similar(named.number, named.status, mine.words == other.words)
            scored.append((score, named.number, similar))
    best = sorted(scored, key=lambda entry: entry[:2], reverse=True)
    nearest = tuple(found for _, _, found in best[:MOST_SIMILAR])
    return Likeness(nearest, mixed_words(name), odd(name, record.kind, issuers))
