"""A statement as Markdown: the text as it is in its file, and who signed as lists."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

from bot.documents import content
from bot.services.snapshot import Snapshot
from bot.statements.model import Revision
from bot.text.markdown import escape
from bot.text.rich import RichText, isolated
from bot.wording import documents
from bot.wording.signatories import Entry
from bot.wording.voice import Voice

_LINK = re.compile(r"(?i)\b(https?|ftp|mailto|xmpp)(?=:)|\b(www)(?=\.)|()(?=@)")
"""Before what GitHub and others take for a link in plain text."""


async def markdown(
    say: Voice, snapshot: Snapshot, revision: Revision, page: str | None = None
) -> AsyncIterator[str]:
    """In pieces, the same for the same snapshot. Nothing that signers wrote is markup or a link."""
    said = content.around(say, snapshot, revision, page)
    attribution = [escape(revision.attribution)] if revision.attribution else []
    yield _paragraphs(f"# {escape(revision.title)}", *attribution, *map(_plain, said.about))
    yield _paragraphs(revision.text.strip("\n"), f"## {_plain(documents.signatories(say))}")
    yield _paragraphs(*map(_plain, said.remarks))
    group = ""
    async for entries in content.entries(snapshot, revision):
        if entries[0].group != group:
            yield ("\n" if group else "") + f"### {_plain(say.gettext(entries[0].group))}\n\n"
            group = entries[0].group
        yield "".join([_line(say, entry) for entry in entries])
    if group:
        yield "\n"
    yield _paragraphs(f"## {_plain(documents.proof(say))}", *map(_plain, said.proof))
    yield f"```\n{snapshot.checkpoint.strip()}\n```\n"


def _line(say: Voice, entry: Entry) -> str:
    parts = [isolated(_safe(entry.name)).plain, _safe(content.beside(say, entry))]
    return f"- {' · '.join(filter(None, parts))}\n"


def _paragraphs(*parts: str) -> str:
    return "".join([f"{part}\n\n" for part in parts])


def _plain(text: RichText) -> str:
    return escape(text.plain)


def _safe(text: str) -> str:
    return _LINK.sub(r"\g<0>\\", escape(text))
