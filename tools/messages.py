"""Takes the messages out of the source, and brings the translation catalogues up to date.

python -m tools.messages          bot/locales/undersigned.pot and every catalogue
python -m tools.messages fr       the same, and begins a catalogue in French
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

DOMAIN = "undersigned"

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "N_": None,
}
"""The functions whose arguments are messages, in Babel's notation; `c` marks the context."""


def locales(root: Path) -> Path:
    return root / "bot" / "locales"


def catalogue_path(root: Path, language: str) -> Path:
    return locales(root) / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def languages(root: Path) -> list[str]:
    """The languages that have a catalogue, as their folders spell them."""
    return sorted(path.parts[-3] for path in locales(root).glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def locale_of(language: str) -> Locale:
    """The locale of a folder's name, `pt_BR` or `pt-BR`; UnknownLocaleError or ValueError."""
    return Locale.parse(language.replace("-", "_"))


def extract(root: Path) -> Catalog:
    """The messages of the source; their locations are relative to `root`."""
    template = Catalog(project=DOMAIN, header_comment="# The messages of Undersigned.")
    for path in sorted((root / "bot").rglob("*.py")):
        found = extract_from_file(
            "python", path, KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
        )
        name = path.relative_to(root).as_posix()
        for line, message, comments, context in found:
            template.add(message, locations=[(name, line)], auto_comments=comments, context=context)
    return template


def update(root: Path, begin: Iterable[str] = ()) -> None:
    """Writes undersigned.pot and every catalogue anew from the source.

    Where a message changed a little, its old translation stays, marked fuzzy; where it went, as an
    obsolete one. `begin` names languages that get a catalogue if they have none.
    """
    template = extract(root)
    _write(locales(root) / f"{DOMAIN}.pot", template)
    for language in sorted({*languages(root), *begin}):
        path = catalogue_path(root, language)
        catalogue = _read(path, language) if path.exists() else _begun(language)
        catalogue.update(template)
        _write(path, catalogue)


def _read(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=str(locale_of(language)))


def _begun(language: str) -> Catalog:
    return Catalog(
        locale=str(locale_of(language)),
        project=DOMAIN,
        header_comment=f"# The messages of Undersigned in {language}.",
        last_translator="The Undersigned contributors",
        language_team=language,
        fuzzy=False,
    )


def _write(path: Path, catalogue: Catalog) -> None:
    """A file in which nothing but a date would change is left as it is."""
    for message in catalogue:
        # Babel takes "5% of" for a %-format; these messages are brace formats only.
        message.flags.discard("python-format")
    file = BytesIO()
    write_po(file, catalogue, width=100, include_lineno=False, include_previous=True)
    if path.exists() and _undated(path.read_bytes()) == _undated(file.getvalue()):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file.getvalue())


def _undated(content: bytes) -> list[bytes]:
    return [line for line in content.splitlines() if not line.startswith(b'"POT-Creation-Date:')]


if __name__ == "__main__":
    update(Path(), begin=sys.argv[1:])
