"""Makes a statement package from a text as published: plain text, Markdown, HTML or DOCX.

`run` is the whole command. Its steps: read a file (or `recognise` a text), put what it differs in
`beside` the languages that are there, show its `report`, then `write` it.
"""

from bot.importer.command import run
from bot.importer.decode import Decoded, decode
from bot.importer.differences import beside
from bot.importer.model import Choice, ImportFault, Recognised
from bot.importer.reading import read_file
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
    "read_file",
    "reasons",
    "recognise",
    "recognise_page",
    "report",
    "run",
    "write",
]
