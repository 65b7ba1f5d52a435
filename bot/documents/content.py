"""What a document says of a snapshot, in the language of one of its texts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from bot.domain.endorsement import Kind
from bot.domain.faults import OperatorFault
from bot.services.snapshot import Snapshot
from bot.statements.model import Revision
from bot.storage.endorsements import PublicEndorsement
from bot.text.rich import RichText, join
from bot.wording import documents, signatories, texts
from bot.wording.signatories import Entry
from bot.wording.voice import Voice


class TooLong(OperatorFault):
    """A list with more names than this form takes; the message says which one does."""


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around the text and the names, each a sentence or more."""

    about: Sequence[RichText]
    """Which text it is, and how many have signed."""
    remarks: Sequence[RichText]
    """Above the names."""
    proof: Sequence[RichText]
    """Above the checkpoint."""


def around(say: Voice, snapshot: Snapshot, revision: Revision, page: str | None) -> Around:
    """`page` is the address at which the statement stands too."""
    statement, history, counts = snapshot.statement, snapshot.history, snapshot.counts
    original = statement.original_language
    about = [
        texts.origin(say, revision.language, original, len(statement.revisions)),
        texts.behind(say) if history.is_behind(revision.language, original) else None,
        documents.signed(say, counts, snapshot.as_of.date()),
    ]
    remarks = [
        signatories.not_shown(say, counts, counts.hidden) if counts.hidden else None,
        signatories.affiliations(say) if statement.terms.affiliation_shown else None,
    ]
    proof = [
        documents.digest(say, revision.digest),
        documents.on_page(say, page) if page else None,
        documents.log(say, snapshot.size, snapshot.vkey),
    ]
    return Around(*([part for part in parts if part] for parts in (about, remarks, proof)))


async def entries(snapshot: Snapshot, revision: Revision) -> AsyncIterator[Sequence[Entry]]:
    """Everybody who signed, in the order of the list: who issued it, organisations, people; each
    piece is of one group."""
    language = revision.language
    if issuers := snapshot.statement.signatories:
        yield [
            Entry(signatories.ISSUERS, issuer.name(language), country=issuer.country)
            for issuer in issuers
        ]
    async for page in snapshot.names(snapshot.order(language)):
        for kind in (Kind.ORGANISATION, Kind.PERSON):
            if found := [_entry(snapshot, row) for row in page if row.kind is kind]:
                yield found


def _entry(snapshot: Snapshot, row: PublicEndorsement) -> Entry:
    group = signatories.PEOPLE if row.kind is Kind.PERSON else signatories.ORGANISATIONS
    is_earlier = row.digest in snapshot.history.earlier
    beside = (row.affiliation, row.country, row.place)
    return Entry(
        group,
        row.name,
        *beside,
        is_earlier=is_earlier,
        excepts=row.excepts,
        mandate=row.mandate,
        paper=row.paper,
    )


def beside(say: Voice, entry: Entry) -> str:
    """What stands behind the name, in one line."""
    return join(" · ", signatories.beside(say, entry)).plain
