"""Makes a statement package from a text as published.

`read` a file (or `recognise` a text), show its `report`, then `write` it.
"""

from pathlib import Path

from bot.domain.ids import Language
from bot.statements.importer.decode import Decoded, decode
from bot.statements.importer.recognise import recognise
from bot.statements.importer.recognised import ImportFault, Recognised
from bot.statements.importer.report import report
from bot.statements.importer.write import Written, write

__all__ = [
    "Decoded",
    "ImportFault",
    "Recognised",
    "Written",
    "decode",
    "read",
    "recognise",
    "report",
    "write",
]


def read(path: Path, language: Language) -> Recognised:
    """What the file at `path`, published in `language`, holds. Raises `ImportFault` when it
    cannot be read or is no text."""
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unknown error"
        raise ImportFault(f"{path} cannot be read ({reason}); check its name.") from error
    decoded = decode(data, language)
    return recognise(decoded.text, language, decoded.notes)
