"""Makes a statement package from a text as published: plain text, Markdown, HTML or DOCX.

`read` a file (or `recognise` a text), put what it differs in `beside` the languages that are there,
show its `report`, then `write` it.
"""

from pathlib import Path

from bot.domain.ids import Language
from bot.importer.decode import Decoded, decode
from bot.importer.differences import beside
from bot.importer.formats import page_of
from bot.importer.model import Choice, ImportFault, Recognised
from bot.importer.recognise import recognise, recognise_page
from bot.importer.report import reasons, report
from bot.importer.write import Written, write

__all__ = [
    "Choice",
    "Decoded",
    "ImportFault",
    "Recognised",
    "Written",
    "beside",
    "decode",
    "read",
    "reasons",
    "recognise",
    "recognise_page",
    "report",
    "write",
]


def read(path: Path, language: Language, choice: Choice | None = None) -> Recognised:
    """What the file at `path`, published in `language`, holds. Raises `ImportFault` when it
    cannot be read or is no text."""
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unknown error"
        raise ImportFault(f"{path} cannot be read ({reason}); check its name.") from error
    return recognise_page(page_of(data, path.name, language), language, choice)
