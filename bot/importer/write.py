"""From what was recognised to the files of a package, checked before anything is written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.domain.ids import STATEMENT_ID, StatementId
from bot.importer.check import check_everything, check_lines, check_package
from bot.importer.markdown_file import markdown_file
from bot.importer.model import ImportFault, Recognised
from bot.importer.names import NAMES_FILE, count, names_yaml
from bot.importer.table_file import FoundList
from bot.importer.yaml_file import merged_yaml, new_yaml
from bot.statements.caps import TEXT_LIMIT
from bot.statements.codes import language_fault
from bot.statements.loader import METADATA_FILE, TEXT_SUFFIX, load
from bot.statements.model import Statement


@dataclass(frozen=True, slots=True)
class Written:
    """The files that were written, or would have been, and what to tell about them."""

    paths: tuple[Path, ...]
    notes: tuple[str, ...] = ()


def write(
    found: Recognised,
    statement: str,
    out: Path,
    *,
    force: bool = False,
    dry_run: bool = False,
    source: str = "",
) -> Written:
    """Writes the package `out/<statement>`, or adds a language to it.

    `force` allows to overwrite the text of the same language; `dry_run` does everything but
    write. `source` (an address, or words) goes before the one found in the text. Raises
    `ImportFault`, with nothing written, when a file is in the way or when the package would not
    hold exactly the words of the text.
    """
    check_names(statement, found)
    folder = out / statement
    notes: list[str] = []
    text_path = folder / f"{found.language}{TEXT_SUFFIX}"
    if text_path.exists() and not force:
        if not dry_run:
            raise ImportFault(f"{text_path} exists already; use --force to overwrite it.")
        notes.append(f"{text_path} exists already: writing needs --force")
    markdown = markdown_file(found, source or (found.source.text if found.source else ""))
    if len(markdown.encode()) > TEXT_LIMIT:
        raise ImportFault(
            f"The text is larger than {TEXT_LIMIT // 1024} KiB, the most that a statement may have;"
            " shorten it."
        )
    files = {text_path.name: markdown}
    before = _texts(folder)
    # Where someone wrote statement.yaml first, it makes a package only with the text.
    package = before if any(name.endswith(TEXT_SUFFIX) for name in before) else {**before, **files}
    metadata = _metadata(found, StatementId(statement), folder, package, notes, force=force)
    if metadata != before.get(METADATA_FILE):
        files[METADATA_FILE] = metadata
    if found.names:
        files |= _names(found, folder, notes, force=force)
    check_lines(found)
    check_everything(found, markdown)
    check_package(found, _staged({**before, METADATA_FILE: metadata, **files}, statement, out))
    if not dry_run:
        _save(files, folder)
    return Written(tuple(folder / name for name in sorted(files, reverse=True)), tuple(notes))


def write_list(
    found: FoundList, statement: str, out: Path, *, force: bool = False, dry_run: bool = False
) -> Written:
    """Writes `signatories.yaml` beside the package `out/<statement>`. Raises `ImportFault` when
    there is no such package, or a list already and no `force`."""
    folder = out / statement
    if not STATEMENT_ID.fullmatch(statement) or not (folder / METADATA_FILE).is_file():
        raise ImportFault(
            f"There is no statement '{statement}' in {out}; import its text first, then this list."
        )
    path = folder / NAMES_FILE
    if path.exists() and not force and not dry_run:
        raise ImportFault(f"{path} exists already; use --force to overwrite it.")
    text = names_yaml(found.names)
    if not dry_run:
        _save({NAMES_FILE: text}, folder)
    return Written((path,))


def check_names(statement: str, found: Recognised) -> None:
    """Raises `ImportFault` when id or language cannot name files, or the text has no title."""
    if not STATEMENT_ID.fullmatch(statement):
        raise ImportFault(
            f"The id '{statement}' must be 1 to 32 of a-z, 0-9 and '-'; choose another."
        )
    if fault := language_fault(found.language):
        raise ImportFault(fault)
    if found.title is None:
        raise ImportFault(
            "No title was found in the text; put it on its first line, below any front matter, with"
            " a blank line below it."
        )


def _metadata(
    found: Recognised,
    statement: StatementId,
    folder: Path,
    package: Mapping[str, str],
    notes: list[str],
    *,
    force: bool,
) -> str:
    """The `statement.yaml` to be: new, or the existing one with this language added. With `force`
    one that belongs to this language's text alone is written anew if it cannot be carried on."""
    written = package.get(METADATA_FILE)
    if written is None:
        return new_yaml(found, statement)
    texts = {name for name in package if name.endswith(TEXT_SUFFIX)}
    try:
        existing = _staged(package, statement, folder.parent)
        merged = merged_yaml(written, found, existing)
    except ImportFault:
        if not force or texts - {f"{found.language}{TEXT_SUFFIX}"}:
            raise
        notes.append(f"{folder / METADATA_FILE} is written anew: the old one does not fit the text")
        return new_yaml(found, statement)
    notes.extend(_kept(found, existing))
    return merged


def _names(found: Recognised, folder: Path, notes: list[str], *, force: bool) -> dict[str, str]:
    """The list beside the package; one that is there already stays unless `force` is given."""
    path = folder / NAMES_FILE
    written = names_yaml(found.names)
    try:
        existing = path.read_text("utf-8") if path.exists() else written
    except (OSError, UnicodeDecodeError) as error:
        raise ImportFault(f"{path} cannot be read ({error}); mend it.") from error
    if existing != written and not force:
        notes.append(
            f"{path} stays as it is ({count(existing)} names; this text has {len(found.names)});"
            " --force overwrites it"
        )
        return {}
    return {NAMES_FILE: written} if existing != written or not path.exists() else {}


def _kept(found: Recognised, existing: Statement) -> Iterator[str]:
    """What the text says otherwise than the `statement.yaml` that stays."""
    if found.original_language not in (None, existing.original_language):
        yield (
            f"{METADATA_FILE} keeps the original language {existing.original_language}; this text"
            f" names {found.original_language}"
        )
    countries = {one.country for one in existing.signatories}
    for one in found.signatories if existing.signatories else ():
        if one.country not in {None, *countries}:
            yield f"{METADATA_FILE} keeps no country for {one.name}; this text gives {one.country}"
    if found.issued and found.issued.date != existing.issued:
        yield (
            f"{METADATA_FILE} keeps its date of issue ({existing.issued or 'none'}); this text"
            f" gives {found.issued.date}"
        )


def _texts(folder: Path) -> dict[str, str]:
    """The files of an existing package that is read, by name; empty when there is none."""
    try:
        return {
            path.name: path.read_bytes().decode("utf-8-sig")
            for path in (folder.iterdir() if folder.is_dir() else ())
            if path.suffix == TEXT_SUFFIX or path.name == METADATA_FILE
        }
    except (OSError, UnicodeDecodeError) as error:
        raise ImportFault(f"The package in {folder} cannot be read ({error}); mend it.") from error


def _staged(files: Mapping[str, str], statement: str, out: Path) -> Statement:
    """The package that these files make, read as the bot will read it, from a temporary place."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / (out.resolve().name or "statements")
        (root / statement).mkdir(parents=True)
        for name, text in files.items():
            (root / statement / name).write_bytes(text.encode())
        loaded = load(root)
    if loaded.faults:
        raise ImportFault(
            f"The package would have a fault, so nothing is written: {loaded.faults[0]}"
        )
    return next(iter(loaded.library))


def _save(files: Mapping[str, str], folder: Path) -> None:
    """Each file appears whole or not at all; the text last, so that a package without one is
    seen to be unfinished."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in sorted(files, key=lambda name: name != METADATA_FILE):
            temporary = folder / f".{name}.new"
            temporary.write_bytes(files[name].encode())
            os.replace(temporary, folder / name)  # noqa: PTH105 - Path.replace is the same call
    except OSError as error:
        raise ImportFault(
            f"{folder} cannot be written ({error.strerror}); correct its permissions."
        ) from error
