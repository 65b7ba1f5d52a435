"""The command `undersigned import`, from the file to what is told about it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bot.domain.ids import Language
from bot.importer.differences import beside
from bot.importer.model import Choice, ImportFault, Recognised
from bot.importer.reading import read
from bot.importer.report import list_report, reasons, remarks, report
from bot.importer.table_file import FoundList
from bot.importer.terminal import Ask, choose, next_steps, preview
from bot.importer.write import write, write_list

Say = Callable[[str], None]


def run(
    file: Path,
    statement: str,
    language: Language,
    out: Path,
    *,
    say: Say,
    ask: Ask | None = None,
    dry_run: bool = False,
    force: bool = False,
) -> None:
    """Imports the file, and tells of it line by line; `ask` is for a person at a terminal, None
    where there is none. Raises `ImportFault`, with nothing written."""
    found = read(file, language)
    if isinstance(found, Recognised):
        if ask is not None:
            found = _talked_over(found, file, language, say, ask)
        found = beside(found, statement, out)
        told = [*report(found), *reasons(found)] if ask is None else remarks(found)
    else:
        told = list_report(found)
    for line in told:
        say(line)
    if ask is not None and not dry_run and not _agrees(ask):
        say("Nothing was written.")
        return
    if isinstance(found, FoundList):
        written = write_list(found, statement, out, force=force, dry_run=dry_run)
    else:
        written = write(found, statement, out, force=force, dry_run=dry_run)
    for note in written.notes:
        say(f"note: {note}")
    for path in written.paths:
        say(f"{'would write' if dry_run else 'wrote'} {path}")
    if ask is not None and not dry_run and isinstance(found, Recognised):
        for line in next_steps(statement, language):
            say(line)


def _talked_over(
    found: Recognised, file: Path, language: Language, say: Say, ask: Ask
) -> Recognised:
    """What is found after a person has said which list is which."""
    say(f"What was found in {file.name}:")
    for line in preview(found):
        say(line)
    choice = choose(found, say, ask)
    if choice == Choice():
        return found
    again = read(file, language, choice)
    if not isinstance(again, Recognised):
        raise ImportFault(f"{file} has changed meanwhile; import it again.")
    if (again.demands, again.signatories) != (found.demands, found.signatories):
        say("With your answers:")
        for line in preview(again):
            say(line)
    return again


def _agrees(ask: Ask) -> bool:
    return ask("Write the package? (yes or no)", "yes").strip().lower() in ("yes", "y")
