"""The bytes of a published text as text, whatever program saved it."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from charset_normalizer import from_bytes

from bot.domain.ids import Language
from bot.importer.lexicon import encodings
from bot.importer.model import ImportFault

# Longer marks first: that of UTF-16 is the beginning of that of UTF-32.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
# Browsers read pages of these names as the Windows page that holds more characters.
_PAGES = {
    "iso-8859-1": "windows-1252",
    "us-ascii": "windows-1252",
    "iso-8859-6": "windows-1256",
    "iso-8859-9": "windows-1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}
_WESTERN = "windows-1252"
# What Windows programs write by default in languages that have no file of words.
_LEGACY = {
    **dict.fromkeys(("ur", "ku"), "windows-1256"),
    **dict.fromkeys(("uk", "be", "bg", "mk", "sr"), "windows-1251"),
    **dict.fromkeys(("pl", "cs", "sk", "hu", "sl", "hr", "ro"), "windows-1250"),
    **dict.fromkeys(("et", "lv", "lt"), "windows-1257"),
    "az": "windows-1254",
    "el": "windows-1253",
    "vi": "windows-1258",
    "th": "cp874",
}


_SAVE_PAGE = 'save the page as "HTML only"'
_NOT_READ = {
    b"%PDF": ("a PDF", "copy its text into a .txt or .docx file and check that no line is missing"),
    b"\xd0\xcf\x11\xe0": ("an old Word file (.doc)", "save it as .docx"),
    b"{\\rtf": ("an RTF file", "save it as .docx"),
    b"PK\x03\x04": ("a word processor's or zip file", "save its text as .docx or .txt"),
    b"bplist": ("a web archive", _SAVE_PAGE),
    b"From: <Saved by": ("a web archive", _SAVE_PAGE),
    b"MIME-Version:": ("a web archive", _SAVE_PAGE),
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """`notes` is empty when the bytes were UTF-8 without a mark."""

    text: str
    notes: tuple[str, ...] = ()


def decode(data: bytes, language: Language, declared: str | None = None) -> Decoded:
    """`data` as text: UTF-8, with or without a mark, UTF-16 or UTF-32 with one, else the code
    page of the language's Windows, with a note. `declared` is the encoding that a web page names,
    and goes before that. Raises `ImportFault` when it is no text."""
    for start, (kind, remedy) in _NOT_READ.items():
        if data.startswith(start):
            raise ImportFault(f"This is {kind}, which is not read; {remedy}.")
    try:
        decoded = _declared(data, declared) or _decode(data, language)
    except UnicodeDecodeError as error:
        raise ImportFault(
            f"This text cannot be read as {error.encoding}; save it with the encoding UTF-8."
        ) from error
    if "\0" in decoded.text:
        raise ImportFault("This file holds zero bytes, as no text does; save it as .txt in UTF-8.")
    return decoded


def _declared(data: bytes, encoding: str | None) -> Decoded | None:
    """The text if it is really of that encoding; pages often name one that they are not in."""
    if encoding is None or data.startswith(tuple(mark for mark, _, _ in _MARKS)):
        return None
    try:
        return Decoded(data.decode(_PAGES.get(encoding.lower(), encoding)))
    except (UnicodeDecodeError, LookupError, ValueError):
        return None


def _decode(data: bytes, language: Language) -> Decoded:
    for mark, encoding, name in _MARKS:
        if data.startswith(mark):
            return Decoded(data.decode(encoding), (f"the file is {name} with a byte order mark",))
    try:
        return Decoded(data.decode("utf-8"))
    except UnicodeDecodeError:
        encoding = _code_page(data, language)
        note = f"the file is not UTF-8 and was read as {encoding}: check that all letters are right"
        return Decoded(data.decode(encoding), (note,))


def _code_page(data: bytes, language: Language) -> str:
    """The usual page of the language, or of those in use the one that charset-normalizer tells;
    asked about all pages of the world, it takes Turkish for Baltic."""
    pages = encodings(language) or [_LEGACY.get(language.split("-")[0], _WESTERN)]
    if language.startswith("zh-Hant"):
        pages = pages[::-1]
    if len(pages) > 1 and (best := from_bytes(data[:65536], cp_isolation=pages).best()):
        told = codecs.lookup(best.encoding).name
        return next((page for page in pages if codecs.lookup(page).name == told), pages[0])
    return pages[0]
