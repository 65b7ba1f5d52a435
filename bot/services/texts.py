"""The texts of a statement as they are in use, and as they are on the disk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.domain.counts import Counts
from bot.domain.ids import Language, StatementId
from bot.domain.log import EntryKind, TextChange, text_body
from bot.domain.revision import RevisionText
from bot.domain.texts import Adoption, History
from bot.statements.model import Revision, Statement
from bot.storage.log import Entry
from bot.storage.unit import Unit
from bot.text.difference import Difference, differences
from bot.text.markdown import parse


def changed(history: History, statement: Statement) -> list[Language]:
    """In which languages the statement has another text than the one in use."""
    return [
        language
        for language, revision in statement.revisions.items()
        if (known := history.newest(language)) and known.digest != revision.digest
    ]


async def is_over(unit: Unit, statement: StatementId) -> bool:
    """Whether its log takes nothing any more, so that no text of it comes into use: it is finished,
    or goes on elsewhere."""
    return unit.log.is_closed or (await unit.statements.state(statement)).finished is not None


async def signed(unit: Unit, history: History, languages: Iterable[Language]) -> Counts:
    """How many stand under the texts of these languages that are in use."""
    digests = [digest for language in languages for digest in history.same(language)]
    return await unit.endorsements.standing(digests) if digests else Counts()


def first_texts(history: History, statement: Statement, now: dt.datetime) -> Iterator[Adoption]:
    """Of every language whose text is not in use, as one that nobody has signed another of."""
    original = statement.revisions.get(statement.original_language)
    for language, revision in statement.revisions.items():
        known = history.newest(language)
        if known is None or known.digest != revision.digest:
            is_first = original is None or original is revision
            change = TextChange.FIRST if is_first else TextChange.TRANSLATION
            of = None if is_first or original is None else original.digest
            yield Adoption(statement.id, language, revision.digest, change, of, now.date())


async def adopt(unit: Unit, statement: Statement, adoption: Adoption) -> None:
    """The text is in use from now on, and that is in the log: before anybody has signed it, so that
    no entry tells that somebody did."""
    await unit.texts.add(adoption)
    await keep(unit, statement.revisions[adoption.language], adoption)


async def keep(unit: Unit, revision: Revision, adoption: Adoption) -> None:
    """Keep and log the text that came into use so."""
    await unit.statements.keep_revision(revision)
    change, of = adoption.change, adoption.of
    body = text_body(change, revision.language, revision.digest, revision.title, of)
    await unit.log.append(revision.statement, [Entry(EntryKind.TEXT, body)])


async def as_it_was(unit: Unit, history: History, statement: Statement) -> Statement:
    """The statement with the texts that are in use. What is no part of a text is as on the disk."""
    revisions: dict[Language, Revision] = {}
    for language, revision in statement.revisions.items():
        known = history.newest(language)
        if known is not None and known.digest == revision.digest:
            revisions[language] = revision
        elif known is not None:
            found = await unit.statements.revision(known.digest)
            revisions[language] = revision if found is None else in_use(found, revision.source)
    return replace(statement, revisions=revisions or statement.revisions)


def in_use(text: RevisionText, source: str) -> Revision:
    """A text as it is kept, ready to be shown."""
    fields = (text.statement, text.language, text.title, text.attribution, text.text, text.digest)
    return Revision(*fields, source, parse(text.text))


def compared(old: RevisionText, new: RevisionText) -> tuple[Difference, ...]:
    """Everything that was changed: title, attribution and text."""
    return differences(_whole(old), _whole(new))


def _whole(text: RevisionText) -> str:
    return f"{text.title}\n{text.attribution}\n{text.text}"
