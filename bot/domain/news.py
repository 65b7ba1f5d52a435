"""To whom something is announced."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.endorsement import Kind
from bot.domain.ids import Language, StatementId


@dataclass(frozen=True, slots=True)
class Audience:
    """Of those who asked for news, the ones of a statement, of a kind, who are spoken to in a
    language; None: of all."""

    statement: StatementId | None = None
    kind: Kind | None = None
    language: Language | None = None
