"""Takes the messages out of the source, and brings the translation catalogues up to date.

python -m tools.messages          bot/locales/undersigned.pot and every catalogue
python -m tools.messages fr       the same, and begins a catalogue in French
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from bot.text.cldr import locale_of
from bot.wording.catalogues import (
    catalogue_path,
    extract,
    languages,
    locales,
    read_catalogue,
)
from bot.wording.voice import DOMAIN


def update(root: Path, begin: Iterable[str] = ()) -> None:
    """Writes undersigned.pot and every catalogue anew from the source.

    Where a message changed a little, its old translation stays, marked fuzzy; where it went, as an
    obsolete one. `begin` names languages that get a catalogue if they have none.
    """
    template = extract(root)
    _write(locales(root) / f"{DOMAIN}.pot", template)
    for language in sorted({*languages(root), *begin}):
        path = catalogue_path(root, language)
        catalogue = read_catalogue(path, language) if path.exists() else _begun(language)
        catalogue.update(template)
        _write(path, catalogue)


def _begun(language: str) -> Catalog:
    locale = locale_of(language)
    if locale is None:
        raise SystemExit(f"{language} is no language that Babel knows; write a tag such as fr")
    return Catalog(
        locale=locale,
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
