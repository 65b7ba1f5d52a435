"""Who issued and who endorsed a statement, as everybody may see it."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.endorsement import Kind
from bot.domain.ids import Country
from bot.statements.model import Revision, Statement
from bot.storage.unit import Unit
from bot.text.document import Document
from bot.wording import reading
from bot.wording.voice import Voice


async def signatories(unit: Unit, say: Voice, statement: Statement, revision: Revision) -> Document:
    """Issuers, then verified public endorsements, by country in the order of the reader's alphabet;
    the names in the order in which they were given."""
    published = await unit.endorsements.published(statement.id)
    verified = await unit.endorsements.verified(statement.id)
    return reading.signatories(
        say,
        title=revision.title,
        issuers=_by_country(
            say, ((s.country, s.name(revision.language)) for s in statement.signatories)
        ),
        organisations=_by_country(
            say, ((e.country, e.name) for e in published if e.kind is Kind.ORGANISATION)
        ),
        persons=_by_country(say, ((e.country, e.name) for e in published if e.kind is Kind.PERSON)),
        unnamed=verified - len(published),
    )


def _by_country(say: Voice, names: Iterable[tuple[Country | None, str]]) -> reading.NamesByCountry:
    groups: dict[str, list[str]] = {}
    for country, name in names:
        groups.setdefault(say.country(country) if country else "", []).append(name)
    # Those without a country come last.
    return sorted(groups.items(), key=lambda group: (not group[0], group[0].casefold()))
