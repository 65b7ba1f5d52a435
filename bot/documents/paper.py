"""A statement as a PDF, for handing over and for archives: the text, who signed, the proof."""

from __future__ import annotations

from collections.abc import Sequence

from bot.documents import content
from bot.documents.blocks import of_block
from bot.documents.drawing import Json, draw
from bot.services.snapshot import Snapshot
from bot.statements.model import Revision
from bot.text.breaks import shortened
from bot.text.rich import RichText, isolated
from bot.wording import documents
from bot.wording.voice import Voice

IN_COLUMNS = 40
"""Names from which on they stand in two columns, and smaller."""

MOST_NAMES = 25_000
"""Some 230 pages. typst has all of them in memory, some 17 kB a name: more could take the memory of
the machine on which the bot runs."""

SHORT_TITLE = 70
"""Characters of the title at the foot of each page."""


async def paper(
    say: Voice, snapshot: Snapshot, revision: Revision, page: str | None = None
) -> bytes:
    """PDF/A-2b, dated by the newest entry of the log: the same bytes for the same snapshot and
    fonts. Raises `NoFont` or `TooLong`."""
    said = content.around(say, snapshot, revision, page)
    groups = await _groups(say, snapshot, revision)
    total = sum(map(len, groups.values()))
    data: dict[str, Json] = {
        "title": revision.title,
        "short": shortened(revision.title, SHORT_TITLE),
        "attribution": revision.attribution,
        "about": _lines(said.about),
        "blocks": [of_block(block) for block in revision.document.blocks],
        "proof": {
            "title": isolated(documents.proof(say)).plain,
            "sentences": _lines(said.proof),
            "checkpoint": snapshot.checkpoint.strip("\n"),
        },
        "signatories": isolated(documents.signatories(say)).plain,
        "remarks": _lines(said.remarks),
        "groups": [
            {"name": isolated(say.gettext(group)).plain, "entries": entries}
            for group, entries in groups.items()
        ],
        "columns": 2 if total >= IN_COLUMNS else 1,
    }
    made = int(snapshot.as_of.timestamp())
    return draw("paper.typ", revision.language, data, "pdf", made=made)


def _lines(sentences: Sequence[RichText]) -> list[Json]:
    """Each in its own direction: it is English where the bot does not speak the language."""
    return [isolated(sentence).plain for sentence in sentences]


async def _groups(say: Voice, snapshot: Snapshot, revision: Revision) -> dict[str, list[Json]]:
    """Each name with what stands beside it, in their order."""
    groups: dict[str, list[Json]] = {}
    count = 0
    async for entries in content.entries(snapshot, revision):
        count += len(entries)
        if count > MOST_NAMES:
            raise content.TooLong(
                f"The list has more than {MOST_NAMES:,} names, which is what a PDF takes: "
                "more would need more memory than the bot can spare. Export it as xlsx, md or csv."
            )
        for entry in entries:
            line = [isolated(entry.name).plain, content.beside(say, entry)]
            groups.setdefault(entry.group, []).append(line)
    return groups
