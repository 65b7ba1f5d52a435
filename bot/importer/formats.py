"""Which format a file is, by its content first and its name second, and who reads it."""

from __future__ import annotations

import enum
import importlib
import io
import re
import zipfile
from dataclasses import replace
from pathlib import PurePath

from bot.domain.ids import Language
from bot.importer.decode import decode
from bot.importer.layout import plain_rows
from bot.importer.model import ImportFault, Page
from bot.importer.tree import TooLarge
from bot.statements.caps import ACCENTS, accents_in_a_row


class Format(enum.Enum):
    PLAIN = "plain text"
    MARKDOWN = "Markdown"
    HTML = "HTML"
    DOCX = "DOCX"


_HTML = re.compile(r"<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_CHARSET = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.IGNORECASE)
_ENDINGS = {
    **dict.fromkeys((".html", ".htm", ".xhtml"), Format.HTML),
    **dict.fromkeys((".md", ".markdown"), Format.MARKDOWN),
}
LARGEST = 8 * 1024 * 1024
_LARGEST_WORD = 32 * 1024 * 1024


def page_of(data: bytes, name: str, language: Language) -> Page:
    """Reads the file `data` that is called `name`. Raises `ImportFault` with the remedy when it is
    of a format that is not read, damaged, or larger than a letter is."""
    packed = data.startswith(b"PK\x03\x04")
    if len(data) > (_LARGEST_WORD if packed else LARGEST):
        most = (_LARGEST_WORD if packed else LARGEST) // 1024 // 1024
        raise ImportFault(f"This file is larger than {most} MB, the most that is read; shorten it.")
    try:
        # Readers are loaded when they are needed: each takes a tenth of a second.
        page: Page
        if packed:
            page = importlib.import_module("bot.importer.word").word_page(_word_file(data))
        else:
            page = _text_page(data, name, language)
    except TooLarge as error:
        raise ImportFault(
            "This file has more lines or elements than are read (100,000 and 200,000), or more than"
            " 150,000 signs of Markdown; shorten it."
        ) from error
    if accents_in_a_row(page.everything) > ACCENTS:
        raise ImportFault(
            f"This file has more than {ACCENTS} accents over one letter; delete them."
        )
    return page


def _text_page(data: bytes, name: str, language: Language) -> Page:
    found = _CHARSET.search(data[:4096])
    looks_like_page = b"<html" in data[:4096].lower() or name.lower().endswith((".html", ".htm"))
    declared = found[1].decode("ascii") if found and looks_like_page else None
    decoded = decode(data, language, declared)
    page: Page
    match format_of(decoded.text, name):
        case Format.HTML:
            page = importlib.import_module("bot.importer.html_page").html_page(decoded.text)
        case Format.MARKDOWN:
            page = importlib.import_module("bot.importer.markdown").markdown_page(decoded.text)
        case _:
            page = Page(plain_rows(decoded.text), decoded.text, plain=True)
    return replace(page, notes=(*decoded.notes, *page.notes))


def format_of(text: str, name: str) -> Format:
    """The format of a text. A page says what it is; Markdown cannot be told from plain text with
    stars in it, so its name decides."""
    if _HTML.match(_without_comments(text)):
        return Format.HTML
    return _ENDINGS.get(PurePath(name).suffix.lower(), Format.PLAIN)


def _without_comments(text: str) -> str:
    """The beginning of `text` behind blanks, comments and the declaration of XML."""
    at = 0
    while True:
        while at < len(text) and (text[at].isspace() or text[at] == "\ufeff"):
            at += 1
        ends = {"<!--": "-->", "<?xml": ">"}
        mark = next((mark for mark in ends if text.startswith(mark, at)), "")
        end = text.find(ends[mark], at + len(mark)) if mark else -1
        if end < 0:
            return text[at : at + 100]
        at = end + len(ends[mark])


def _word_file(data: bytes) -> bytes:
    """`data` if that is a .docx."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = set(packed.namelist())
    # The third by zipfile itself, of a version of the form that it does not know.
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        names = set()
    if "word/document.xml" in names:
        return data
    kind = "an OpenDocument file" if "content.xml" in names else "a zip file, not a text"
    raise ImportFault(f"This is {kind}, which is not read; save the text as .docx or .txt.")
