"""Which format a file is, by its content first and its name second, and who reads it."""

from __future__ import annotations

import enum
import importlib
import io
import re
import zipfile
from pathlib import PurePath

from bot.domain.ids import Language
from bot.importer.decode import decode
from bot.importer.layout import plain_rows
from bot.importer.recognised import ImportFault
from bot.importer.rows import Page


class Format(enum.Enum):
    PLAIN = "plain text"
    MARKDOWN = "Markdown"
    HTML = "HTML"
    DOCX = "DOCX"


_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.IGNORECASE)
_ENDINGS = {
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".xhtml": Format.HTML,
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
}
_LARGEST = 32 * 1024 * 1024


def page_of(data: bytes, name: str, language: Language) -> Page:
    """Reads the file `data` that is called `name`. Raises `ImportFault` with the remedy when it is
    of a format that is not read, or damaged."""
    if len(data) > _LARGEST:
        raise ImportFault("This file is larger than 32 MB, the most that is read; shorten it.")
    if data.startswith(b"PK\x03\x04"):
        # Readers are loaded when they are needed: each takes a tenth of a second.
        module = importlib.import_module("bot.importer.docx_page")
        page: Page = module.docx_page(_word_file(data))
        return page
    found = _CHARSET.search(data[:4096])
    looks_like_page = b"<html" in data[:4096].lower() or name.lower().endswith((".html", ".htm"))
    declared = found[1].decode("ascii") if found and looks_like_page else None
    decoded = decode(data, language, declared)
    match format_of(decoded.text, name):
        case Format.HTML:
            page = importlib.import_module("bot.importer.html_page").html_page(decoded.text)
        case Format.MARKDOWN:
            page = importlib.import_module("bot.importer.markdown_page").markdown_page(decoded.text)
        case _:
            page = Page(plain_rows(decoded.text), decoded.text, plain=True)
    return Page(
        page.rows,
        page.everything,
        page.left_out,
        (*decoded.notes, *page.notes),
        page.signs,
        page.plain,
    )


def format_of(text: str, name: str) -> Format:
    """The format of a text. A page says what it is; Markdown cannot be told from plain text with
    stars in it, so its name decides."""
    if _HTML.match(text.removeprefix("\ufeff")):
        return Format.HTML
    return _ENDINGS.get(PurePath(name).suffix.lower(), Format.PLAIN)


def _word_file(data: bytes) -> bytes:
    """`data` if that is a .docx."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = set(packed.namelist())
    except zipfile.BadZipFile:
        names = set()
    if "word/document.xml" in names:
        return data
    kind = "an OpenDocument file" if "content.xml" in names else "a zip file, not a text"
    raise ImportFault(f"This is {kind}, which is not read; save the text as .docx or .txt.")
