"""What a statement package holds once it has been read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bot.domain.faults import Fault
from bot.domain.ids import Country, Language, StatementId
from bot.domain.mandate import MandateRule
from bot.domain.revision import RevisionText
from bot.text.document import Document

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Signatory:
    """An organisation that issued the statement. `names` maps a language to the name in it; a
    plain `name` in the file stands under the empty language and serves every language."""

    names: Mapping[Language, str]
    country: Country | None

    def name(self, language: Language) -> str:
        """The name in that language, else the one for every language, else the first given."""
        return (
            self.names.get(language)
            or self.names.get(Language(""))
            or next(iter(self.names.values()))
        )


@dataclass(frozen=True, slots=True)
class Terms:
    """Who may endorse, and when. `opens` and `closes` are UTC; `closes` is the first moment at
    which endorsing is over (a date in the file means the end of that day). `affiliation_shown`:
    whether a person may have their affiliation published with their name.
    `searchable_after_close`: whether names can be looked for on the list once signing is over.
    `exceptions`: whether single demands may be excepted. `mandate`: who must agree in a group."""

    persons: bool = True
    organisations: bool = True
    opens: dt.datetime | None = None
    closes: dt.datetime | None = None
    goal: int | None = None
    affiliation_shown: bool = True
    searchable_after_close: bool = True
    exceptions: bool = False
    mandate: MandateRule = field(default_factory=MandateRule)


@dataclass(frozen=True, slots=True)
class Revision(RevisionText):
    """A text as its file has it: `document` is the Markdown parsed, `source` says where it was
    published first (an address of the web, or words), or is empty."""

    source: str
    document: Document


@dataclass(frozen=True, slots=True)
class Response:
    """What the addressee has answered, in one language: no part of what is signed. `by` has
    answered on `day`; `source` and `document` are as in `Revision`, and `digest` names exactly
    this."""

    language: Language
    by: str
    day: dt.date
    source: str
    text: str
    digest: str
    document: Document


@dataclass(frozen=True, slots=True)
class Statement:
    """One package. `revisions` has the official languages first, in the order of the file, and
    `responses` what its addressee has answered, in the same order; empty while there is nothing."""

    id: StatementId
    issued: dt.date | None
    original_language: Language
    official_languages: tuple[Language, ...]
    signatories: tuple[Signatory, ...]
    terms: Terms
    revisions: Mapping[Language, Revision]
    responses: Mapping[Language, Response] = field(default_factory=dict)

    @property
    def issuers_key(self) -> str:
        """Changes with the list of signatories, which no digest covers and every text in pages ends
        with."""
        return repr(self.signatories)

    def exceptable(self, revision: Revision) -> tuple[str, ...]:
        """The numbers of the demands that may be excepted, in the order of the text."""
        demands = revision.document.demands if self.terms.exceptions else ()
        return tuple(demand.number for demand in demands)

    def revision(self, wanted: Iterable[Language | None]) -> Revision:
        """The first wanted language there is a text in (`pt-BR` also finds `pt`), else the
        original where there is a file of it, else the first there is."""
        return _best(self.revisions, (*wanted, self.original_language))

    def response(self, wanted: Iterable[Language | None]) -> Response | None:
        """As `revision`; None where there is no answer."""
        return _best(self.responses, (*wanted, self.original_language)) if self.responses else None


def _best(texts: Mapping[Language, T], wanted: Iterable[Language | None]) -> T:
    """The first wanted one, else the first there is."""
    for language in wanted:
        if language is None:
            continue
        if found := texts.get(language) or texts.get(Language(language.split("-")[0])):
            return found
    return next(iter(texts.values()))


@dataclass(frozen=True, slots=True)
class Library:
    """The statements that are loaded, in the order of their ids; never changed, only replaced."""

    statements: Mapping[StatementId, Statement] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Statement]:
        return iter(self.statements.values())

    def __len__(self) -> int:
        return len(self.statements)

    def get(self, statement: str) -> Statement | None:
        """A statement by its id as typed or stored; None if none of that id is loaded."""
        return self.statements.get(StatementId(statement))


@dataclass(frozen=True, slots=True)
class Loaded:
    """The outcome of reading a statements folder: what could be read, and every fault found.

    `library` leaves out the statements that have faults; `warnings` are faults that stop nothing.
    """

    library: Library
    faults: Sequence[Fault] = ()
    warnings: Sequence[Fault] = ()

    @classmethod
    def joined(cls, parts: Iterable[Loaded]) -> Loaded:
        """The outcome of all of them, in their order."""
        statements: dict[StatementId, Statement] = {}
        faults: list[Fault] = []
        warnings: list[Fault] = []
        for part in parts:
            statements.update(part.library.statements)
            faults.extend(part.faults)
            warnings.extend(part.warnings)
        return cls(Library(statements), tuple(faults), tuple(warnings))
