"""What a person should look at before the package is published."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.importer import demands as numbered_demands
from bot.importer import signatory_notes
from bot.importer.layout import Unit
from bot.importer.recognised import Recognised, part

_MARKDOWN = re.compile(r"^#{1,6} |\*\*\S")


def notes_of(result: Recognised, everything: Sequence[Unit], *, plain: bool) -> list[str]:
    """What was done with the text, and what is doubtful in it."""
    told: list[str] = []
    if result.title is None:
        told.append("no title was found; put it on the first line, with a blank line below it")
    if any(len(unit.lines) > 1 for unit in everything) and _runs_on(everything):
        told.append(
            "the lines are wrapped and no blank lines part the paragraphs: check where each begins"
        )
    if plain and any(_MARKDOWN.search(unit.text) for unit in everything):
        told.append(
            "marks of Markdown (#, **) are kept as characters of the text; name the file .md"
        )
    told += numbered_demands.notes(result.demands)
    bullets = [u for u in everything if u.bullet and part(u) in result.paragraphs]
    if not result.demands and len(bullets) > 1:
        first, last = bullets[0].lines[0].number, bullets[-1].lines[-1].number
        told.append(f"lines {first} to {last} have no numbers; number them if they are demands")
    told += signatory_notes.notes(result.signatories, result.names, result.language)
    for unit in everything:
        if unit.hyphen:
            told.append(f"line {unit.hyphen.number} ends with a hyphen and is joined to the next")
    return told


def _runs_on(everything: Sequence[Unit]) -> bool:
    """Whether paragraphs follow each other without blank lines."""
    return sum(unit.after_blank for unit in everything) * 3 < len(everything)
