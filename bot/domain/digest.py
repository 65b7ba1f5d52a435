"""The digest that names a revision: the exact text of a statement in one language."""

import hashlib
import unicodedata
from collections.abc import Iterable

from bot.domain.ids import Digest, Language

SCHEME = "undersigned/1"


def normalised(text: str) -> str:
    """NFC, LF line ends, no blanks at the end of a line or of the text."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip(" \t") for line in lines).rstrip("\n")


def revision_digest(language: Language, title: str, attribution: str, text: str) -> Digest:
    """SHA-256 over scheme, language, title, attribution and text.

    Each field is normalised, then written as an 8-byte big-endian length followed by UTF-8, so no
    two different revisions share a byte string.
    """
    return Digest(_sha256((SCHEME, language, title, attribution, text)))


def response_digest(language: Language, by: str, day: str, text: str) -> str:
    """Names exactly this answer of an addressee, as `revision_digest` names a text; no log and no
    record holds it, and no revision has it."""
    return _sha256((f"{SCHEME}/response", language, by, day, text))


def _sha256(fields: Iterable[str]) -> str:
    state = hashlib.sha256()
    for field in fields:
        data = normalised(field).encode()
        state.update(len(data).to_bytes(8, "big"))
        state.update(data)
    return state.hexdigest()
