"""Reads every package under `statements/` and reports all that is wrong at once."""

import datetime as dt
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.domain.digest import normalised, revision_digest
from bot.domain.faults import Fault
from bot.domain.ids import STATEMENT_ID, Language, StatementId
from bot.statements.checks import check_breaks, check_characters, check_document, demands_line
from bot.statements.codes import language_fault
from bot.statements.front_matter import FrontMatter, read_front_matter
from bot.statements.metadata import Metadata, read_metadata
from bot.statements.model import Library, Loaded, Revision, Statement
from bot.statements.report import Report
from bot.strict.text import KIB, read_text
from bot.strict.yaml import read
from bot.text.markdown import parse

METADATA_FILE = "statement.yaml"
TEXT_SUFFIX = ".md"
TEXT_LIMIT = 1024 * KIB
_REMEDY = "create it with a package statements/<id>/, or run `undersigned import`."


@dataclass(frozen=True, slots=True)
class _Text:
    """One language's text and where its faults are told; `revision` is None if it has some."""

    language: Language
    file: str
    revision: Revision | None
    demands_line: int | None = None


def load(folder: Path, zone: dt.tzinfo = dt.UTC) -> Loaded:
    """Reads the packages in `folder`. Whatever is in the files, this returns faults and does not
    raise; a fault names its file beginning with the folder's own name. `zone` is the campaign's, in
    which a date or a time without an offset is meant."""
    name = _shown(folder.resolve().name)
    try:
        entries = _entries(folder) if folder.is_dir() else None
    except OSError as error:
        return _nothing(name, f"This folder cannot be read ({error.strerror}); allow it.")
    if entries is None:
        return _nothing(name, f"There is no such folder of statements; {_REMEDY}")
    statements: dict[StatementId, Statement] = {}
    faults: list[Fault] = []
    warnings: list[Fault] = []
    packages = 0
    for entry in entries:
        file = f"{name}/{_shown(entry.name)}"
        if not entry.is_dir():
            if not _is_readme(entry):
                warnings.append(Fault(file, None, "This file is not read; move it elsewhere."))
            continue
        packages += 1
        package = _Package(entry, file, zone)
        if statement := package.read():
            statements[statement.id] = statement
        faults.extend(package.faults)
        warnings.extend(package.warnings)
    if not packages:
        return _nothing(name, f"There is no statement in this folder; {_REMEDY}", warnings)
    return Loaded(Library(statements), tuple(faults), tuple(warnings))


class _Package:
    """One folder under `statements/`, and what is wrong in it."""

    def __init__(self, folder: Path, shown: str, zone: dt.tzinfo) -> None:
        self._folder = folder
        self._shown = shown
        self._zone = zone
        self._id = _shown(folder.name)
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []

    def read(self) -> Statement | None:
        """The statement, or None when it has any fault."""
        try:
            entries = _entries(self._folder)
        except OSError as error:
            self._fault(
                self._shown,
                f"This folder cannot be read ({error.strerror}); correct its permissions.",
            )
            return None
        if not STATEMENT_ID.fullmatch(self._id):
            message = f"'{self._id}' must be 1 to 32 of a-z, 0-9 and '-'; rename the folder."
            self._fault(self._shown, message)
        metadata = self._metadata()
        texts = self._texts(entries)
        self._check_files(metadata, texts)
        self._check_demands(metadata, texts)
        if self.faults or metadata.original_language is None:
            return None
        return self._statement(metadata, texts)

    def _statement(self, metadata: Metadata, texts: Sequence[_Text]) -> Statement:
        original = metadata.original_language or Language("")
        revisions = {text.language: text.revision for text in texts if text.revision}
        order = [
            *(language for language in metadata.official_languages if language in revisions),
            *sorted(revisions.keys() - set(metadata.official_languages)),
        ]
        return Statement(
            StatementId(self._id),
            metadata.issued,
            original,
            metadata.official_languages,
            metadata.signatories,
            metadata.terms,
            {language: revisions[language] for language in order},
        )

    def _fault(self, file: str, message: str, line: int | None = None) -> None:
        self.faults.append(Fault(file, line, message))

    def _keep(self, report: Report) -> None:
        """Takes over what a reader of one file found, in the order of the lines."""
        self.faults.extend(sorted(report.faults, key=lambda fault: fault.line or 0))
        self.warnings.extend(sorted(report.warnings, key=lambda fault: fault.line or 0))

    def _metadata(self) -> Metadata:
        file = f"{self._shown}/{METADATA_FILE}"
        report = Report(file)
        parsed = read(self._folder / METADATA_FILE, file)
        metadata = read_metadata(parsed, self._id, report, self._zone)
        self._keep(report)
        return metadata

    def _texts(self, entries: Iterable[Path]) -> list[_Text]:
        texts: list[_Text] = []
        for entry in entries:
            file = f"{self._shown}/{_shown(entry.name)}"
            if _is_readme(entry):
                continue
            if entry.suffix == TEXT_SUFFIX:
                tag = _shown(entry.stem)
                if fault := language_fault(tag):
                    self._fault(file, f"{fault[:-1]} as the name of the file.")
                texts.append(self._text(entry, file, Language(tag)))
            elif entry.name != METADATA_FILE and entry.stem != "signatories":
                message = (
                    "This is not read; name a text <language>.md, and keep other files elsewhere."
                )
                self.warnings.append(Fault(file, None, message))
        return texts

    def _text(self, path: Path, file: str, language: Language) -> _Text:
        report = Report(file)
        content = read_text(path, file, TEXT_LIMIT)
        revision: Revision | None = None
        line: int | None = None
        if isinstance(content, Fault):
            report.faults.append(content)
        elif head := read_front_matter(content, report):
            revision = self._revision(language, head, report)
            line = demands_line(revision.document, head.first_line) if revision else None
        self._keep(report)
        return _Text(language, file, revision, line)

    def _revision(self, language: Language, head: FrontMatter, report: Report) -> Revision | None:
        text = normalised(head.text)
        if not text:
            report.fault(head.first_line, "There is no text under the front matter; add it.")
            return None
        check_characters(text, report, head.first_line)
        check_breaks(head.text, report, head.first_line)
        try:
            document = parse(text)
        except ValueError as error:
            report.fault(head.first_line, f"This text cannot be read: {error}; make it simpler.")
            return None
        check_document(document, text, report, head.first_line)
        return Revision(
            StatementId(self._id),
            language,
            head.title,
            head.attribution,
            text,
            revision_digest(language, head.title, head.attribution, text),
            head.source,
            document,
        )

    def _check_files(self, metadata: Metadata, texts: Sequence[_Text]) -> None:
        if not texts:
            name = f"{metadata.original_language or 'en'}{TEXT_SUFFIX}"
            self._fault(self._shown, f"There is no text of this statement; add a file {name}.")
            return
        languages = {text.language for text in texts}
        for language, line in metadata.official_lines.items():
            if language not in languages:
                message = (
                    f"There is no file {language}{TEXT_SUFFIX} for the official language"
                    f" '{language}'; add it or remove the language."
                )
                self._fault(f"{self._shown}/{METADATA_FILE}", message, line)

    def _check_demands(self, metadata: Metadata, texts: Sequence[_Text]) -> None:
        """Every translation must have as many demands as the original, or else the first text."""
        readable = [(text, text.revision) for text in texts if text.revision]
        readable.sort(key=lambda pair: pair[0].language != metadata.original_language)
        if not readable:
            return
        (first, pattern), *others = readable
        count = len(pattern.document.demands)
        for text, revision in others:
            if (found := len(revision.document.demands)) != count:
                message = (
                    f"{text.file} has {found} demands and {first.file} has {count};"
                    " make them the same number."
                )
                self._fault(text.file, message, text.demands_line)


def _nothing(name: str, message: str, warnings: Sequence[Fault] = ()) -> Loaded:
    return Loaded(Library(), (Fault(name, None, message),), tuple(warnings))


def _entries(folder: Path) -> list[Path]:
    """What the folder holds, without hidden files, in the order of the names."""
    return sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))


def _is_readme(path: Path) -> bool:
    return path.stem.upper() == "README"


def _shown(name: str) -> str:
    """A file's name as text that can be printed, even if it is not UTF-8 on the disk."""
    decoded = os.fsencode(name).decode("utf-8", "replace")
    return "".join(char if char.isprintable() else "\ufffd" for char in decoded)
