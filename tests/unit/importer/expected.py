"""What a text of the collection holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.domain.ids import Language

FOLDER = Path(__file__).parents[2] / "fixtures" / "importer"


@dataclass(frozen=True)
class Expected:
    """The structure of one text. `file` is `<name>.<language>.<ending>`; of the .docx ones, which
    the tests build, the content is in `data`. `paragraphs` counts those above the demands."""

    file: str
    title: str
    attribution: str | None = None
    issued: str | None = None
    paragraphs: int = 1
    demands: tuple[int, ...] = ()
    """How many paragraphs each demand has."""
    numbers: tuple[str, ...] = ()
    after: int = 0
    closing: int = 0
    signatories: tuple[tuple[str, str | None], ...] = ()
    names: int = 0
    unplaced: tuple[str, ...] = ()
    noted: tuple[str, ...] = ()
    groups: tuple[tuple[str, str], ...] = ()
    """The headings over groups of signatories, each with what it says that they are."""
    why: str = ""
    """Why the demands are the demands."""
    written: tuple[str, ...] = ()
    """Lines that the Markdown file has."""
    data: bytes | None = None

    @property
    def language(self) -> Language:
        return Language(self.file.split(".")[1])

    @property
    def content(self) -> bytes:
        return (FOLDER / self.file).read_bytes() if self.data is None else self.data
