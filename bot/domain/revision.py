"""The exact text of a statement in one language, which signers sign."""

from dataclasses import dataclass

from bot.domain.ids import Digest, Language, StatementId


@dataclass(frozen=True, slots=True)
class RevisionText:
    """What `digest` names, and the statement that it is of. `text` is Markdown, normalised as
    `bot.domain.digest` says."""

    statement: StatementId
    language: Language
    title: str
    attribution: str
    text: str
    digest: Digest
